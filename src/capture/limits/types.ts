import type { CaptureFile, CaptureWarning, Connection, RunOptions } from '../types.js';

/**
 * What keeps a sender from sending more: it has no data; the receiver's window; its own window; the repair of losses;
 * its pace; slow start, where its window is still being opened. `unknown` where the capture cannot tell: it was not
 * made at the sender.
 */
export type LimitCause =
  | 'application'
  | 'receive-window'
  | 'congestion-window'
  | 'recovery'
  | 'pacing'
  | 'startup'
  | 'unknown';

/** What speaks for a cause, summed over rounds. */
export interface LimitEvidence {
  /** Round trips, or the pauses and repairs between them. */
  readonly rounds: number;
  /** Payload sent, resends included. */
  readonly sentBytes: number;
  /** New payload on the heels of an ACK: what a full window lets go. */
  readonly clockedBytes: number;
  /** New payload at the end of what was written: with PSH, or in a segment that is not full. */
  readonly pushedBytes: number;
  readonly resentPackets: number;
  /** Time in which all was acknowledged and nothing was sent. */
  readonly idleUs: number;
  /** Time in which no further segment would have fitted the receiver's window. */
  readonly windowFullUs: number;
  readonly flightMaxBytes: number;
  /** The least window the receiver advertised; null where none was seen. */
  readonly windowBytes: number | null;
}

/** Some time of a direction with one cause. */
export interface LimitInterval extends LimitEvidence {
  readonly cause: LimitCause;
  /** µs since the first packet of the capture. */
  readonly startUs: number;
  readonly endUs: number;
  /** The smoothed round trip at its end, µs; null where there was none. */
  readonly srttUs: number | null;
}

/** One direction of a connection: how long it was limited by what. */
export interface DirectionLimits {
  readonly direction: 'forward' | 'backward';
  /** From the first data to the last packet that tells of them, µs: the sum of `causes`. */
  readonly durationUs: number;
  readonly causes: Readonly<Record<LimitCause, { readonly us: number; readonly evidence: LimitEvidence }>>;
  /** The cause with the most time. */
  readonly mostly: LimitCause;
  /** Why it is unknown, where it is: `receiver`, captured there; `between`; `unseen`, only one side is in the capture. */
  readonly unknownBecause: 'receiver' | 'between' | 'unseen' | null;
  /** In order of time; only of the connection asked for. */
  readonly intervals?: readonly LimitInterval[];
}

/** The directions of a connection that carried data. */
export interface ConnectionLimits {
  readonly connection: Connection;
  readonly directions: readonly DirectionLimits[];
}

/** Which connection, and how many are kept. */
export interface LimitsOptions extends RunOptions {
  /** Only this one, with its intervals; all, without them, where not given. */
  readonly connection?: number;
  /** Connections kept apart; 1 …, default 65536, the first to carry data. */
  readonly maxConnections?: number;
  /** Intervals kept of the connection asked for; beyond, the last are left out. 1 …, default 100000. */
  readonly maxIntervals?: number;
}

/** What limited the connections of a capture. */
export interface LimitsAnalysis {
  readonly connections: readonly ConnectionLimits[];
  /** Intervals beyond `maxIntervals`, and connections beyond `maxConnections`. */
  readonly intervalsDropped: number;
  readonly connectionsDropped: number;
  readonly files: readonly CaptureFile[];
  readonly warnings: readonly CaptureWarning[];
}
