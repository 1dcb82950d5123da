// What is known without a peer: formulas of papers and RFCs.

const lossy = (p, flow) => ({
  rate: '1Gbit',
  rtt: '100ms',
  queue: '10000pkt',
  loss: p,
  duration: '1200s',
  measureFrom: '60s',
  series: false,
  flows: [{ algorithm: 'builtin:reno', delayedAcks: false, ...flow }],
});

const bytesPerSecond = ({ summary }) => summary.goodputBytesPerSecond;
const waitUs = ({ links }) => links[0].queueDelayUs.mean;
const step = (count, k) => ({
  rate: '1Gbit',
  rtt: '1ms',
  queue: { kind: 'step', limit: '500pkt', markAt: `${k}pkt` },
  duration: '3s',
  measureFrom: '1s',
  series: false,
  flows: [{ algorithm: 'builtin:dctcp', count }],
});
const poisson = (load) => ({
  rate: '12Mbit',
  rtt: '10ms',
  queue: '10000pkt',
  duration: '300s',
  series: false,
  flows: [
    {
      algorithm: 'builtin:udp',
      jitter: 0,
      source: { kind: 'poisson', rateBytesPerSecond: (load * 1.5e6 * 1472) / 1500 },
    },
  ],
});

/** Name, source, scenario, what is measured of its result, what it should be, unit. */
export const THEORY = [
  ...[0.001, 0.0003].map((p) => ({
    name: `Reno, loss ${p * 100} %`,
    source: 'Mathis et al., CCR 27(3), 1997: 1.31 · MSS/RTT/√p, random loss',
    scenario: lossy(p, {}),
    of: bytesPerSecond,
    expected: (1.31 * 1448) / 0.1 / Math.sqrt(p),
    why: 'the formula leaves out slow start and that the window is cut a round trip late',
    unit: 'bytes/s',
  })),
  ...[0.3, 0.6, 0.9].map((load) => ({
    name: `Poisson datagrams, load ${load}`,
    source: 'Pollaczek and Khinchine, M/D/1: ρ/(2(1 − ρ)) of 1 ms',
    scenario: poisson(load),
    of: waitUs,
    expected: (1000 * load) / (2 * (1 - load)),
    unit: 'µs',
  })),
  ...[
    [1, 20],
    [2, 65],
  ].map(([count, k]) => ({
    name: `DCTCP, ${count} flows, K = ${k}`,
    source: 'Alizadeh et al., SIGCOMM 2010: a queue of about K packets of 12 µs',
    scenario: step(count, k),
    of: waitUs,
    expected: 12 * k,
    why: 'the queue swings between K and less, by half a cut of the window',
    unit: 'µs',
  })),
  {
    name: 'Reno, queue of one product',
    source: 'a window that halves to the product keeps the link full',
    scenario: {
      rate: '20Mbit',
      rtt: '40ms',
      queue: '1bdp',
      duration: '120s',
      measureFrom: '20s',
      series: false,
      flows: [{ algorithm: 'builtin:reno' }],
    },
    of: bytesPerSecond,
    expected: (2.5e6 * 1448) / 1500,
    unit: 'bytes/s',
  },
  {
    name: 'Reno, no queue to speak of',
    source: 'a window between half and all of the product: three quarters',
    scenario: {
      rate: '20Mbit',
      rtt: '200ms',
      queue: '4pkt',
      duration: '600s',
      measureFrom: '60s',
      series: false,
      flows: [{ algorithm: 'builtin:reno', pacing: true }],
    },
    of: bytesPerSecond,
    expected: (0.75 * 2.5e6 * 1448) / 1500,
    unit: 'bytes/s',
  },
];
