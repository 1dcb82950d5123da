import {
  createMemoryStore,
  type Link,
  openLink,
  parseQueueAddress,
  planSweep,
  queueWorkers,
  runScenario,
  runSweep,
  type SweepWorkers,
  sweepThreads,
} from '../node/jobs/index.js';
import type { Scenario } from '../sim/index.js';
import { atLeast, atMost, type Bench, type BenchResult } from './bench.js';
import { measureQueue } from './jobs-queue.js';
import { cpuMs, type Started, startRedis, startWorker, whyNoRedis } from './jobs-redis.js';
import { rounded } from './timing.js';

/** Runs of so much processor time, so many of them in a round. The first of a round counts for nothing: threads start. */
const CASES = [
  { cpuSeconds: 0.1, runs: 30, rounds: 2 },
  { cpuSeconds: 1, runs: 5, rounds: 2 },
  { cpuSeconds: 10, runs: 3, rounds: 2 },
] as const;
const BASE: Scenario = { rate: '20Mbit', rtt: '40ms', queue: '1bdp', flows: [{ algorithm: 'cubic' }] };
/** The first seconds of a run cost several times as much as later ones, while its code is compiled. */
const PROBE_CPU_SECONDS = 1;
/** Jobs that compute nothing. */
const QUEUED = 5_000;

/** What a queue costs a run, beside the threads of this machine, and what Redis and who asks carry. */
export const jobs: Bench = {
  name: 'jobs',
  summary: 'runs of 0.1, 1 and 10 s on a thread of this machine and on a worker behind Redis; jobs a second in and out',
  missing: whyNoRedis,
  leavesNothing: true,
  async run(progress, _, signal): Promise<BenchResult> {
    const redis = await startRedis();
    const told: string[] = [];
    const link = await openLink(parseQueueAddress(redis.url, {}), (line) => told.push(line)).catch((error) => {
      redis.close();
      throw error;
    });
    try {
      progress('jobs: no-op jobs');
      const queue = await measureQueue(link, QUEUED);
      const worker = await startWorker(redis.url);
      try {
        const overheads = await measureRuns(link, { others: [redis, worker], signal }, progress);
        return {
          rows: [
            ...overheads.flatMap(({ cpuSeconds, local, queued }) => [
              compared(`a run of ${cpuSeconds} s`, local.wallMs, queued.wallMs),
              compared(`its processor time, of all who take part`, local.cpuMs, queued.cpuMs),
            ]),
            ...Object.entries(queue).map(([what, [value, unit]]) => ({ what, value: rounded(value), unit })),
          ],
          floors: [
            atLeast('jobs in', rounded(queue['jobs in'][0]), '/s', 1_000),
            atLeast('jobs out', rounded(queue['jobs out'][0]), '/s', 500),
            atMost('processor time of Redis, a job', rounded(queue['processor time of Redis, a job'][0]), 'µs', 1_000),
          ],
        };
      } finally {
        await worker.close();
      }
    } finally {
      await link.close();
      await redis.close();
    }
  },
};

interface PerRun {
  readonly wallMs: number;
  /** Undefined where the system does not say. */
  readonly cpuMs: number | undefined;
}

interface Setting {
  /** Who else works on the runs. */
  readonly others: readonly Started[];
  readonly signal: AbortSignal;
}

function compared(what: string, local: number | undefined, queued: number | undefined) {
  const isKnown = local !== undefined && queued !== undefined;
  const figures = isKnown ? [local, queued, queued - local].map(rounded).join(', ') : 'unknown';
  return { what: `${what}: on a thread here, behind Redis, the difference`, value: figures, unit: 'ms' };
}

async function measureRuns(link: Link, setting: Setting, progress: (line: string) => void) {
  const perSimulated = await cpuPerSimulatedSecond();
  const local = sweepThreads({ workers: 1, logs: process.stderr });
  const queued = queueWorkers(link, { tell: () => {} });
  const measured: { cpuSeconds: number; local: PerRun; queued: PerRun }[] = [];
  let seed = 1;
  for (const { cpuSeconds, runs, rounds } of CASES) {
    const durationMs = Math.max(1, Math.round((1000 * cpuSeconds) / perSimulated));
    const here: PerRun[] = [];
    const behind: PerRun[] = [];
    for (let round = 1; round <= rounds; round += 1) {
      progress(`jobs: runs of ${cpuSeconds} s, round ${round} of ${rounds}`);
      const base: Scenario = { ...BASE, duration: `${durationMs}ms`, seed };
      // What has a result in the queue is not computed again.
      seed += runs;
      here.push(await timeRuns(base, runs, local, setting));
      behind.push(await timeRuns(base, runs, queued, setting));
    }
    measured.push({ cpuSeconds, local: least(here), queued: least(behind) });
  }
  return measured;
}

/** What other work on the machine adds is in the others. */
function least(rounds: readonly PerRun[]): PerRun {
  const cpu = rounds.flatMap((round) => round.cpuMs ?? []);
  return {
    wallMs: Math.min(...rounds.map(({ wallMs }) => wallMs)),
    cpuMs: cpu.length === rounds.length ? Math.min(...cpu) : undefined,
  };
}

/** From the end of the first run to that of the last. */
async function timeRuns(
  base: Scenario,
  runs: number,
  workers: SweepWorkers,
  { others, signal }: Setting,
): Promise<PerRun> {
  const ends: { readonly atMs: number; readonly cpu: number | undefined }[] = [];
  const timed: SweepWorkers = (all, onOutcome, signal) =>
    workers(
      all,
      async (job, outcome) => {
        ends.push({ atMs: performance.now(), cpu: cpuMs(others) });
        await onOutcome(job, outcome);
      },
      signal,
    );
  const { failures } = await runSweep(planSweep(base, [], runs).jobs, createMemoryStore(), timed, { signal });
  signal.throwIfAborted();
  if (failures.length > 0) throw new Error(failures[0]!.error);
  const [first, last] = [ends[0]!, ends.at(-1)!];
  return {
    wallMs: (last.atMs - first.atMs) / (runs - 1),
    cpuMs: first.cpu === undefined || last.cpu === undefined ? undefined : (last.cpu - first.cpu) / (runs - 1),
  };
}

async function cpuPerSimulatedSecond(): Promise<number> {
  for (let simulatedSeconds = 60; ; simulatedSeconds *= 2) {
    const before = process.cpuUsage();
    await runScenario({ ...BASE, duration: `${simulatedSeconds}s`, series: false }, { logs: process.stderr });
    const { user, system } = process.cpuUsage(before);
    const cpuSeconds = (user + system) / 1e6;
    if (cpuSeconds >= PROBE_CPU_SECONDS) return cpuSeconds / simulatedSeconds;
  }
}
