import type { Writable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { errorFromValue } from '../../client/index.js';
import type { Scenario, SimulationResult } from '../../sim/index.js';
import type { Outcome } from './job-source.js';
import type { PacketTap } from './packet-file.js';
import { SETTLE_MS, SILENCE_MS, silent, unsettled } from './pool.js';
import { type Frame, type RunJob, runJob } from './run-job.js';
import { hasOnlyOwnAlgorithms } from './scenario-file.js';
import { startThread } from './thread.js';

export interface RunOptions {
  /** Told some fifteen times a second how the run goes on. */
  readonly onFrame?: (frame: Frame) => void;
  /** Frames carry the series so far. */
  readonly watched?: boolean;
  /** Packets to keep as captures. */
  readonly taps?: readonly PacketTap[];
  /** The file that gets the events of each flow as qlog. */
  readonly qlog?: string;
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
 * Runs a scenario; where an algorithm is not the package's own in a thread of its own, so that one that never returns
 * ends with an error and not with a terminal that hangs.
 */
export async function runScenario(scenario: Scenario, options: RunOptions): Promise<SimulationResult> {
  const { watched = false, pace, taps, qlog } = options;
  const job: RunJob = {
    scenario,
    watched,
    ...(pace ? { pace } : {}),
    ...(taps ? { taps } : {}),
    ...(qlog === undefined ? {} : { qlog }),
  };
  const outcome = hasOnlyOwnAlgorithms(scenario) ? await runHere(job, options) : await runInThread(job, options);
  if (!outcome.ok) throw errorFromValue(outcome.error);
  return outcome.result;
}

/** A thread costs a quarter of a second of processor time to start. */
async function runHere(job: RunJob, { onFrame, signal }: RunOptions): Promise<Outcome<SimulationResult>> {
  const outcome = await runJob(
    job,
    (frame) => onFrame?.(frame),
    () => signal?.aborted === true,
    // Signals are heard between frames.
    () => setImmediate(),
  );
  return outcome as Outcome<SimulationResult>;
}

async function runInThread(job: RunJob, { onFrame, signal, logs }: RunOptions): Promise<Outcome<SimulationResult>> {
  const workerData: RunThreadData = { stop: new Int32Array(new SharedArrayBuffer(4)) };
  // Stands beside the bundle this file becomes part of.
  const worker = startThread(new URL('./workers/run.js', import.meta.url), logs, { workerData });
  const stop = (): void => void Atomics.store(workerData.stop, 0, 1);
  signal?.addEventListener('abort', stop);
  if (signal?.aborted) stop();
  try {
    return await new Promise<Outcome<SimulationResult>>((resolve, reject) => {
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
      worker.postMessage(job);
    });
  } finally {
    signal?.removeEventListener('abort', stop);
    worker.removeAllListeners('exit');
    await worker.terminate();
  }
}
