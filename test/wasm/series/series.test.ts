import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { instantiateSim } from '../../../src/core/index.js';

const sim = instantiateSim();
const FIELDS = 5;

function rows(handle: number): number[][] {
  const at = sim.seriesRows(handle) >>> 0;
  const flat = new Float64Array(sim.memory.buffer, at, sim.seriesLength(handle) * FIELDS);
  return Array.from({ length: flat.length / FIELDS }, (_, i) => Array.from(flat.slice(i * FIELDS, (i + 1) * FIELDS)));
}

describe('series', () => {
  it('keeps count, sum, min, max and last of each bin', () => {
    const handle = sim.seriesCreate(10, 8);
    for (const [time, value] of [
      [0, 4],
      [9, 2],
      [10, 7],
      [35, -1],
    ] as const)
      sim.seriesAdd(handle, time, value);
    expect(rows(handle)).toEqual([
      [2, 6, 2, 4, 2],
      [1, 7, 7, 7, 7],
      [0, 0, 0, 0, 0],
      [1, -1, -1, -1, -1],
    ]);
    sim.seriesFree(handle);
  });

  it('merges neighbours instead of growing, and loses nothing', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 5000 }), fc.integer({ min: -100, max: 100 })), { minLength: 1 }),
        fc.integer({ min: 2, max: 9 }),
        (values, capacity) => {
          const handle = sim.seriesCreate(3, capacity);
          for (const [time, value] of values) sim.seriesAdd(handle, time, value);
          const width = sim.seriesWidth(handle);
          const seen = rows(handle);
          sim.seriesFree(handle);
          expect(seen.length).toBeLessThanOrEqual((capacity + 1) & ~1);
          for (const [index, [count, sum, min, max]] of seen.entries()) {
            const here = values.filter(([time]) => Math.floor(time / width) === index).map(([, value]) => value);
            expect(count).toBe(here.length);
            expect(sum).toBe(here.reduce((a, b) => a + b, 0));
            if (here.length > 0) expect([min, max]).toEqual([Math.min(...here), Math.max(...here)]);
          }
        },
      ),
    );
  });

  it('keeps the last value of each bin through every merge, in bins no wider than it must', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 5000 }), fc.integer({ min: -100, max: 100 })), { minLength: 1 }),
        fc.integer({ min: 2, max: 9 }),
        (unordered, capacity) => {
          const values = [...unordered].sort(([a], [b]) => a - b);
          const handle = sim.seriesCreate(3, capacity);
          for (const [time, value] of values) sim.seriesAdd(handle, time, value);
          const [width, seen] = [sim.seriesWidth(handle), rows(handle)];
          sim.seriesFree(handle);
          for (const [index, [, , , , last]] of seen.entries())
            expect(last).toBe(values.filter(([time]) => Math.floor(time / width) === index).at(-1)?.[1] ?? 0);
          const binOfLast = (of: number) => Math.floor(values.at(-1)![0] / of);
          const most = (capacity + 1) & ~1;
          expect(seen).toHaveLength(binOfLast(width) + 1);
          expect(Number.isInteger(Math.log2(width / 3))).toBe(true);
          if (width > 3) expect(binOfLast(width / 2)).toBeGreaterThanOrEqual(most);
        },
      ),
    );
  });

  it('has two bins at least, each a unit wide at least', () => {
    const handle = sim.seriesCreate(0, 0);
    for (const time of [0, 1, 2]) sim.seriesAdd(handle, time, time);
    expect([sim.seriesWidth(handle), rows(handle).map(([count]) => count)]).toEqual([2, [2, 1]]);
    sim.seriesFree(handle);
  });
});
