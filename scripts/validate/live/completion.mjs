// Short flows that arrive as a Poisson process over half of a link, with handshakes, beside ns-3.
import { simulate } from '../../../dist/sim.js';
import { percent, quantile, table } from '../text.mjs';
import { absentPeer, askNs3 } from './peers.mjs';

const PATH = { rate: 20, rtt: 40, queue: 67 };
const LOAD = 0.5;
/** Bytes, and simulated seconds for some thousands of flows. */
const SIZES = [
  [14_000, 100],
  [50_000, 200],
  [100_000, 300],
  [200_000, 400],
  [1_000_000, 1000],
];
const SHARES = [0.5, 0.95, 0.99];
const SEEDS = [1, 2, 3];

export function completionTimes() {
  const absent = absentPeer('ns3');
  if (absent) return `Skipped: ${absent}.`;
  const rows = SIZES.map(([size, seconds]) => {
    const theirs = SEEDS.map((seed) => ofNs3(size, seconds, seed));
    const ours = SEEDS.map((seed) => simulated(size, seconds, seed));
    const cells = SHARES.flatMap((share) => {
      const [they, we] = [theirs, ours].map((runs) => mean(runs.map((run) => run[`p${share * 100}`])));
      return [`${they.toFixed(1)}, ${we.toFixed(1)}`, percent(we / they - 1)];
    });
    const flows = [theirs, ours].map((runs) => runs.reduce((sum, { count }) => sum + count, 0));
    return [`${size / 1000} kB`, flows.join(', '), ...cells];
  });
  const head = ['size', 'flows', ...SHARES.flatMap((share) => [`p${share * 100}, ms`, 'difference'])];
  return [
    `Reno, ${PATH.rate} Mbit/s, ${PATH.rtt} ms, ${PATH.queue} packets of drop-tail, load ${percent(LOAD)}. From the SYN to the acknowledgement of the last byte, which in ns-3 is that
of the FIN that leaves with it. Pairs are ns-3, ours, each the mean of ${SEEDS.length} seeds; the arrivals are not the same ones. Every segment is
acknowledged: by default the receiver of ns-3 lets an odd last segment wait up to 200 ms, and ours, as Linux does, acknowledges the first
of a flow at once, which is up to 15 % of the median.`,
    table(head, rows),
    `What ends last here had lost its last segments: ns-3 waits for the retransmission timer, ours sends a tail probe (RFC 8985).`,
  ].join('\n\n');
}

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

function ofNs3(size, seconds, seed) {
  const asked = { ...PATH, cc: 'reno', load: LOAD, size, seconds, seed, segmentsPerAck: 1 };
  const times = askNs3(asked).fct.sort((a, b) => a - b);
  const [p50, p95, p99] = SHARES.map((share) => quantile(times, share) * 1000);
  return { p50, p95, p99, count: times.length };
}

function simulated(size, seconds, seed) {
  const { summary } = simulate({
    rate: `${PATH.rate}Mbit`,
    rtt: `${PATH.rtt}ms`,
    queue: `${PATH.queue}pkt`,
    duration: `${seconds}s`,
    series: false,
    seed,
    flows: [
      {
        algorithm: 'builtin:reno',
        slowStart: 'standard',
        delayedAcks: false,
        arrivals: { perSecond: (LOAD * PATH.rate * 1e6) / (8 * size * (1500 / 1448)), size: `${size}B` },
      },
    ],
  });
  const { p50, p95, p99, count } = summary.fctUs;
  return { p50: p50 / 1000, p95: p95 / 1000, p99: p99 / 1000, count };
}
