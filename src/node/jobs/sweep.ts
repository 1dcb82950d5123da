import type { Writable } from 'node:stream';
import type { Outcome } from './job-source.js';
import { createMemoryJobs } from './memory-jobs.js';
import type { SweepJob } from './plan.js';
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
  jobs: readonly SweepJob[],
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
  jobs: readonly SweepJob[],
  store: SweepStore,
  workers: SweepWorkers,
  { signal, onProgress }: SweepOptions,
): Promise<SweepOutcome> {
  const failures: { run: Row; error: string }[] = [];
  const left = jobs.filter(({ index }) => !store.done.has(index));
  const tell = (): void => onProgress?.(store.done.size + failures.length, jobs.length);
  tell();
  const onOutcome = async (job: SweepJob, outcome: Outcome<readonly Row[]>): Promise<void> => {
    if (outcome.ok) await store.keep(job.index, outcome.result);
    else failures.push({ run: job.rows, error: outcome.error.message });
    tell();
  };
  if (left.length > 0) await workers(left, onOutcome, signal);
  // What varies stands first in each row.
  const rows = jobs.flatMap(({ index, rows }) => (store.done.get(index) ?? []).map((row) => ({ ...rows, ...row })));
  return { rows, failures, complete: store.done.size + failures.length === jobs.length };
}

export interface ThreadsOptions {
  readonly workers: number;
  /** Where what algorithms print goes; to standard output when absent. */
  readonly logs?: Writable;
}

/** Runs on threads of this machine. */
export function sweepThreads({ workers, logs }: ThreadsOptions): SweepWorkers {
  return async (jobs, onOutcome, signal) => {
    const asked = jobs.map((job) => ({ job, scenario: job.scenario, rows: {} }));
    type Asked = RunJob & { readonly job: SweepJob };
    await runPool(
      createMemoryJobs<Asked, readonly Row[]>(asked, { onOutcome: ({ job }, told) => onOutcome(job, told) }),
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
