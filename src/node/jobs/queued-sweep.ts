import { ERROR } from '../../base/index.js';
import type { Outcome } from './job-source.js';
import { codeOf, type Part } from './parts.js';
import { type KeyedJob, packJobs, type SweepJob } from './plan.js';
import { type Entry, QueuedJobs } from './queued-jobs.js';
import { PART_SECONDS, partKey, type StoredPart } from './redis-keys.js';
import type { Link } from './redis-link.js';
import type { Row } from './rows.js';
import { type QueuedRun, runKind } from './run-kind.js';
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

/** Runs on the workers of a queue. */
export function queueWorkers(link: Link, { sign, ...options }: QueueWorkersOptions): SweepWorkers {
  return async (jobs, onOutcome, signal) => {
    const { jobs: keyed, parts } = await packJobs(jobs, 'anywhere');
    const byIndex = new Map(jobs.map((job) => [job.index, job]));
    const untrusted = new Set<string>();
    const onFailure = ({ packed }: QueuedRun, { error }: Outcome<unknown> & { readonly ok: false }) => {
      if (error.code !== ERROR.MOORING_ERR_JOBS_UNTRUSTED) return undefined;
      for (const hash of codeOf(packed)) {
        if (untrusted.has(hash)) continue;
        untrusted.add(hash);
        const name = parts.get(hash)?.name;
        options.tell(`a worker does not trust ${name}: it wants --trust ${hash}, or another takes it`);
      }
      return 'later';
    };
    const queued = new QueuedJobs<QueuedRun, readonly Row[], number>(link, {
      ...options,
      kind: runKind(),
      onOutcome: async (index, outcome) => {
        await onOutcome(byIndex.get(index) as SweepJob, outcome);
        return undefined;
      },
      prepare: () => putParts(link, parts, sign),
      onFailure,
    });
    await queued.run(groupByKey(keyed), signal);
  };
}

async function putParts(
  { redis }: Link,
  parts: ReadonlyMap<string, Part>,
  sign: QueueWorkersOptions['sign'],
): Promise<void> {
  const pipeline = redis.pipeline();
  for (const part of parts.values()) {
    const signature = sign?.(part.hash);
    const stored: StoredPart = { ...part, ...(signature === undefined ? {} : { signature }) };
    pipeline.set(partKey(part.hash), JSON.stringify(stored), 'EX', PART_SECONDS);
  }
  await pipeline.exec();
}

/** Runs that are the same are one job. */
function groupByKey(jobs: readonly KeyedJob[]): Entry<QueuedRun, number>[] {
  const groups = new Map<string, { key: string; data: QueuedRun; asked: number[] }>();
  for (const { index, key, packed } of jobs) {
    const group = groups.get(key);
    if (group) group.asked.push(index);
    else groups.set(key, { key, data: { packed }, asked: [index] });
  }
  return [...groups.values()];
}
