import { expect, test } from 'vitest';
import { createRng } from '../../src/base/index.js';
import { drawnPoints, type SweepPoint, sweepPanel } from '../../src/draw/sweep.js';
import { LIGHT } from '../../src/palette/index.js';

const rng = createRng(7);
const points = (count: number): SweepPoint[] =>
  Array.from({ length: count }, (_, at) => ({
    group: at < count / 4 ? 'reno' : 'cubic',
    p95DelayUs: 40_000 + 10_000 * rng.nextUnit(),
    throughputBytesPerSecond: 1e6 * rng.nextUnit(),
  }));

test('some points are all drawn', () => {
  const some = points(5_000);
  expect(drawnPoints(some)).toBe(some);
  expect(sweepPanel('RTT', some, LIGHT).curves.map(({ pointPx }) => pointPx)).toEqual([undefined, undefined]);
});

test('of many, what lies on one place is drawn once, and each group has its share of the places', () => {
  const many = points(100_000);
  const drawn = drawnPoints(many);
  expect(drawn.length).toBeLessThanOrEqual(30_000);
  expect(drawn.length).toBeGreaterThan(20_000);
  expect(new Set(drawn).size).toBe(drawn.length);
  const ofReno = drawn.filter(({ group }) => group === 'reno').length / drawn.length;
  expect(ofReno).toBeGreaterThan(0.22);
  expect(ofReno).toBeLessThan(0.28);
  const { x, curves } = sweepPanel('RTT', many, LIGHT);
  expect(x.length).toBe(drawn.length);
  expect(curves.map(({ label, pointPx }) => [label, pointPx])).toEqual([
    ['cubic', 4],
    ['reno', 4],
  ]);
});

test('points that are all the same are one', () => {
  const point = { group: 'a', p95DelayUs: 1, throughputBytesPerSecond: 1 };
  expect(drawnPoints(new Array(6_000).fill(point))).toEqual([point]);
});
