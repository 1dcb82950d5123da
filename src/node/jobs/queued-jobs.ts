import type { Job, Queue } from 'bullmq';
import { insist } from './insist.js';
import type { Outcome } from './job-source.js';
import { type QueuedJob, type QueuedResult, type QueueKind, queueName, readFailure, readResult } from './queue-kind.js';
import { buildsKey, jobId, PREFIX, WORKERS_SCRIPT, type WorkerState, workersKeys } from './redis-keys.js';
import type { Link } from './redis-link.js';

/** A job for the queue: what it is known by there, what is computed, and what those who ask call it. */
export interface Entry<Data, Asked> {
  readonly key: string;
  readonly data: Data;
  /** Who asks for it: the same job may be asked for more than once. */
  readonly asked: readonly Asked[];
}

export interface QueuedJobsOptions<Data, Result, Asked> {
  readonly kind: QueueKind<Result>;
  /** `again` for a result that is of no use any more: the job is done once more. */
  readonly onOutcome: (asked: Asked, outcome: Outcome<Result>) => Promise<undefined | 'again'>;
  /** Puts beside the jobs what they need; called before the first, and again where the queue has lost some. */
  readonly prepare?: () => Promise<void>;
  /**
   * What is to become of a job whose worker says that another may take it; undefined for a failure like others. Told once a
   * refusal: `later` puts it in again when it is next looked for, an outcome ends it.
   */
  readonly onFailure?: (
    data: Data,
    failure: Outcome<Result> & { readonly ok: false },
  ) => 'later' | Outcome<Result> | undefined;
  /** 1 goes first, 1000 last. */
  readonly priority?: number;
  /** Lines for people: workers lost, workers that are missing. */
  readonly tell: (line: string) => void;
  /** Hears, every few seconds, who works. */
  readonly onWorkers?: (workers: number, threads: number) => void;
  /** How often what was not told is looked for. */
  readonly lookMs?: number;
  /** How a worker is started, in a line for people. */
  readonly call?: string;
  /** So many are put in at a time; fewer where each costs time before it can be. */
  readonly batch?: number;
}

/** So many jobs stand in the queue ahead of each thread, at least and at most so many in all. */
const AHEAD = { perThread: 8, least: 400, most: 20_000 } as const;
const BATCH = 100;
const LOOK_MS = 5_000;
/** Results stay for others who ask for the same. */
const KEPT = { age: 7 * 24 * 3600, count: 100_000 } as const;
const FAILED_KEPT = { age: 3600, count: 10_000 } as const;

/**
 * Jobs of one who asks, in a queue. What stands there ahead is bounded, however many there are. Events tell what ended; what
 * they did not tell, because a connection or all of Redis was lost, is found by looking, and put in again where it is gone.
 */
export class QueuedJobs<Data, Result, Asked> {
  readonly #link: Link;
  readonly #options: QueuedJobsOptions<Data, Result, Asked>;
  readonly #kind: QueueKind<Result>;
  readonly #queue: Queue<QueuedJob<Data>, QueuedResult<Result>>;
  /** Jobs in the queue that are not told yet, by id. */
  readonly #out = new Map<string, { readonly data: Data; readonly asked: Asked[] }>();
  /** Outcomes are told one after another. */
  #telling: Promise<void> = Promise.resolve();
  #untold = 0;
  #threads = 0;
  #isAlone = false;

  constructor(link: Link, options: QueuedJobsOptions<Data, Result, Asked>) {
    this.#link = link;
    this.#options = options;
    this.#kind = options.kind;
    this.#queue = new link.bullmq.Queue(queueName(this.#kind), { connection: link.redis, prefix: PREFIX });
    this.#queue.on('error', () => {
      // The link tells of its connection.
    });
  }

  /** Resolves when all of `entries` are told, or `signal` aborted. They are asked for as there is room. */
  async run(
    entries: Iterable<Entry<Data, Asked>> | AsyncIterable<Entry<Data, Asked>>,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const { noun, build } = this.#kind;
    const events = new this.#link.bullmq.QueueEvents(queueName(this.#kind), {
      connection: this.#link.connect(),
      prefix: PREFIX,
    });
    let wake = (): void => {};
    const changed = (): void => wake();
    events.on('error', () => {});
    events.on('completed', ({ jobId: id, returnvalue }) => {
      this.#settle(id, readResult(this.#kind, returnvalue));
      changed();
    });
    events.on('failed', ({ jobId: id, failedReason }) => {
      const out = this.#out.get(id);
      if (out === undefined) return;
      const failure = this.#judge(out.data, failedReason);
      if (failure !== 'later') this.#settle(id, failure);
      changed();
    });
    events.on('stalled', ({ jobId: id }) => {
      if (this.#out.has(id)) this.#options.tell(`a worker was lost over a ${noun}; another takes it`);
    });
    signal?.addEventListener('abort', changed);
    let isLooking = false;
    const looking = setInterval(async () => {
      if (isLooking) return;
      isLooking = true;
      // What fails now is looked for again the next time.
      await this.#look([...this.#out.keys()]).then(changed, () => {});
      isLooking = false;
    }, this.#options.lookMs ?? LOOK_MS);
    try {
      const insisted = (ask: () => Promise<unknown>) =>
        insist(ask, { what: `the queue does not take ${noun}s`, tell: this.#options.tell, signal });
      await insisted(async () => {
        await events.waitUntilReady();
        await this.#options.prepare?.();
        await this.#link.redis.sadd(buildsKey(this.#kind.queue), build);
        await this.#look([]);
      });
      const size = this.#options.batch ?? BATCH;
      const source = batches(entries, size);
      let isLast = false;
      while ((!isLast || this.#out.size + this.#untold > 0) && !signal?.aborted) {
        const room = Math.min(AHEAD.most, Math.max(AHEAD.least, AHEAD.perThread * this.#threads)) - this.#out.size;
        if (!isLast && room >= size) {
          const batch = await source.next();
          isLast = batch.done === true;
          if (!batch.done) {
            // Taken once: asked again after a lost answer, a job would be asked for twice and told twice.
            const ids = this.#take(batch.value);
            await insisted(() => this.#enter(ids));
          }
        } else {
          await new Promise<void>((resolve) => {
            wake = resolve;
            if (signal?.aborted) resolve();
          });
        }
        await this.#telling;
      }
      await this.#telling;
    } finally {
      clearInterval(looking);
      signal?.removeEventListener('abort', changed);
      // What nobody has begun is nobody's wish any more; what runs leaves its result for the next sitting.
      await this.#withdraw();
      await events.close().catch(() => {});
      await this.#queue.close().catch(() => {});
    }
  }

  #take(batch: readonly Entry<Data, Asked>[]): string[] {
    for (const { key, data, asked } of batch) {
      const out = this.#out.get(jobId(key));
      if (out) out.asked.push(...asked);
      else this.#out.set(jobId(key), { data, asked: [...asked] });
    }
    // Runs that are the same are one job.
    return [...new Set(batch.map(({ key }) => jobId(key)))];
  }

  /** Puts jobs into the queue that have no result there. A failure of an earlier sitting is tried again. */
  async #enter(all: readonly string[]): Promise<void> {
    const ids = all.filter((id) => this.#out.has(id));
    const found = await Promise.all(ids.map((id) => this.#queue.getJob(id)));
    const missing: string[] = [];
    for (const [at, id] of ids.entries()) {
      const job = found[at];
      const outcome = job?.finishedOn === undefined ? undefined : this.#read(job);
      if (outcome?.ok) this.#settle(id, outcome);
      else if (outcome) await job?.remove().catch(() => {});
      if (job === undefined || (outcome && !outcome.ok)) missing.push(id);
    }
    await this.#add(missing);
  }

  async #add(ids: readonly string[]): Promise<void> {
    const entries = ids.flatMap((id) => {
      const out = this.#out.get(id);
      if (out === undefined) return [];
      const opts = {
        jobId: id,
        priority: this.#options.priority ?? 100,
        removeOnComplete: KEPT,
        removeOnFail: FAILED_KEPT,
      };
      return [{ name: this.#kind.noun, data: { build: this.#kind.build, data: out.data }, opts }];
    });
    if (entries.length > 0) await (this.#queue as Queue).addBulk(entries);
  }

  /** What became of jobs that no event told of; those that are gone from the queue are put in again. */
  async #look(ids: readonly string[]): Promise<void> {
    if (this.#link.redis.status !== 'ready') return;
    const gone: string[] = [];
    for (let at = 0; at < ids.length; at += BATCH) {
      const some = ids.slice(at, at + BATCH);
      const jobs = await Promise.all(some.map((id) => this.#queue.getJob(id)));
      for (const [index, job] of jobs.entries()) {
        const id = some[index]!;
        const out = this.#out.get(id);
        if (job === undefined) gone.push(id);
        else if (job.finishedOn === undefined || out === undefined) continue;
        else {
          const outcome = job.failedReason === undefined ? this.#read(job) : this.#judge(out.data, job.failedReason);
          if (outcome !== 'later') this.#settle(id, outcome);
          // Some other worker may take what one refused.
          else if (await isRemoved(job)) gone.push(id);
        }
      }
    }
    if (gone.length > 0) {
      await this.#options.prepare?.();
      await this.#add(gone);
    }
    await this.#countWorkers();
  }

  #judge(data: Data, reason: string): 'later' | Outcome<Result> {
    const failure = readFailure(reason);
    return this.#options.onFailure?.(data, failure) ?? failure;
  }

  #read({ failedReason, returnvalue }: Job<QueuedJob<Data>, QueuedResult<Result>>): Outcome<Result> {
    return failedReason === undefined ? readResult(this.#kind, returnvalue) : readFailure(failedReason);
  }

  async #countWorkers(): Promise<void> {
    const { noun, queue, build } = this.#kind;
    const keys = workersKeys(queue);
    const texts = (await this.#link.redis.eval(WORKERS_SCRIPT, 2, keys.seen, keys.state)) as string[];
    const all = texts.map((text) => JSON.parse(text) as WorkerState);
    const ours = all.filter((one) => one.build === build);
    this.#threads = ours.reduce((sum, { threads }) => sum + threads, 0);
    this.#options.onWorkers?.(ours.length, this.#threads);
    if (ours.length > 0 || this.#out.size === 0) this.#isAlone = false;
    else if (!this.#isAlone) {
      this.#isAlone = true;
      const others = [...new Set(all.map((one) => one.build))];
      const hint = others.length > 0 ? `; there are some of ${others.join(', ')}` : '';
      const who = noun === 'run' ? 'worker' : `worker for ${noun}s`;
      this.#options.tell(
        `no ${who} of ${build} is there${hint}: ${this.#options.call ?? `mooring worker ${this.#link.shown}`}`,
      );
    }
  }

  #settle(id: string, outcome: Outcome<Result>): void {
    const out = this.#out.get(id);
    if (out === undefined) return;
    this.#out.delete(id);
    this.#untold += 1;
    this.#telling = this.#telling.then(async () => {
      const again: Asked[] = [];
      for (const asked of out.asked) if ((await this.#options.onOutcome(asked, outcome)) === 'again') again.push(asked);
      if (again.length > 0) {
        // Where this fails, it is found to be done when it is next looked for, and is of no use again.
        await this.#queue.remove(id).catch(() => 0);
        this.#out.set(id, { data: out.data, asked: again });
        await this.#add([id]).catch(() => {});
      }
      this.#untold -= 1;
    });
    // It is heard where it is awaited.
    this.#telling.catch(() => {});
  }

  async #withdraw(): Promise<void> {
    if (this.#link.redis.status !== 'ready') return;
    const ids = [...this.#out.keys()];
    await Promise.all(ids.map((id) => this.#queue.remove(id).catch(() => 0)));
  }
}

async function isRemoved(job: Job): Promise<boolean> {
  return job.remove().then(
    () => true,
    () => false,
  );
}

async function* batches<T>(all: Iterable<T> | AsyncIterable<T>, size: number): AsyncGenerator<T[]> {
  let batch: T[] = [];
  for await (const one of all) {
    batch.push(one);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
