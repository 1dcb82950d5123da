import { describe, expect, it } from 'vitest';
import { createCopa, createNimbus, createVegas } from '../../src/algorithms/index.js';
import { type Scenario, simulate } from '../../src/sim/index.js';

// What the papers say of their algorithms, over reports.

const PATH = { rate: '12Mbit', rtt: '25ms', queue: '4bdp', duration: '40s', measureFrom: '5s', series: false } as const;
const run = (scenario: Scenario) => {
  const result = simulate(scenario);
  expect(result.failures).toEqual([]);
  return result;
};

describe('vegas', () => {
  it('keeps between alpha and beta packets of each flow in the queue', () => {
    for (const count of [1, 2, 4]) {
      const { links, summary } = run({ ...PATH, flows: [{ algorithm: 'vegas', count }] });
      const packets = links[0]!.queueDelayUs.mean! / 1000;
      expect(packets).toBeGreaterThan(2 * count - 1);
      // Who comes late takes what waits of the others for a part of the path.
      expect(packets).toBeLessThan(6 * count);
      expect(summary.utilisation).toBeGreaterThan(0.99);
      expect(summary.packetsLost).toBe(0);
    }
    const more = createVegas({ alphaPackets: 10, betaPackets: 12 });
    const { links } = run({ ...PATH, flows: [{ algorithm: more }] });
    expect(Math.abs(links[0]!.queueDelayUs.mean! / 1000 - 11)).toBeLessThan(3);
  });
});

describe('copa', () => {
  it('waits less than the 11 ms of the CCP paper at 12 Mbit/s and 25 ms, on a full link', () => {
    const { links, summary } = run({ ...PATH, flows: [{ algorithm: 'copa' }] });
    expect(links[0]!.queueDelayUs.mean!).toBeLessThan(11_000);
    expect(summary.goodputBytesPerSecond * 8).toBeGreaterThan(11e6);
  });

  it('holds 1/delta packets on average, shares, and does not mind losses', () => {
    const wait = (delta: number) =>
      run({ ...PATH, flows: [{ algorithm: createCopa({ delta, mode: 'default' }) }] }).links[0]!.queueDelayUs.mean! /
      1000;
    expect(wait(0.5)).toBeGreaterThan(1.5);
    expect(wait(0.5)).toBeLessThan(5);
    expect(wait(0.1)).toBeGreaterThan(7);
    expect(wait(0.1)).toBeLessThan(18);
    for (const seed of [1, 2, 3]) {
      const { summary } = run({ ...PATH, rate: '24Mbit', rtt: '40ms', seed, flows: [{ algorithm: 'copa', count: 4 }] });
      expect(summary.jain).toBeGreaterThan(0.98);
      expect(summary.rttUs.p50! - 40_000).toBeLessThan(11_000);
    }
    expect(run({ ...PATH, loss: 0.01, flows: [{ algorithm: 'copa' }] }).summary.utilisation).toBeGreaterThan(0.95);
  });

  it.each([
    ['5Mbit', '25ms'],
    ['10Mbit', '40ms'],
    ['24Mbit', '100ms'],
    ['50Mbit', '100ms'],
    ['100Mbit', '40ms'],
    ['100Mbit', '100ms'],
  ] as const)('comes to rest on %s of %s, and never takes its own queue for that of others', (rate, rtt) => {
    const { links, summary } = run({ rate, rtt, queue: '8bdp', flows: [{ algorithm: 'copa' }], measureFrom: '10s' });
    expect(summary.utilisation).toBeGreaterThan(0.95);
    // 1/delta is 2: twice that, and the packet that is sent.
    const packetMs = (1514 * 8) / (Number.parseFloat(rate) * 1000);
    expect(links[0]!.queueDelayUs.mean! / 1000).toBeLessThan(5 * packetMs + 1);
  });

  it('beside cubic has a share, which it has not without changing its delta', () => {
    const mbit = (mode: 'auto' | 'default') =>
      (8 *
        run({ ...PATH, flows: [{ algorithm: createCopa({ mode }) }, { algorithm: 'builtin:cubic' }] }).flows[0]!
          .throughputBytesPerSecond) /
      1e6;
    expect(mbit('auto')).toBeGreaterThan(3);
    expect(mbit('default')).toBeLessThan(2);
  });
});

describe('nimbus', () => {
  const BESIDE: Scenario = {
    rate: '48Mbit',
    rtt: '50ms',
    queue: '2bdp',
    duration: '80s',
    series: { bin: '1s' },
    flows: [{ algorithm: 'nimbus' }, { algorithm: 'builtin:cubic', start: '20s', stop: '50s' }],
  };
  const modes = (scenario: Scenario) => [...run(scenario).series.flows[0]!.notes['mode']!];

  it('changes mode within ten seconds of a cubic flow that comes, and of its going', () => {
    for (const seed of [1, 2, 3]) {
      const mode = modes({ ...BESIDE, seed });
      expect(mode.slice(5, 20).every((value) => value === 0)).toBe(true);
      expect(mode.slice(20, 30)).toContain(1);
      expect(mode.slice(30, 50).filter((value) => value === 1).length).toBeGreaterThanOrEqual(16);
      expect(mode.slice(60, 80).every((value) => value === 0)).toBe(true);
    }
  });

  it('does not take a steady rate for elastic, and holds its delay', () => {
    const { series, links } = run({
      ...BESIDE,
      measureFrom: '25s',
      flows: [
        { algorithm: createNimbus() },
        { algorithm: 'builtin:reno', start: '20s', source: { kind: 'rate', rate: '20Mbit' } },
      ],
    });
    expect(series.flows[0]!.notes['mode']!.slice(30).filter((mode) => mode === 1).length).toBeLessThan(5);
    expect(links[0]!.queueDelayUs.mean!).toBeLessThan(20_000);
    expect(links[0]!.utilisation!).toBeGreaterThan(0.93);
  });
});

describe('bbr of the CCP paper', () => {
  it('fills a link that loses, follows one that slows down, and looks for the round trip', () => {
    expect(run({ ...PATH, loss: 0.01, flows: [{ algorithm: 'bbr' }] }).summary.utilisation).toBeGreaterThan(0.95);
    const { series } = run({
      duration: '60s',
      series: { bin: '100ms' },
      links: [{ rate: '20Mbit', delay: '20ms', queue: '4bdp', steps: [{ at: '20s', rate: '5Mbit' }] }],
      flows: [{ algorithm: 'bbr' }],
    });
    const { cwndBytes, notes, deliveryRateBytesPerSecond } = series.flows[0]!;
    expect(notes['bottleneckBytesPerSecond']![590]! * 8).toBeLessThan(6e6);
    const late = deliveryRateBytesPerSecond.slice(300, 590);
    expect((8 * late.reduce((sum, rate) => sum + rate, 0)) / late.length).toBeGreaterThan(4.4e6);
    const probes = cwndBytes.filter((window, bin) => window === 4 * 1448 && cwndBytes[bin - 1] !== window).length;
    expect(probes).toBeGreaterThanOrEqual(3);
    expect(probes).toBeLessThanOrEqual(6);
  });
});

describe('dctcp over reports', () => {
  it('holds the queue at K', () => {
    const { links, summary } = run({
      rate: '1Gbit',
      rtt: '1ms',
      duration: '2s',
      measureFrom: '1s',
      series: false,
      queue: { kind: 'step', limit: '500pkt', markAt: '20pkt' },
      flows: [{ algorithm: 'dctcp', count: 2 }],
    });
    expect(Math.abs((links[0]!.queueDelayUs.mean! * 125) / 1500 / 20 - 1)).toBeLessThan(0.4);
    expect(summary.utilisation).toBeGreaterThan(0.98);
    expect(summary.packetsLost).toBe(0);
    expect(summary.jain).toBeGreaterThan(0.95);
  });
});
