import { type Estimate, estimateOfMoments } from '../base/index.js';
import type { Sweep, SweepMeasure } from './model.js';

/** Runs of which all that was varied is the same. */
export interface Combination {
  /** The first of them, which has its values. */
  readonly run: number;
  /** Runs that count as samples. */
  readonly n: number;
  /** Of each measure, in the sweep's order. */
  readonly estimates: readonly Estimate[];
}

/** The combinations of `runs`, in the order in which they are met, each with the mean of its repeats and its interval. */
export function combinations(sweep: Sweep, runs: Uint32Array): Combination[] {
  const ids = combinationIds(sweep);
  const placeOf = new Int32Array(sweep.length).fill(-1);
  const first: number[] = [];
  for (const run of runs) {
    if (placeOf[ids[run]!]! >= 0) continue;
    placeOf[ids[run]!] = first.length;
    first.push(run);
  }
  const samples = runs.filter((run) => sweep.isSample[run] === 1);
  const n = new Uint32Array(first.length);
  for (const run of samples) n[placeOf[ids[run]!]!]! += 1;
  const moments = sweep.measures.map((measure) =>
    momentsOf(measure, samples, (run) => placeOf[ids[run]!]!, first.length),
  );
  return first.map((run, place) => ({
    ...{ run, n: n[place]! },
    estimates: moments.map(({ count, mean, squares }) =>
      estimateOfMoments(count[place]!, mean[place]!, squares[place]!),
    ),
  }));
}

/** Of each place how many values are known, their mean so far, and the sum of squares about it (Welford's). */
export function momentsOf(
  { values }: SweepMeasure,
  runs: Uint32Array,
  placeOf: (run: number) => number,
  places: number,
): { readonly count: Uint32Array; readonly mean: Float64Array; readonly squares: Float64Array } {
  const count = new Uint32Array(places);
  const mean = new Float64Array(places);
  const squares = new Float64Array(places);
  for (const run of runs) {
    const value = values[run]!;
    if (Number.isNaN(value)) continue;
    const place = placeOf(run);
    count[place]! += 1;
    const from = value - mean[place]!;
    mean[place]! += from / count[place]!;
    squares[place]! += from * (value - mean[place]!);
  }
  return { count, mean, squares };
}

const known = new WeakMap<Sweep, Map<string, Uint32Array>>();

/** A number for each run that those share which have the same values of all keys but `without`, and the same seed if asked. */
export function combinationIds(sweep: Sweep, without: string | null = null, withSeed = false): Uint32Array {
  const of = known.get(sweep) ?? new Map<string, Uint32Array>();
  known.set(sweep, of);
  const name = `${without ?? ''} ${withSeed}`;
  const before = of.get(name);
  if (before) return before;
  const keys = sweep.keys.filter((key) => key.name !== without);
  const ids = new Uint32Array(sweep.length);
  // Column by column: what was one so far is cut by the next.
  const cut = (valueIn: (run: number) => number): void => {
    const met = new Map<number, Map<number, number>>();
    let count = 0;
    for (let run = 0; run < ids.length; run += 1) {
      const among = met.get(ids[run]!) ?? new Map<number, number>();
      met.set(ids[run]!, among);
      const value = valueIn(run);
      if (!among.has(value)) among.set(value, count++);
      ids[run] = among.get(value)!;
    }
  };
  for (const { places } of keys) cut((run) => places[run]!);
  if (withSeed) cut((run) => sweep.seeds[run]!);
  of.set(name, ids);
  return ids;
}
