import type { CaptureFile, CaptureFilter, CaptureWarning, RunOptions } from '../types.js';

/** What `compareCaptures` takes. */
export interface CompareOptions extends Pick<RunOptions, 'signal' | 'onProgress'> {
  /** Hosts and ports; where addresses are translated give those of both sides. */
  readonly filter?: Pick<CaptureFilter, 'hosts' | 'ports'>;
  /** Both captures were made by one clock, or by clocks kept together better than the delays asked for. Default false. */
  readonly sameClock?: boolean;
  /** Bin width of the series, µs; by default such that there are up to 1000. Doubled while it does not fit 4096. */
  readonly binUs?: number;
  /** Memory for packets that wait for their like, bytes. Default 72 MiB, a million packets. */
  readonly stateBytes?: number;
}

/**
 * How the clock of B was joined to that of A.
 *
 * `joined`: packets travelled both ways, so that offset and drift are known, up to a difference between the least delays
 * of the two ways. `trusted`: as asked for, nothing was estimated. `one-way`: packets travelled one way only: the drift is
 * known, the offset is not, so delays are known above their least alone. `unsteady`: one of the clocks was set, or ran at
 * changing speed: losses and order are known, delays are not. `unmatched`: no packet of A is in B.
 */
export type ClockStatus = 'joined' | 'trusted' | 'one-way' | 'unsteady' | 'unmatched';

/** The clock of B beside that of A. */
export interface ComparedClock {
  readonly status: ClockStatus;
  /** What the clock of B said when that of A said the time of A's first packet, minus that time, µs; null where not known. */
  readonly offsetUs: number | null;
  /** How much faster the clock of B runs, in millionths; null where not known. */
  readonly driftPpm: number | null;
  /** Least delay there plus least delay back, µs, whatever the clocks; null where packets travelled one way only. */
  readonly roundTripUs: number | null;
  /** The offset, and each delay, is right within so much, µs: half the round trip, all of it on one way. */
  readonly uncertaintyUs: number | null;
}

/** What one of the two captures holds. */
export interface ComparedPoint {
  readonly files: readonly CaptureFile[];
  /** µs since 1970 by its own clock; null where no packet has a time. */
  readonly startEpochUs: number | null;
  /** First and last packet, µs since A's first by A's clock. */
  readonly fromUs: number;
  readonly toUs: number;
  readonly packets: number;
  /** TCP, UDP and ICMP packets that were looked for at the other point, a segment each where several were captured as one. */
  readonly compared: number;
  /** Too little of the packet was captured. */
  readonly cut: number;
  /** Other kinds, fragments, packets without a time. */
  readonly notCompared: number;
  /** The same packet again within 2 ms. */
  readonly copies: number;
  /** Packets of two hosts of which no packet was seen at both points: they do not travel this path. */
  readonly elsewhere: number;
  /** TCP packets larger than any at the other point: offloaded to the card or put together by it. Read as segments. */
  readonly segmented: number;
  /** Of TCP connections of which nothing is the same at both points, where a box between them rewrites others. */
  readonly untied: number;
  /** Segments that hold none of the bytes that are compared where segments are cut differently at the points. */
  readonly unaligned: number;
}

/** Times a packet takes, µs. Percentiles are within 1.6 % of the delay above the least. */
export interface DelaySummary {
  readonly minUs: number;
  readonly meanUs: number;
  readonly p50Us: number;
  readonly p95Us: number;
  readonly p99Us: number;
  readonly maxUs: number;
}

/** A time during which a queue stood. */
export interface QueuePeriod {
  /** µs since A's first packet by A's clock. */
  readonly fromUs: number;
  readonly toUs: number;
  /** Delay above the least of its way, µs. */
  readonly meanUs: number;
  readonly maxUs: number;
}

/** What became of the packets that travelled one way. */
export interface CrossingSummary {
  /** Seen where they left first, in the time that both captures cover: `arrived` + `lost` + `notCapturedAfter`. */
  readonly packets: number;
  readonly arrived: number;
  /** Not seen at the other point. */
  readonly lost: number;
  readonly lostBytes: number;
  /** `lost` over `packets`; null without packets. */
  readonly lostShare: number | null;
  /** Not seen at the other point though acknowledged without having been sent again: its capture missed them. */
  readonly notCapturedAfter: number;
  /** Seen at the other point alone: this side's capture missed them, or something between sent them. */
  readonly notCapturedBefore: number;
  /** Not seen at the other point when its capture may not have run yet, or not any more. */
  readonly outside: number;
  /** Not looked for to the end, for lack of memory. */
  readonly givenUp: number;
  /** Arrived after a packet of the same connection that had left later (RFC 4737). */
  readonly reordered: number;
  /** Matched by its time among several that are alike: one of two equal resends, say. */
  readonly ambiguous: number;
  /** From point to point; null where the clocks do not tell. */
  readonly delay: DelaySummary | null;
  /** The same above the least delay: what queues added. */
  readonly queue: DelaySummary | null;
  /** When a queue stood: its mean delay above a twentieth of the round trip, at least 100 µs. */
  readonly queued: readonly QueuePeriod[];
  readonly series: CrossingSeries;
}

/** One way over time, a value a bin; NaN where nothing arrived. */
export interface CrossingSeries {
  readonly arrived: Float64Array;
  readonly lost: Float64Array;
  /** Of those that arrived, those that came after a packet of their connection that had left later; by when they left. */
  readonly reordered: Float64Array;
  /** Delay above the least of this way, µs. */
  readonly queueMinUs: Float64Array;
  readonly queueMeanUs: Float64Array;
  readonly queueMaxUs: Float64Array;
}

/** Two captures of one path, compared. */
export interface CaptureComparison {
  readonly clock: ComparedClock;
  /** Addresses or ports differ between the points: packets were matched without them. */
  readonly translated: boolean;
  /** TCP connections whose sequence numbers differ between the points: a box rewrites them. */
  readonly rewritten: number;
  /** TCP connections whose segments are cut differently: their bytes are compared, at even distances. */
  readonly resegmented: number;
  readonly a: ComparedPoint;
  readonly b: ComparedPoint;
  readonly aToB: CrossingSummary;
  readonly bToA: CrossingSummary;
  readonly binUs: number;
  /** Start of each bin, µs since A's first packet by A's clock; below 0 where B began before. */
  readonly timeUs: Float64Array;
  readonly warnings: readonly CaptureWarning[];
}
