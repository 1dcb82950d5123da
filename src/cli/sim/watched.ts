import { type Frame, type RunOptions, runScenario } from '../../node/jobs/index.js';
import { resultToJson, type Scenario, type SimulationResult } from '../../sim/index.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { stopOnSignal } from '../signals.js';
import { createProgress } from './progress.js';

/** How a run is shown while it goes on. */
export interface WatchOptions extends Pick<RunOptions, 'pace' | 'logs' | 'taps' | 'qlog'> {
  /** Where to; nowhere when absent. */
  readonly stream?: NodeJS.WriteStream | undefined;
  /** Shorter runs show nothing. */
  readonly quietMs: number;
}

/**
 * Runs a scenario, shows on `stream` how it goes on, and ends it at the first Ctrl-C, where the result then counts
 * up to: {@link cutShortAtUs} tells. A second Ctrl-C ends the process.
 */
export async function runWatched(
  scenario: Scenario,
  { stream, quietMs, ...options }: WatchOptions,
): Promise<SimulationResult> {
  const progress = stream && (await createProgress(stream, { quietMs, now: () => performance.now() }));
  const stop = stopOnSignal();
  try {
    return await runScenario(scenario, {
      ...options,
      signal: stop.signal,
      watched: stream?.isTTY === true,
      onFrame: (frame: Frame) => progress?.show(frame),
    });
  } finally {
    stop.close();
    progress?.end();
  }
}

/** The instant a run was ended at before its time; undefined where it came to its end. */
export function cutShortAtUs({ scenario, summary }: SimulationResult): number | undefined {
  return summary.durationUs < scenario.durationUs ? summary.durationUs : undefined;
}

/** The result as --json prints it: what `resultToJson` has, and where it was cut short. */
export function resultDocument(result: SimulationResult, series: 'whole' | 'none'): object {
  const atUs = cutShortAtUs(result);
  const document = resultToJson(result, { series: series === 'whole' });
  return atUs === undefined ? document : { cutShortAtUs: atUs, ...document };
}

/** How a run ended, for the process. */
export function exitCodeOfRun(result: SimulationResult): ExitCode {
  if (cutShortAtUs(result) !== undefined) return EXIT.CUT_SHORT;
  return result.failures.length > 0 ? EXIT.FAILED : EXIT.DONE;
}
