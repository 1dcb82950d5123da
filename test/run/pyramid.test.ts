import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Pyramid } from '../../src/run/pyramid.js';
import { MOST_COLUMNS } from '../../src/run/query.js';
import { naiveQuery } from './naive.js';

/** Samples in the order of time: several at one instant, gaps, unknown values. */
const samples = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 40 }), fc.option(fc.integer({ min: -50, max: 50 }), { freq: 4 })), {
    maxLength: 900,
  })
  .map((steps) => {
    let us = 0;
    return {
      timeUs: Float64Array.from(steps, ([step]) => {
        us += step;
        return us;
      }),
      values: Float64Array.from(steps, ([, value]) => value ?? Number.NaN),
    };
  });
const range = fc.record({
  fromUs: fc.integer({ min: -50, max: 20_000 }),
  spanUs: fc.integer({ min: 0, max: 20_000 }),
  pixels: fc.integer({ min: 1, max: 60 }),
});

describe('a part of a series in columns', () => {
  test('is what looking at every sample gives', () => {
    fc.assert(
      fc.property(samples, range, ({ timeUs, values }, { fromUs, spanUs, pixels }) => {
        const want = { fromUs, toUs: fromUs + spanUs, pixels };
        expect(Pyramid.of(timeUs, values).query(want.fromUs, want.toUs, pixels)).toEqual(
          naiveQuery(timeUs, values, want),
        );
      }),
      { numRuns: 400 },
    );
  });

  test('is the same where the series has grown sample by sample', () => {
    fc.assert(
      fc.property(samples, range, ({ timeUs, values }, { fromUs, spanUs, pixels }) => {
        const grown = new Pyramid();
        timeUs.forEach((us, i) => void grown.append(us, values[i]!));
        const whole = Pyramid.of(timeUs, values);
        expect(grown.query(fromUs, fromUs + spanUs, pixels)).toEqual(whole.query(fromUs, fromUs + spanUs, pixels));
        expect([grown.at(fromUs), grown.beside(fromUs)]).toEqual([whole.at(fromUs), whole.beside(fromUs)]);
      }),
      { numRuns: 200 },
    );
  });

  test('knows the newest samples where only so many are held', () => {
    fc.assert(
      fc.property(samples, fc.integer({ min: 16, max: 300 }), range, ({ timeUs, values }, most, { pixels }) => {
        const ring = new Pyramid(most);
        timeUs.forEach((us, i) => void ring.append(us, values[i]!));
        expect(ring.length).toBeLessThanOrEqual(Math.max(256, 2 * most));
        expect(ring.length).toBeGreaterThanOrEqual(Math.min(most, timeUs.length));
        const held = ring.columns();
        expect(held.timeUs).toEqual(timeUs.slice(timeUs.length - ring.length));
        const want = { fromUs: held.timeUs[0] ?? 0, toUs: timeUs.at(-1) ?? 0, pixels };
        expect(ring.query(want.fromUs, want.toUs, pixels)).toEqual(naiveQuery(held.timeUs, held.values, want));
      }),
      { numRuns: 200 },
    );
  });

  test('the last known sample, and those beside an instant, are found across what is unknown', () => {
    fc.assert(
      fc.property(samples, fc.integer({ min: -10, max: 20_000 }), ({ timeUs, values }, atUs) => {
        const known = [...timeUs.keys()].filter((i) => !Number.isNaN(values[i]!));
        const point = (i: number | undefined) => (i === undefined ? null : { timeUs: timeUs[i]!, value: values[i]! });
        const pyramid = Pyramid.of(timeUs, values);
        expect(pyramid.at(atUs)).toEqual(point(known.filter((i) => timeUs[i]! <= atUs).at(-1)));
        expect(pyramid.beside(atUs)).toEqual({
          before: point(known.filter((i) => timeUs[i]! < atUs).at(-1)),
          after: point(known.find((i) => timeUs[i]! > atUs)),
        });
      }),
    );
  });
});

test('a gap is a gap and never 0', () => {
  const columns = Pyramid.of(Float64Array.of(0, 10, 20, 30), Float64Array.of(5, Number.NaN, Number.NaN, 7)).query(
    0,
    40,
    4,
  );
  expect([...columns.last]).toEqual([5, Number.NaN, Number.NaN, 7]);
  expect([...columns.count]).toEqual([1, 0, 0, 1]);
  expect([...columns.unknown]).toEqual([0, 1, 1, 0]);
});

test('ranges that are none, and widths beyond any screen, are bounded answers', () => {
  const pyramid = Pyramid.of(Float64Array.of(1), Float64Array.of(1));
  expect([...pyramid.query(5, 0, 3).count]).toEqual([0, 0, 0]);
  expect(pyramid.query(0, 1, Number.NaN).count).toHaveLength(1);
  expect(pyramid.query(0, 1, 1e12).count).toHaveLength(MOST_COLUMNS);
  expect([...pyramid.query(Number.NaN, Number.NaN, 2).count]).toEqual([0, 0]);
});

test('time does not go back in a series that grows', () => {
  const pyramid = new Pyramid();
  for (const us of [10, 5, 20]) pyramid.append(us, us);
  expect([...pyramid.columns().timeUs]).toEqual([10, 10, 20]);
});
