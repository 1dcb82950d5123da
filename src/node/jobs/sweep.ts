import type { Writable } from 'node:stream';
import type { Outcome } from './job-source.js';
import { createMemoryJobs } from './memory-jobs.js';
import type { SweepJob, SweepJobs } from './plan.js';
import { runPool } from './pool.js';
import type { Row } from './rows.js';
import type { RunJob } from './run-job.js';
import type { SweepStore } from './store.js';

export interface SweepOptions {
  readonly signal?: AbortSignal;
  /** Called after each run of this sitting. */
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Who does the runs of a sweep: threads of this machine, or workers elsewhere. Tells the outcome of each job once, in the
 * order they end, and resolves when all are told or `signal` aborted. Rows come without what the sweep calls a run.
 */
export type SweepWorkers = (
  jobs: SweepJobs,
  onOutcome: (job: SweepJob, outcome: Outcome<readonly Row[]>) => Promise<void>,
  signal: AbortSignal | undefined,
) => Promise<void>;

/** What a sweep gave: the rows of all runs in the order of the plan, and the runs that failed. */
export interface SweepOutcome {
  readonly rows: readonly Row[];
  readonly failures: readonly { readonly run: Row; readonly error: string }[];
  /** False where it was aborted before the end. */
  readonly complete: boolean;
}

/** Runs what `store` does not have yet. */
export async function runSweep(
  jobs: SweepJobs,
  store: SweepStore,
  workers: SweepWorkers,
  { signal, onProgress }: SweepOptions,
): Promise<SweepOutcome> {
  const failures: { run: Row; error: string }[] = [];
  let done = 0;
  for (const { index } of jobs) if (store.done.has(index)) done += 1;
  const left = {
    length: jobs.length - done,
    *[Symbol.iterator]() {
      for (const job of jobs) if (!store.done.has(job.index)) yield job;
    },
  };
  const tell = (): void => onProgress?.(done + failures.length, jobs.length);
  tell();
  const onOutcome = async (job: SweepJob, outcome: Outcome<readonly Row[]>): Promise<void> => {
    if (outcome.ok) {
      await store.keep(job, outcome.result);
      done += 1;
    } else failures.push({ run: job.rows, error: outcome.error.message });
    tell();
  };
  if (left.length > 0) await workers(left, onOutcome, signal);
  // What varies stands first in each row.
  const all: Row[] = [];
  for (const { index, rows } of jobs) for (const row of store.done.get(index) ?? []) all.push({ ...rows, ...row });
  return { rows: all, failures, complete: done + failures.length === jobs.length };
}

export interface ThreadsOptions {
  readonly workers: number;
  /** Where what algorithms print goes; to standard output when absent. */
  readonly logs?: Writable;
}

/** Runs on threads of this machine. */
export function sweepThreads({ workers, logs }: ThreadsOptions): SweepWorkers {
  return async (jobs, onOutcome, signal) => {
    type Asked = RunJob & { readonly job: SweepJob };
    const asked = function* (): Generator<Asked> {
      for (const job of jobs) yield { job, scenario: job.scenario, rows: {} };
    };
    await runPool(
      createMemoryJobs<Asked, readonly Row[]>(asked(), { onOutcome: ({ job }, told) => onOutcome(job, told) }),
      {
        entry: runEntry(),
        workers: Math.max(1, Math.min(workers, jobs.length)),
        ...(signal ? { signal } : {}),
        ...(logs ? { logs } : {}),
      },
    );
  };
}

/** The module of a thread that runs scenarios; it stands beside the bundle this file becomes part of. */
export function runEntry(): URL {
  return new URL('./workers/run.js', import.meta.url);
}
