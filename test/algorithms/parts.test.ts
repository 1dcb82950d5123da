import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ALGORITHM_SUMMARIES,
  ALGORITHMS,
  createBbr,
  createCopa,
  createDctcp,
  createNimbus,
  createVegas,
} from '../../src/algorithms/index.js';
import { spectrum, WindowedMax, WindowedMin } from '../../src/algorithms/parts/index.js';

describe('parts', () => {
  it('know the extremes of a window, as going through it does', () => {
    const samples = fc.array(fc.tuple(fc.integer({ min: 0, max: 50 }), fc.integer({ min: -20, max: 20 })), {
      minLength: 1,
      maxLength: 200,
    });
    fc.assert(
      fc.property(samples, fc.integer({ min: 0, max: 300 }), (steps, windowUs) => {
        const least = new WindowedMin(windowUs);
        const greatest = new WindowedMax(windowUs);
        const all: { atUs: number; value: number }[] = [];
        let atUs = 0;
        for (const [gap, value] of steps) {
          atUs += gap;
          all.push({ atUs, value });
          const seen = all.filter((sample) => sample.atUs >= atUs - windowUs).map((sample) => sample.value);
          expect(least.add(value, atUs)).toBe(Math.min(...seen));
          expect(greatest.add(value, atUs)).toBe(Math.max(...seen));
        }
      }),
    );
  });

  it('keep a bounded number of samples', () => {
    const least = new WindowedMin(Number.POSITIVE_INFINITY);
    for (let i = 0; i < 100_000; i += 1) least.add(i, i);
    expect(least.value).toBe(0);
    expect(JSON.stringify(least).length).toBeLessThan(20_000);
    least.clear();
    expect(least.value).toBeUndefined();
  });

  it('transform as the definition says', () => {
    for (const n of [1, 2, 8, 64]) {
      const samples = Array.from({ length: n }, (_, i) => Math.sin(i * i) + (i % 3));
      const direct = Array.from({ length: n / 2 + 1 }, (_, k) => {
        let [re, im] = [0, 0];
        samples.forEach((value, i) => {
          re += value * Math.cos((2 * Math.PI * k * i) / n);
          im -= value * Math.sin((2 * Math.PI * k * i) / n);
        });
        return Math.hypot(re, im);
      });
      for (const [k, magnitude] of spectrum(samples).entries()) expect(magnitude).toBeCloseTo(direct[k]!, 9);
    }
  });
});

describe('options', () => {
  it.each([
    ['alphaPackets', () => createVegas({ alphaPackets: -1 })],
    ['betaPackets', () => createVegas({ alphaPackets: 4, betaPackets: 2 })],
    ['probeRttIntervalSeconds', () => createBbr({ probeRttIntervalSeconds: 0 })],
    ['delta', () => createCopa({ delta: Number.NaN })],
    ['pulseSize', () => createNimbus({ pulseSize: 1 })],
    ['gain', () => createDctcp({ gain: 2 })],
  ])('%s out of range is refused', (argument, make) => {
    expect(make).toThrow(
      expect.objectContaining({ code: 'MOORING_ERR_BAD_ARGUMENT', detail: expect.objectContaining({ argument }) }),
    );
  });

  it('of every algorithm there is a line', () => {
    expect(Object.keys(ALGORITHM_SUMMARIES)).toEqual(Object.keys(ALGORITHMS));
  });
});
