import type { CaptureInstance } from '../core/index.js';
import { SERIES } from '../generated/capture.js';
import { BIN } from '../generated/series.js';

/** Bytes on the wire over time, all packets that passed the filter. */
export interface OverallSeries {
  readonly binUs: number;
  /** Start of each bin, µs since the first packet; negative where the clock was set back beyond it. */
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
  const binUs = wasm.binsWidthNs(index) / 1000;
  return binsAt(wasm.memory, wasm.binsAddress(index), wasm.binsUsed(index), binUs, wasm.binsStartUs());
}

/** Bins as wasm/series has them. */
export function binsAt(memory: WebAssembly.Memory, address: number, used: number, binUs: number, startUs = 0): Bins {
  const bins = new Float64Array(memory.buffer, address >>> 0, used * FIELDS);
  const pick = (field: number): Float64Array =>
    Float64Array.from({ length: used }, (_, i) => bins[i * FIELDS + field]!);
  return {
    binUs,
    timeUs: Float64Array.from({ length: used }, (_, i) => startUs + i * binUs),
    count: pick(BIN.COUNT),
    sum: pick(BIN.SUM),
    min: pick(BIN.MIN),
    max: pick(BIN.MAX),
  };
}
