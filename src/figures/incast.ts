import { type Figure, type FigureChart, type Finding, judge, mean } from './figure.js';
import { createIntervalReno } from './interval-reno.js';
import { IPC_AGENT, runHere, seeds, type Workbench } from './workbench.js';

// Figure 14: fifty senders to one receiver, 20 µs, how often the agent is told.

const SENDERS = 50;
const MSS = 1448;
const INTERVALS_US = [10, 50, 100, 200, 500, 1000] as const;
const SIZES = [10, 100, 1000] as const;
/** The paper's start jitter: below 10 µs at 10 Gbit/s, a quarter of it at 40. */
const RATES = [
  { gbit: 10, jitter: '10us' },
  { gbit: 40, jitter: '2.5us' },
] as const;

export const incast: Figure = {
  id: 'fig14',
  title: 'Figure 14: incast at 20 µs, by reporting interval',
  setup:
    'Paper: ns-2, 50 flows to one receiver, 20 µs, 10 and 40 Gbit/s, CCP as a delay of 20 µs and an interval between reports; mean of the last completion over 50 runs, over that of windows in the datapath. Here the same with our own agent; the paper does not say its queue, least timeout and first window: 250 packets, 1 ms, and 2 packets with an ACK for each, as ns-2 has it.',
  async run(bench) {
    const findings: Finding[] = [];
    const charts: FigureChart[] = [];
    for (const rate of RATES) {
      const slowdown = await slowdowns(rate, bench);
      const at = (size: number, interval: number) => slowdown.get(size)![INTERVALS_US.indexOf(interval as 10)]!;
      const within = SIZES.flatMap((size) => INTERVALS_US.filter((us) => us <= 500).map((us) => at(size, us)));
      const span = `${Math.min(...within).toFixed(2)} to ${Math.max(...within).toFixed(2)} times`;
      if (rate.gbit === 10)
        findings.push({
          what: '10 Gbit/s, 10 to 500 µs, every size',
          paper: 'within 15 % of the baseline',
          ours: span,
          verdict: judge(Math.max(...within) <= 1.15 && Math.min(...within) >= 0.85),
          why: 'an agent is told of losses at once, whatever the interval; the paper’s model lets it act at the interval only',
        });
      else
        findings.push(
          {
            what: '40 Gbit/s, 100 packets, 100 µs',
            paper: 'within 10 % of the baseline',
            ours: `${at(100, 100).toFixed(2)} times`,
            verdict: judge(Math.abs(at(100, 100) - 1) <= 0.1),
            why: 'as above',
          },
          {
            what: '40 Gbit/s, 100 packets, 1 ms',
            paper: 'more than 2 times',
            ours: `${at(100, 1000).toFixed(2)} times`,
            verdict: judge(at(100, 1000) > 1.5),
            why: 'what bounds the last flow here is its losses, of which the agent hears at once, and the link, which is full while any flow has data',
          },
          {
            what: '40 Gbit/s, 10 and 1000 packets, 10 to 500 µs',
            paper: 'no rise with the interval',
            ours: `${at(10, 500).toFixed(2)} and ${at(1000, 500).toFixed(2)} times at 500 µs`,
            verdict: judge(at(10, 500) <= 1.15 && at(1000, 500) <= 1.15),
            why: 'short flows are over before a report, long ones have large windows',
          },
        );
      charts.push({
        title: `${rate.gbit} Gbit/s: last completion beside the datapath’s own`,
        xLabel: 'reporting interval, µs',
        yLabel: 'times',
        x: INTERVALS_US,
        curves: SIZES.map((size) => ({ label: `${size} packets`, values: slowdown.get(size)! })),
      });
    }
    return { findings, charts, skipped: [] };
  },
};

async function slowdowns(rate: (typeof RATES)[number], bench: Workbench): Promise<Map<number, number[]>> {
  const slowdown = new Map<number, number[]>();
  for (const [index, size] of SIZES.entries()) {
    const share = (RATES.indexOf(rate) + index / SIZES.length) / RATES.length;
    const base = await lastCompletionUs(rate, size, 'datapath', share, bench);
    const values: number[] = [];
    for (const every of INTERVALS_US) values.push((await lastCompletionUs(rate, size, every, share, bench)) / base);
    slowdown.set(size, values);
  }
  return slowdown;
}

/** When the last of the fifty is complete, mean over the seeds. */
async function lastCompletionUs(
  { gbit, jitter }: (typeof RATES)[number],
  packets: number,
  every: 'datapath' | number,
  share: number,
  bench: Workbench,
): Promise<number> {
  const last: number[] = [];
  const repeats = seeds(bench.quick ? 1 : packets === 1000 ? 10 : 50);
  for (const seed of repeats) {
    const who = every === 'datapath' ? 'the datapath' : `a report in ${every} µs`;
    bench.tell(`${gbit} Gbit/s, ${packets} packets, ${who}, run ${seed} of ${repeats.length}`, share);
    const { result } = await runHere(
      {
        rate: `${gbit}Gbit`,
        rtt: '20us',
        queue: '250pkt',
        agent: IPC_AGENT,
        jitter: 0,
        flows: [
          {
            algorithm: every === 'datapath' ? 'builtin:reno' : createIntervalReno(every),
            count: SENDERS,
            start: { distribution: 'uniform', min: '0us', max: jitter },
            handshake: false,
            minRto: '1ms',
            initialCwndPackets: 2,
            delayedAcks: false,
            sizeBytes: packets * MSS,
          },
        ],
        duration: '5s',
        seed,
        series: false,
      },
      bench,
    );
    const ends = result.flows.map(({ endUs }) => endUs ?? Number.NaN);
    last.push(Math.max(...ends));
  }
  return mean(last);
}
