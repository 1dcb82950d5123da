import type { LimitCause } from '../capture/index.js';
import type { Sweep } from '../sweep/index.js';
import type { EventQuery, EventTable, Point, Quantity, SeriesColumns, SeriesQuery } from './query.js';
import type { SequenceSource } from './sequence.js';

// What every view shows, wherever it comes from. Times are µs since the start of the run; what is not known is null, and
// NaN in columns, never 0.

/** What a number counts, and so how it is written. */
export type Unit = 'bytes' | 'bytes/s' | 'us' | 'packets' | 'segments' | 'ratio' | 'none';

/** How the samples of a series hang together. */
export type SeriesKind =
  /** A state that holds until the next sample: a window, a queue. */
  | 'step'
  /** A measure at an instant: a round trip. */
  | 'sample'
  /** A mean or count of the time since the sample before: a rate. */
  | 'bin';

/** A series of a run: what it is, not its values, which are asked for (`RunSource.query`). */
export interface SeriesInfo {
  readonly quantity: Quantity;
  readonly unit: Unit;
  readonly per: 'flow' | 'link' | 'run';
  readonly kind: SeriesKind;
  /** Flow or link it is of; 0 for the run. */
  readonly owner: number;
}

/** One flow of a run. */
export interface RunFlow {
  readonly id: number;
  readonly name: string;
  /** Congestion control; null where a capture does not tell. */
  readonly algorithm: string | null;
  /** Null where it has not begun. */
  readonly startUs: number | null;
  /** Null where it had not ended when the run did. */
  readonly endUs: number | null;
  /** Round trip without a queue; null where not known. */
  readonly baseRttUs: number | null;
  /** What was counted over the run, as far as the source counts it. */
  readonly totals: FlowTotals;
}

/** Null is not known, 0 is none. */
export interface FlowTotals {
  readonly goodputBytesPerSecond: number | null;
  readonly meanRttUs: number | null;
  readonly p95RttUs: number | null;
  readonly packetsSent: number | null;
  readonly packetsLost: number | null;
  readonly retransmissions: number | null;
  readonly timeouts: number | null;
  readonly marks: number | null;
}

/** One link of a run. */
export interface RunLink {
  readonly id: number;
  readonly name: string;
  /** Null where it varies or is not known. */
  readonly rateBytesPerSecond: number | null;
  /** What its queue holds, in bytes; null where it counts packets, or is not known. */
  readonly queueBytes: number | null;
}

/** Where a run comes from: enough to make it again. */
export interface Provenance {
  readonly source: 'simulation' | 'capture' | 'agent' | 'recording' | 'results';
  /** File names, or empty. */
  readonly files: readonly string[];
  /** The scenario, as JSON has it; null where there is none. */
  readonly scenario: unknown;
  /** The command line that gives it again; null where none does. */
  readonly command: string | null;
  /** Of Mooring; null where the file does not say. */
  readonly version: string | null;
  readonly seeds: readonly number[];
  /** SHA-256 of the sources of algorithms written for it, hexadecimal, by name. */
  readonly algorithmHashes: Readonly<Record<string, string>>;
  /** When it was made, µs since 1970; null where nobody said. */
  readonly madeAtEpochUs: number | null;
}

/** A number about the whole run, as it is shown. */
export interface Fact {
  readonly name: string;
  readonly value: number | null;
  readonly unit: Unit;
}

/** Some time in which one thing kept a flow from sending more. */
export interface RunLimit {
  readonly flow: number;
  readonly cause: LimitCause;
  readonly fromUs: number;
  readonly toUs: number;
  readonly rounds: number;
  readonly sentBytes: number;
  readonly resentPackets: number;
}

/** A run: what there is to ask for, and who answers. */
export interface Run {
  readonly title: string;
  readonly about: string;
  readonly provenance: Provenance;
  readonly span: { readonly fromUs: number; readonly toUs: number };
  readonly flows: readonly RunFlow[];
  readonly links: readonly RunLink[];
  readonly series: readonly SeriesInfo[];
  readonly facts: readonly Fact[];
  /** What its reader should know: failures first. */
  readonly warnings: readonly string[];
  readonly source: RunSource;
  /** What kept its flows from sending more, where that was looked into; in the order of time. */
  readonly limits?: readonly RunLimit[];
  /** Packets of its flows, where it has them. */
  readonly sequence?: SequenceSource;
  /** Many runs in the place of one: what was varied, and what came of each. */
  readonly sweep?: Sweep;
}

/** Who has the values of a run. In memory it answers at once, from a worker by a promise. */
export interface RunSource {
  /** What the series is between two instants, in as many columns as there are pixels; null where there is no such series. */
  query(query: SeriesQuery): Answer<SeriesColumns | null>;
  /** Single events of a kind between two instants. */
  events(query: EventQuery): Answer<EventTable>;
  /** The last known sample at or before an instant. */
  at(quantity: Quantity, owner: number, atUs: number): Answer<Point | null>;
  /** Samples around an instant, for a reader who steps through them: the one before and the one after it. */
  beside(
    quantity: Quantity,
    owner: number,
    atUs: number,
  ): Answer<{ readonly before: Point | null; readonly after: Point | null }>;
}

export type Answer<T> = T | Promise<T>;
