import { signal } from '@preact/signals';
import { type Estimate, estimate } from '../../base/index.js';
import type { Scenario, Summary } from '../../sim/index.js';
import { type SimWorker, spawnSim } from '../../web/index.js';
import { busy, problem, scenario } from '../session.js';
import { pinned } from './compare.js';

// Both scenarios of a comparison with the same seeds, one after another: the difference of each pair is a sample, so that what
// the seeds do to both is not taken for what the change does.

export const SEEDS = 20;

/** What the pairs say, by the name a run's facts have. */
export interface SeedDifference {
  readonly name: string;
  readonly a: Estimate;
  readonly b: Estimate;
  /** Of `b − a`, pair by pair. */
  readonly change: Estimate;
}

export interface SeedComparison {
  readonly seeds: number;
  /** Of the scenarios that were run; others are not told of by it. */
  readonly a: Scenario;
  readonly b: Scenario;
  readonly differences: readonly SeedDifference[];
}

export const seedComparison = signal<SeedComparison | null>(null);

const NUMBERS: readonly (readonly [name: string, of: (summary: Summary) => number | null])[] = [
  ['throughput', (summary) => summary.throughputBytesPerSecond],
  ['goodput', (summary) => summary.goodputBytesPerSecond],
  ['utilisation', (summary) => summary.utilisation],
  ['Jain index', (summary) => summary.jain],
  ['mean RTT', (summary) => summary.rttUs.mean],
  ['p95 RTT', (summary) => summary.rttUs.p95],
  ['p99 RTT', (summary) => summary.rttUs.p99],
  ['p95 queueing', (summary) => summary.queueDelayUs.p95],
  ['loss rate', (summary) => summary.lossRate],
  ['packets lost', (summary) => summary.packetsLost],
  ['retransmissions', (summary) => summary.retransmits],
  ['timeouts', (summary) => summary.timeouts],
];

let workers: readonly SimWorker[] = [];

/** Runs both scenarios with seeds 1 to `SEEDS`, A and B beside one another. */
export async function compareSeeds(): Promise<void> {
  const a = pinned.value?.scenario;
  const b = scenario.value;
  if (!a) return;
  stopSeeds();
  const own = [0, 1].map(() => spawnSim(new URL('workers/sim.js', document.baseURI)));
  workers = own;
  problem.value = null;
  busy.value = { what: `${SEEDS} seeds of both`, share: 0 };
  const found: Summary[][] = [[], []];
  try {
    await Promise.all(
      [a, b].map(async (of, side) => {
        const { simulator } = own[side]!;
        for (let seed = 1; seed <= SEEDS && workers === own; seed += 1) {
          const { durationUs } = await simulator.begin({ ...of, seed });
          await simulator.advance(durationUs);
          found[side]!.push((await simulator.outcome()).summary);
          if (workers === own)
            busy.value = { what: `${SEEDS} seeds of both`, share: (found[0]!.length + found[1]!.length) / (2 * SEEDS) };
        }
      }),
    );
    if (workers === own)
      seedComparison.value = { seeds: SEEDS, a, b, differences: differencesOf(found[0]!, found[1]!) };
  } catch (error) {
    if (workers === own) problem.value = `The seeds were not run: ${(error as Error).message}`;
  } finally {
    for (const worker of own) worker.close();
    if (workers === own) {
      workers = [];
      busy.value = null;
    }
  }
}

export function stopSeeds(): void {
  for (const worker of workers) worker.close();
  if (workers.length > 0) busy.value = null;
  workers = [];
}

function differencesOf(a: readonly Summary[], b: readonly Summary[]): SeedDifference[] {
  return NUMBERS.map(([name, of]) => {
    const [left, right] = [a.map(of), b.map(of)];
    const pairs = left.map((value, i) => (value === null || right[i] === null ? null : right[i]! - value));
    return { name, a: estimate(left), b: estimate(right), change: estimate(pairs) };
  });
}
