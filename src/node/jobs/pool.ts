import type { Writable } from 'node:stream';
import type { Worker } from 'node:worker_threads';
import { ERROR, MooringError } from '../../base/index.js';
import { type ErrorValue, errorToValue } from '../../client/index.js';
import type { Claim, JobSource, Outcome } from './job-source.js';
import { startThread } from './thread.js';

export interface PoolOptions {
  /** The module each worker thread runs: it answers a job message with `{ frame }` messages as signs of life, `{ outcome }`, and `{ idle }` when it can take the next. */
  readonly entry: URL;
  readonly workers: number;
  /** What the source knows the workers by, with a number behind it. */
  readonly name?: string;
  readonly signal?: AbortSignal;
  /** Where what jobs print goes; to standard output when absent. */
  readonly logs?: Writable;
  /** What a heartbeat says of a job, by its last frame. */
  readonly words?: (frame: unknown) => string;
  readonly heartbeatMs?: number;
  /** A thread that gives no sign of life for so long is ended and its job failed. */
  readonly silenceMs?: number;
  /** Its error. */
  readonly silent?: () => Error;
  /** One that is not idle so long after its outcome is ended, and the job failed. */
  readonly settleMs?: number;
}

/** A thread is idle at once after its outcome, unless something in it goes on without end. */
export const SETTLE_MS = 5_000;

/** An algorithm answers a report in microseconds; one that takes this long never will. */
export const SILENCE_MS = 30_000;

/**
 * Works through `source` on worker threads and resolves when no job is left. A thread that dies fails the job it had and
 * is replaced; one whose claim has lapsed is stopped, since another has its job. When `signal` aborts, threads stop at
 * once and the jobs they had are given back. Where the source fails, all threads stop, and it rejects with what failed.
 */
export async function runPool<Job, Result>(source: JobSource<Job, Result>, options: PoolOptions): Promise<void> {
  const broken = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, broken.signal]) : broken.signal;
  const loops = Array.from({ length: options.workers }, (_, index) =>
    workLoop(source, `${options.name ?? 'worker'}-${index}`, { ...options, signal }).catch((error: unknown) => {
      broken.abort(error);
    }),
  );
  await Promise.all(loops);
  if (broken.signal.aborted) throw broken.signal.reason;
}

async function workLoop<Job, Result>(
  source: JobSource<Job, Result>,
  name: string,
  options: PoolOptions & { readonly signal: AbortSignal },
): Promise<void> {
  let worker: Worker | undefined;
  try {
    for (;;) {
      const claim = await source.claim(name, options.signal);
      if (!claim) return;
      if (options.signal.aborted) return await source.release(claim);
      worker ??= startThread(options.entry, options.logs, { name });
      const ended = await work<Job, Result>(worker, claim, source, options);
      if (ended.died) {
        await worker.terminate();
        worker = undefined;
      }
      if (ended.outcome !== undefined) await source.complete(claim, ended.outcome);
      else if (ended.undone === 'aborted') return await source.release(claim);
    }
  } finally {
    await worker?.terminate();
  }
}

type Ended<Result> =
  | { readonly outcome: Outcome<Result>; readonly died: boolean }
  | { readonly outcome?: undefined; readonly died: true; readonly undone: 'aborted' | 'lapsed' };

function work<Job, Result>(
  worker: Worker,
  claim: Claim<Job>,
  source: JobSource<Job, Result>,
  options: PoolOptions & { readonly signal: AbortSignal },
): Promise<Ended<Result>> {
  const {
    signal,
    words,
    heartbeatMs = 5_000,
    silenceMs = SILENCE_MS,
    settleMs = SETTLE_MS,
    silent: hush = silent,
  } = options;
  return new Promise((resolve) => {
    let lastSign = performance.now();
    let lastFrame: unknown;
    let reached: Outcome<Result> | undefined;
    let asked = false;
    const stayAlive = async (): Promise<void> => {
      if (asked) return;
      asked = true;
      // A source that cannot be asked says nothing of the claim: the work goes on, and its outcome tells.
      const isHeld = await source.heartbeat(claim, words?.(lastFrame)).catch(() => true);
      asked = false;
      if (!isHeld) end({ died: true, undone: 'lapsed' });
    };
    const pulse = setInterval(
      () => {
        const silence = performance.now() - lastSign;
        if (reached && silence > settleMs) end({ outcome: reached.ok ? failure(unsettled()) : reached, died: true });
        else if (silence > silenceMs) failed(hush());
        else void stayAlive();
      },
      Math.min(heartbeatMs, silenceMs / 2, settleMs / 2),
    );
    const end = (ended: Ended<Result>): void => {
      clearInterval(pulse);
      worker.off('message', answered).off('error', failed).off('exit', exited);
      signal.removeEventListener('abort', abort);
      resolve(ended);
    };
    type Told = { readonly frame?: unknown; readonly outcome?: Outcome<Result>; readonly idle?: true };
    const answered = ({ frame, outcome, idle }: Told): void => {
      lastSign = performance.now();
      lastFrame = frame ?? lastFrame;
      reached ??= outcome;
      if (reached && idle) end({ outcome: reached, died: false });
    };
    const failed = (error: Error): void => end({ outcome: failure(error), died: true });
    const exited = (code: number): void => failed(new Error(`the worker exited (${code})`));
    const abort = (): void => end({ died: true, undone: 'aborted' });
    signal.addEventListener('abort', abort, { once: true });
    worker.on('message', answered).on('error', failed).on('exit', exited);
    worker.postMessage(claim.job);
  });
}

function failure(error: Error): { readonly ok: false; readonly error: ErrorValue } {
  return { ok: false, error: errorToValue(error) };
}

/** The error of a thread that has its result and does not come to rest. */
export function unsettled(): MooringError {
  return new MooringError(
    ERROR.MOORING_ERR_SIM_STUCK,
    'the run came to its end, but an algorithm goes on: a promise that it began in a callback loops without end',
    { settleMs: SETTLE_MS },
  );
}

/** The error of a thread that stopped answering. */
export function silent(): MooringError {
  return new MooringError(
    ERROR.MOORING_ERR_SIM_STUCK,
    `nothing moved for ${SILENCE_MS / 1000} s: an algorithm may loop without end`,
    { silenceMs: SILENCE_MS },
  );
}
