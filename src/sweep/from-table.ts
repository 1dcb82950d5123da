import type { Scenario } from '../sim/index.js';
import { keySizes } from './key-sizes.js';
import type { MeasureUnit, Sweep, SweepKey, SweepMeasure } from './model.js';

// The rows of results, one for each flow of each run with what is known of the whole run in each of them, as the runs of a
// sweep by column.

/** What stands in a table; null and undefined are not known. */
export type Cell = string | number | bigint | boolean | null | undefined;

/** Rows by column; the rows of a run follow one another. */
export interface ResultTable {
  readonly length: number;
  /** In the order of the file. */
  readonly names: readonly string[];
  column(name: string): ArrayLike<Cell>;
}

/** What rows do not say of themselves. */
export interface AboutSweep {
  readonly base: Scenario | null;
  readonly version?: string | null;
  readonly planned?: number | null;
  /** What was varied, its values in order, where it is known. */
  readonly axes?: readonly { readonly key: string; readonly values: readonly string[] }[];
}

/** In the order in which they are offered. */
const MEASURES: readonly (readonly [
  column: string,
  name: string,
  title: string,
  unit: MeasureUnit,
  better: 'more' | 'less',
])[] = [
  ['runThroughputBytesPerSecond', 'throughput', 'throughput', 'bytes/s', 'more'],
  ['runGoodputBytesPerSecond', 'goodput', 'goodput', 'bytes/s', 'more'],
  ['runUtilisation', 'utilisation', 'utilisation', 'ratio', 'more'],
  ['runRttMeanUs', 'rttMean', 'mean RTT', 'us', 'less'],
  ['runRttP95Us', 'rttP95', 'p95 RTT', 'us', 'less'],
  ['runRttP99Us', 'rttP99', 'p99 RTT', 'us', 'less'],
  ['runQueueDelayMeanUs', 'queueMean', 'mean queueing', 'us', 'less'],
  ['runQueueDelayP95Us', 'queueP95', 'p95 queueing', 'us', 'less'],
  ['runJain', 'jain', 'Jain index', 'none', 'more'],
  ['runLossRate', 'lossRate', 'loss rate', 'ratio', 'less'],
  ['runFctMeanUs', 'fctMean', 'mean completion', 'us', 'less'],
  ['runFctP95Us', 'fctP95', 'p95 completion', 'us', 'less'],
];

/** What stands behind what was varied: the first of these ends it. */
const AFTER_KEYS = ['repeat', 'seed', 'flow'] as const;

/** The runs of a table of results. Throws what says in words why it is none. */
export function sweepOf(table: ResultTable, about: AboutSweep): Sweep {
  if (!table.names.includes('flow') || !table.names.includes('seed'))
    throw new Error('this table has no flows and seeds: it is none that `mooring sim` writes');
  if (table.length === 0) throw new Error('no run is in it');
  const { starts, flows } = runsOf(table);
  const keys = keyNames(table.names).map((name) => keyOf(table, name, starts, about));
  const seeds = numbers(table.column('seed'), starts);
  return {
    length: starts.length,
    planned: about.planned ?? null,
    keys,
    measures: measuresOf(table, starts, flows),
    seeds,
    isSample: samplesOf(table, keys, starts),
    base: about.base,
    version: about.version ?? null,
  };
}

/** Of the columns of a table those that a sweep is made of. */
export function columnsOfSweep(names: readonly string[]): string[] {
  if (!AFTER_KEYS.some((name) => names.includes(name))) return [];
  const known = [
    'run',
    'repeat',
    'seed',
    'flow',
    'throughputBytesPerSecond',
    'runDrawn',
    ...MEASURES.map(([column]) => column),
  ];
  const wanted = new Set([...keyNames(names), ...known]);
  return names.filter((name) => wanted.has(name));
}

/** Rows of objects as a table. */
export function tableOfRows(rows: readonly Readonly<Record<string, Cell>>[]): ResultTable {
  const names = new Set<string>();
  for (const row of rows) for (const name of Object.keys(row)) names.add(name);
  return { length: rows.length, names: [...names], column: (name) => rows.map((row) => row[name]) };
}

/** Where each run begins, and how many flows it has. */
function runsOf(table: ResultTable): { readonly starts: Uint32Array; readonly flows: Uint32Array } {
  const run = table.names.includes('run') ? table.column('run') : null;
  const starts: number[] = [];
  for (let row = 0; row < table.length; row += 1)
    if (row === 0 || (run !== null && run[row] !== run[row - 1])) starts.push(row);
  return {
    starts: Uint32Array.from(starts),
    flows: Uint32Array.from(starts, (start, i) => (starts[i + 1] ?? table.length) - start),
  };
}

function keyNames(names: readonly string[]): string[] {
  const behind = AFTER_KEYS.find((name) => names.includes(name))!;
  const end = names.indexOf(behind);
  // A seed that was varied stands among what was varied, before the repeats.
  return names.slice(0, end).filter((name) => name !== 'run');
}

function keyOf(table: ResultTable, name: string, starts: Uint32Array, { axes }: AboutSweep): SweepKey {
  const column = table.column(name);
  const given = axes?.find(({ key }) => key === name)?.values ?? [];
  const found = new Map<string, number>();
  const first = Uint32Array.from(starts, (start) => {
    const cell = column[start];
    const value = cell === null || cell === undefined || cell === '' ? '–' : String(cell);
    if (!found.has(value)) found.set(value, found.size);
    return found.get(value)!;
  });
  const met = [...found.keys()];
  const order = inOrder(name, met, given);
  const placeOf = Uint32Array.from(met, (value) => order.indexOf(value));
  return { name, values: order, ...keySizes(name, order), places: first.map((at) => placeOf[at]!) };
}

/** Of more, drawn out of a range, the order in which they were met says nothing. */
const MOST_WRITTEN = 32;

function inOrder(name: string, met: readonly string[], given: readonly string[]): string[] {
  const known = new Set(met);
  const first = given.filter((value) => known.has(value));
  const rest = met.filter((value) => !first.includes(value));
  const { sizes } = keySizes(name, rest);
  if (rest.length > MOST_WRITTEN && sizes) {
    const sizeOf = new Map(rest.map((value, i) => [value, sizes[i]!]));
    rest.sort((a, b) => sizeOf.get(a)! - sizeOf.get(b)!);
  }
  return [...first, ...rest];
}

function measuresOf(table: ResultTable, starts: Uint32Array, flows: Uint32Array): SweepMeasure[] {
  const measures = MEASURES.flatMap(([column, name, title, unit, better]): SweepMeasure[] => {
    if (!table.names.includes(column)) return [];
    return [{ name, title, unit, better, values: numbers(table.column(column), starts) }];
  });
  if (table.names.includes('throughputBytesPerSecond') && flows.some((count) => count > 1)) {
    const values = firstShare(table.column('throughputBytesPerSecond'), starts, flows);
    measures.push({ name: 'firstShare', title: "first flow's share", unit: 'ratio', better: 'more', values });
  }
  // What no run knows is no measure of them.
  return measures.filter(({ values }) => values.some((value) => !Number.isNaN(value)));
}

/** What the first flow got of what all got; not known where it is alone, or where nobody got anything. */
function firstShare(rates: ArrayLike<Cell>, starts: Uint32Array, flows: Uint32Array): Float64Array {
  return Float64Array.from(starts, (start, run) => {
    if (flows[run]! < 2) return Number.NaN;
    let sum = 0;
    for (let row = start; row < start + flows[run]!; row += 1) sum += number(rates[row]);
    return sum > 0 ? number(rates[start]) / sum : Number.NaN;
  });
}

/** As repeats are counted where intervals are computed: those of a combination in which nothing was drawn are one. */
function samplesOf(table: ResultTable, keys: readonly SweepKey[], starts: Uint32Array): Uint8Array {
  const samples = new Uint8Array(starts.length).fill(1);
  if (!table.names.includes('runDrawn')) return samples;
  const drawn = table.column('runDrawn');
  const undrawn = new Set<string>();
  const combination = (run: number): string => keys.map(({ places }) => places[run]).join(' ');
  starts.forEach((start, run) => {
    if (Number(drawn[start] ?? 1) === 0) undrawn.add(combination(run));
  });
  if (undrawn.size === 0) return samples;
  const met = new Set<string>();
  for (let run = 0; run < samples.length; run += 1) {
    const own = combination(run);
    if (!undrawn.has(own)) continue;
    if (met.has(own)) samples[run] = 0;
    met.add(own);
  }
  return samples;
}

function numbers(column: ArrayLike<Cell>, starts: Uint32Array): Float64Array {
  return Float64Array.from(starts, (start) => number(column[start]));
}

function number(cell: Cell): number {
  return cell === null || cell === undefined || cell === '' ? Number.NaN : Number(cell);
}
