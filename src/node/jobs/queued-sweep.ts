import type { Job, Queue } from 'bullmq';
import { ERROR, MooringError } from '../../base/index.js';
import { type ErrorValue, errorToValue } from '../../client/index.js';
import { insist } from './insist.js';
import { buildOf, RESULT_SCHEMA } from './job-key.js';
import type { Outcome } from './job-source.js';
import { codeOf, type Part } from './parts.js';
import { type KeyedJob, packJobs, type SweepJob } from './plan.js';
import {
  BUILDS,
  jobId,
  PART_SECONDS,
  PREFIX,
  partKey,
  type QueuedResult,
  type QueuedRun,
  queueName,
  type StoredPart,
  WORKERS,
  WORKERS_SCRIPT,
  WORKERS_SEEN,
  type WorkerState,
} from './redis-keys.js';
import type { Link } from './redis-link.js';
import type { Row } from './rows.js';
import { areRows } from './store.js';
import type { SweepWorkers } from './sweep.js';

export interface QueueWorkersOptions {
  /** 1 goes first, 1000 last. */
  readonly priority?: number;
  /** Lines for people: workers lost, workers that are missing. */
  readonly tell: (line: string) => void;
  /** Hears, every few seconds, who works. */
  readonly onWorkers?: (workers: number, threads: number) => void;
  /** Signs the hash of a part, for workers that trust a key only. */
  readonly sign?: (hash: string) => string;
  /** How often what was not told is looked for. */
  readonly lookMs?: number;
}

/** So many jobs stand in the queue ahead of each thread, at least and at most so many in all. */
const AHEAD = { perThread: 8, least: 400, most: 20_000 } as const;
const BATCH = 100;
const LOOK_MS = 5_000;
/** Results stay for others who ask for the same run. */
const KEPT = { age: 7 * 24 * 3600, count: 100_000 } as const;
const FAILED_KEPT = { age: 3600, count: 10_000 } as const;

/**
 * Runs on the workers of a queue. What is in the queue ahead is bounded, however long the sweep. Events tell what ended;
 * what they did not tell, because a connection or all of Redis was lost, is found by looking, and put in again where it is gone.
 */
export function queueWorkers(link: Link, options: QueueWorkersOptions): SweepWorkers {
  return async (jobs, onOutcome, signal) => {
    const { jobs: keyed, parts } = await packJobs(jobs, 'anywhere');
    const byIndex = new Map(jobs.map((job) => [job.index, job]));
    const sweep = new QueuedSweep(link, parts, options, async (index, outcome) =>
      onOutcome(byIndex.get(index) as SweepJob, outcome),
    );
    await sweep.run(keyed, signal);
  };
}

class QueuedSweep {
  readonly #link: Link;
  readonly #parts: ReadonlyMap<string, Part>;
  readonly #options: QueueWorkersOptions;
  readonly #onOutcome: (index: number, outcome: Outcome<readonly Row[]>) => Promise<void>;
  readonly #queue: Queue<QueuedRun, QueuedResult>;
  readonly #build = buildOf();
  /** Jobs in the queue that are not told yet, by id. */
  readonly #out = new Map<string, { readonly packed: KeyedJob['packed']; readonly indices: number[] }>();
  /** Outcomes are told one after another. */
  #telling: Promise<void> = Promise.resolve();
  #threads = 0;
  #isAlone = false;
  readonly #untrusted = new Set<string>();

  constructor(
    link: Link,
    parts: ReadonlyMap<string, Part>,
    options: QueueWorkersOptions,
    onOutcome: (index: number, outcome: Outcome<readonly Row[]>) => Promise<void>,
  ) {
    this.#link = link;
    this.#parts = parts;
    this.#options = options;
    this.#onOutcome = onOutcome;
    this.#queue = new link.bullmq.Queue(queueName(this.#build), { connection: link.redis, prefix: PREFIX });
    this.#queue.on('error', () => {
      // The link tells of its connection.
    });
  }

  async run(jobs: readonly KeyedJob[], signal: AbortSignal | undefined): Promise<void> {
    const waiting = groupByKey(jobs);
    const events = new this.#link.bullmq.QueueEvents(queueName(this.#build), {
      connection: this.#link.connect(),
      prefix: PREFIX,
    });
    let wake = (): void => {};
    const changed = (): void => wake();
    const settle = (id: string, outcome: Outcome<readonly Row[]>): void => {
      this.#settle(id, outcome);
      changed();
    };
    events.on('error', () => {});
    events.on('completed', ({ jobId: id, returnvalue }) => settle(id, readResult(returnvalue)));
    events.on('failed', ({ jobId: id, failedReason }) => {
      if (this.#out.has(id) && !this.#isUntrusted(id, failedReason)) settle(id, readFailure(failedReason));
    });
    events.on('stalled', ({ jobId: id }) => {
      if (this.#out.has(id)) this.#options.tell('a worker was lost over a run; another takes it');
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
        insist(ask, { what: 'the queue does not take runs', tell: this.#options.tell, signal });
      await insisted(async () => {
        await events.waitUntilReady();
        await this.#putParts();
        await this.#link.redis.sadd(BUILDS, this.#build);
        await this.#look([]);
      });
      let at = 0;
      while ((at < waiting.length || this.#out.size > 0) && !signal?.aborted) {
        const room = Math.min(AHEAD.most, Math.max(AHEAD.least, AHEAD.perThread * this.#threads)) - this.#out.size;
        if (at < waiting.length && room >= Math.min(BATCH, waiting.length - at)) {
          const batch = waiting.slice(at, at + BATCH);
          at += batch.length;
          for (const { id, packed, indices } of batch) this.#out.set(id, { packed, indices });
          await insisted(() => this.#enter(batch.map(({ id }) => id).filter((id) => this.#out.has(id))));
          await this.#telling;
          continue;
        }
        await new Promise<void>((resolve) => {
          wake = resolve;
          if (signal?.aborted) resolve();
        });
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

  /** Puts runs into the queue that have no result there. A failure of an earlier sitting is tried again. */
  async #enter(ids: readonly string[]): Promise<void> {
    const found = await Promise.all(ids.map((id) => this.#queue.getJob(id)));
    const missing: string[] = [];
    for (const [at, id] of ids.entries()) {
      const job = found[at];
      const outcome = job?.finishedOn === undefined ? undefined : readJob(job);
      if (outcome?.ok) this.#settle(id, outcome);
      else if (outcome) await job?.remove().catch(() => {});
      if (job === undefined || (outcome && !outcome.ok)) missing.push(id);
    }
    await this.#add(missing);
  }

  async #add(ids: readonly string[]): Promise<void> {
    const entries = ids.flatMap((id) => {
      const out = this.#out.get(id);
      return out === undefined
        ? []
        : [
            {
              name: 'run',
              data: { build: this.#build, packed: out.packed },
              opts: {
                jobId: id,
                priority: this.#options.priority ?? 100,
                removeOnComplete: KEPT,
                removeOnFail: FAILED_KEPT,
              },
            },
          ];
    });
    if (entries.length > 0) await this.#queue.addBulk(entries);
  }

  /** What became of runs that no event told of; those that are gone from the queue are put in again. */
  async #look(ids: readonly string[]): Promise<void> {
    if (this.#link.redis.status !== 'ready') return;
    const gone: string[] = [];
    for (let at = 0; at < ids.length; at += BATCH) {
      const some = ids.slice(at, at + BATCH);
      const jobs = await Promise.all(some.map((id) => this.#queue.getJob(id)));
      for (const [index, job] of jobs.entries()) {
        const id = some[index]!;
        if (job === undefined) gone.push(id);
        else if (job.finishedOn === undefined) continue;
        else if (!isRefusal(job.failedReason)) this.#settle(id, readJob(job));
        // Some other worker may take what one did not trust.
        else if (
          await job.remove().then(
            () => true,
            () => false,
          )
        )
          gone.push(id);
      }
    }
    if (gone.length > 0) {
      await this.#putParts();
      await this.#add(gone);
    }
    await this.#countWorkers();
  }

  #isUntrusted(id: string, reason: string): boolean {
    if (!isRefusal(reason)) return false;
    const packed = this.#out.get(id)?.packed;
    for (const hash of packed === undefined ? [] : codeOf(packed)) {
      if (this.#untrusted.has(hash)) continue;
      this.#untrusted.add(hash);
      const name = this.#parts.get(hash)?.name;
      this.#options.tell(`a worker does not trust ${name}: it wants --trust ${hash}, or another takes it`);
    }
    return true;
  }

  async #putParts(): Promise<void> {
    const pipeline = this.#link.redis.pipeline();
    for (const part of this.#parts.values()) {
      const signature = this.#options.sign?.(part.hash);
      const stored: StoredPart = { ...part, ...(signature === undefined ? {} : { signature }) };
      pipeline.set(partKey(part.hash), JSON.stringify(stored), 'EX', PART_SECONDS);
    }
    await pipeline.exec();
  }

  async #countWorkers(): Promise<void> {
    const texts = (await this.#link.redis.eval(WORKERS_SCRIPT, 2, WORKERS_SEEN, WORKERS)) as string[];
    const all = texts.map((text) => JSON.parse(text) as WorkerState);
    const ours = all.filter(({ build }) => build === this.#build);
    this.#threads = ours.reduce((sum, { threads }) => sum + threads, 0);
    this.#options.onWorkers?.(ours.length, this.#threads);
    if (ours.length > 0 || this.#out.size === 0) this.#isAlone = false;
    else if (!this.#isAlone) {
      this.#isAlone = true;
      const others = [...new Set(all.map(({ build }) => build))];
      const hint = others.length > 0 ? `; there are some of ${others.join(', ')}` : '';
      this.#options.tell(`no worker of ${this.#build} is there${hint}: mooring worker ${this.#link.shown}`);
    }
  }

  #settle(id: string, outcome: Outcome<readonly Row[]>): void {
    const out = this.#out.get(id);
    if (out === undefined) return;
    this.#out.delete(id);
    this.#telling = this.#telling.then(async () => {
      for (const index of out.indices) await this.#onOutcome(index, outcome);
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

/** Runs that are the same are one job. */
function groupByKey(jobs: readonly KeyedJob[]) {
  const groups = new Map<string, { id: string; packed: KeyedJob['packed']; indices: number[] }>();
  for (const { index, key, packed } of jobs) {
    const id = jobId(key);
    const group = groups.get(id);
    if (group) group.indices.push(index);
    else groups.set(id, { id, packed, indices: [index] });
  }
  return [...groups.values()];
}

function readJob({ failedReason, returnvalue }: Job<QueuedRun, QueuedResult>): Outcome<readonly Row[]> {
  return failedReason === undefined ? readResult(returnvalue) : readFailure(failedReason);
}

/** What a worker left: its rows, or what is wrong with them. */
export function readResult(value: unknown): Outcome<readonly Row[]> {
  const { schema, rows } = Object(value) as Partial<QueuedResult>;
  if (schema === RESULT_SCHEMA && areRows(rows)) return { ok: true, result: rows };
  const message = `a result in the queue has schema ${schema}, this reads ${RESULT_SCHEMA}: its worker is of another version`;
  const error = new MooringError(ERROR.MOORING_ERR_JOBS_RESULT, message, { schema });
  return { ok: false, error: errorToValue(error) };
}

/** A failure as a worker left it, or as text. */
export function readFailure(reason: string): { readonly ok: false; readonly error: ErrorValue } {
  try {
    const error = JSON.parse(reason) as ErrorValue;
    if (typeof error?.message === 'string' && typeof error.name === 'string') return { ok: false, error };
  } catch {
    // BullMQ's own words.
  }
  return { ok: false, error: { name: 'Error', message: reason } };
}

function isRefusal(reason: string | undefined): boolean {
  return reason !== undefined && readFailure(reason).error.code === ERROR.MOORING_ERR_JOBS_UNTRUSTED;
}
