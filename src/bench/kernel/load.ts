import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { buildKernelPath, type KernelPath, sendThrough, whyNoKernelFlows } from '../../node/path/index.js';
import { atLeast, atMost, type Bench, type BenchResult, type Floor } from '../bench.js';
import { median, rounded } from '../timing.js';
import { startAgent } from './controlled.js';

const SECONDS = 3;
/** An odd number, so that the middle is a pair that was seen. */
const ROUNDS = 11;
/** Of 11 pairs in order, the median lies between the second and the tenth with 98.8 % (sign test, binomial of 1/2). */
const WITHIN = 1;
const FLOWS = [1, 16, 64];
/** Of the processors' times in /proc/stat: idle and waiting for a disk. */
const IDLE_COLUMNS = [3, 4];
/** A tick of /proc/stat (USER_HZ). */
const TICK_S = 0.01;

interface Load {
  readonly gigabitsPerSecond: number;
  /** All of the machine: kernel, iperf3, agent and helper. */
  readonly cpuNsPerByte: number;
}

/** What a class in charge costs where nothing but the processor limits the flows. */
export const load: Bench = {
  name: 'bpf-load',
  group: 'bpf',
  summary: "throughput and processor time per byte over a cable, the class cubic beside the kernel's own",
  missing: () => whyNoKernelFlows(),
  leavesNothing: true,
  run: measure,
};

async function measure(progress: (line: string) => void): Promise<BenchResult> {
  const rows: BenchResult['rows'][number][] = [];
  const floors: Floor[] = [];
  for (const offloads of [false, true]) {
    const path = await buildKernelPath({ offloads });
    try {
      const agent = await startAgent(path, 'cubic');
      try {
        for (const flows of FLOWS) {
          const ours: Load[] = [];
          const kernel: Load[] = [];
          for (let round = 1; round <= ROUNDS; round += 1) {
            progress(`bpf-load: ${flows} flows, offloads ${offloads ? 'on' : 'off'}, round ${round} of ${ROUNDS}`);
            // In turn, so that what else the machine does falls on both, and each is first as often as the other:
            // a virtual processor that has rested is faster for a while.
            const oursFirst = round % 2 === 1;
            if (oursFirst) {
              ours.push(await loaded(path, agent.control, flows));
            }
            kernel.push(await loaded(path, 'cubic', flows));
            if (!oursFirst) {
              ours.push(await loaded(path, agent.control, flows));
            }
          }
          const ratios = (key: keyof Load): number[] =>
            ours.map((load, round) => load[key] / kernel[round]![key]).sort((one, other) => one - other);
          const [speeds, costs] = [ratios('gigabitsPerSecond'), ratios('cpuNsPerByte')];
          const [speed, cost] = [rounded(median(speeds)), rounded(median(costs))];
          rows.push({
            offloads: offloads ? 'on' : 'off',
            flows,
            'class, Gbit/s': rounded(median(ours.map(({ gigabitsPerSecond }) => gigabitsPerSecond))),
            'kernel, Gbit/s': rounded(median(kernel.map(({ gigabitsPerSecond }) => gigabitsPerSecond))),
            ratio: speed,
            'ratio, 98.8 %': between(speeds),
            'class, CPU ns/byte': rounded(median(ours.map(({ cpuNsPerByte }) => cpuNsPerByte))),
            'kernel, CPU ns/byte': rounded(median(kernel.map(({ cpuNsPerByte }) => cpuNsPerByte))),
            'CPU ratio': cost,
            'CPU ratio, 98.8 %': between(costs),
          });
          const what = `${flows} flows, offloads ${offloads ? 'on' : 'off'}`;
          floors.push(atLeast(`${what}: throughput`, speed, '× kernel cubic', 0.98));
          floors.push(atMost(`${what}: processor time per byte`, cost, '× kernel cubic', 1.15));
        }
      } finally {
        await agent.close();
      }
    } finally {
      await path.close();
    }
  }
  return { rows, floors };
}

/** Where the median of all such pairs is to be looked for. */
function between(ratios: readonly number[]): string {
  return `${rounded(ratios[WITHIN]!)} to ${rounded(ratios.at(-1 - WITHIN)!)}`;
}

async function loaded(path: KernelPath, congestionControl: string, flows: number): Promise<Load> {
  const before = busySeconds();
  const begun = performance.now();
  const { bytesReceived, seconds } = await sendThrough(path, { seconds: SECONDS, congestionControl, flows });
  // Without a reading of all processors no cost could be told from a machine that rests.
  const cpuSeconds = Math.min(busySeconds() - before, ((performance.now() - begun) / 1000) * availableParallelism());
  return { gigabitsPerSecond: (bytesReceived * 8) / 1e9 / seconds, cpuNsPerByte: (cpuSeconds * 1e9) / bytesReceived };
}

/** How long processors of this machine were at work since it began. */
function busySeconds(): number {
  const line = readFileSync('/proc/stat', 'utf8').split('\n', 1)[0]!;
  const ticks = line.split(/\s+/).slice(1, 9).map(Number);
  return ticks.reduce((sum, value, column) => (IDLE_COLUMNS.includes(column) ? sum : sum + value), 0) * TICK_S;
}
