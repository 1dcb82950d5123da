import type { Job, Worker } from 'bullmq';
import { ERROR, MooringError } from '../../base/index.js';
import { errorToValue } from '../../client/index.js';
import { sleep } from '../process/index.js';
import { insist } from './insist.js';
import { buildOf, RESULT_SCHEMA } from './job-key.js';
import { poisonous } from './job-ledger.js';
import { type Claim, DEATHS, type JobSource, type Outcome } from './job-source.js';
import { codeOf, createUnpacker, type Part, refusePaths } from './parts.js';
import {
  PREFIX,
  partKey,
  type QueuedResult,
  type QueuedRun,
  type QueuedWords,
  queueName,
  type StoredPart,
} from './redis-keys.js';
import type { Link } from './redis-link.js';
import type { Row } from './rows.js';
import type { RunJob } from './run-job.js';
import type { Trust } from './trust.js';

export interface RedisSourceOptions {
  /** Who this is, for those who read what it said last. */
  readonly name: string;
  /** Where parts of jobs become files. */
  readonly folder: string;
  readonly trust: Trust;
  /** A claim without a heartbeat for so long lapses. */
  readonly leaseMs: number;
  readonly tell: (line: string) => void;
}

/** Seconds for which the queue is asked to hold an answer back. */
const HELD_SECONDS = 2;
const PAUSE_MS = 2_000;

type QueuedJob = Job<QueuedRun, QueuedResult>;

/** The runs of this build that stand in a queue, for the pool of this machine. */
export class RedisSource implements JobSource<RunJob, readonly Row[]> {
  readonly #link: Link;
  readonly #options: RedisSourceOptions;
  readonly #worker: Worker<QueuedRun, QueuedResult>;
  readonly #unpack: ReturnType<typeof createUnpacker>;
  readonly #jobs = new Map<string, QueuedJob>();
  readonly #deaths = new Map<string, readonly string[]>();
  /** One asks at a time: a connection waits for one job. */
  #asking: Promise<unknown> = Promise.resolve();
  #takings = 0;

  constructor(link: Link, options: RedisSourceOptions) {
    this.#link = link;
    this.#options = options;
    this.#unpack = createUnpacker(options.folder, (hash) => this.#partOf(hash));
    this.#worker = new link.bullmq.Worker(queueName(buildOf()), null, {
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

  async claim(_worker: string, signal?: AbortSignal): Promise<Claim<RunJob> | undefined> {
    while (!signal?.aborted) {
      const token = `${this.#options.name}/${++this.#takings}`;
      const next = this.#asking.then(() =>
        insist(() => this.#worker.getNextJob(token), {
          what: 'the queue gives no run',
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

  async heartbeat({ token }: Claim<RunJob>, words = ''): Promise<boolean> {
    const job = this.#jobs.get(token);
    if (job === undefined) return false;
    const isHeld = (await job.extendLock(token, this.#options.leaseMs)) > 0;
    if (!isHeld) {
      this.#forget(token);
      this.#options.tell('a run was given to another, as this worker was silent too long');
      return false;
    }
    await this.#say(job, token, words);
    return true;
  }

  async complete({ token }: Claim<RunJob>, outcome: Outcome<readonly Row[]>): Promise<void> {
    const job = this.#jobs.get(token);
    if (job === undefined) return;
    this.#forget(token);
    await this.#end(job, token, outcome);
  }

  async release({ token }: Claim<RunJob>): Promise<void> {
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

  /** A job as the pool runs it; undefined where there is nothing to run, and what became of it is told. */
  async #prepare(job: QueuedJob, token: string): Promise<RunJob | undefined> {
    const deaths = this.#deathsOf(job);
    if (job.deferredFailure) {
      await this.#fail(job, token, poisonous(deaths));
      this.#options.tell('a run that ended three workers is set aside');
      return undefined;
    }
    if (job.data.build !== buildOf()) {
      const message = `the run is for ${job.data.build}, this worker is ${buildOf()}`;
      await this.#fail(job, token, new MooringError(ERROR.MOORING_ERR_JOBS_RESULT, message, {}));
      return undefined;
    }
    this.#jobs.set(token, job);
    this.#deaths.set(token, deaths);
    try {
      if (deaths.length > 0) await this.#say(job, token, 'had just begun');
      refusePaths(job.data.packed);
      await this.#refuseUntrusted(job.data);
      const scenario = await this.#unpack(job.data.packed);
      return { scenario, rows: {} };
    } catch (error) {
      const isOwn = error instanceof MooringError;
      if (isOwn && error.code === ERROR.MOORING_ERR_JOBS_UNTRUSTED) {
        this.#forget(token);
        await this.#fail(job, token, error);
        return undefined;
      }
      // This worker's own trouble, such as a full disk: another is to have the job.
      this.#options.tell(`a run is given back: ${(error as Error).message}`);
      await this.#giveBack(token);
      await sleep(PAUSE_MS);
      return undefined;
    }
  }

  async #refuseUntrusted({ packed }: QueuedRun): Promise<void> {
    if (!this.#options.trust.isLimited) return;
    for (const hash of codeOf(packed)) {
      const part = await this.#partOf(hash);
      if (this.#options.trust.has(part)) continue;
      this.#options.tell(`not trusted: ${part.name}, --trust ${hash}`);
      throw new MooringError(ERROR.MOORING_ERR_JOBS_UNTRUSTED, `${part.name} is not trusted`, { hash });
    }
  }

  async #partOf(hash: string): Promise<Part & Pick<StoredPart, 'signature'>> {
    const text = await this.#link.redis.get(partKey(hash));
    if (text !== null) {
      const { name, text: content, signature } = JSON.parse(text) as StoredPart;
      return { hash, name, text: content, ...(signature === undefined ? {} : { signature }) };
    }
    const message = `part ${hash}: it is not in the queue; who put the run in will put it there again`;
    throw new MooringError(ERROR.MOORING_ERR_JOB_PART, message, { hash });
  }

  /** What those said last who died with the job. */
  #deathsOf(job: QueuedJob): readonly string[] {
    if (job.stalledCounter === 0) return [];
    const { deaths = [], words } = Object(job.progress) as Partial<QueuedWords>;
    return [...deaths, words ?? 'a worker that had said nothing'];
  }

  async #say(job: QueuedJob, token: string, words: string): Promise<void> {
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

  #fail(job: QueuedJob, token: string, error: MooringError): Promise<void> {
    return this.#end(job, token, { ok: false, error: errorToValue(error) });
  }

  async #end(job: QueuedJob, token: string, outcome: Outcome<readonly Row[]>): Promise<void> {
    await this.#insist(async () => {
      if (outcome.ok) {
        await job.moveToCompleted({ schema: RESULT_SCHEMA, rows: outcome.result }, token, false);
      } else {
        const { stack: _, ...error } = outcome.error;
        await job.moveToFailed(new Error(JSON.stringify(error)), token, false);
      }
    });
  }

  /** Tells the queue; of a claim that has lapsed it wants to hear nothing. */
  async #insist(say: () => Promise<unknown>): Promise<void> {
    const { tell } = this.#options;
    // BullMQ's numbers of a job or a lock that is not there any more.
    const isAnswer = (error: unknown): boolean => typeof (error as { code?: unknown }).code === 'number';
    await insist(say, { what: 'the queue does not take what became of a run', tell, isAnswer }).catch(() => {});
  }
}
