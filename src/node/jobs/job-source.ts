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
 * Where workers get jobs and bring results: a list in memory, or a queue on another machine. A claim that is not kept
 * alive lapses and the job can be claimed again, so a job may run twice, but its outcome is told once. One that lost
 * {@link DEATHS} workers is set aside. `JobLedger` holds the states, in a drawing and in code.
 */
export interface JobSource<Job, Result> {
  /**
   * The next job. Waits while there is none to take but others may come: a claim of another worker can lapse.
   * Undefined when no job will come any more, or `signal` aborted.
   */
  claim(worker: string, signal?: AbortSignal): Promise<Claim<Job> | undefined>;
  /** Keeps a claim alive; false when it has lapsed and the work is wasted. `words` are what is told should the worker die. */
  heartbeat(claim: Claim<Job>, words?: string): Promise<boolean>;
  /** Hands in the outcome. One of a lapsed claim is dropped. */
  complete(claim: Claim<Job>, outcome: Outcome<Result>): Promise<void>;
  /** Gives the job back undone: the next who asks gets it, and it is no death. */
  release(claim: Claim<Job>): Promise<void>;
}

/** A job that lost so many workers is not given to another one. */
export const DEATHS = 3;
