import type { Series } from './result.js';

/**
 * Jain's index of shares: (Σx)² / (n · Σx²), 1 when all are equal, 1/n when one has all (Jain, Chiu
 * and Hawe 1984). Null where there is nothing to share.
 *
 * @example
 * ```ts
 * jainIndex([1, 1, 2]); // 0.888…
 * ```
 */
export function jainIndex(shares: readonly number[]): number | null {
  const sum = shares.reduce((total, share) => total + share, 0);
  const squares = shares.reduce((total, share) => total + share * share, 0);
  return squares === 0 ? null : (sum * sum) / (shares.length * squares);
}

/**
 * Jain's index of what the flows of a series got from `fromUs` on; null where they got nothing.
 *
 * @example
 * ```ts
 * const { series } = simulate({ flows: [{ algorithm: 'builtin:reno', count: 2 }], duration: '20s' });
 * jainOver(series, 10_000_000);
 * ```
 */
export function jainOver(series: Series, fromUs: number): number | null {
  const from = series.timeUs.findIndex((timeUs) => timeUs > fromUs);
  if (from < 0) return null;
  const got = series.flows.map((flow) => flow.deliveryRateBytesPerSecond.subarray(from).filter((rate) => rate >= 0));
  // Who has not begun has had no share to get.
  const begun = got.filter((rates) => rates.length > 0);
  return jainIndex(begun.map((rates) => rates.reduce((sum, rate) => sum + rate, 0)));
}
