import { type Figure, judge, mean } from './figure.js';
import { IPC_AGENT, runHere } from './workbench.js';

// Figure 3: the paper's BBR, its pulses in the queue and its dips every ten seconds.

const RATE_MBIT = 48;
const BIN_US = 5_000;
/** No real path gives the very same least round trip again; one that does never lets it grow old, and BBR never probes. */
const JITTER = { distribution: 'exponential', mean: '100us' } as const;
/** PROBE_RTT of section 3.4: every ten seconds four packets for 200 ms. */
const DIP_EVERY_S = 10;

export const bbr: Figure = {
  id: 'fig3',
  title: 'Figure 3: BBR by a program, its rate and its queue',
  setup:
    'Paper: the kernel datapath over an emulated link of 48 Mbit/s, 20 ms, two products of buffer. Here: the CCP algorithm bbr on the same link, simulated, with 0.1 ms of jitter on average, 20 µs from its agent.',
  async run(bench) {
    const seconds = bench.quick ? 12 : 30;
    bench.tell('one flow', 0);
    const { result } = await runHere(
      {
        rtt: '20ms',
        links: [{ rate: `${RATE_MBIT}Mbit`, delay: '10ms', queue: '2bdp', jitter: JITTER }],
        agent: IPC_AGENT,
        flows: [{ algorithm: 'bbr' }],
        durationUs: seconds * 1e6,
        series: { binUs: BIN_US },
      },
      bench,
    );
    const { timeUs, flows, links } = result.series;
    const seen = Array.from(timeUs, (us) => us / 1e6);
    const rate = Array.from(flows[0]!.deliveryRateBytesPerSecond, (bytes) => bytes * 8e-6);
    const delayMs = Array.from(links[0]!.queueBytes, (bytes) => ((bytes * 8) / (RATE_MBIT * 1e6)) * 1000);
    const dips = dipsOf(seen, rate);
    const expected = Math.floor((seconds - 1) / DIP_EVERY_S);
    const pulses = pulsesPerRoundTrip(delayMs.slice(seen.findIndex((at) => at > 2)));
    const steady = rate.filter((_, index) => seen[index]! > 2);
    return {
      findings: [
        {
          what: 'the rate dips to measure the round trip',
          paper: 'every 10 s',
          ours: dips.length === 0 ? 'no dip' : `at ${dips.map((at) => at.toFixed(1)).join(', ')} s`,
          verdict: judge(dips.length >= expected && dips.length <= expected + 1),
          why: 'four packets in flight for 200 ms, as the program of section 3.4 says',
        },
        {
          what: 'the queue follows the gain cycle of eight round trips',
          paper: 'seen as an oscillation of the queueing delay',
          ours: `a peak of the queue every ${pulses.toFixed(1)} round trips of 20 ms`,
          verdict: judge(pulses > 6 && pulses < 11),
          why: 'round trips are longer than 20 ms while the queue stands, so a cycle is longer than eight of those',
        },
        {
          what: 'throughput between the dips',
          paper: 'about 48 Mbit/s',
          ours: `${mean(steady).toFixed(1)} Mbit/s on average, the dips in it`,
          verdict: judge(mean(steady) >= 0.9 * RATE_MBIT),
          why: 'payload: of each 1500 bytes 1448 count',
        },
      ],
      charts: [
        { title: 'Throughput', xLabel: 's', yLabel: 'Mbit/s', x: seen, curves: [{ label: 'BBR', values: rate }] },
        {
          title: 'Queueing delay',
          xLabel: 's',
          yLabel: 'ms',
          x: seen,
          curves: [{ label: 'BBR', values: delayMs }],
        },
      ],
      skipped: [],
    };
  },
};

/** When the rate fell below a half, after the start; dips less than a second apart are one. */
function dipsOf(seconds: readonly number[], rate: readonly number[]): number[] {
  const dips: number[] = [];
  for (const [index, at] of seconds.entries()) {
    if (at < 2 || rate[index]! > RATE_MBIT / 2) continue;
    if (at - (dips.at(-1) ?? Number.NEGATIVE_INFINITY) > 1) dips.push(at);
  }
  return dips;
}

/** Round trips of the path from one rise of the queue through its mean to the next, on average. */
function pulsesPerRoundTrip(delayMs: readonly number[]): number {
  const middle = mean(delayMs);
  const rises = delayMs.filter((value, index) => index > 0 && value >= middle && delayMs[index - 1]! < middle).length;
  return (delayMs.length * BIN_US) / 20_000 / rises;
}
