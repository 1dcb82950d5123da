import { buildKernelPath, type KernelPath, sendThrough, whyNoKernelFlows } from '../../node/path/index.js';
import { simulate } from '../../sim/index.js';
import { atMost, type Bench, type BenchResult, type Floor } from '../bench.js';
import { mean, median } from '../timing.js';
import { startAgent } from './controlled.js';

const RATE_BYTES_PER_SECOND = 2.5e6;
const ONE_WAY_DELAY_US = 20_000;
const QUEUE_BYTES = 100_000;
const SECONDS = 40;
/** How long slow start lasts is a matter of its first losses; it is not compared. */
const SETTLED_S = 10;
const ROUNDS = 3;
const SAMPLE_MS = 100;
const ALGORITHMS = ['aimd', 'reno', 'cubic', 'bbr'] as const;
/** Those that this kernel may have of its own. */
const PEERS: ReadonlySet<string> = new Set(['reno', 'cubic', 'bbr']);
/** Those whose figures are held to the kernel's. */
const HELD: ReadonlySet<string> = new Set(['reno', 'cubic']);
const MSS_BYTES = 1448;

/** What is compared of a flow, after it has settled. */
interface Figures {
  readonly goodputMbit: number;
  readonly windowPackets: number;
  readonly srttMs: number;
}

/** Classes on flows of this kernel beside the kernel's own algorithms and the simulator, on one path. */
export const agreement: Bench = {
  name: 'bpf-path',
  group: 'bpf',
  summary: "classes on kernel flows beside the kernel's own and the simulator: 20 Mbit/s, 40 ms, 1 BDP of queue",
  missing: () => whyNoKernelFlows(),
  leavesNothing: true,
  run: measure,
};

async function measure(progress: (line: string) => void): Promise<BenchResult> {
  const path = await buildKernelPath({
    rateBytesPerSecond: RATE_BYTES_PER_SECOND,
    oneWayDelayUs: ONE_WAY_DELAY_US,
    queueBytes: QUEUE_BYTES,
  });
  try {
    const rows: BenchResult['rows'][number][] = [];
    const floors: Floor[] = [];
    for (const algorithm of ALGORITHMS) {
      const measured: Figures[] = [];
      const peers: Figures[] = [];
      for (let round = 1; round <= ROUNDS; round += 1) {
        progress(`bpf-path: ${algorithm}, round ${round} of ${ROUNDS}`);
        const agent = await startAgent(path, algorithm);
        try {
          measured.push(await watched(path, agent.control));
        } finally {
          await agent.close();
        }
        if (PEERS.has(algorithm)) peers.push(...(await peerFlow(path, algorithm)));
      }
      const simulated = [1, 2, 3].map((seed) => predicted(algorithm, seed));
      const ours = middle(measured);
      rows.push({ algorithm, by: 'class, kernel flow', ...ours });
      for (const [by, figures] of [
        ["kernel's own", peers],
        ['class, simulated', simulated],
      ] as const) {
        if (figures.length === 0) continue;
        const theirs = middle(figures);
        rows.push({ algorithm, by, ...theirs, ...differences(ours, theirs) });
        if (!HELD.has(algorithm)) continue;
        for (const key of ['goodputMbit', 'windowPackets', 'srttMs'] as const) {
          const percent = Math.abs(ours[key] / theirs[key] - 1) * 100;
          floors.push(atMost(`${algorithm}, ${key} beside ${by}`, Number(percent.toFixed(1)), '%', 5));
        }
      }
    }
    return { rows, floors };
  } finally {
    await path.close();
  }
}

/** None where this kernel does not have it. */
async function peerFlow(path: KernelPath, algorithm: string): Promise<Figures[]> {
  try {
    return [await watched(path, algorithm)];
  } catch (error) {
    if (/iperf3: .*congestion/i.test(String(error))) return [];
    throw error;
  }
}

async function watched(path: KernelPath, control: string): Promise<Figures> {
  const sent = await sendThrough(path, {
    seconds: SECONDS,
    congestionControl: control,
    sampleMs: SAMPLE_MS,
    niceness: -20,
  });
  const samples = sent.samples.filter(
    ({ atUs, srttUs }) => atUs > SETTLED_S * 1e6 && atUs < SECONDS * 1e6 && srttUs !== undefined,
  );
  const [first, last] = [samples[0], samples.at(-1)];
  if (first === undefined || last === undefined || last.atUs === first.atUs)
    throw new Error(`no sample of a flow under ${control}`);
  return {
    goodputMbit: ((last.bytesAcked - first.bytesAcked) * 8) / (last.atUs - first.atUs),
    windowPackets: mean(samples.map(({ cwndPackets }) => cwndPackets)),
    srttMs: mean(samples.map(({ srttUs }) => srttUs!)) / 1000,
  };
}

function predicted(algorithm: string, seed: number): Figures {
  const { series } = simulate({
    links: [{ rate: `${RATE_BYTES_PER_SECOND * 8}bit`, delay: `${ONE_WAY_DELAY_US}us`, queue: `${QUEUE_BYTES}B` }],
    rtt: `${2 * ONE_WAY_DELAY_US}us`,
    duration: `${SECONDS}s`,
    seed,
    series: { bin: '100ms' },
    flows: [{ algorithm }],
  });
  const [flow] = series.flows;
  const settled = (column: ArrayLike<number>): number[] =>
    Array.from(column).filter((_, bin) => series.timeUs[bin]! > SETTLED_S * 1e6);
  return {
    goodputMbit: (mean(settled(flow!.deliveryRateBytesPerSecond)) * 8) / 1e6,
    windowPackets: mean(settled(flow!.cwndBytes)) / MSS_BYTES,
    srttMs: mean(settled(flow!.srttUs)) / 1000,
  };
}

function middle(all: readonly Figures[]): Figures {
  const of = (key: keyof Figures): number => Number(median(all.map((figures) => figures[key])).toPrecision(4));
  return { goodputMbit: of('goodputMbit'), windowPackets: of('windowPackets'), srttMs: of('srttMs') };
}

function differences(ours: Figures, theirs: Figures): Readonly<Record<string, string>> {
  const percent = (key: keyof Figures): string => {
    const value = (ours[key] / theirs[key] - 1) * 100;
    return `${value >= 0 ? '+' : '−'}${Math.abs(value).toFixed(1)} %`;
  };
  return {
    'class, goodput': percent('goodputMbit'),
    'class, window': percent('windowPackets'),
    'class, RTT': percent('srttMs'),
  };
}
