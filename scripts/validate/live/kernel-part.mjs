import { simulate } from '../../../dist/sim.js';
import { mean, percent, table } from '../text.mjs';
import { absentKernel, kernelAlgorithms, kernelFlow } from './kernel.mjs';

const PATH = { mbit: 20, oneWayUs: 20_000, queueBytes: 100_000, seconds: 60 };
const WANTED = ['reno', 'cubic', 'bbr'];
const SEEDS = [1, 2, 3];
/** What begins is not compared: how long slow start lasts is a matter of the first losses. */
const SETTLED_S = 5;
/** Exponential: about what datagrams show on this path while the machine has other work. */
const JITTER_MS = 0.5;

export async function kernelPart() {
  const absent = absentKernel();
  if (absent) return `Skipped: ${absent}.`;
  const known = kernelAlgorithms();
  const rows = [];
  for (const cc of WANTED) {
    if (!known.includes(cc)) {
      rows.push([cc, `skipped: this kernel has ${known.join(', ')}`, '', '', '', '', '', '']);
      continue;
    }
    const kernel = await kernelFlow({ cc, ...PATH });
    const settled = kernel.samples.filter(({ atS }) => atS > SETTLED_S && atS < PATH.seconds);
    const theirs = {
      ...kernel,
      cwnd: mean(settled.map(({ cwnd }) => cwnd)),
      rttMs: mean(settled.map((at) => at.rttMs)),
    };
    rows.push([
      cc,
      'kernel',
      theirs.goodMbit.toFixed(2),
      '',
      theirs.cwnd.toFixed(0),
      '',
      theirs.rttMs.toFixed(1),
      theirs.retransmits,
    ]);
    for (const [name, jitter] of [
      ['ours', 0],
      ['ours, with jitter', JITTER_MS],
    ]) {
      const runs = SEEDS.map((seed) => simulated(cc, seed, jitter));
      const ours = (field) => mean(runs.map((run) => run[field]));
      rows.push([
        '',
        name,
        ours('goodMbit').toFixed(2),
        percent(ours('goodMbit') / theirs.goodMbit - 1),
        ours('cwnd').toFixed(0),
        percent(ours('cwnd') / theirs.cwnd - 1),
        ours('rttMs').toFixed(1),
        Math.round(ours('retransmits')),
      ]);
    }
  }
  return [
    `One flow of 60 s through name spaces: ${PATH.mbit} Mbit/s by a token bucket behind a bridge, 20 ms each way by \`mooring-helper delay\`, ${PATH.queueBytes / 1000} kB of
drop-tail; ours as the mean of ${SEEDS.length} seeds. Windows and round-trip times from ${SETTLED_S} s on, ten samples a second. The third row of each has a
jitter of ${JITTER_MS} ms besides, which timers, the bucket's bursts and a busy machine give the kernel: to BBR what arrives in clumps looks like more
bandwidth than there is, and its window of two products then stands in the queue.`,
    table(
      [
        'flow',
        '',
        'goodput, Mbit/s',
        'difference',
        'mean window, segments',
        'difference',
        'mean RTT, ms',
        'sent again',
      ],
      rows,
    ),
  ].join('\n\n');
}

function simulated(cc, seed, jitterMs) {
  const { summary, flows, series } = simulate({
    links: [
      {
        rate: `${PATH.mbit}Mbit`,
        delay: `${PATH.oneWayUs}us`,
        queue: `${PATH.queueBytes}B`,
        ...(jitterMs > 0 ? { jitter: { distribution: 'exponential', mean: `${jitterMs * 1000}us` } } : {}),
      },
    ],
    rtt: `${(2 * PATH.oneWayUs) / 1000}ms`,
    duration: `${PATH.seconds}s`,
    seed,
    series: { bin: '100ms' },
    flows: [{ algorithm: `builtin:${cc}` }],
  });
  const [{ cwndBytes, srttUs }] = series.flows;
  const settled = (column) => mean(Array.from(column).filter((_, bin) => series.timeUs[bin] > SETTLED_S * 1e6));
  return {
    goodMbit: (summary.goodputBytesPerSecond * 8) / 1e6,
    cwnd: settled(cwndBytes) / 1448,
    rttMs: settled(srttUs) / 1000,
    retransmits: flows[0].retransmits,
  };
}
