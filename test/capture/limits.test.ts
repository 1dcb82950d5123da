import { expect, test } from 'vitest';
import type { Scenario } from '../../src/sim/index.js';
import { agreement } from './truth.js';

const path = { rate: '20Mbit', rtt: '40ms', queue: '1bdp', duration: '20s', series: false } as const;
const CASES: Record<string, Scenario> = {
  'application, a steady rate': {
    ...path,
    flows: [{ algorithm: 'builtin:cubic', source: { kind: 'rate', rate: '5Mbit' } }],
  },
  'application, Poisson': {
    ...path,
    flows: [{ algorithm: 'builtin:cubic', source: { kind: 'poisson', rate: '3Mbit' } }],
  },
  'application, on and off': {
    ...path,
    flows: [{ algorithm: 'builtin:cubic', source: { kind: 'onoff', on: '300ms', off: '700ms', rate: '8Mbit' } }],
  },
  'receive window': { ...path, flows: [{ algorithm: 'builtin:cubic', receiveWindow: '48KiB' }] },
  'receive window, small': { ...path, flows: [{ algorithm: 'builtin:reno', receiveWindow: '12KiB' }] },
  'congestion window': { ...path, flows: [{ algorithm: 'builtin:reno' }] },
  'congestion window, cubic, two flows': { ...path, flows: [{ algorithm: 'builtin:cubic', count: 2 }] },
  'loss recovery': { ...path, loss: 0.02, flows: [{ algorithm: 'builtin:reno' }] },
  'congestion window, dctcp': {
    ...path,
    queue: { kind: 'step', markAt: '20pkt' },
    flows: [{ algorithm: 'builtin:dctcp', ecn: 'dctcp' }],
  },
  'mixed: on and off, greedy while on': {
    ...path,
    flows: [{ algorithm: 'builtin:cubic', source: { kind: 'onoff', on: '2s', off: '1s' } }],
  },
  'mixed: loss and a receive window': {
    ...path,
    loss: 0.002,
    flows: [{ algorithm: 'builtin:cubic', receiveWindow: '48KiB' }],
  },
  'pacing, bbr': { ...path, queue: '4bdp', flows: [{ algorithm: 'builtin:bbr' }] },
};

for (const [name, scenario] of Object.entries(CASES)) {
  test(`${name}: told for 95 % of the time and more`, async () => {
    const { share, truth, limits } = await agreement(scenario);
    expect(truth.size).toBeGreaterThan(0);
    expect(limits.unknownBecause).toBeNull();
    expect(share).toBeGreaterThanOrEqual(0.95);
  }, 60_000);
}

test('a window that a paced sender fills is what limits it, though every other segment waits for its turn', async () => {
  const { limits } = await agreement({ ...path, flows: [{ algorithm: 'builtin:cubic', pacing: true }] });
  expect(limits.mostly).toBe('congestion-window');
}, 60_000);

test('the intervals follow each other without a gap and add up to the sums', async () => {
  const { limits } = await agreement(CASES['mixed: loss and a receive window']!);
  const intervals = limits.intervals!;
  for (const [i, { startUs }] of intervals.entries()) if (i > 0) expect(startUs).toBe(intervals[i - 1]!.endUs);
  const us = intervals.reduce((sum, one) => sum + one.endUs - one.startUs, 0);
  expect(us).toBeCloseTo(limits.durationUs, 3);
  expect(intervals.some(({ cause, resentPackets }) => cause === 'recovery' && resentPackets > 0)).toBe(true);
}, 60_000);

test('at the receiver it is unknown, and why', async () => {
  const { limits } = await agreement(CASES['congestion window']!, 'receiver');
  expect([limits.mostly, limits.unknownBecause]).toEqual(['unknown', 'receiver']);
  expect(limits.causes.unknown.us).toBeCloseTo(limits.durationUs, 3);
}, 60_000);
