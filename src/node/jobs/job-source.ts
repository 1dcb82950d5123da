import type { ErrorValue } from '../../client/index.js';

/** A job one worker has taken. `token` tells this taking from a later one of the same job. */
export interface Claim<Job> {
  readonly token: string;
  readonly job: Job;
}

/** How a job ended. */
export type Outcome<Result> =
  | { readonly ok: true; readonly result: Result }
  | { readonly ok: false; readonly error: ErrorValue };

/**
 * Where workers get jobs and bring results. The pool of this machine works on one in memory; a
 * queue on another machine can stand in its place. A claim that is not kept alive lapses, and the
 * job can be claimed again: a lost worker loses no job.
 */
export interface JobSource<Job, Result> {
  /** The next job, or undefined when none is left to take. */
  claim(worker: string): Promise<Claim<Job> | undefined>;
  /** Keeps a claim alive; false when it has lapsed and the work is wasted. */
  heartbeat(claim: Claim<Job>): Promise<boolean>;
  /** Hands in the outcome. One of a lapsed claim is dropped. */
  complete(claim: Claim<Job>, outcome: Outcome<Result>): Promise<void>;
}

export interface MemoryJobsOptions<Job, Result> {
  /** Called once for each job, in the order they end. */
  readonly onOutcome: (job: Job, outcome: Outcome<Result>) => Promise<void> | void;
  /** A claim without a heartbeat for this long lapses. */
  readonly leaseMs?: number;
  /** Milliseconds; given by tests. */
  readonly now?: () => number;
}

/** A list of jobs in memory. */
export function createMemoryJobs<Job, Result>(
  jobs: readonly Job[],
  { onOutcome, leaseMs = 60_000, now = () => performance.now() }: MemoryJobsOptions<Job, Result>,
): JobSource<Job, Result> {
  const waiting = [...jobs];
  const held = new Map<string, { job: Job; aliveUntil: number }>();
  let takings = 0;

  const reclaimLapsed = (): void => {
    for (const [token, { job, aliveUntil }] of held) {
      if (aliveUntil > now()) continue;
      held.delete(token);
      waiting.push(job);
    }
  };

  return {
    async claim(worker) {
      reclaimLapsed();
      if (waiting.length === 0) return undefined;
      const job = waiting.shift()!;
      takings += 1;
      const token = `${worker}/${takings}`;
      held.set(token, { job, aliveUntil: now() + leaseMs });
      return { token, job };
    },
    async heartbeat({ token }) {
      reclaimLapsed();
      const holding = held.get(token);
      if (holding) holding.aliveUntil = now() + leaseMs;
      return holding !== undefined;
    },
    async complete({ token, job }, outcome) {
      if (held.delete(token)) await onOutcome(job, outcome);
    },
  };
}
