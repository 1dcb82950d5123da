import type { CaptureInstance } from '../core/index.js';

/** Bytes on the wire over time, all packets that passed the filter. */
export interface OverallSeries {
  readonly binUs: number;
  /** Start of each bin, µs since the first packet. */
  readonly timeUs: Float64Array;
  readonly packets: Float64Array;
  readonly bytes: Float64Array;
}

const OVERALL = 1;
/** f64 in a bin: count, sum, least, greatest, last (wasm/series/series.ts). */
const BIN = 5;

export interface Bins {
  readonly binUs: number;
  readonly timeUs: Float64Array;
  readonly count: Float64Array;
  readonly sum: Float64Array;
  readonly min: Float64Array;
  readonly max: Float64Array;
}

export function readOverall(wasm: CaptureInstance): OverallSeries {
  const { binUs, timeUs, count, sum } = readBins(wasm, OVERALL);
  return { binUs, timeUs, packets: count, bytes: sum };
}

export function readBins(wasm: CaptureInstance, index: number): Bins {
  const used = wasm.binsUsed(index);
  const bins = new Float64Array(wasm.memory.buffer, wasm.binsAddress(index) >>> 0, used * BIN);
  const binUs = wasm.binsWidthNs(index) / 1000;
  const pick = (offset: number): Float64Array => Float64Array.from({ length: used }, (_, i) => bins[i * BIN + offset]!);
  return {
    binUs,
    timeUs: Float64Array.from({ length: used }, (_, i) => i * binUs),
    count: pick(0),
    sum: pick(1),
    min: pick(2),
    max: pick(3),
  };
}
