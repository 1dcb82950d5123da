import type { RunSource } from './model.js';
import { Pyramid } from './pyramid.js';
import type { EventKind, EventTable, Quantity } from './query.js';

/** A series of a source in memory. */
export interface Column {
  readonly quantity: Quantity;
  readonly owner: number;
  readonly timeUs: Float64Array;
  readonly values: Float64Array;
}

/** A source over columns. Whoever passes them does not change them afterwards. */
export function memorySource(
  columns: readonly Column[],
  events: Partial<Readonly<Record<EventKind, Omit<EventTable, 'left'>>>> = {},
): RunSource {
  // Pyramids are built when they are first asked for: most series of a run are never looked at.
  const given = new Map(columns.map((column) => [seriesKey(column.quantity, column.owner), column]));
  const built = new Map<string, Pyramid>();
  return sourceOf((key) => {
    const column = given.get(key);
    if (!column) return undefined;
    const pyramid = built.get(key) ?? Pyramid.of(column.timeUs, column.values);
    built.set(key, pyramid);
    return pyramid;
  }, events);
}

/** A source that grows while it is looked at, and holds a bounded past of each series. */
export interface LiveSource extends RunSource {
  append(quantity: Quantity, owner: number, timeUs: number, value: number): void;
}

/** Holds the last `most` samples of each series, at most twice as many. */
export function liveSource(most = 65_536): LiveSource {
  const series = new Map<string, Pyramid>();
  return {
    ...sourceOf((key) => series.get(key), {}),
    append(quantity, owner, timeUs, value) {
      const key = seriesKey(quantity, owner);
      const pyramid = series.get(key) ?? new Pyramid(most);
      series.set(key, pyramid);
      pyramid.append(timeUs, value);
    },
  };
}

function sourceOf(
  pyramidOf: (key: string) => Pyramid | undefined,
  events: Partial<Readonly<Record<EventKind, Omit<EventTable, 'left'>>>>,
): RunSource {
  return {
    query: ({ quantity, owner, fromUs, toUs, pixels }) =>
      pyramidOf(seriesKey(quantity, owner))?.query(fromUs, toUs, pixels) ?? null,
    at: (quantity, owner, atUs) => pyramidOf(seriesKey(quantity, owner))?.at(atUs) ?? null,
    beside: (quantity, owner, atUs) =>
      pyramidOf(seriesKey(quantity, owner))?.beside(atUs) ?? { before: null, after: null },
    events: ({ kind, flow, fromUs, toUs, limit }) => between(events[kind] ?? NO_EVENTS, { flow, fromUs, toUs, limit }),
  };
}

const NO_EVENTS: Omit<EventTable, 'left'> = {
  timeUs: new Float64Array(),
  flow: new Uint32Array(),
  times: new Float64Array(),
};

function between(
  { timeUs, flow, times }: Omit<EventTable, 'left'>,
  want: { readonly flow: number | null; readonly fromUs: number; readonly toUs: number; readonly limit: number },
): EventTable {
  const kept: number[] = [];
  let left = 0;
  for (let i = 0; i < timeUs.length; i += 1) {
    if (timeUs[i]! < want.fromUs || timeUs[i]! > want.toUs || (want.flow !== null && flow[i] !== want.flow)) continue;
    if (kept.length < want.limit) kept.push(i);
    else left += 1;
  }
  return {
    timeUs: Float64Array.from(kept, (i) => timeUs[i]!),
    flow: Uint32Array.from(kept, (i) => flow[i]!),
    times: Float64Array.from(kept, (i) => times[i]!),
    left,
  };
}

function seriesKey(quantity: Quantity, owner: number): string {
  return `${quantity}/${owner}`;
}
