import type { Cdf, Percentiles } from './result.js';

const UNKNOWN: Percentiles = { min: null, mean: null, p50: null, p95: null, p99: null, max: null };

/** Durations counted in buckets; sums of such are such. Times are µs. */
export interface Histogram {
  samples: number;
  sumUs: number;
  minUs: number;
  maxUs: number;
  /** A count per bucket; `edgesUs[i]` is where bucket i begins, and one more where the last ends. */
  readonly counts: Float64Array;
  readonly edgesUs: Float64Array;
}

export function emptyHistogram(edgesUs: Float64Array): Histogram {
  return { samples: 0, sumUs: 0, minUs: 0, maxUs: 0, counts: new Float64Array(edgesUs.length - 1), edgesUs };
}

/** Adds `other` to `into`. */
export function mergeHistogram(into: Histogram, other: Histogram): void {
  if (other.samples === 0) return;
  into.minUs = into.samples === 0 ? other.minUs : Math.min(into.minUs, other.minUs);
  into.maxUs = Math.max(into.maxUs, other.maxUs);
  into.samples += other.samples;
  into.sumUs += other.sumUs;
  for (let i = 0; i < into.counts.length; i += 1) into.counts[i]! += other.counts[i]!;
}

/** Quantiles are known to 1.6 %; least, greatest and mean are exact. */
export function percentiles(histogram: Histogram): Percentiles {
  const { samples, sumUs, minUs, maxUs } = histogram;
  if (samples === 0) return UNKNOWN;
  const [p50, p95, p99] = [0.5, 0.95, 0.99].map((share) => quantile(histogram, share));
  return { min: minUs, mean: sumUs / samples, p50: p50!, p95: p95!, p99: p99!, max: maxUs };
}

export function cdfOf(histogram: Histogram): Cdf {
  const value: number[] = [];
  const share: number[] = [];
  let below = 0;
  for (let bucket = 0; bucket < histogram.counts.length; bucket += 1) {
    const count = histogram.counts[bucket]!;
    if (count === 0) continue;
    below += count;
    value.push(Math.min(histogram.maxUs, histogram.edgesUs[bucket + 1]!));
    share.push(below / histogram.samples);
  }
  return { value: Float64Array.from(value), share: Float64Array.from(share) };
}

/** Percentiles of values that are all known. */
export function percentilesOf(values: Float64Array): Percentiles {
  if (values.length === 0) return UNKNOWN;
  const sorted = Float64Array.from(values).sort();
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)]!;
  const mean = sorted.reduce((sum, value) => sum + value, 0) / sorted.length;
  return { min: sorted[0]!, mean, p50: at(0.5), p95: at(0.95), p99: at(0.99), max: sorted.at(-1)! };
}

export function cdfOfValues(values: Float64Array): Cdf {
  const value = Float64Array.from(values).sort();
  return { value, share: value.map((_, index) => (index + 1) / value.length) };
}

function quantile(histogram: Histogram, share: number): number {
  const rank = share * histogram.samples;
  let below = 0;
  for (let bucket = 0; bucket < histogram.counts.length; bucket += 1) {
    const count = histogram.counts[bucket]!;
    if (below + count < rank || count === 0) {
      below += count;
      continue;
    }
    const start = histogram.edgesUs[bucket]!;
    const value = start + ((rank - below) / count) * (histogram.edgesUs[bucket + 1]! - start);
    return Math.min(histogram.maxUs, Math.max(histogram.minUs, value));
  }
  return histogram.maxUs;
}
