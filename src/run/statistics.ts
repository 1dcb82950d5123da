/** The value that a share `at` (0 … 1) of the known values does not exceed, between ranks by straight lines; null of none. */
export function quantile(values: ArrayLike<number>, at: number): number | null {
  const known = Array.from(values)
    .filter((value) => !Number.isNaN(value))
    .sort((a, b) => a - b);
  if (known.length === 0) return null;
  const rank = Math.min(1, Math.max(0, at)) * (known.length - 1);
  const below = Math.floor(rank);
  const low = known[below]!;
  const high = known[Math.min(below + 1, known.length - 1)]!;
  return low + (high - low) * (rank - below);
}

/** An ellipse about the mean of points: its half axes, and the angle of the longer one from the x axis, radians. */
export interface Ellipse {
  readonly x: number;
  readonly y: number;
  readonly major: number;
  readonly minor: number;
  readonly angle: number;
}

/**
 * One standard deviation about the mean of points of two values, as Pantheon draws runs of one algorithm: half axes are the
 * roots of the covariance's eigenvalues. Null for fewer than three points, of which no spread can be told.
 */
export function deviationEllipse(x: ArrayLike<number>, y: ArrayLike<number>): Ellipse | null {
  const known = Array.from({ length: Math.min(x.length, y.length) }, (_, i) => [x[i]!, y[i]!] as const).filter(
    ([a, b]) => Number.isFinite(a) && Number.isFinite(b),
  );
  const n = known.length;
  if (n < 3) return null;
  const mean = (of: (point: readonly [number, number]) => number): number =>
    known.reduce((sum, point) => sum + of(point), 0) / n;
  const [mx, my] = [mean(([a]) => a), mean(([, b]) => b)];
  const covariance = (of: (point: readonly [number, number]) => number): number => (mean(of) * n) / (n - 1);
  const xx = covariance(([a]) => (a - mx) ** 2);
  const yy = covariance(([, b]) => (b - my) ** 2);
  const xy = covariance(([a, b]) => (a - mx) * (b - my));
  const middle = (xx + yy) / 2;
  const spread = Math.hypot((xx - yy) / 2, xy);
  return {
    ...{ x: mx, y: my },
    major: Math.sqrt(middle + spread),
    minor: Math.sqrt(Math.max(0, middle - spread)),
    angle: Math.atan2(2 * xy, xx - yy) / 2,
  };
}
