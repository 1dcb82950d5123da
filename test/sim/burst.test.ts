import { describe, expect, it } from 'vitest';
import type { Scenario } from '../../src/sim/index.js';
import { EXACT, MSS, runBuiltin, WIRE } from './physics.js';

// One burst of an initial window into an idle link, where every number follows by hand.

const burst = (packets: number, more: Partial<Scenario> = {}) =>
  runBuiltin({
    rate: '1200kbit',
    rtt: '200ms',
    duration: '150ms',
    series: { bin: '10ms' },
    flows: [
      {
        algorithm: 'builtin:reno',
        sizeBytes: packets * MSS,
        initialCwndPackets: packets,
        delayedAcks: false,
        accessRate: '8Tbit',
        ...EXACT,
      },
    ],
    ...more,
  });

describe('a burst into an idle link', () => {
  it.each([
    ['20pkt', 0],
    ['19pkt', 0],
    ['18pkt', 1],
    [`${19 * WIRE}B`, 0],
    [`${19 * WIRE - 1}B`, 1],
    ['5pkt', 14],
  ] as const)('of 20 packets: one is sent, a queue of %s holds the rest but %d', (queue, lost) => {
    const { summary, links, series } = burst(20, { queue });
    expect(summary.packetsLost).toBe(lost);
    expect(links[0]!.drops).toBe(lost);
    expect(Math.max(...series.links[0]!.queueBytes)).toBe((19 - lost) * WIRE);
  });

  it('waits in the queue for those before it, 10 ms each', () => {
    const { summary } = burst(5, { queue: '10pkt', duration: '1s' });
    expect(summary.queueDelayUs.min).toBe(0);
    // Less the nanoseconds the burst takes on its access link.
    expect(summary.queueDelayUs.max).toBeCloseTo(40_000, 0);
    expect(summary.queueDelayUs.mean! / 20_000).toBeCloseTo(1, 1);
    // The last byte: five transmissions, both ways of the path.
    expect(summary.fctUs.max! - (200_000 + 5 * 10_000)).toBeLessThan(1000);
    expect(summary.rttUs.min! - 210_000).toBeLessThan(1000);
  });

  it('of one packet waits for nobody: least, mean and greatest are 0', () => {
    const nothing = { min: 0, mean: 0, max: 0 };
    const { summary, links } = burst(1, { duration: '1s' });
    expect([summary.queueDelayUs, links[0]!.queueDelayUs]).toMatchObject([nothing, nothing]);
    expect(summary.rttUs.mean).toBe(summary.rttUs.min);
  });

  it('leaves at the rate of the link, a packet each 10 ms and none after the last', () => {
    const { series, links } = burst(5, { queue: '10pkt' });
    const packets = series.links[0]!.deliveryRateBytesPerSecond.map((rate) => Math.round((rate * 0.01) / WIRE));
    expect([...packets].reduce((sum, count) => sum + count, 0)).toBe(5);
    expect([...packets].slice(6).every((count) => count === 0)).toBe(true);
    expect(links[0]!).toMatchObject({ deliveredPackets: 5, deliveredBytes: 5 * WIRE });
    // Five of fifteen slots.
    expect(links[0]!.utilisation).toBeCloseTo(1 / 3, 5);
  });
});

it('leaves over a trace at its stamps, again and again from where it ends', () => {
  const { summary } = runBuiltin({
    duration: '1s',
    jitter: 0,
    series: false,
    links: [{ trace: [3, 10], delay: '10ms', queue: '10pkt' }],
    ackPath: { delay: '10ms' },
    flows: [
      { algorithm: 'builtin:reno', sizeBytes: 4 * MSS, initialCwndPackets: 4, delayedAcks: false, handshake: false },
    ],
  });
  // At 3, 10, 13 and 20 ms, and the path's 20 ms.
  const { min, mean, max } = summary.rttUs;
  const within = (us: number) => (value: number) => value >= us && value < us + 200;
  expect(min).toSatisfy(within(23_000));
  expect(mean).toSatisfy(within((23_000 + 30_000 + 33_000 + 40_000) / 4));
  expect(max).toSatisfy(within(40_000));
});

it.each([
  ['goes down', { down: true }, { down: false }],
  ['has a rate of 0', { rate: '0bit' }, { rate: '1200kbit' }],
] as const)('stays on a link that %s, the rest of the packet under way too, and goes on where it was', (_, off, on) => {
  const { summary, links } = runBuiltin({
    duration: '1s',
    jitter: 0,
    series: false,
    links: [
      {
        rate: '1200kbit',
        delay: '10ms',
        queue: '10pkt',
        steps: [
          { at: '14ms', ...off },
          { at: '34ms', ...on },
        ],
      },
    ],
    ackPath: { delay: '10ms' },
    flows: [
      { algorithm: 'builtin:reno', sizeBytes: 3 * MSS, initialCwndPackets: 3, delayedAcks: false, handshake: false },
    ],
  });
  // 10 ms a packet: the first before, the second with 6 ms to go, the third after it; and the path's 20 ms.
  const within = (us: number) => (value: number) => value >= us && value < us + 400;
  const { min, mean, max } = summary.rttUs;
  expect(min).toSatisfy(within(30_000));
  expect(mean).toSatisfy(within((30_000 + 60_000 + 70_000) / 3));
  expect(max).toSatisfy(within(70_000));
  expect([links[0]!.deliveredPackets, summary.packetsLost, summary.timeouts]).toEqual([3, 0, 0]);
});
