import type { Writable } from 'node:stream';
import { createMemoryJobs } from './job-source.js';
import type { SweepJob, SweepPlan } from './plan.js';
import { runPool } from './pool.js';
import type { Row } from './rows.js';
import type { SweepStore } from './store.js';

export interface SweepOptions {
  readonly workers: number;
  readonly signal?: AbortSignal;
  /** Where what algorithms print goes; to standard output when absent. */
  readonly logs?: Writable;
  /** Called after each run of this sitting. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** What a sweep gave: the rows of all runs in the order of the plan, and the runs that failed. */
export interface SweepOutcome {
  readonly rows: readonly Row[];
  readonly failures: readonly { readonly run: Row; readonly error: string }[];
  /** False where it was aborted before the end. */
  readonly complete: boolean;
}

/** Runs what `store` does not have yet. */
export async function runSweep(
  plan: Pick<SweepPlan, 'jobs'>,
  store: SweepStore,
  options: SweepOptions,
): Promise<SweepOutcome> {
  const failures: { run: Row; error: string }[] = [];
  const left = plan.jobs.filter(({ index }) => !store.done.has(index));
  const tell = (): void => options.onProgress?.(store.done.size + failures.length, plan.jobs.length);
  tell();
  const source = createMemoryJobs<SweepJob, readonly Row[]>(left, {
    async onOutcome(job, outcome) {
      if (outcome.ok) await store.keep(job.index, outcome.result);
      else failures.push({ run: job.rows, error: outcome.error.message });
      tell();
    },
  });
  await runPool(source, {
    // Stands beside the bundle this file becomes part of.
    entry: new URL('./workers/run.js', import.meta.url),
    workers: Math.max(1, Math.min(options.workers, left.length)),
    ...(options.signal ? { signal: options.signal } : {}),
    ...(options.logs ? { logs: options.logs } : {}),
  });
  const rows = plan.jobs.flatMap(({ index }) => store.done.get(index) ?? []);
  return { rows, failures, complete: store.done.size + failures.length === plan.jobs.length };
}
