import { hostname } from 'node:os';
import type { Writable } from 'node:stream';
import type { JobSource } from './job-source.js';
import { runPool } from './pool.js';
import { type QueueKind, queueName } from './queue-kind.js';
import { buildsKey, PREFIX, SEEN_SCRIPT, type WorkerState, workersKeys } from './redis-keys.js';
import type { Link } from './redis-link.js';
import { type Preparing, RedisSource } from './redis-source.js';

export interface WorkerOptions {
  readonly threads: number;
  readonly leaseMs: number;
  readonly signal: AbortSignal;
  /** Where what algorithms print goes. */
  readonly logs: Writable;
  readonly tell: (line: string) => void;
}

/** How a worker's threads do jobs of one kind. */
export interface Work<Ready, Result> extends Preparing<Ready, Result> {
  /** The module of its threads. */
  readonly entry: URL;
  /** How far a job is, by its last frame. */
  readonly words: (frame: unknown) => string;
  /** A thread that gives no sign of life for so long is ended and its job failed. */
  readonly silenceMs?: number;
  /** Its error. */
  readonly silent?: () => Error;
}

/** What a worker did. */
export interface WorkerTold {
  readonly name: string;
  readonly done: number;
  readonly failed: number;
}

const SEEN_MS = 5_000;

/** Takes jobs of one kind from a queue until `signal` aborts; what is under way then is given back. */
export async function serveQueue<Ready, Result>(
  link: Link,
  work: Work<Ready, Result>,
  { threads, leaseMs, signal, logs, tell }: WorkerOptions,
): Promise<WorkerTold> {
  const { queue, build } = work.kind;
  const name = `${hostname()}/${process.pid}`;
  const state: WorkerState = { name, build, threads };
  const keys = workersKeys(queue);
  const source = new RedisSource(link, work, { name, leaseMs, tell });
  const seen = (): void => {
    const text = JSON.stringify(state);
    link.redis.eval(SEEN_SCRIPT, 2, keys.seen, keys.state, name, text).catch(() => {});
  };
  seen();
  const seeing = setInterval(seen, SEEN_MS);
  try {
    for (const line of await waitingElsewhere(link, work.kind)) tell(line);
    const { counted, counts } = counting(source);
    await runPool(counted, {
      entry: work.entry,
      workers: threads,
      name,
      signal,
      logs,
      heartbeatMs: Math.min(5_000, leaseMs / 4),
      words: work.words,
      ...(work.silenceMs === undefined ? {} : { silenceMs: work.silenceMs }),
      ...(work.silent === undefined ? {} : { silent: work.silent }),
    });
    return { name, ...counts() };
  } finally {
    clearInterval(seeing);
    await source.close();
    await link.redis
      .multi()
      .hdel(keys.state, name)
      .zrem(keys.seen, name)
      .exec()
      .catch(() => {});
  }
}

/** Jobs that wait for workers of other builds, which this one is not. */
async function waitingElsewhere({ redis }: Link, kind: QueueKind<unknown>): Promise<string[]> {
  const others = (await redis.smembers(buildsKey(kind.queue))).filter((build) => build !== kind.build);
  const lines = await Promise.all(
    others.map(async (build) => {
      const key = `${PREFIX}:${queueName({ queue: kind.queue, build })}`;
      const waiting = (await redis.llen(`${key}:wait`)) + (await redis.zcard(`${key}:prioritized`));
      return waiting === 0
        ? []
        : [`${waiting} ${kind.noun}s wait for mooring ${build}; this is ${kind.build}, and leaves them`];
    }),
  );
  return lines.flat();
}

function counting<Ready, Result>(source: JobSource<Ready, Result>) {
  let done = 0;
  let failed = 0;
  const counted: JobSource<Ready, Result> = {
    claim: (worker, signal) => source.claim(worker, signal),
    heartbeat: (claim, words) => source.heartbeat(claim, words),
    release: (claim) => source.release(claim),
    async complete(claim, outcome) {
      await source.complete(claim, outcome);
      done += 1;
      if (!outcome.ok) failed += 1;
    },
  };
  return { counted, counts: () => ({ done, failed }) };
}
