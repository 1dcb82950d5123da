import type { CaptureInstance } from '../core/index.js';
import { SERIES } from '../generated/capture.js';
import type { ConnectionMarks } from './marks.js';
import { type Bins, readBins } from './overall.js';
import type { Connection, RunOptions } from './types.js';

/** Which connection, and how fine. */
export interface SeriesOptions extends RunOptions {
  /** `Connection.number`. */
  readonly connection: number;
  /** Bin width, µs, default 10 ms; it doubles while the capture does not fit `maxBins`. */
  readonly binUs?: number;
  /** 2 …, default 4096. */
  readonly maxBins?: number;
  /** Also the marks of the time–sequence graph; up to `maxMarks` of them, default 4 million. */
  readonly marks?: boolean;
  readonly maxMarks?: number;
}

/** One direction of a connection over time, a value for each bin; NaN where a bin has no sample. */
export interface DirectionSeries {
  /** Payload sent, resends included; acknowledged; sent again: bytes/s. */
  readonly throughputBytesPerSecond: Float64Array;
  readonly goodputBytesPerSecond: Float64Array;
  readonly retransmittedBytesPerSecond: Float64Array;
  /** Resends of what was lost before the capture, bytes/s: the first that is seen of their data. */
  readonly lostBeforeBytesPerSecond: Float64Array;
  readonly inFlightBytes: Float64Array;
  readonly inFlightMaxBytes: Float64Array;
  readonly rttMinUs: Float64Array;
  readonly rttMeanUs: Float64Array;
  readonly rttMaxUs: Float64Array;
}

/** A connection over time. */
export interface ConnectionSeries {
  readonly connection: Connection;
  readonly binUs: number;
  /** Start of each bin, µs since the first packet of the capture. */
  readonly timeUs: Float64Array;
  readonly forward: DirectionSeries;
  readonly backward: DirectionSeries;
  /** Present when asked for. */
  readonly marks?: ConnectionMarks;
  /** Marks beyond `maxMarks`. */
  readonly marksDropped: number;
}

/** Reads the series of the focus; every series is stretched to the coarsest bin width of them. */
export function readSeries(wasm: CaptureInstance): Pick<ConnectionSeries, 'binUs' | 'timeUs' | 'forward' | 'backward'> {
  const all = Array.from({ length: SERIES.SLOTS }, (_, index) => readBins(wasm, index));
  const focus = all.slice(SERIES.SENT);
  const binUs = Math.max(...focus.map((bins) => bins.binUs));
  const length = Math.max(0, ...focus.map((bins) => Math.ceil((bins.count.length * bins.binUs) / binUs)));
  const direction = (side: number): DirectionSeries => {
    const at = (first: number): Bins => coarsen(all[first + side]!, binUs, length);
    const rate = (bins: Bins): Float64Array => bins.sum.map((bytes) => (bytes * 1e6) / binUs);
    const mean = (bins: Bins): Float64Array => bins.sum.map((sum, i) => sum / bins.count[i]!);
    const where = (bins: Bins, values: Float64Array): Float64Array =>
      values.map((value, i) => (bins.count[i]! ? value : Number.NaN));
    const inFlight = at(SERIES.IN_FLIGHT);
    const rtt = at(SERIES.RTT);
    return {
      throughputBytesPerSecond: rate(at(SERIES.SENT)),
      goodputBytesPerSecond: rate(at(SERIES.ACKED)),
      retransmittedBytesPerSecond: rate(at(SERIES.RETRANSMITTED)),
      lostBeforeBytesPerSecond: rate(at(SERIES.UPSTREAM)),
      inFlightBytes: mean(inFlight),
      inFlightMaxBytes: where(inFlight, inFlight.max),
      rttMinUs: where(rtt, rtt.min),
      rttMeanUs: mean(rtt),
      rttMaxUs: where(rtt, rtt.max),
    };
  };
  return {
    binUs,
    timeUs: Float64Array.from({ length }, (_, i) => wasm.binsStartUs() + i * binUs),
    forward: direction(0),
    backward: direction(1),
  };
}

/** Widths are the first one doubled some times, so bins of one series nest in those of another. */
export function coarsen(bins: Bins, binUs: number, length: number): Bins {
  const step = Math.round(binUs / bins.binUs);
  const out: Bins = {
    binUs,
    timeUs: new Float64Array(0),
    count: new Float64Array(length),
    sum: new Float64Array(length),
    min: new Float64Array(length).fill(Number.POSITIVE_INFINITY),
    max: new Float64Array(length).fill(Number.NEGATIVE_INFINITY),
  };
  for (let i = 0; i < bins.count.length; i += 1) {
    if (!bins.count[i]) continue;
    const to = Math.floor(i / step);
    out.count[to]! += bins.count[i]!;
    out.sum[to]! += bins.sum[i]!;
    out.min[to] = Math.min(out.min[to]!, bins.min[i]!);
    out.max[to] = Math.max(out.max[to]!, bins.max[i]!);
  }
  return out;
}
