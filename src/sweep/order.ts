import type { Sweep } from './model.js';

/**
 * `runs` in the order of a column: a key, a measure, `seed`, or the order of the sweep for anything else. What is not known
 * comes last either way, and runs that are alike stay in the order of the sweep.
 */
export function sortRuns(sweep: Sweep, runs: Uint32Array, column: string | null, down: boolean): Uint32Array {
  const values = valuesOf(sweep, column);
  if (values === null) return down ? runs.slice().reverse() : runs;
  const known = runs.filter((run) => !Number.isNaN(values[run]!));
  const unknown = runs.filter((run) => Number.isNaN(values[run]!));
  const sign = down ? -1 : 1;
  known.sort((a, b) => sign * (values[a]! - values[b]!) || a - b);
  const sorted = new Uint32Array(runs.length);
  sorted.set(known);
  sorted.set(unknown, known.length);
  return sorted;
}

function valuesOf({ keys, measures, seeds }: Sweep, column: string | null): ArrayLike<number> | null {
  if (column === 'seed') return seeds;
  const key = keys.find(({ name }) => name === column);
  if (key) return key.sizes ? Float64Array.from(key.places, (place) => key.sizes![place]!) : key.places;
  return measures.find(({ name }) => name === column)?.values ?? null;
}
