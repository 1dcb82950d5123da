import { expect, test } from 'vitest';
import { toBigint, toU64 } from '../../src/base/index.js';

test('a value is a number exactly as far as numbers are exact', () => {
  expect([0n, 2n ** 53n - 1n].map(toU64)).toEqual([0, Number.MAX_SAFE_INTEGER]);
  expect([2n ** 53n, 2n ** 64n - 1n].map(toU64)).toEqual([2n ** 53n, 2n ** 64n - 1n]);
});

test('64 bits hold 0 to 2^64 − 1, and nothing else is taken for them', () => {
  expect([0, 7, 0n, 2n ** 64n - 1n].map(toBigint)).toEqual([0n, 7n, 0n, 2n ** 64n - 1n]);
  for (const value of [-1, -1n, 2n ** 64n, 1.5, Number.NaN, Number.POSITIVE_INFINITY])
    expect(() => toBigint(value), String(value)).toThrow(RangeError);
});
