/** What a series is of. */
export type Quantity =
  | 'cwnd'
  | 'ssthresh'
  | 'inFlight'
  | 'inFlightMost'
  | 'pacingRate'
  | 'deliveryRate'
  | 'sendingRate'
  | 'rtt'
  | 'rttLeast'
  | 'rttMost'
  | 'queue'
  | 'linkRate'
  | 'wireRate'
  | 'losses'
  | 'marks'
  | 'drops'
  | 'retransmissions'
  /** From point to point: the mean of each bin, its least and its most. */
  | 'oneWay'
  | 'oneWayLeast'
  | 'oneWayMost'
  /** The same above the least of its way, where the offset of the clocks is not known. */
  | 'aboveLeast'
  | 'aboveLeastMost'
  /** Of the packets of a way, in each bin. */
  | 'lostBetween'
  | 'reordered'
  /** Of all flows together: what stands for a run in short. */
  | 'total'
  | `note:${string}`;

/** Part of a series, as a plot of so many pixels shows it. */
export interface SeriesQuery {
  readonly quantity: Quantity;
  readonly owner: number;
  readonly fromUs: number;
  readonly toUs: number;
  /** Columns wanted, 1 … `MOST_COLUMNS`. */
  readonly pixels: number;
}

/** Columns an answer has, at most: a screen's width many times over. */
export const MOST_COLUMNS = 65_536;

/** A known sample. */
export interface Point {
  readonly timeUs: number;
  readonly value: number;
}

/**
 * A series as columns of pixels: entry `i` is about the samples at or after `fromUs + i × width` and before the next
 * column, the last column including `toUs`. `min`, `max`, `last` and `lastUs` are NaN where `count` is 0. A column is a gap
 * where it has samples and knows none of them (`count` 0, `unknown` above 0); one without any sample says nothing, and the
 * line goes on.
 */
export interface SeriesColumns {
  readonly fromUs: number;
  readonly toUs: number;
  readonly min: Float64Array;
  readonly max: Float64Array;
  readonly last: Float64Array;
  /** When the last known sample of the column was. */
  readonly lastUs: Float64Array;
  /** Known samples. */
  readonly count: Uint32Array;
  /** Samples that say that the value is not known. */
  readonly unknown: Uint32Array;
  /** The sample before `fromUs` and the one after `toUs`, null where there is none or it is unknown: lines begin and end there. */
  readonly before: Point | null;
  readonly after: Point | null;
}

/** Single events of a kind, of one flow or of all. */
export interface EventQuery {
  readonly kind: EventKind;
  /** Null: of every flow. */
  readonly flow: number | null;
  readonly fromUs: number;
  readonly toUs: number;
  /** The first so many are given; `EventTable.left` says how many there are beyond. */
  readonly limit: number;
}

export type EventKind = 'loss' | 'mark' | 'timeout' | 'retransmission' | 'note';

/** Events in the order of time. */
export interface EventTable {
  readonly timeUs: Float64Array;
  readonly flow: Uint32Array;
  /** How many happened at once there: a bin of a simulation counts its losses. */
  readonly times: Float64Array;
  readonly left: number;
}
