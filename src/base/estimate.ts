/** What repeats say of one number. The interval is unknown where there are not two samples. */
export interface Estimate {
  readonly mean: number | null;
  readonly ci95: number | null;
  readonly n: number;
}

/**
 * Mean, half width of the 95 % confidence interval (Student's t), and number of the values that are known; what is no number
 * is left out.
 *
 * @example
 * ```ts
 * estimate([1, 2, 3, null]); // { mean: 2, ci95: 2.48, n: 3 }
 * ```
 */
export function estimate(values: readonly (string | number | null)[]): Estimate {
  const known = values.filter((value) => typeof value === 'number');
  const n = known.length;
  if (n === 0) return { mean: null, ci95: null, n };
  const mean = known.reduce((sum, value) => sum + value, 0) / n;
  if (n === 1) return { mean, ci95: null, n };
  const variance = known.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
  return { mean, ci95: studentT(n - 1) * Math.sqrt(variance / n), n };
}

/**
 * The same out of a running sum: how many values, their mean, and the sum of their squared distances from it.
 *
 * @example
 * ```ts
 * estimateOfMoments(3, 2, 2); // { mean: 2, ci95: 2.48, n: 3 }
 * ```
 */
export function estimateOfMoments(n: number, mean: number, squares: number): Estimate {
  if (n === 0) return { mean: null, ci95: null, n };
  return { mean, ci95: n === 1 ? null : studentT(n - 1) * Math.sqrt(squares / (n - 1) / n), n };
}

/** 0.975 quantiles of Student's t for 1 to 10 degrees of freedom. */
const T975 = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228];

/** Beyond the table the expansion about the normal quantile, good to 0.001. */
function studentT(freedom: number): number {
  const z = 1.959964;
  const second = (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * freedom ** 2);
  return T975[freedom - 1] ?? z + (z ** 3 + z) / (4 * freedom) + second;
}
