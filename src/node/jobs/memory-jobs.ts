import { errorToValue } from '../../client/index.js';
import { JobLedger, poisonous } from './job-ledger.js';
import type { JobSource, Outcome } from './job-source.js';

export interface MemoryJobsOptions<Job, Result> {
  /** Called once for each job, in the order they end. */
  readonly onOutcome: (job: Job, outcome: Outcome<Result>) => Promise<void> | void;
  /** A claim without a heartbeat for this long lapses. */
  readonly leaseMs?: number;
  /** Milliseconds; given by tests. */
  readonly now?: () => number;
}

/** A list of jobs in memory: the source that others are measured by. */
export function createMemoryJobs<Job, Result>(
  jobs: Iterable<Job>,
  { onOutcome, leaseMs = 60_000, now = () => performance.now() }: MemoryJobsOptions<Job, Result>,
): JobSource<Job, Result> {
  const ledger = new JobLedger(jobs, leaseMs);
  const waiting = new Set<() => void>();
  const tellWaiting = (): void => {
    for (const look of waiting) look();
  };
  /** Until something changes, `ms` are over, or `signal` aborts. */
  const wait = (ms: number, signal: AbortSignal | undefined): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        waiting.delete(look);
        clearTimeout(timer);
        signal?.removeEventListener('abort', look);
        resolve();
      };
      const timer = setTimeout(look, Math.max(0, ms));
      waiting.add(look);
      signal?.addEventListener('abort', look);
    });
  const reclaim = async (): Promise<void> => {
    for (const { job, words } of ledger.lapse(now())) {
      await onOutcome(job, { ok: false, error: errorToValue(poisonous(words)) });
    }
  };
  return {
    async claim(worker, signal) {
      while (!signal?.aborted) {
        await reclaim();
        const taking = ledger.take(worker, now());
        if (taking.kind === 'job') return taking.claim;
        if (taking.kind === 'none') break;
        await wait(taking.untilMs - now(), signal);
      }
      // Who else waits for this to end is to look, too.
      tellWaiting();
      return undefined;
    },
    async heartbeat({ token }, words) {
      await reclaim();
      return ledger.keep(token, now(), words);
    },
    async complete({ token, job }, outcome) {
      if (!ledger.end(token)) return;
      try {
        await onOutcome(job, outcome);
      } finally {
        tellWaiting();
      }
    },
    async release({ token }) {
      if (ledger.giveBack(token)) tellWaiting();
    },
  };
}
