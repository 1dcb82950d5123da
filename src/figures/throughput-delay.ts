import { cdfChart, change, type Figure, type FigureChart, type Finding, judge, mean, quantile } from './figure.js';
import { LINKS } from './links.js';
import { IPC_AGENT, runHere, seeds, type Workbench } from './workbench.js';

// Figure 10: throughput and queueing delay of each round trip, on three links, twenty runs of a minute.

const ALGORITHMS = ['reno', 'cubic'] as const;
const LINK_NAMES = ['fixed', 'cell', 'drop'] as const;
const RTT = '20ms';
const NEAR = { throughput: 0.05, delay: 0.1 };

interface Samples {
  readonly throughputMbit: readonly number[];
  readonly delayMs: readonly number[];
}

export const throughputDelay: Figure = {
  id: 'fig10',
  title: 'Figure 10: throughput and delay on three links',
  setup:
    'Paper: Linux and CCP over Mahimahi, 20 runs of a minute: 96 Mbit/s with one product of buffer; a Verizon LTE trace with 100 packets; 96 Mbit/s that loses 0.01 % with no bound on the buffer. Here the same, simulated, and for the trace, which is not ours to ship, a synthetic one of LTE’s kind.',
  async run(bench) {
    const findings: Finding[] = [];
    const charts: FigureChart[] = [];
    for (const [at, link] of LINK_NAMES.entries()) {
      const samples: Record<string, Samples> = {};
      for (const [index, algorithm] of ALGORITHMS.entries()) {
        const share = (at + index / ALGORITHMS.length) / LINK_NAMES.length;
        samples[`${algorithm}, datapath`] = await sample(link, `builtin:${algorithm}`, share, bench);
        samples[`${algorithm}, agent`] = await sample(link, algorithm, share, bench);
        findings.push(...compare(link, algorithm, samples));
      }
      const of = (key: keyof Samples) =>
        Object.fromEntries(Object.entries(samples).map(([name, one]) => [name, one[key]]));
      charts.push(cdfChart({ title: `${link}: throughput of 20 ms`, xLabel: 'Mbit/s' }, of('throughputMbit')));
      charts.push(cdfChart({ title: `${link}: queueing delay`, xLabel: 'ms' }, of('delayMs'), 0.99));
    }
    return { findings, charts, skipped: [] };
  },
};

async function sample(
  link: (typeof LINK_NAMES)[number],
  algorithm: string,
  share: number,
  bench: Workbench,
): Promise<Samples> {
  const throughputMbit: number[] = [];
  const delayMs: number[] = [];
  const repeats = seeds(bench.quick ? 1 : 20);
  for (const seed of repeats) {
    bench.tell(`${link}, ${algorithm}, run ${seed} of ${repeats.length}`, share);
    const { result } = await runHere(
      {
        ...LINKS[link],
        agent: IPC_AGENT,
        flows: [{ algorithm }],
        durationUs: (bench.quick ? 4 : 60) * 1e6,
        seed,
        series: { bin: RTT },
      },
      bench,
    );
    const { flows } = result.series;
    // The first second is slow start, and bins before the flow has begun hold nothing.
    for (const bytes of flows[0]!.deliveryRateBytesPerSecond.slice(50))
      if (Number.isFinite(bytes)) throughputMbit.push(bytes * 8e-6);
    const base = result.flows[0]!.rttUs.min ?? 0;
    for (const us of flows[0]!.srttUs.slice(50)) if (Number.isFinite(us)) delayMs.push((us - base) / 1000);
  }
  return { throughputMbit, delayMs };
}

function compare(link: string, algorithm: string, samples: Readonly<Record<string, Samples>>): Finding[] {
  const [agent, datapath] = [samples[`${algorithm}, agent`]!, samples[`${algorithm}, datapath`]!];
  const rates = [mean(agent.throughputMbit), mean(datapath.throughputMbit)] as const;
  const delays = [quantile(agent.delayMs, 0.5), quantile(datapath.delayMs, 0.5)] as const;
  const why = 'simulated on both sides; windows move once a round trip by the agent, at every ACK in the datapath';
  return [
    {
      what: `${link}, ${algorithm}: mean throughput`,
      paper: 'distributions nearly identical',
      ours: `${rates[0].toFixed(1)} Mbit/s by the agent, ${rates[1].toFixed(1)} in the datapath (${change(...rates)})`,
      verdict: judge(Math.abs(rates[0] / rates[1] - 1) <= NEAR.throughput),
      why,
    },
    {
      what: `${link}, ${algorithm}: median queueing delay`,
      paper: 'distributions nearly identical',
      ours: `${delays[0].toFixed(1)} ms by the agent, ${delays[1].toFixed(1)} ms in the datapath`,
      verdict: judge(Math.abs(delays[0] - delays[1]) <= Math.max(1, NEAR.delay * delays[1])),
      why: 'smoothed round trip less the least; as above',
    },
  ];
}
