import { ERROR, MooringError } from '../../base/index.js';
import { type Claim, DEATHS } from './job-source.js';

/** What there is for a worker that asks: a job, none before a time, or none any more. */
export type Taking<Job> =
  | { readonly kind: 'job'; readonly claim: Claim<Job> }
  | { readonly kind: 'wait'; readonly untilMs: number }
  | { readonly kind: 'none' };

/** A job that lost too many workers, and what each said last of it. */
export interface SetAside<Job> {
  readonly job: Job;
  readonly words: readonly string[];
}

interface Entry<Job> {
  readonly job: Job;
  /** What each worker that died with it had said last. */
  readonly words: string[];
}

/**
 * The states of jobs, without clock and without waiting.
 *
 *               take                  end
 *   waiting ───────────► held ───────────────────► ended
 *      ▲                  │ │  lapse, the last death
 *      └──────────────────┘ └────────────────────► set aside
 *        giveBack, lapse
 *
 * What is said of a claim that is not held any more changes nothing.
 */
export class JobLedger<Job> {
  /** What nobody has taken yet, taken from its list as it is asked for: a list can be long. */
  readonly #fresh: Iterator<Job>;
  /** Given back: before those. */
  readonly #first: Entry<Job>[] = [];
  /** Lapsed: after those. */
  readonly #last: Entry<Job>[] = [];
  readonly #held = new Map<string, { entry: Entry<Job>; worker: string; words: string; aliveUntilMs: number }>();
  readonly #leaseMs: number;
  #takings = 0;

  constructor(jobs: Iterable<Job>, leaseMs: number) {
    this.#fresh = jobs[Symbol.iterator]();
    this.#leaseMs = leaseMs;
  }

  take(worker: string, nowMs: number): Taking<Job> {
    const entry = this.#first.shift() ?? this.#next() ?? this.#last.shift();
    if (entry === undefined) {
      if (this.#held.size === 0) return { kind: 'none' };
      return { kind: 'wait', untilMs: Math.min(...[...this.#held.values()].map(({ aliveUntilMs }) => aliveUntilMs)) };
    }
    this.#takings += 1;
    const token = `${worker}/${this.#takings}`;
    this.#held.set(token, { entry, worker, words: 'nothing', aliveUntilMs: nowMs + this.#leaseMs });
    return { kind: 'job', claim: { token, job: entry.job } };
  }

  #next(): Entry<Job> | undefined {
    const { done, value } = this.#fresh.next();
    return done ? undefined : { job: value, words: [] };
  }

  /** Whether the claim still holds. */
  keep(token: string, nowMs: number, words?: string): boolean {
    const held = this.#held.get(token);
    if (held === undefined) return false;
    held.aliveUntilMs = nowMs + this.#leaseMs;
    if (words !== undefined) held.words = words;
    return true;
  }

  /** Whether the claim still held. */
  end(token: string): boolean {
    return this.#held.delete(token);
  }

  giveBack(token: string): boolean {
    const held = this.#held.get(token);
    if (held === undefined) return false;
    this.#held.delete(token);
    this.#first.unshift(held.entry);
    return true;
  }

  /** Takes back what was not kept alive, and gives those that are set aside for it. */
  lapse(nowMs: number): SetAside<Job>[] {
    const setAside: SetAside<Job>[] = [];
    for (const [token, { entry, worker, words, aliveUntilMs }] of this.#held) {
      if (aliveUntilMs > nowMs) continue;
      this.#held.delete(token);
      entry.words.push(`${worker}: ${words}`);
      // Last in line: what kills workers is not to hold up the rest.
      if (entry.words.length < DEATHS) this.#last.push(entry);
      else setAside.push(entry);
    }
    return setAside;
  }
}

/** The error of a job that is set aside. */
export function poisonous(words: readonly string[]): MooringError {
  return new MooringError(
    ERROR.MOORING_ERR_JOB_POISON,
    `${words.length} workers were lost over it and it is set aside; what they said last: ${words.join('; ')}`,
    { words },
  );
}
