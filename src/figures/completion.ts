import type { FlowGroup } from '../sim/index.js';
import { cdfChart, change, type Figure, type Finding, judge, quantile } from './figure.js';
import { IPC_AGENT, runHere, seeds, type Workbench } from './workbench.js';

// Figure 11: flow completion times of a mix of sizes as in CAIDA's traces, half the link's capacity.

/** Section 5.1.2: 97,606 flows up to 10 KB with 487 MB, 95 above 1 MB with 907 MB, 1.7 GB in 100,000. */
const CLASSES = [
  { name: 'up to 10 KB', from: 500, to: 10_000, meanBytes: 487e6 / 97_606, share: 0.97606 },
  { name: '10 KB to 1 MB', from: 10_000, to: 1e6, meanBytes: (1700e6 - 487e6 - 907e6) / 2299, share: 0.02299 },
  { name: 'above 1 MB', from: 1e6, to: 1e8, meanBytes: 907e6 / 95, share: 0.00095 },
] as const;
/** 50 % of 192 Mbit/s, in flows of 17 kB on average. */
const FLOWS_PER_SECOND = (0.5 * 192e6) / 8 / 17_000;
const SIZES_PER_CLASS = 12;
/** Half of the paper's flows are one run of ours. */
const DURATION_S = 50_000 / FLOWS_PER_SECOND;
/** What began last has so long to end. */
const DRAIN_S = 20;

interface Times {
  readonly all: number[];
  readonly byClass: readonly number[][];
}

export const completion: Figure = {
  id: 'fig11',
  title: 'Figure 11: flow completion times, CAIDA’s mix of sizes',
  setup:
    'Paper: 100,000 flows over persistent connections, 192 Mbit/s, 100 ms, half the capacity, Reno, no slow start after idle. Here: sizes drawn so that each class has the paper’s share and mean, as flows of their own that are established before and begin with ten packets; four runs of 50,000 flows, simulated.',
  async run(bench) {
    const datapath = await times('builtin:reno', 0, bench);
    const agent = await times('reno', 0.5, bench);
    const row = (
      what: string,
      paper: string,
      of: (one: Times) => number,
      low: number,
      high: number,
      why: string,
    ): Finding => {
      const [ours, base] = [of(agent), of(datapath)];
      return {
        what,
        paper,
        ours: `${change(ours, base)} (${ours.toFixed(1)} ms, ${base.toFixed(1)} ms in the datapath)`,
        verdict: judge(ours / base - 1 >= low && ours / base - 1 <= high),
        why,
      };
    };
    return {
      findings: [
        row(
          'all, median',
          '−0.02 %',
          ({ all }) => quantile(all, 0.5),
          -0.01,
          0.01,
          'small flows end before any window is moved',
        ),
        row(
          'all, 75th percentile',
          '+3 %',
          ({ all }) => quantile(all, 0.75),
          -0.05,
          0.05,
          'small flows, which wait in the queue that others fill: agents fill it later',
        ),
        row(
          'all, 95th percentile',
          '+30 %',
          ({ all }) => quantile(all, 0.95),
          0.1,
          0.5,
          'small flows here: each begins with ten packets and none waits behind another on its connection, which is where the paper’s tail can come from',
        ),
        row(
          '10 KB to 1 MB, median',
          '−7 %',
          ({ byClass }) => quantile(byClass[1]!, 0.5),
          -0.15,
          0.01,
          'in the paper they gain what long flows lose; here as many of them are long enough to grow late themselves',
        ),
        row(
          'above 1 MB, median',
          '+22 %',
          ({ byClass }) => quantile(byClass[2]!, 0.5),
          0.05,
          0.4,
          'windows grow a round trip later by the agent',
        ),
      ],
      charts: CLASSES.map(({ name }, index) =>
        cdfChart(
          { title: `${name}: completion`, xLabel: 'ms' },
          { datapath: datapath.byClass[index]!, agent: agent.byClass[index]! },
          0.95,
        ),
      ),
      skipped: [],
    };
  },
};

async function times(algorithm: string, share: number, bench: Workbench): Promise<Times> {
  const repeats = seeds(bench.quick ? 1 : 4);
  const durationS = bench.quick ? 4 : DURATION_S;
  const all: number[] = [];
  const byClass = CLASSES.map((): number[] => []);
  for (const seed of repeats) {
    bench.tell(`${algorithm}, run ${seed} of ${repeats.length}`, share + (seed - 1) / repeats.length / 2);
    const { result } = await runHere(
      {
        rate: '192Mbit',
        rtt: '100ms',
        queue: '1bdp',
        agent: IPC_AGENT,
        flows: mix(algorithm, durationS),
        durationUs: (durationS + DRAIN_S) * 1e6,
        seed,
        series: false,
      },
      bench,
    );
    for (const { name, fctUs } of result.flows) {
      if (fctUs === null) continue;
      all.push(fctUs / 1000);
      byClass[Number(name)]!.push(fctUs / 1000);
    }
  }
  return { all, byClass };
}

/** Groups of one size each, named by the number of their class. Starts that are equally likely are a Poisson process of so many. */
function mix(algorithm: string, durationS: number): FlowGroup[] {
  return CLASSES.flatMap((one, index) =>
    sizesOf(one).map((sizeBytes) => ({
      name: String(index),
      algorithm,
      handshake: false,
      count: Math.max(1, Math.round((FLOWS_PER_SECOND * durationS * one.share) / SIZES_PER_CLASS)),
      start: { distribution: 'uniform' as const, min: '0s' as const, max: `${durationS}s` as const },
      sizeBytes: Math.round(sizeBytes),
    })),
  );
}

/** Sizes between two bounds, equally likely: u^k of the way on a logarithmic scale, with the k that gives the mean. */
function sizesOf({ from, to, meanBytes }: (typeof CLASSES)[number]): number[] {
  const at = (k: number): number[] =>
    Array.from({ length: SIZES_PER_CLASS }, (_, i) => from * (to / from) ** (((i + 0.5) / SIZES_PER_CLASS) ** k));
  let [low, high] = [0.05, 20];
  for (let step = 0; step < 60; step += 1) {
    const k = (low + high) / 2;
    // A greater k draws smaller sizes.
    if (at(k).reduce((sum, size) => sum + size, 0) / SIZES_PER_CLASS > meanBytes) low = k;
    else high = k;
  }
  return at(low);
}
