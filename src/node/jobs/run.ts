import type { Writable } from 'node:stream';
import { errorFromValue } from '../../client/index.js';
import type { Scenario, SimulationResult } from '../../sim/index.js';
import type { Outcome } from './job-source.js';
import type { PacketTap } from './packet-file.js';
import { SETTLE_MS, SILENCE_MS, silent, unsettled } from './pool.js';
import type { Frame, RunJob } from './run-job.js';
import { startThread } from './thread.js';

export interface RunOptions {
  /** Told some fifteen times a second how the run goes on. */
  readonly onFrame?: (frame: Frame) => void;
  /** Frames carry the series so far. */
  readonly watched?: boolean;
  /** Packets to keep as captures. */
  readonly taps?: readonly PacketTap[];
  /** Simulated seconds for each second that passes, so that people can follow. */
  readonly pace?: number;
  /** Ends the run at its next step; the result counts up to there. */
  readonly signal?: AbortSignal;
  /** Where what algorithms print goes; to standard output when absent. */
  readonly logs?: Writable;
}

/** What the thread of a run finds in its `workerData`: the cell that is no longer 0 once it should stop. */
export interface RunThreadData {
  readonly stop: Int32Array;
}

/**
 * Runs a scenario in a thread of its own, so that an algorithm that never returns ends with an error
 * and not with a terminal that hangs.
 */
export async function runScenario(
  scenario: Scenario,
  { onFrame, watched = false, pace, signal, logs, taps }: RunOptions,
): Promise<SimulationResult> {
  const workerData: RunThreadData = { stop: new Int32Array(new SharedArrayBuffer(4)) };
  // Stands beside the bundle this file becomes part of.
  const worker = startThread(new URL('./workers/run.js', import.meta.url), logs, { workerData });
  const stop = (): void => void Atomics.store(workerData.stop, 0, 1);
  signal?.addEventListener('abort', stop);
  if (signal?.aborted) stop();
  try {
    const outcome = await new Promise<Outcome<SimulationResult>>((resolve, reject) => {
      let alarm = setTimeout(() => {}, 0);
      let ended: Outcome<SimulationResult> | undefined;
      const alive = (): void => {
        clearTimeout(alarm);
        alarm = setTimeout(() => reject(silent()), SILENCE_MS);
      };
      alive();
      worker.on('error', reject);
      worker.on('exit', (code) => reject(new Error(`the simulation's thread ended (${code})`)));
      type Told = { readonly frame?: Frame; readonly outcome?: Outcome<SimulationResult>; readonly idle?: true };
      worker.on('message', ({ frame, outcome, idle }: Told) => {
        alive();
        if (frame) onFrame?.(frame);
        ended ??= outcome;
        if (!ended) return;
        clearTimeout(alarm);
        const told = ended;
        if (idle) return resolve(told);
        // What is told already needs no other fault beside it.
        const hasFailed = !told.ok || told.result.failures.length > 0;
        alarm = setTimeout(() => (hasFailed ? resolve(told) : reject(unsettled())), SETTLE_MS);
      });
      const job: RunJob = { scenario, watched, ...(pace ? { pace } : {}), ...(taps ? { taps } : {}) };
      worker.postMessage(job);
    });
    if (!outcome.ok) throw errorFromValue(outcome.error);
    return outcome.result;
  } finally {
    signal?.removeEventListener('abort', stop);
    worker.removeAllListeners('exit');
    await worker.terminate();
  }
}
