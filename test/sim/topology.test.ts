import { describe, expect, it } from 'vitest';
import { normaliseScenario, type Scenario } from '../../src/sim/index.js';
import { runBuiltin } from './physics.js';

const CUBIC = { algorithm: 'builtin:cubic' } as const;
const UDP = { algorithm: 'builtin:udp' } as const;

describe('cross traffic', () => {
  it('by UDP has the rate of its source, gives way to nobody and is no part of fairness', () => {
    for (const kind of ['rate', 'poisson'] as const) {
      const { flows, summary } = runBuiltin({
        rate: '20Mbit',
        rtt: '40ms',
        duration: '60s',
        series: false,
        flows: [{ ...CUBIC }, { ...UDP, source: { kind, rate: '8Mbit' } }],
      });
      expect(Math.abs((flows[1]!.throughputBytesPerSecond * 8) / 8e6 - 1), kind).toBeLessThan(0.03);
      expect(flows[0]!.throughputBytesPerSecond * 8).toBeGreaterThan(10e6);
      expect(summary.jain).toBe(1);
      expect(flows[1]!.rttUs.mean).toBeNull();
    }
  });

  it('of a Poisson process waits as M/D/1 does', () => {
    for (const load of [0.5, 0.8]) {
      const { links } = runBuiltin({
        rate: '12Mbit',
        rtt: '10ms',
        queue: '10000pkt',
        duration: '200s',
        series: false,
        flows: [{ ...UDP, jitter: 0, source: { kind: 'poisson', rateBytesPerSecond: (load * 1.5e6 * 1472) / 1500 } }],
      });
      // Pollaczek and Khinchine: ρ/(2(1 − ρ)) of a service time of 1 ms, before what is in service has gone.
      const expected = (1000 * load) / (2 * (1 - load));
      expect(Math.abs(links[0]!.queueDelayUs.mean! / expected - 1), `${load}`).toBeLessThan(0.06);
    }
  });

  it('ends with its size, loses what a full queue drops, and needs a rate', () => {
    const { flows, summary } = runBuiltin({
      rate: '1Mbit',
      rtt: '10ms',
      queue: '5pkt',
      duration: '10s',
      series: false,
      flows: [{ ...UDP, size: '1MB', source: { kind: 'rate', rate: '4Mbit' } }],
    });
    expect(flows[0]!.packetsSent).toBe(Math.ceil(1e6 / 1472));
    expect(summary.packetsLost).toBeGreaterThan(400);
    expect(flows[0]!.bytesAcked).toBeLessThan(300_000);
    expect(() => normaliseScenario({ flows: [UDP] })).toThrow(/flows\[0\]\.source: .*rate of its source/);
  });
});

describe('a token bucket', () => {
  const behind = (action: 'police' | 'shape', burst: '16KiB' | '256KiB', algorithm: string): Scenario => ({
    duration: '40s',
    measureFrom: '10s',
    series: false,
    links: [{ rate: '100Mbit', delay: '10ms', queue: '100pkt', tokenBucket: { rate: '10Mbit', burst, action } }],
    flows: [{ algorithm }],
  });
  const mbit = (scenario: Scenario) => (runBuiltin(scenario).summary.throughputBytesPerSecond * 8) / 1e6;

  it('that shapes lets its rate through, and a burst after a pause', () => {
    expect(Math.abs(mbit(behind('shape', '16KiB', 'builtin:cubic')) / 9.65 - 1)).toBeLessThan(0.03);
    const burst = runBuiltin({
      ...behind('shape', '256KiB', 'builtin:cubic'),
      measureFrom: '0s',
      flows: [{ ...CUBIC, sizeBytes: 120_000, initialCwndPackets: 90 }],
    });
    // The bucket was full: 120 kB at 100 Mbit/s are 10 ms, at 10 they were 96.
    expect(burst.flows[0]!.fctUs!).toBeLessThan(60_000);
  });

  it('that polices drops what exceeds it, which BBR finds out and keeps to, losing less than it would', () => {
    const cubic = runBuiltin(behind('police', '16KiB', 'builtin:cubic'));
    expect(cubic.links[0]!.drops).toBeGreaterThan(10);
    expect(cubic.summary.throughputBytesPerSecond * 8).toBeLessThan(10e6);
    const bbr = runBuiltin(behind('police', '16KiB', 'builtin:bbr'));
    expect(bbr.summary.throughputBytesPerSecond * 8).toBeGreaterThan(8e6);
    expect(bbr.summary.lossRate).toBeLessThan(0.1);
  });

  it('is refused where it cannot be', () => {
    const links = [{ trace: [1, 2], tokenBucket: { rate: '1Mbit', burst: '1KiB' } }] as Scenario['links'];
    expect(() => normaliseScenario({ links, flows: [CUBIC] })).toThrow(/cannot shape.*at least 3000 bytes/);
  });
});

describe('topologies', () => {
  it('of any links: an incast through a fat tree fills the last link alone', () => {
    // Two edge switches of four hosts: each a link up, one between the switches, each a link down.
    const host = { rate: '1Gbit', delay: '2us', queue: '64pkt' } as const;
    const { links } = runBuiltin({
      rtt: '20us',
      duration: '100ms',
      series: false,
      links: Array.from({ length: 10 }, () => host),
      flows: [0, 1, 2, 3].map((from) => ({ algorithm: 'builtin:reno', via: [from, 8, 9], minRto: '1ms' })),
    });
    expect(links[8]!.utilisation!).toBeGreaterThan(0.9);
    expect(links[9]!.drops).toBe(0);
    expect(links[8]!.drops).toBeGreaterThan(0);
    for (const unused of [4, 5, 6, 7]) expect(links[unused]!.deliveredPackets).toBe(0);
  });

  it('with traffic in both directions: acknowledgements wait behind data', () => {
    const two = (back: boolean): Scenario => ({
      rtt: '40ms',
      duration: '60s',
      measureFrom: '10s',
      series: false,
      links: [
        { rate: '10Mbit', delay: '20ms', queue: '1bdp' },
        { rate: '10Mbit', delay: '20ms', queue: '1bdp' },
      ],
      flows: [{ ...CUBIC, via: [0], backVia: [1] }, ...(back ? [{ ...CUBIC, via: [1], backVia: [0] }] : [])],
    });
    const alone = runBuiltin(two(false));
    const both = runBuiltin(two(true));
    expect(both.flows[0]!.rttUs.mean!).toBeGreaterThan(alone.flows[0]!.rttUs.mean! + 1_000);
    for (const link of both.links) expect(link.utilisation!).toBeGreaterThan(0.8);
    // Zhang, Shenker and Clark, SIGCOMM 1991: ACK compression costs both.
    expect(both.flows[0]!.throughputBytesPerSecond).toBeLessThan(alone.flows[0]!.throughputBytesPerSecond);
  });

  it('name links there are, once', () => {
    const flow = (more: object) => ({ links: [{ rate: '1Mbit' }], flows: [{ ...CUBIC, ...more }] }) as Scenario;
    expect(() => normaliseScenario(flow({ via: [1] }))).toThrow(/flows\[0\]\.via: there is no link 1: there are 0 … 0/);
    expect(() => normaliseScenario(flow({ via: [0], path: [0, 0] }))).toThrow(/same as path/);
    expect(() => normaliseScenario({ ...flow({ backVia: [0] }), ackPath: {} })).toThrow(/instead of `ackPath`/);
  });
});

describe('normal jitter', () => {
  it('has its mean and deviation, and is never below 0', () => {
    const rtt = (deviation: '0ms' | '2ms') =>
      runBuiltin({
        duration: '60s',
        series: false,
        links: [{ rate: '100Mbit', delay: '20ms', jitter: { distribution: 'normal', mean: '10ms', deviation } }],
        flows: [{ algorithm: 'builtin:reno', receiveWindowBytes: 2896, delayedAcks: false, jitter: 0 }],
      }).flows[0]!.rttUs;
    expect(Math.abs(rtt('0ms').mean! - 50_240)).toBeLessThan(300);
    const { mean, p95, p50, min } = rtt('2ms');
    expect(Math.abs(mean! - 50_400)).toBeLessThan(700);
    expect(Math.abs(p95! - p50! - 1.645 * 2000)).toBeLessThan(900);
    expect(min!).toBeGreaterThanOrEqual(40_000);
  });
});
