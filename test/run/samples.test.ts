import fc from 'fast-check';
import { expect, test } from 'vitest';
import { memorySource, samplesOf } from '../../src/run/index.js';

test('every sample comes back, however close they lie', async () => {
  const steps = fc.array(
    fc.tuple(fc.integer({ min: 1, max: 50 }), fc.option(fc.integer({ min: -9, max: 9 }), { freq: 5 })),
    { minLength: 1, maxLength: 400 },
  );
  await fc.assert(
    // A long pause before the last puts all the others into few columns.
    fc.asyncProperty(steps, fc.integer({ min: 1, max: 1 << 28 }), async (all, pauseUs) => {
      let us = 0;
      const timeUs = Float64Array.from(all, ([step], i) => (us += i === all.length - 1 ? step + pauseUs : step));
      const values = Float64Array.from(all, ([, value]) => value ?? Number.NaN);
      const source = memorySource([{ quantity: 'cwnd', owner: 0, timeUs, values }]);
      const found = await samplesOf(source, { quantity: 'cwnd', owner: 0 }, { fromUs: 0, toUs: us });
      expect(found.values).toEqual([...values]);
      found.timeUs.forEach((at, i) => {
        if (!Number.isNaN(values[i])) expect(at).toBe(timeUs[i]);
      });
    }),
    { numRuns: 60 },
  );
});

test('a series that is none has no samples', async () => {
  const span = { fromUs: 0, toUs: 9 };
  expect(await samplesOf(memorySource([]), { quantity: 'rtt', owner: 3 }, span)).toEqual({ timeUs: [], values: [] });
});
