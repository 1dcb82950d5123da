import fc from 'fast-check';
import { expect, test } from 'vitest';
import { deviationEllipse, quantile } from '../../src/run/index.js';

test('quantiles go by ranks, and leave out what is not known', () => {
  expect([0, 0.25, 0.5, 1].map((at) => quantile([40, 10, Number.NaN, 30, 20, 50], at))).toEqual([10, 20, 30, 50]);
  expect(quantile([1, 2], 0.5)).toBe(1.5);
  expect([quantile([], 0.5), quantile([Number.NaN], 0.5)]).toEqual([null, null]);
});

test('an ellipse has the spread along its axes', () => {
  const found = deviationEllipse([-2, 0, 2], [-2, 0, 2])!;
  expect(found).toMatchObject({ x: 0, y: 0 });
  expect([found.angle, found.major, found.minor].map((value) => Math.round(value * 1e6) / 1e6)).toEqual([
    Math.round((Math.PI / 4) * 1e6) / 1e6,
    Math.round(Math.sqrt(8) * 1e6) / 1e6,
    0,
  ]);
});

test('of fewer than three points no spread can be told', () => {
  expect(deviationEllipse([1, 2, Number.NaN], [1, 2, 3])).toBeNull();
});

test('squares of its half axes add up to the variances', () => {
  const points = fc.array(fc.tuple(fc.integer({ min: -99, max: 99 }), fc.integer({ min: -99, max: 99 })), {
    minLength: 3,
    maxLength: 40,
  });
  fc.assert(
    fc.property(points, (drawn) => {
      const variance = (of: readonly number[]): number => {
        const mean = of.reduce((sum, value) => sum + value, 0) / of.length;
        return of.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (of.length - 1);
      };
      const [x, y] = [drawn.map(([a]) => a), drawn.map(([, b]) => b)];
      const { major, minor } = deviationEllipse(x, y)!;
      expect(major ** 2 + minor ** 2).toBeCloseTo(variance(x) + variance(y), 6);
      expect(minor).toBeLessThanOrEqual(major);
    }),
  );
});
