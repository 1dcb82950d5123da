// Dumbbells that a peer installed here runs, and ours: goodput after the first quarter, mean over seeds.
import { simulate } from '../../../dist/sim.js';
import { mean, percent, table } from '../text.mjs';
import { absentPeer, askNs2, askNs3 } from './peers.mjs';

const SEEDS = [1, 2, 3];
const cells = (ccs, counts, paths) =>
  ccs.flatMap((cc) =>
    counts.flatMap((flows) => paths.map(([rate, rtt, queue, seconds]) => ({ cc, flows, rate, rtt, queue, seconds }))),
  );

const PEERS = {
  ns3: {
    bar: 0.02,
    note: "One packet more stands in ns-3's device than its queue holds, which at nine packets and one flow is 1 % of the rate.",
    ask: askNs3,
    // prettier-ignore
    cells: cells(
      ['reno', 'cubic'],
      [1, 4],
      [
        [10, 40, 9, 60],
        [10, 40, 33, 60],
        [10, 40, 133, 60],
        [50, 20, 83, 30],
      ],
    ),
  },
  ns2: {
    bar: 0.05,
    note: `What differs is the sender's age, not the queue: ns-2 has those of Linux 2.6.22. Its cubic cuts to 0.8 (819/1024; 0.7 since 2.6.25). Its recovery
is the rate halving that proportional rate reduction replaced in 3.2: for reno it goes down to half of ssthresh, slow-starts from there, loses to the two places
and cuts again. With both in a build for the trial, and no jitter, 21 of the 24 are within 5 % ([0116](decisions/0116-ns-2-is-an-older-linux.md)).`,
    ask: askNs2,
    cells: cells(
      ['reno', 'cubic'],
      [1, 2, 10],
      [
        [10, 40, 2, 60],
        [10, 40, 3, 60],
        [10, 10, 2, 60],
        [10, 10, 3, 60],
      ],
    ),
  },
};

export function beside(peer) {
  const absent = absentPeer(peer);
  if (absent) return `Skipped: ${absent}.`;
  const { cells, ask, bar, note } = PEERS[peer];
  const found = cells.map((cell) => {
    const theirs = mean(SEEDS.map((seed) => ask({ ...cell, seed }).good));
    const ours = mean(SEEDS.map((seed) => simulated(cell, seed)));
    return { cell, theirs, ours, difference: ours / theirs - 1 };
  });
  const within = found.filter(({ difference }) => Math.abs(difference) <= bar).length;
  const rows = found.map(({ cell: { cc, flows, rate, rtt, queue }, theirs, ours, difference }) => [
    `${flows} × ${cc}`,
    `${rate} Mbit/s, ${rtt} ms, ${queue} packets`,
    theirs.toFixed(3),
    ours.toFixed(3),
    percent(difference),
  ]);
  return [
    `${within} of ${found.length} within ${percent(bar)}.`,
    table(['flows', 'path', 'peer, Mbit/s', 'ours', 'difference'], rows),
    note,
  ].join('\n\n');
}

function simulated({ cc, flows, rate, rtt, queue, seconds }, seed) {
  const { summary } = simulate({
    rate: `${rate}Mbit`,
    rtt: `${rtt}ms`,
    queue: `${queue}pkt`,
    duration: `${seconds}s`,
    measureFrom: `${seconds / 4}s`,
    seed,
    series: false,
    flows: [{ algorithm: `builtin:${cc}`, count: flows, slowStart: 'standard' }],
  });
  return (summary.goodputBytesPerSecond * 8) / 1e6;
}
