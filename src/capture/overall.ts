import type { CaptureInstance } from '../core/index.js';
import { SERIES } from '../generated/capture.js';
import { BIN } from '../generated/series.js';

/** Bytes on the wire over time, all packets that passed the filter. */
export interface OverallSeries {
  readonly binUs: number;
  /** Start of each bin, µs since the first packet. */
  readonly timeUs: Float64Array;
  readonly packets: Float64Array;
  readonly bytes: Float64Array;
}

const FIELDS = Object.keys(BIN).length;

export interface Bins {
  readonly binUs: number;
  readonly timeUs: Float64Array;
  readonly count: Float64Array;
  readonly sum: Float64Array;
  readonly min: Float64Array;
  readonly max: Float64Array;
}

export function readOverall(wasm: CaptureInstance): OverallSeries {
  const { binUs, timeUs, count, sum } = readBins(wasm, SERIES.ALL);
  return { binUs, timeUs, packets: count, bytes: sum };
}

export function readBins(wasm: CaptureInstance, index: number): Bins {
  const used = wasm.binsUsed(index);
  const bins = new Float64Array(wasm.memory.buffer, wasm.binsAddress(index) >>> 0, used * FIELDS);
  const binUs = wasm.binsWidthNs(index) / 1000;
  const pick = (field: number): Float64Array =>
    Float64Array.from({ length: used }, (_, i) => bins[i * FIELDS + field]!);
  return {
    binUs,
    timeUs: Float64Array.from({ length: used }, (_, i) => i * binUs),
    count: pick(BIN.COUNT),
    sum: pick(BIN.SUM),
    min: pick(BIN.MIN),
    max: pick(BIN.MAX),
  };
}
