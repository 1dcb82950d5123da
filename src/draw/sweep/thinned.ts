import type { Area } from '../scene.js';

/** As many points are all drawn; of more, those that fall on one place are one. */
export const ALL_DRAWN = 5_000;
const PLACE_PX = 3;

export interface PlacedRun {
  readonly x: number;
  readonly y: number;
  readonly run: number;
}

/**
 * The points that are drawn: all of some; of many one of each place, picked without regard to its group and to its place in the
 * sweep, so that where groups lie over each other none covers the others and each has its share of the places.
 */
export function thinned(
  runs: ArrayLike<number>,
  xOf: (run: number) => number,
  yOf: (run: number) => number,
  area: Area,
): readonly PlacedRun[] {
  const placed = (run: number): PlacedRun => ({ run, x: xOf(run), y: yOf(run) });
  if (runs.length <= ALL_DRAWN) return Array.from(runs, placed);
  const up = Math.ceil(area.height / PLACE_PX) + 1;
  const picked = new Int32Array((Math.ceil(area.width / PLACE_PX) + 1) * up).fill(-1);
  for (let i = 0; i < runs.length; i += 1) {
    const run = runs[i]!;
    const place = Math.floor((xOf(run) - area.x) / PLACE_PX) * up + Math.floor((yOf(run) - area.y) / PLACE_PX);
    if (picked[place] === -1 || lot(run) < lot(picked[place]!)) picked[place] = run;
  }
  return [...picked.filter((run) => run !== -1)].map(placed);
}

/** A number that says nothing of `at`: Knuth's multiplicative hash, its high bits moved down (MurmurHash3's finaliser). */
function lot(at: number): number {
  const mixed = Math.imul(at + 1, 0x9e3779b1);
  return Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b) >>> 0;
}
