import { formatDuration, formatRate } from '../base/index.js';
import type { NormalisedScenario } from './normalised-scenario.js';
import { describeQueue } from './queue.js';
import type { AlgorithmFailure } from './result.js';

const PHASES: Record<AlgorithmFailure['phase'], string> = {
  create: 'onCreate',
  report: 'onReport',
  timer: 'a timer',
  close: 'close',
  later: 'what it left running',
};

/**
 * A scenario in one line of words: `2 × aimd over 12.0 Mbit/s, 40.0 ms, drop-tail 58.6 KiB, 60.0 s, seed 1`.
 *
 * @example
 * ```ts
 * describeScenario(normaliseScenario({ flows: [{ algorithm: 'cubic', count: 2 }] }));
 * ```
 */
export function describeScenario(scenario: NormalisedScenario): string {
  const groups = scenario.flows.map(({ arrivals, count, name }) =>
    arrivals ? `${name} arriving ${arrivals.perSecond}/s` : count > 1 ? `${count} × ${name}` : name,
  );
  const flows =
    groups.length > 4 ? `${groups.slice(0, 4).join(', ')} and ${groups.length - 4} more groups` : groups.join(', ');
  const rtts = scenario.flows.map(({ baseRttUs }) => baseRttUs);
  const low = Math.min(...rtts);
  const high = Math.max(...rtts);
  const rtt = low === high ? formatDuration(low) : `${formatDuration(low)} to ${formatDuration(high)}`;
  const { links } = scenario;
  const path =
    links.length > 1
      ? `${links.length} links of ${[...new Set(links.map(linkRate))].join(', ')}`
      : links.map((link) => `${linkRate(link)}, ${rtt}, ${describeQueue(link.queue)}`).join('');
  const tail = links.length > 1 ? `, ${rtt}` : '';
  return `${flows} over ${path}${tail}, ${formatDuration(scenario.durationUs)}, seed ${scenario.seed}`;
}

function linkRate({ rate }: NormalisedScenario['links'][number]): string {
  return rate.kind === 'trace'
    ? `a trace of ${formatRate(rate.meanRateBytesPerSecond)}`
    : formatRate(rate.rateBytesPerSecond);
}

/**
 * What went wrong with an algorithm: who failed, where in its file, in which flow and when, and what it said; for a
 * program that does not compile, its lines with the places marked.
 *
 * @example
 * ```ts
 * const { failures } = simulate({ flows: [{ algorithm: 'cubic' }], duration: '1s' });
 * failures.map(describeFailure); // []
 * ```
 */
export function describeFailure(failure: AlgorithmFailure): string {
  const { algorithm, phase, message, times, flow, timeUs, place, excerpt } = failure;
  const flows = times > 1 ? `${times} flows, first flow ${flow}` : `flow ${flow}`;
  const file = place === undefined ? '' : ` (${place})`;
  const said = excerpt === undefined ? message : `its program does not compile\n${excerpt}`;
  return `${algorithm} failed in ${PHASES[phase]} of ${flows} at ${formatDuration(timeUs)}${file}; its initial window was kept: ${said}`;
}
