import { expect, test } from 'vitest';
import { SOBOL_DIMENSIONS, sobolBits, sobolUnit } from '../../../src/node/jobs/sobol.js';

const UNIT = 2 ** 32;

test('the points are the published ones, in the order of their binary digits', () => {
  // Those of Joe and Kuo's program, which counts in Gray's code, put back in order.
  const points = Array.from({ length: 8 }, (_, at) => [0, 1, 2].map((dimension) => sobolBits(at, dimension) / UNIT));
  expect(points).toEqual([
    [0, 0, 0],
    [0.5, 0.5, 0.5],
    [0.25, 0.75, 0.75],
    [0.75, 0.25, 0.25],
    [0.125, 0.625, 0.375],
    [0.625, 0.125, 0.875],
    [0.375, 0.375, 0.625],
    [0.875, 0.875, 0.125],
  ]);
});

test.each([undefined, 1, 2, 77, 0xffffffff])(
  'of 2^k points each of 2^k strata has one, in every dimension, seed %s',
  (seed) => {
    for (let dimension = 0; dimension < SOBOL_DIMENSIONS; dimension += 1) {
      for (const count of [2, 16, 256]) {
        const strata = Array.from({ length: count }, (_, at) =>
          Math.floor(count * (seed === undefined ? sobolBits(at, dimension) / UNIT : sobolUnit(at, dimension, seed))),
        );
        expect(new Set(strata).size, `${dimension}, ${count}`).toBe(count);
      }
    }
  },
);

test('the first two dimensions fill every elementary interval of a plane, scrambled as well', () => {
  for (const split of [0, 1, 2, 3, 4, 5, 6]) {
    const cells = Array.from({ length: 64 }, (_, at) =>
      [Math.floor(sobolUnit(at, 0, 5) * 2 ** split), Math.floor(sobolUnit(at, 1, 5) * 2 ** (6 - split))].join(),
    );
    expect(new Set(cells).size).toBe(64);
  }
});

test('two seeds, and two dimensions of one, give other points', () => {
  expect(sobolUnit(0, 0, 1)).not.toBe(sobolUnit(0, 0, 2));
  expect(sobolUnit(0, 0, 1)).not.toBe(sobolUnit(0, 1, 1));
});
