import { mkdtemp, rm } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { formatDuration } from '../../base/index.js';
import { buildOf } from './job-key.js';
import type { JobSource } from './job-source.js';
import { runPool } from './pool.js';
import { BUILDS, PREFIX, queueName, SEEN_SCRIPT, WORKERS, WORKERS_SEEN, type WorkerState } from './redis-keys.js';
import type { Link } from './redis-link.js';
import { RedisSource } from './redis-source.js';
import type { Row } from './rows.js';
import type { Frame, RunJob } from './run-job.js';
import { runEntry } from './sweep.js';
import type { Trust } from './trust.js';

export interface WorkerOptions {
  readonly threads: number;
  readonly trust: Trust;
  readonly leaseMs: number;
  readonly signal: AbortSignal;
  /** Where what algorithms print goes. */
  readonly logs: Writable;
  readonly tell: (line: string) => void;
}

/** What a worker did. */
export interface WorkerTold {
  readonly name: string;
  readonly runs: number;
  readonly failed: number;
}

const SEEN_MS = 5_000;

/** Takes runs from a queue until `signal` aborts; what is under way then is given back. */
export async function runWorker(link: Link, options: WorkerOptions): Promise<WorkerTold> {
  const { threads, leaseMs, trust, signal, tell } = options;
  const name = `${hostname()}/${process.pid}`;
  const state: WorkerState = { name, build: buildOf(), threads };
  const folder = await mkdtemp(join(tmpdir(), 'mooring-worker-'));
  const source = new RedisSource(link, { name, folder, trust, leaseMs, tell });
  const seen = (): void => {
    const text = JSON.stringify(state);
    link.redis.eval(SEEN_SCRIPT, 2, WORKERS_SEEN, WORKERS, name, text).catch(() => {});
  };
  seen();
  const seeing = setInterval(seen, SEEN_MS);
  try {
    for (const line of await waitingElsewhere(link)) tell(line);
    const { counted, counts } = counting(source);
    await runPool(counted, {
      entry: runEntry(),
      workers: threads,
      name,
      signal,
      logs: options.logs,
      heartbeatMs: Math.min(5_000, leaseMs / 4),
      words: wordsOf,
    });
    return { name, ...counts() };
  } finally {
    clearInterval(seeing);
    await source.close();
    await link.redis
      .multi()
      .hdel(WORKERS, name)
      .zrem(WORKERS_SEEN, name)
      .exec()
      .catch(() => {});
    await rm(folder, { recursive: true, force: true });
  }
}

/** Runs that wait for workers of other builds, which this one is not. */
async function waitingElsewhere({ redis }: Link): Promise<string[]> {
  const others = (await redis.smembers(BUILDS)).filter((build) => build !== buildOf());
  const lines = await Promise.all(
    others.map(async (build) => {
      const key = `${PREFIX}:${queueName(build)}`;
      const waiting = (await redis.llen(`${key}:wait`)) + (await redis.zcard(`${key}:prioritized`));
      return waiting === 0 ? [] : [`${waiting} runs wait for mooring ${build}; this is ${buildOf()}, and leaves them`];
    }),
  );
  return lines.flat();
}

function counting(source: JobSource<RunJob, readonly Row[]>) {
  let runs = 0;
  let failed = 0;
  const counted: JobSource<RunJob, readonly Row[]> = {
    claim: (worker, signal) => source.claim(worker, signal),
    heartbeat: (claim, words) => source.heartbeat(claim, words),
    release: (claim) => source.release(claim),
    async complete(claim, outcome) {
      await source.complete(claim, outcome);
      runs += 1;
      if (!outcome.ok) failed += 1;
    },
  };
  return { counted, counts: () => ({ runs, failed }) };
}

/** How far a run was. */
function wordsOf(frame: unknown): string {
  if (frame === undefined) return 'had shown nothing yet';
  const { timeUs, durationUs } = frame as Frame;
  return `was at ${formatDuration(timeUs)} of ${formatDuration(durationUs)}`;
}
