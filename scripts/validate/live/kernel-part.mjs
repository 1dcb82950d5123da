import { simulate } from '../../../dist/sim.js';
import { mean, percent, table } from '../text.mjs';
import { absentKernel, kernelAlgorithms, kernelFlow } from './kernel.mjs';

const PATH = { mbit: 20, oneWayUs: 20_000, queueBytes: 100_000, seconds: 60 };
const WANTED = ['reno', 'cubic', 'bbr'];
const SEEDS = [1, 2, 3];
/** What begins is not compared: how long slow start lasts is a matter of the first losses. */
const SETTLED_S = 5;
/** What the bucket lets through after a pause (src/node/path): six packets. */
const BURST_BYTES = 9000;
const BOTTLENECKS = {
  ours: { rate: `${PATH.mbit}Mbit` },
  'ours, a bucket as there': {
    rate: '10Gbit',
    tokenBucket: { rate: `${PATH.mbit}Mbit`, burst: `${BURST_BYTES}B`, action: 'shape' },
  },
};

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
      '',
      theirs.retransmits,
    ]);
    for (const [name, bottleneck] of Object.entries(BOTTLENECKS)) {
      const runs = SEEDS.map((seed) => simulated(cc, seed, bottleneck));
      const ours = (field) => mean(runs.map((run) => run[field]));
      rows.push([
        '',
        name,
        ours('goodMbit').toFixed(2),
        percent(ours('goodMbit') / theirs.goodMbit - 1),
        ours('cwnd').toFixed(0),
        percent(ours('cwnd') / theirs.cwnd - 1),
        ours('rttMs').toFixed(1),
        percent(ours('rttMs') / theirs.rttMs - 1),
        Math.round(ours('retransmits')),
      ]);
    }
  }
  return [
    `One flow of 60 s through name spaces: ${PATH.mbit} Mbit/s by a token bucket behind a bridge, 20 ms each way by \`mooring-helper delay\`, ${PATH.queueBytes / 1000} kB of
drop-tail; ours as the mean of ${SEEDS.length} seeds. Windows and round-trip times from ${SETTLED_S} s on, ten samples a second. The bucket lets
${BURST_BYTES / 1500} packets through at once after a pause; the third row of each has such a bucket in place of a steady link.`,
    `BBR's window is two products, a budget of six to eight segments, and what ACKs have bunched (\`extra_acked\`): a sixth of it was the machine's own
work while the delay and the receiver waited for a processor ([0115](decisions/0115-paths-that-do-not-wait.md)). What is left of that moves the kernel's row by some per cent.`,
    table(
      [
        'flow',
        '',
        'goodput, Mbit/s',
        'difference',
        'mean window, segments',
        'difference',
        'mean RTT, ms',
        'difference',
        'sent again',
      ],
      rows,
    ),
  ].join('\n\n');
}

function simulated(cc, seed, bottleneck) {
  const { summary, flows, series } = simulate({
    links: [
      {
        ...bottleneck,
        delay: `${PATH.oneWayUs}us`,
        queue: `${PATH.queueBytes}B`,
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
