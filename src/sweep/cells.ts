import { type Estimate, estimateOfMoments } from '../base/index.js';
import { combinationIds, momentsOf } from './combinations.js';
import type { Sweep, SweepKey, SweepMeasure } from './model.js';

// Runs put together by what was varied: for a heat map and a matrix.

/** The values of a key as places along an axis: each its own, or, of many drawn out of a range, parts of that range. */
export interface Bins {
  readonly key: SweepKey;
  readonly count: number;
  /** The bin of each value, by its place. */
  readonly of: Uint32Array;
  /** Edges of the parts, one more than there are; null where each value is its own. */
  readonly edges: readonly number[] | null;
}

/** As many values stand by themselves; of more, parts of their range do. */
const MOST_VALUES = 32;
const PARTS = 20;
/** A range over more than this is cut by factors. */
const WIDE = 20;

export function binsOf(key: SweepKey): Bins {
  const { values, sizes } = key;
  if (values.length <= MOST_VALUES || sizes === null)
    return { key, count: values.length, of: Uint32Array.from(values.keys()), edges: null };
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const size of sizes) [low, high] = [Math.min(low, size), Math.max(high, size)];
  const isLog = low > 0 && high / low > WIDE;
  const [from, to] = isLog ? [Math.log(low), Math.log(high)] : [low, high];
  const step = (to - from) / PARTS || 1;
  const edge = (i: number): number => (isLog ? Math.exp(from + i * step) : from + i * step);
  const at = (size: number): number => Math.floor(((isLog ? Math.log(size) : size) - from) / step);
  return {
    key,
    count: PARTS,
    of: Uint32Array.from(sizes, (size) => Math.min(PARTS - 1, Math.max(0, at(size)))),
    edges: Array.from({ length: PARTS + 1 }, (_, i) => edge(i)),
  };
}

/** What is known of each cell, row by row; its runs are those that count as samples. */
export interface CellMeans {
  readonly n: Uint32Array;
  /** NaN where nothing is known. */
  readonly mean: Float64Array;
  readonly estimate: (cell: number) => Estimate;
  /** Its only run; -1 where it has none or several. */
  readonly only: Int32Array;
}

/** The mean of a measure over the runs of each cell of `across` × `down`. */
export function cellMeans(sweep: Sweep, runs: Uint32Array, across: Bins, down: Bins, measure: SweepMeasure): CellMeans {
  const cells = across.count * down.count;
  const cellOf = (run: number): number =>
    down.of[down.key.places[run]!]! * across.count + across.of[across.key.places[run]!]!;
  const only = new Int32Array(cells).fill(-1);
  const met = new Uint32Array(cells);
  for (const run of runs) {
    const cell = cellOf(run);
    met[cell]! += 1;
    only[cell] = met[cell] === 1 ? run : -1;
  }
  const samples = runs.filter((run) => sweep.isSample[run] === 1);
  const { count: n, mean, squares } = momentsOf(measure, samples, cellOf, cells);
  const estimate = (cell: number): Estimate => estimateOfMoments(n[cell]!, mean[cell]!, squares[cell]!);
  for (let cell = 0; cell < cells; cell += 1) if (n[cell] === 0) mean[cell] = Number.NaN;
  return { n, mean, only, estimate };
}

/** Values of one key against each other. */
export interface PairTable {
  readonly key: SweepKey;
  /** Places of the values that are compared. */
  readonly places: readonly number[];
  /** Row minus column, over pairs of runs that are alike in everything else: all other keys and the seed. */
  readonly cells: readonly (readonly PairCell[])[];
}

export interface PairCell extends Estimate {
  /** Pairs in which the row has more. */
  readonly more: number;
}

/** More are not told apart in a table. */
const MOST_COMPARED = 16;

/** How the first values of a key differ, pair by pair, so that what the rest varies is not taken for what the key does. */
export function pairedDifferences(sweep: Sweep, runs: Uint32Array, key: SweepKey, { values }: SweepMeasure): PairTable {
  const ids = combinationIds(sweep, key.name, true);
  const present = new Set<number>();
  for (const run of runs) present.add(key.places[run]!);
  const places = [...present].sort((a, b) => a - b).slice(0, MOST_COMPARED);
  const width = places.length;
  const columnOf = new Int32Array(key.values.length).fill(-1);
  places.forEach((place, i) => {
    columnOf[place] = i;
  });
  const rowOf = new Int32Array(sweep.length).fill(-1);
  const table = new Float64Array(runs.length * width).fill(Number.NaN);
  let rows = 0;
  for (const run of runs) {
    const column = columnOf[key.places[run]!]!;
    if (column < 0 || sweep.isSample[run] === 0) continue;
    if (rowOf[ids[run]!] === -1) rowOf[ids[run]!] = rows++;
    table[rowOf[ids[run]!]! * width + column] = values[run]!;
  }
  const filled = table.subarray(0, rows * width);
  const cells = places.map((_, a) => places.map((_, b) => pairCell(filled, width, a, b)));
  return { key, places, cells };
}

function pairCell(table: Float64Array, width: number, a: number, b: number): PairCell {
  let [n, mean, squares, more] = [0, 0, 0, 0];
  for (let at = 0; a !== b && at < table.length; at += width) {
    const difference = table[at + a]! - table[at + b]!;
    if (Number.isNaN(difference)) continue;
    n += 1;
    const from = difference - mean;
    mean += from / n;
    squares += from * (difference - mean);
    if (difference > 0) more += 1;
  }
  return { ...estimateOfMoments(n, mean, squares), more };
}
