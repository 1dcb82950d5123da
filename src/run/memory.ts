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
  return sourceOf(
    (key) => {
      const column = given.get(key);
      if (!column) return undefined;
      const pyramid = built.get(key) ?? Pyramid.of(column.timeUs, column.values);
      built.set(key, pyramid);
      return pyramid;
    },
    (kind) => events[kind],
  );
}

/** A source that grows while it is looked at, and holds a bounded past of each series. */
export interface LiveSource extends RunSource {
  /** Samples it holds, all series together. */
  readonly samples: number;
  append(quantity: Quantity, owner: number, timeUs: number, value: number): void;
  /** What adds samples to one series, for who adds many. */
  appender(quantity: Quantity, owner: number): (timeUs: number, value: number) => void;
  /** Adds an event; only the last of a kind are kept. */
  happened(kind: EventKind, flow: number, timeUs: number, times: number): void;
  /** Drops what is before an instant, of at most so many series in one go; true when it is done. */
  forget(beforeUs: number, most: number): boolean;
  /** Drops all series of these flows. */
  drop(owners: ReadonlySet<number>): void;
  /** What it holds now, as a source that stays as it is. */
  frozen(): RunSource;
}

interface GrowingRows {
  readonly timeUs: number[];
  readonly flow: number[];
  readonly times: number[];
}

/** Events of a kind that a live source keeps; of twice as many, the first half goes. */
const MOST_EVENTS = 20_000;

/** Holds the last `most` samples of each series, at most twice as many. */
export function liveSource(most = 65_536): LiveSource {
  const series = new Map<string, { readonly quantity: Quantity; readonly owner: number; readonly pyramid: Pyramid }>();
  const pyramidOf = (quantity: Quantity, owner: number): Pyramid => {
    const key = seriesKey(quantity, owner);
    const found = series.get(key)?.pyramid ?? new Pyramid(most);
    if (!series.has(key)) series.set(key, { quantity, owner, pyramid: found });
    return found;
  };
  const events = new Map<EventKind, GrowingRows>();
  // Plots ask flow by flow, of many flows: each has its own rows, too.
  const ofFlows = new Map<string, GrowingRows>();
  const add = <K>(to: Map<K, GrowingRows>, key: K, flow: number, timeUs: number, times: number): void => {
    const table = to.get(key) ?? { timeUs: [], flow: [], times: [] };
    to.set(key, table);
    if (table.timeUs.length >= 2 * MOST_EVENTS) for (const row of Object.values(table)) row.splice(0, MOST_EVENTS);
    table.timeUs.push(timeUs);
    table.flow.push(flow);
    table.times.push(times);
  };
  let waiting: Iterator<{ readonly pyramid: Pyramid }> | undefined;
  return {
    ...sourceOf(
      (key) => series.get(key)?.pyramid,
      (kind, flow) => (flow === null ? events.get(kind) : ofFlows.get(`${kind} ${flow}`)),
    ),
    get samples() {
      let sum = 0;
      for (const { pyramid } of series.values()) sum += pyramid.length;
      return sum;
    },
    append: (quantity, owner, timeUs, value) => pyramidOf(quantity, owner).append(timeUs, value),
    appender(quantity, owner) {
      const pyramid = pyramidOf(quantity, owner);
      return (timeUs, value) => pyramid.append(timeUs, value);
    },
    happened(kind, flow, timeUs, times) {
      add(events, kind, flow, timeUs, times);
      add(ofFlows, `${kind} ${flow}`, flow, timeUs, times);
    },
    forget(beforeUs, atMost) {
      waiting ??= series.values();
      for (let i = 0; i < atMost; i += 1) {
        const next = waiting.next();
        if (next.done) {
          waiting = undefined;
          return true;
        }
        next.value.pyramid.forget(beforeUs);
      }
      return false;
    },
    drop(owners) {
      for (const [key, { quantity, owner }] of series)
        if (quantity !== 'total' && owners.has(owner)) series.delete(key);
      for (const [key, { flow }] of ofFlows) if (owners.has(flow[0]!)) ofFlows.delete(key);
    },
    frozen() {
      const columns = [...series.values()].map(({ quantity, owner, pyramid }): Column => {
        const { timeUs, values } = pyramid.columns();
        return { quantity, owner, timeUs: timeUs.slice(), values: values.slice() };
      });
      const tables = [...events].map(([kind, { timeUs, flow, times }]) => [
        kind,
        { timeUs: Float64Array.from(timeUs), flow: Uint32Array.from(flow), times: Float64Array.from(times) },
      ]);
      return memorySource(columns, Object.fromEntries(tables));
    },
  };
}

function sourceOf(
  pyramidOf: (key: string) => Pyramid | undefined,
  eventsOf: (kind: EventKind, flow: number | null) => Rows | undefined,
): RunSource {
  return {
    query: ({ quantity, owner, fromUs, toUs, pixels }) =>
      pyramidOf(seriesKey(quantity, owner))?.query(fromUs, toUs, pixels) ?? null,
    at: (quantity, owner, atUs) => pyramidOf(seriesKey(quantity, owner))?.at(atUs) ?? null,
    beside: (quantity, owner, atUs) =>
      pyramidOf(seriesKey(quantity, owner))?.beside(atUs) ?? { before: null, after: null },
    events: ({ kind, flow, fromUs, toUs, limit }) =>
      between(eventsOf(kind, flow) ?? NO_EVENTS, { flow, fromUs, toUs, limit }),
  };
}

/** Events in the order of time. */
interface Rows {
  readonly timeUs: ArrayLike<number>;
  readonly flow: ArrayLike<number>;
  readonly times: ArrayLike<number>;
}

const NO_EVENTS: Rows = {
  timeUs: new Float64Array(),
  flow: new Uint32Array(),
  times: new Float64Array(),
};

function between(
  { timeUs, flow, times }: Rows,
  want: { readonly flow: number | null; readonly fromUs: number; readonly toUs: number; readonly limit: number },
): EventTable {
  const kept: number[] = [];
  let left = 0;
  for (let i = firstAt(timeUs, want.fromUs); i < timeUs.length && timeUs[i]! <= want.toUs; i += 1) {
    if (want.flow !== null && flow[i] !== want.flow) continue;
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

/** The first instant at or after `us`; they ascend. */
function firstAt(timeUs: ArrayLike<number>, us: number): number {
  let [from, to] = [0, timeUs.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (timeUs[middle]! < us) from = middle + 1;
    else to = middle;
  }
  return from;
}

function seriesKey(quantity: Quantity, owner: number): string {
  return `${quantity}/${owner}`;
}
