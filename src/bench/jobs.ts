import { spawnSync } from 'node:child_process';
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
import { startRedis, startWorker } from './jobs-redis.js';
import { rounded } from './timing.js';

/** Runs of so much processor time, so many of them in a round. The first of a round counts for nothing: threads start. */
const CASES = [
  { cpuSeconds: 0.1, runs: 30, rounds: 2 },
  { cpuSeconds: 1, runs: 5, rounds: 2 },
  { cpuSeconds: 10, runs: 2, rounds: 1 },
] as const;
const BASE: Scenario = { rate: '20Mbit', rtt: '40ms', queue: '1bdp', flows: [{ algorithm: 'cubic' }] };
const PROBE_SECONDS = 60;

/** What a queue costs a run, beside the threads of this machine, and what Redis and who asks carry. */
export const jobs: Bench = {
  name: 'jobs',
  summary: 'runs of 0.1, 1 and 10 s on a thread of this machine and on a worker behind Redis; jobs a second in and out',
  missing() {
    return spawnSync('redis-server', ['--version']).status === 0
      ? undefined
      : 'no redis-server here (apt-get install redis-server)';
  },
  async run(progress): Promise<BenchResult> {
    const redis = await startRedis();
    const told: string[] = [];
    const link = await openLink(parseQueueAddress(redis.url, {}), (line) => told.push(line)).catch((error) => {
      redis.close();
      throw error;
    });
    try {
      progress('jobs: no-op jobs');
      const queue = await measureQueue(link);
      const worker = await startWorker(redis.url);
      try {
        const overheads = await measureRuns(link, progress);
        const perRun = (at: number): number => overheads[at]!.overheadMs;
        return {
          rows: [
            ...overheads.map(({ cpuSeconds, localMs, queuedMs, overheadMs }) => ({
              what: `a run of ${cpuSeconds} s: on a thread here, behind Redis, the difference`,
              value: `${rounded(localMs)}, ${rounded(queuedMs)}, ${rounded(overheadMs)}`,
              unit: 'ms',
            })),
            ...Object.entries(queue).map(([what, [value, unit]]) => ({ what, value: rounded(value), unit })),
          ],
          floors: [
            atMost('overhead of a run of 0.1 s', rounded(perRun(0)), 'ms', 25),
            atMost('overhead of a run of 1 s, of its time', rounded(perRun(1) / 10), '%', 5),
            atLeast('jobs in', rounded(queue['jobs in'][0]), '/s', 2_000),
            atLeast('jobs out, claimed and handed in one after another', rounded(queue['jobs out'][0]), '/s', 300),
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

async function measureRuns(link: Link, progress: (line: string) => void) {
  const perSimulated = await cpuPerSimulatedSecond();
  const local = sweepThreads({ workers: 1, logs: process.stderr });
  const queued = queueWorkers(link, { tell: () => {} });
  const measured: { cpuSeconds: number; localMs: number; queuedMs: number; overheadMs: number }[] = [];
  let seed = 1;
  for (const { cpuSeconds, runs, rounds } of CASES) {
    const durationMs = Math.max(1, Math.round((1000 * cpuSeconds) / perSimulated));
    let localMs = Number.POSITIVE_INFINITY;
    let queuedMs = Number.POSITIVE_INFINITY;
    for (let round = 1; round <= rounds; round += 1) {
      progress(`jobs: runs of ${cpuSeconds} s, round ${round} of ${rounds}`);
      const base: Scenario = { ...BASE, duration: `${durationMs}ms`, seed };
      // What has a result in the queue is not computed again.
      seed += runs;
      localMs = Math.min(localMs, await millisecondsPerRun(base, runs, local));
      queuedMs = Math.min(queuedMs, await millisecondsPerRun(base, runs, queued));
    }
    measured.push({ cpuSeconds, localMs, queuedMs, overheadMs: queuedMs - localMs });
  }
  return measured;
}

/** From the end of the first run to that of the last. */
async function millisecondsPerRun(base: Scenario, runs: number, workers: SweepWorkers): Promise<number> {
  const ends: number[] = [];
  const timed: SweepWorkers = (all, onOutcome, signal) =>
    workers(
      all,
      async (job, outcome) => {
        ends.push(performance.now());
        await onOutcome(job, outcome);
      },
      signal,
    );
  const { failures } = await runSweep(planSweep(base, [], runs).jobs, createMemoryStore(), timed, {});
  if (failures.length > 0) throw new Error(failures[0]!.error);
  return (ends.at(-1)! - ends[0]!) / (runs - 1);
}

async function cpuPerSimulatedSecond(): Promise<number> {
  const scenario: Scenario = { ...BASE, duration: `${PROBE_SECONDS}s`, series: false };
  const options = { logs: process.stderr };
  // The first pays for compiling.
  await runScenario(scenario, options);
  const before = process.cpuUsage();
  await runScenario(scenario, options);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6 / PROBE_SECONDS;
}
