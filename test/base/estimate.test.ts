import { expect, test } from 'vitest';
import { estimate } from '../../src/base/index.js';

test.each([
  ['nothing known', [null, null], { mean: null, ci95: null, n: 0 }],
  ['one value has no interval', [3, null], { mean: 3, ci95: null, n: 1 }],
  ['equal values have one of no width', [2, 2, 2], { mean: 2, ci95: 0, n: 3 }],
])('%s', (_, values, expected) => {
  expect(estimate(values)).toEqual(expected);
});

test("half the interval is Student's t times the error of the mean", () => {
  // t(0.975; 4) = 2.776, t(0.975; 19) = 2.093: any table of the distribution.
  expect(estimate([1, 2, 3, 4, 5]).ci95).toBeCloseTo(2.776 * Math.sqrt(2.5 / 5), 3);
  const twenty = Array.from({ length: 20 }, (_, i) => i);
  expect(estimate(twenty).ci95).toBeCloseTo(2.093 * Math.sqrt(35 / 20), 2);
});
