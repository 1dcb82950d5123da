import { fitsMatrix, MOST_FACETS } from '../../draw/index.js';
import type { Run } from '../../run/index.js';
import { combinationIds, filterRuns, type Sweep, type SweepKey, type SweepMeasure } from '../../sweep/index.js';
import type { SweepState, ViewState } from '../view.js';

// What of a sweep is shown: as its reader chose, else what most would.

/** Of more values points are not told apart. */
const MOST_GROUPS = 18;
const FEW_FACETS = 6;
/** What most look at first. */
const MEASURES = ['throughput', 'goodput', 'utilisation'];
const AGAINST = ['rttP95', 'queueP95', 'rttMean'];
const GROUPS = ['alg', 'subject'];

export function sweepOfRun({ sweep }: Run): Sweep {
  if (!sweep) throw new Error('this run is no sweep');
  return sweep;
}

let last: { readonly sweep: Sweep; readonly filter: string; readonly found: ReturnType<typeof filterRuns> } | undefined;

/** The runs that the filter leaves; all views ask the same. */
export function shownRuns(sweep: Sweep, filter: string): ReturnType<typeof filterRuns> {
  if (last?.sweep !== sweep || last.filter !== filter) last = { sweep, filter, found: filterRuns(sweep, filter) };
  return last.found;
}

export function measureOf({ measures }: Sweep, { measure }: SweepState): SweepMeasure {
  return named(measures, measure) ?? firstOf(measures, MEASURES) ?? measures[0]!;
}

export function againstOf(sweep: Sweep, state: SweepState): SweepMeasure {
  const shown = measureOf(sweep, state);
  const others = sweep.measures.filter((one) => one !== shown);
  return named(others, state.against) ?? firstOf(others, AGAINST) ?? others[0] ?? shown;
}

export function groupKeys({ keys }: Sweep): SweepKey[] {
  return keys.filter(({ values }) => values.length > 1 && values.length <= MOST_GROUPS);
}

export function groupOf(sweep: Sweep, { group }: SweepState): SweepKey | null {
  if (group === '') return null;
  const keys = groupKeys(sweep);
  return named(keys, group) ?? firstOf(keys, GROUPS) ?? keys[0] ?? null;
}

export function facetKeys({ keys }: Sweep): SweepKey[] {
  return keys.filter(({ values }) => values.length > 1 && values.length <= MOST_FACETS);
}

export function facetOf(sweep: Sweep, state: SweepState): SweepKey | null {
  if (state.facet === '') return null;
  const group = groupOf(sweep, state);
  const others = facetKeys(sweep).filter((key) => key !== group);
  return named(facetKeys(sweep), state.facet) ?? others.find(({ values }) => values.length <= FEW_FACETS) ?? null;
}

export function variedKeys({ keys }: Sweep): SweepKey[] {
  return keys.filter(({ values }) => values.length > 1);
}

/** Axes of the heat map: what rises along an axis before what is a word. */
export function axesOf(
  sweep: Sweep,
  { across, down }: SweepState,
): { readonly across: SweepKey; readonly down: SweepKey } {
  const keys = variedKeys(sweep).sort((a, b) => Number(b.sizes !== null) - Number(a.sizes !== null));
  const x = named(keys, across) ?? keys.find(({ name }) => name !== down) ?? keys[0]!;
  const y = named(keys, down) ?? keys.find((key) => key !== x) ?? x;
  return { across: x, down: y === x ? (keys.find((key) => key !== x) ?? x) : y };
}

export function matrixKeys({ keys }: Sweep): SweepKey[] {
  return keys.filter(fitsMatrix);
}

/** Sides of the matrix: who was beside whom, where runs say it; else one key head to head. */
export function sidesOf(
  sweep: Sweep,
  { rows, columns }: SweepState,
): { readonly down: SweepKey; readonly across: SweepKey } {
  const keys = matrixKeys(sweep);
  const down = named(keys, rows) ?? firstOf(keys, GROUPS) ?? keys[0]!;
  const beside = rows === null && down.name === 'subject' ? named(keys, 'beside') : undefined;
  return { down, across: named(keys, columns) ?? beside ?? down };
}

/** Whether some combination ran more than once. */
export function hasRepeats(sweep: Sweep): boolean {
  if (sweep.keys.some(({ name }) => name === 'seed')) return false;
  return combinationIds(sweep).reduce((most, id) => Math.max(most, id), 0) + 1 < sweep.length;
}

export function isTogether(sweep: Sweep, { together }: SweepState): boolean {
  return together ?? hasRepeats(sweep);
}

/** The state with a part of how sweeps are looked at changed. */
export function withSweep({ sweep }: ViewState, change: Partial<SweepState>): Partial<ViewState> {
  return { sweep: { ...sweep, ...change } };
}

function named<T extends { readonly name: string }>(all: readonly T[], name: string | null): T | undefined {
  return name === null ? undefined : all.find((one) => one.name === name);
}

function firstOf<T extends { readonly name: string }>(all: readonly T[], names: readonly string[]): T | undefined {
  return names.map((name) => named(all, name)).find((one) => one !== undefined);
}
