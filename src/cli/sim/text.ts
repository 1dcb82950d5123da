import { formatDuration, formatRate, formatShare } from '../../base/index.js';
import { describeFailure, type FlowResult, type SimulationResult } from '../../sim/index.js';
import { shown, table } from '../table.js';
import { cutShortAtUs } from './watched.js';

const FLOWS_SHOWN = 20;

/** The summary of a run as the terminal shows it. */
export function summaryText(result: SimulationResult): string {
  const { summary, flows, failures } = result;
  const atUs = cutShortAtUs(result);
  const lines: [string, string][] = [
    ['throughput', formatRate(summary.throughputBytesPerSecond)],
    ['goodput', formatRate(summary.goodputBytesPerSecond)],
    ['utilisation', formatShare(summary.utilisation)],
    ['mean RTT', formatDuration(summary.rttUs.mean)],
    ['p95 RTT', formatDuration(summary.rttUs.p95)],
    ['losses', `${summary.packetsLost} of ${summary.packetsSent} packets (${formatShare(summary.lossRate)})`],
    ['Jain index', shown(summary.jain, (value) => value.toFixed(3))],
  ];
  if (atUs !== undefined)
    lines.unshift(['cut short', `at ${formatDuration(atUs)}: what follows covers the time until then`]);
  for (const { algorithm, timeUs, flow } of failures)
    lines.unshift([
      'not valid',
      `${algorithm} failed in flow ${flow} at ${formatDuration(timeUs)}: from then on it kept its initial window`,
    ]);
  if (summary.timeouts > 0) lines.push(['timeouts', String(summary.timeouts)]);
  if (summary.ecnMarks > 0) lines.push(['ECN marks', String(summary.ecnMarks)]);
  if (summary.fctUs.count > 0)
    lines.push(['completed', `${summary.fctUs.count} flows, mean ${formatDuration(summary.fctUs.mean)}`]);
  const facts = lines.map(([what, value]) => `${what.padEnd(12)} ${value}\n`).join('');
  return flows.length > 1 ? `${facts}\n${flowTable(flows)}` : facts;
}

function flowTable(flows: readonly FlowResult[]): string {
  const rows = flows
    .slice(0, FLOWS_SHOWN)
    .map((flow) => [
      `${flow.name} ${flow.id}`,
      flow.algorithm,
      formatRate(flow.goodputBytesPerSecond),
      formatDuration(flow.rttUs.mean),
      formatDuration(flow.rttUs.p95),
      String(flow.packetsLost),
      String(flow.timeouts),
    ]);
  const text = table(['flow', 'algorithm', 'goodput', 'mean RTT', 'p95 RTT', 'lost', 'timeouts'], rows, 2);
  const rest = flows.length - FLOWS_SHOWN;
  return rest > 0 ? `${text}… and ${rest} more flows (--json or --csv has them all)\n` : text;
}

/** What the run tells of itself and what went wrong with algorithms, a line each. */
export function failureLines({ notices, failures }: SimulationResult): string[] {
  return [...notices.map(({ message }) => message), ...failures.map(describeFailure)].map((line) => `mooring: ${line}`);
}
