import type { RttSummary } from '../types.js';

/** Samples kept as they are; more are counted in bins, 32 to each doubling: within 1.6 %. */
const EXACT = 896;
const BINS_AN_OCTAVE = 32;
const OCTAVES = 48;

/** Round-trip times, µs: least, mean, largest and percentiles in bounded memory. */
export class RttSamples {
  #exact: number[] = [];
  #bins: Uint32Array | undefined;
  #count = 0;
  #sum = 0;
  #min = Number.POSITIVE_INFINITY;
  #max = Number.NEGATIVE_INFINITY;

  get count(): number {
    return this.#count;
  }

  add(us: number): void {
    this.#count += 1;
    this.#sum += us;
    this.#min = Math.min(this.#min, us);
    this.#max = Math.max(this.#max, us);
    if (this.#bins) this.#bins[binOf(us)]! += 1;
    else this.#exact.push(us);
    if (this.#exact.length <= EXACT) return;
    this.#bins = new Uint32Array(BINS_AN_OCTAVE * OCTAVES);
    for (const one of this.#exact) this.#bins[binOf(one)]! += 1;
    this.#exact = [];
  }

  summary(): RttSummary {
    if (!this.#count) return NO_SAMPLES;
    return {
      samples: this.#count,
      minUs: this.#min,
      meanUs: this.#sum / this.#count,
      maxUs: this.#max,
      p50Us: this.#percentile(0.5),
      p95Us: this.#percentile(0.95),
    };
  }

  // The nearest rank.
  #percentile(share: number): number {
    const rank = Math.max(1, Math.ceil(share * this.#count));
    if (!this.#bins) return this.#exact.sort((a, b) => a - b)[rank - 1]!;
    let seen = 0;
    const bin = this.#bins.findIndex((count) => {
      seen += count;
      return seen >= rank;
    });
    return Math.min(this.#max, Math.max(this.#min, 2 ** ((bin + 0.5) / BINS_AN_OCTAVE) - 1));
  }
}

export const NO_SAMPLES: RttSummary = { samples: 0, minUs: null, meanUs: null, maxUs: null, p50Us: null, p95Us: null };

function binOf(us: number): number {
  return Math.min(BINS_AN_OCTAVE * OCTAVES - 1, Math.floor(Math.log2(us + 1) * BINS_AN_OCTAVE));
}
