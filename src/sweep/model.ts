import type { Scenario } from '../sim/index.js';

// Runs by column, as many as there are: a row is a run, a number that is not known is NaN, never 0.

/** What a measure counts. */
export type MeasureUnit = 'bytes/s' | 'us' | 'ratio' | 'none';

/** What the sizes of a key are in. */
export type KeyUnit = MeasureUnit | 'bytes' | 'packets';

/** Something that was varied. */
export interface SweepKey {
  /** As the command line calls it: `rate`, `alg`. */
  readonly name: string;
  /** Each different value, as it was written, in the order of the sweep. */
  readonly values: readonly string[];
  /** How large each value is, in `unit`; null where they are no numbers of one kind. */
  readonly sizes: readonly number[] | null;
  readonly unit: KeyUnit;
  /** The value of each run, by its place. */
  readonly places: Uint32Array;
}

/** A number that is known of each run. */
export interface SweepMeasure {
  /** One word, as a filter calls it: `rttP95`. */
  readonly name: string;
  /** For people: `p95 RTT`. */
  readonly title: string;
  readonly unit: MeasureUnit;
  /** Whether more of it or less is wanted. */
  readonly better: 'more' | 'less';
  readonly values: Float64Array;
}

/** The runs of a sweep. */
export interface Sweep {
  /** Runs that are there. */
  readonly length: number;
  /** Runs there were to be; null where nothing says how many. */
  readonly planned: number | null;
  readonly keys: readonly SweepKey[];
  readonly measures: readonly SweepMeasure[];
  /** NaN where it is not known. */
  readonly seeds: Float64Array;
  /**
   * 1 for a run that is a sample of its own, 0 for a repeat in which nothing was drawn: it says the same as the first of its
   * combination.
   */
  readonly isSample: Uint8Array;
  /** The scenario that was varied; null where the results do not say it. */
  readonly base: Scenario | null;
  /** What made it, such as `0.1.0`; null where nothing says so. */
  readonly version: string | null;
}
