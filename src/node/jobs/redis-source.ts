import type { Job, Worker } from 'bullmq';
import { ERROR, MooringError } from '../../base/index.js';
import { errorToValue } from '../../client/index.js';
import { sleep } from '../process/index.js';
import { insist } from './insist.js';
import { poisonous } from './job-ledger.js';
import { type Claim, DEATHS, type JobSource, type Outcome } from './job-source.js';
import { type QueuedJob, type QueuedResult, type QueueKind, queueName } from './queue-kind.js';
import { PREFIX, type QueuedWords } from './redis-keys.js';
import type { Link } from './redis-link.js';

/** What a worker makes of what stands in a queue. */
export interface Preparing<Ready, Result> {
  readonly kind: QueueKind<Result>;
  /**
   * What stands in the queue, believed in nothing, as this machine's threads take it. A {@link Refusal} fails the job with
   * its error; whatever else is thrown gives the job back.
   */
  prepare(data: unknown): Promise<Ready>;
  /** What of a result goes into the queue; asked before the job ends. */
  hand?(result: Result): Promise<Result>;
}

/** Throws it for a job this worker will not do. */
export class Refusal extends Error {
  readonly error: MooringError;
  /** Before the next job is taken: whoever refuses at once would take all there are. */
  readonly pauseMs: number;

  constructor(error: MooringError, pauseMs = 0) {
    super(error.message);
    this.error = error;
    this.pauseMs = pauseMs;
  }
}

export interface RedisSourceOptions {
  /** Who this is, for those who read what it said last. */
  readonly name: string;
  /** A claim without a heartbeat for so long lapses. */
  readonly leaseMs: number;
  readonly tell: (line: string) => void;
}

/** Seconds for which the queue is asked to hold an answer back. */
const HELD_SECONDS = 2;
const PAUSE_MS = 2_000;

/** The jobs of this build that stand in a queue, for the pool of this machine. */
export class RedisSource<Ready, Result> implements JobSource<Ready, Result> {
  readonly #options: RedisSourceOptions;
  readonly #preparing: Preparing<Ready, Result>;
  readonly #worker: Worker<QueuedJob<unknown>, QueuedResult<Result>>;
  readonly #jobs = new Map<string, Job<QueuedJob<unknown>, QueuedResult<Result>>>();
  readonly #deaths = new Map<string, readonly string[]>();
  /** One asks at a time: a connection waits for one job. */
  #asking: Promise<unknown> = Promise.resolve();
  #takings = 0;

  constructor(link: Link, preparing: Preparing<Ready, Result>, options: RedisSourceOptions) {
    this.#options = options;
    this.#preparing = preparing;
    this.#worker = new link.bullmq.Worker(queueName(preparing.kind), null, {
      connection: link.connect(),
      prefix: PREFIX,
      name: options.name,
      autorun: false,
      drainDelay: HELD_SECONDS,
      lockDuration: options.leaseMs,
      stalledInterval: options.leaseMs,
      maxStalledCount: DEATHS - 1,
    });
    this.#worker.on('error', () => {
      // The link tells of its connection; what a command says is heard where it is given.
    });
    void this.#worker.startStalledCheckTimer();
  }

  async claim(_worker: string, signal?: AbortSignal): Promise<Claim<Ready> | undefined> {
    while (!signal?.aborted) {
      const token = `${this.#options.name}/${++this.#takings}`;
      const next = this.#asking.then(() =>
        insist(() => this.#worker.getNextJob(token), {
          what: `the queue gives no ${this.#noun}`,
          tell: this.#options.tell,
          signal,
        }),
      );
      this.#asking = next;
      const job = await next;
      if (job === undefined) continue;
      const ready = await this.#prepare(job, token);
      if (ready !== undefined) return { token, job: ready };
    }
    return undefined;
  }

  async heartbeat({ token }: Claim<Ready>, words = ''): Promise<boolean> {
    const job = this.#jobs.get(token);
    if (job === undefined) return false;
    const isHeld = (await job.extendLock(token, this.#options.leaseMs)) > 0;
    if (!isHeld) {
      this.#forget(token);
      this.#options.tell(`a ${this.#noun} was given to another, as this worker was silent too long`);
      return false;
    }
    await this.#say(job, token, words);
    return true;
  }

  async complete({ token }: Claim<Ready>, outcome: Outcome<Result>): Promise<void> {
    const job = this.#jobs.get(token);
    if (job === undefined) return;
    let told = outcome;
    if (outcome.ok && this.#preparing.hand) {
      try {
        told = { ok: true, result: await this.#preparing.hand(outcome.result) };
      } catch (error) {
        if (!(error instanceof Refusal)) return await this.#giveBackFor(error as Error, token);
        told = { ok: false, error: errorToValue(error.error) };
      }
    }
    this.#forget(token);
    await this.#end(job, token, told);
  }

  async release({ token }: Claim<Ready>): Promise<void> {
    await this.#giveBack(token);
  }

  async #giveBack(token: string): Promise<void> {
    const job = this.#jobs.get(token);
    if (job === undefined) return;
    this.#forget(token);
    await this.#insist(() => job.moveToWait(token));
  }

  /** Ends the waiting for jobs, and gives back what came of it. */
  async close(): Promise<void> {
    await Promise.race([this.#asking, sleep(2 * HELD_SECONDS * 1000)]);
    await this.#worker.close(true);
  }

  get #noun(): string {
    return this.#preparing.kind.noun;
  }

  /** A job as the pool runs it; undefined where there is nothing to run, and what became of it is told. */
  async #prepare(job: Job<QueuedJob<unknown>, QueuedResult<Result>>, token: string): Promise<Ready | undefined> {
    const { kind } = this.#preparing;
    const deaths = this.#deathsOf(job);
    if (job.deferredFailure) {
      await this.#fail(job, token, poisonous(deaths));
      this.#options.tell(`a ${kind.noun} that ended three workers is set aside`);
      return undefined;
    }
    if (job.data.build !== kind.build) {
      const message = `the ${kind.noun} is for ${job.data.build}, this worker is ${kind.build}`;
      await this.#fail(job, token, new MooringError(ERROR.MOORING_ERR_JOBS_RESULT, message, {}));
      return undefined;
    }
    this.#jobs.set(token, job);
    this.#deaths.set(token, deaths);
    try {
      if (deaths.length > 0) await this.#say(job, token, 'had just begun');
      return await this.#preparing.prepare(job.data.data);
    } catch (error) {
      if (error instanceof Refusal) {
        this.#forget(token);
        await this.#fail(job, token, error.error);
        await sleep(error.pauseMs);
        return undefined;
      }
      await this.#giveBackFor(error as Error, token);
      return undefined;
    }
  }

  /** This worker's own trouble, such as a full disk: another is to have the job. */
  async #giveBackFor({ message }: Error, token: string): Promise<void> {
    this.#options.tell(`a ${this.#noun} is given back: ${message}`);
    await this.#giveBack(token);
    await sleep(PAUSE_MS);
  }

  /** What those said last who died with the job. */
  #deathsOf(job: Job): readonly string[] {
    if (job.stalledCounter === 0) return [];
    const { deaths = [], words } = Object(job.progress) as Partial<QueuedWords>;
    return [...deaths, words ?? 'a worker that had said nothing'];
  }

  async #say(job: Job, token: string, words: string): Promise<void> {
    const said: QueuedWords = {
      deaths: this.#deaths.get(token) ?? [],
      words: `${this.#options.name} ${words}`.trim(),
    };
    // Not worth a claim: the job may have ended meanwhile.
    await job.updateProgress({ ...said }).catch(() => {});
  }

  #forget(token: string): void {
    this.#jobs.delete(token);
    this.#deaths.delete(token);
  }

  #fail(job: Job, token: string, error: MooringError): Promise<void> {
    return this.#end(job, token, { ok: false, error: errorToValue(error) });
  }

  async #end(job: Job, token: string, outcome: Outcome<Result>): Promise<void> {
    await this.#insist(async () => {
      if (outcome.ok) {
        await job.moveToCompleted({ schema: this.#preparing.kind.schema, result: outcome.result }, token, false);
      } else {
        const { stack: _, ...error } = outcome.error;
        await job.moveToFailed(new Error(JSON.stringify(error)), token, false);
      }
    });
  }

  /** Tells the queue; of a claim that has lapsed it wants to hear nothing, and whoever watches this worker hears that. */
  async #insist(say: () => Promise<unknown>): Promise<void> {
    const { tell } = this.#options;
    // BullMQ's numbers of a job or a lock that is not there any more.
    const isAnswer = (error: unknown): boolean => typeof (error as { code?: unknown }).code === 'number';
    await insist(say, { what: `the queue does not take what became of a ${this.#noun}`, tell, isAnswer }).catch(() =>
      tell(`a ${this.#noun} was given to another or is not in the queue any more: what became of it here is dropped`),
    );
  }
}
