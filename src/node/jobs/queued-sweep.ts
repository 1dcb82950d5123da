import { ERROR } from '../../base/index.js';
import type { Outcome } from './job-source.js';
import { codeOf, type Part } from './parts.js';
import { packJobs, type SweepJob } from './plan.js';
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
    const { parts, keyed } = packJobs('anywhere');
    // What the runs name by path is all there before the first goes; what they are is made again as there is room for them.
    for await (const _ of keyed(jobs));
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
    const queued = new QueuedJobs<QueuedRun, readonly Row[], SweepJob>(link, {
      ...options,
      kind: runKind(),
      onOutcome: async (job, outcome) => {
        await onOutcome(job, outcome);
        return undefined;
      },
      prepare: () => putParts(link, parts, sign),
      onFailure,
    });
    await queued.run(entries(keyed(jobs)), signal);
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

async function* entries(
  jobs: ReturnType<ReturnType<typeof packJobs>['keyed']>,
): AsyncGenerator<Entry<QueuedRun, SweepJob>> {
  for await (const { job, key, packed } of jobs) yield { key, data: { packed }, asked: [job] };
}
