import type { ErrorCode } from '../base/index.js';
import type { SourceRange } from '../program/index.js';
import type { NormalisedScenario } from './normalised-scenario.js';

// What a run gives. Rates are bytes per second; times count from the start of the run. Shares lie
// in 0 … 1. The summary and the counters count from `measureFromUs` on; series cover the whole run.

/** The outcome of one run; what `mooring sim --json` prints. */
export interface SimulationResult {
  readonly scenario: NormalisedScenario;
  readonly summary: Summary;
  readonly flows: readonly FlowResult[];
  readonly links: readonly LinkResult[];
  readonly series: Series;
  /** What went wrong with algorithms; their flows went on with a safe window. */
  readonly failures: readonly AlgorithmFailure[];
  /** Arithmetic errors that ended datapath programs before their end, by flow and place. */
  readonly programStops: readonly ProgramStops[];
  /** What went otherwise than asked for; empty in most runs. */
  readonly notices: readonly RunNotice[];
  readonly cdfs: { readonly rttUs: Cdf; readonly queueDelayUs: Cdf; readonly fctUs: Cdf };
}

/** A failure of an algorithm: the call it happened in, how many flows it happened to, and where and when to the first. */
export interface AlgorithmFailure {
  readonly algorithm: string;
  readonly phase: 'create' | 'report' | 'timer' | 'close' | 'later';
  readonly code: string;
  readonly message: string;
  readonly times: number;
  /** `FlowResult.id` of the first it happened to. */
  readonly flow: number;
  /** When that was. */
  readonly timeUs: number;
  /** `file:line:column` in the author's own code, where the host's stack tells it. */
  readonly place?: string;
  /** Of a program that does not compile: its errors, each with its line and the place marked. */
  readonly excerpt?: string;
}

/** An arithmetic error of a flow's datapath program: each time the rest of it was not run for that ACK. */
export interface ProgramStops {
  /** `FlowResult.id`. */
  readonly flow: number;
  readonly programUid: number;
  /** Its line in `disassemble`. */
  readonly instruction: number;
  /** A libccp code: −91 addition, −92 division by zero, −93 multiplication, −94 subtraction. */
  readonly code: number;
  readonly times: number;
  /** Where in the program's text, and what stands there. */
  readonly range?: SourceRange;
  readonly text?: string;
}

/**
 * Something a run tells of itself: MOORING_ERR_WASM_UNAVAILABLE where its programs run on the interpreter instead of
 * the JIT, MOORING_ERR_SIM_QUEUE_RAISED where a queue is too small to hold two packets and holds two,
 * MOORING_ERR_SIM_HOST_CLOCK where an algorithm asks the time of the host instead of the run's,
 * MOORING_ERR_SIM_SEED_UNUSED where nothing was drawn, so that every seed gives the same run,
 * MOORING_ERR_SIM_PROGRAM_STOPPED where arithmetic errors ended programs before their end (`programStops`).
 */
export interface RunNotice {
  readonly code: ErrorCode;
  readonly message: string;
}

/** What keeps a sender from sending: there is nothing to send, a window is full, losses are repaired, it waits for its pace. */
export type FlowLimit =
  | 'none'
  | 'application'
  | 'receive-window'
  | 'congestion-window'
  | 'recovery'
  | 'pacing'
  /** The congestion window while slow start opens it. */
  | 'startup';

/** A cumulative distribution: `share[i]` of the samples are at most `value[i]`. Both ascend. */
export interface Cdf {
  readonly value: Float64Array;
  readonly share: Float64Array;
}

/** All flows together. */
export interface Summary {
  /** Bytes of payload that reached receivers, repeats included, per second. */
  readonly throughputBytesPerSecond: number;
  /** Bytes of payload acknowledged for the first time, per second. */
  readonly goodputBytesPerSecond: number;
  /** Share of the narrowest link's capacity that was used, headers included; null before there was any. */
  readonly utilisation: number | null;
  /** Jain's fairness index of the goodputs; 1 is equal shares, null where nothing was shared. */
  readonly jain: number | null;
  /** Data packets dropped by queues and links, over packets sent; null where none was sent. */
  readonly lossRate: number | null;
  readonly rttUs: Percentiles;
  /** Time packets waited in the queues. */
  readonly queueDelayUs: Percentiles;
  readonly packetsSent: number;
  readonly packetsLost: number;
  readonly retransmits: number;
  readonly timeouts: number;
  readonly ecnMarks: number;
  /** Completion times of the flows that ended by themselves. */
  readonly fctUs: Percentiles & { readonly count: number };
  readonly durationUs: number;
  /** Events the engine handled: what its speed is counted in. */
  readonly events: number;
}

/** Of a set of durations; all null where the set is empty. */
export interface Percentiles {
  readonly min: number | null;
  readonly mean: number | null;
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
  readonly max: number | null;
}

/** One flow. */
export interface FlowResult {
  readonly id: number;
  /** Name of its group in the scenario. */
  readonly name: string;
  readonly algorithm: string;
  /** When its first SYN was sent, or where it opens with none its first data; null where it has not begun. */
  readonly startUs: number | null;
  /** When its sender had the acknowledgement of its last byte; null where it ran to the end. */
  readonly endUs: number | null;
  /** Completion time, from `startUs` to `endUs`: the handshake and the way of the last acknowledgement count. */
  readonly fctUs: number | null;
  readonly throughputBytesPerSecond: number;
  readonly goodputBytesPerSecond: number;
  readonly bytesAcked: number;
  readonly packetsSent: number;
  readonly packetsLost: number;
  readonly retransmits: number;
  readonly timeouts: number;
  readonly ecnMarks: number;
  readonly rttUs: Percentiles;
  /** Reports its datapath program sent; 0 for built-in senders. */
  readonly reports: number;
}

/** One link. */
export interface LinkResult {
  readonly id: number;
  /** What came to its far end, headers included: without what was lost on the wire. */
  readonly deliveredBytes: number;
  readonly deliveredPackets: number;
  readonly drops: number;
  readonly marks: number;
  /** Null before there was any capacity to use. */
  readonly utilisation: number | null;
  readonly queueDelayUs: Percentiles;
}

/** Columns over time, one entry per bin. */
export interface Series {
  /** Width of a bin; 0 where nothing was recorded. */
  readonly binUs: number;
  /** End of each bin. */
  readonly timeUs: Float64Array;
  readonly flows: readonly FlowSeries[];
  readonly links: readonly LinkSeries[];
}

/** One flow over time: state as it stood at the end of each bin, counts within it. NaN, in JSON null, where there is none: before the flow has begun. */
export interface FlowSeries {
  readonly id: number;
  readonly cwndBytes: Float64Array;
  /** NaN where the sender has none, as before its first loss. */
  readonly ssthreshBytes: Float64Array;
  readonly inFlightBytes: Float64Array;
  /** NaN before the first sample. */
  readonly srttUs: Float64Array;
  /** Payload; NaN where the sender is not paced. */
  readonly pacingRateBytesPerSecond: Float64Array;
  readonly deliveryRateBytesPerSecond: Float64Array;
  readonly losses: Float64Array;
  readonly marks: Float64Array;
  /** What its algorithm noted, by name, as it stood at the end of each bin; NaN before, null in JSON. */
  readonly notes: Readonly<Record<string, Float64Array>>;
}

/** One link over time. */
export interface LinkSeries {
  readonly id: number;
  readonly queueBytes: Float64Array;
  readonly deliveryRateBytesPerSecond: Float64Array;
  readonly drops: Float64Array;
  readonly marks: Float64Array;
}
