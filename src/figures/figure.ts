import type { Workbench } from './workbench.js';

/** Whether ours says what the paper says; `not comparable` where another machine or another kind of number stands beside it. */
export type Verdict = 'as the paper' | 'otherwise' | 'not comparable';

/** One number or statement of the paper, and ours. */
export interface Finding {
  readonly what: string;
  readonly paper: string;
  readonly ours: string;
  readonly verdict: Verdict;
  /** How ours was got, and why it differs where it does. */
  readonly why: string;
}

/** Curves over a common x, for the page. Null where a curve has no value. */
export interface FigureChart {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly x: readonly number[];
  /** What stands at 1, 2, … of an x that is no quantity. */
  readonly xNames?: readonly string[];
  readonly curves: readonly FigureCurve[];
}

export interface FigureCurve {
  readonly label: string;
  readonly values: readonly (number | null)[];
  readonly shape?: 'line' | 'points' | 'steps';
}

/** What was made of one figure. */
export interface FigureResult {
  readonly findings: readonly Finding[];
  readonly charts: readonly FigureChart[];
  /** What could not be measured here, and why. */
  readonly skipped: readonly string[];
}

/** A figure or table of the paper that can be made again. A new one is a file here and a line in index.ts. */
export interface Figure {
  /** As `--only` takes it. */
  readonly id: string;
  readonly title: string;
  /** What stands in for the paper's machines and links. */
  readonly setup: string;
  run(bench: Workbench): Promise<FigureResult>;
}

/** A verdict by a rule; a number that is not there holds nothing. */
export function judge(holds: boolean): Verdict {
  return holds ? 'as the paper' : 'otherwise';
}

/** `+3.1 %`. */
export function change(ours: number, base: number): string {
  return signed(100 * (ours / base - 1));
}

function signed(percent: number): string {
  return Number.isFinite(percent) ? `${percent < 0 ? '−' : '+'}${Math.abs(percent).toFixed(1)} %` : 'unknown';
}

/** Value below which a share `q` of the samples lies; NaN where there are none. */
export function quantile(samples: readonly number[], q: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;
}

export function mean(samples: readonly number[]): number {
  return samples.reduce((sum, value) => sum + value, 0) / samples.length;
}

const CDF_POINTS = 160;

/** Empirical distributions over one x, which reaches from the least sample to the `upTo` quantile of them all. */
export function cdfChart(
  labels: Pick<FigureChart, 'title' | 'xLabel'>,
  samples: Readonly<Record<string, readonly number[]>>,
  upTo = 0.999,
): FigureChart {
  const all = Object.values(samples).flat();
  const [low, high] = [quantile(all, 0), quantile(all, upTo)];
  const x = Array.from({ length: CDF_POINTS + 1 }, (_, point) => low + ((high - low) * point) / CDF_POINTS);
  const curves = Object.entries(samples).map(([label, values]) => {
    const sorted = [...values].sort((a, b) => a - b);
    let below = 0;
    const shares = x.map((at) => {
      while (below < sorted.length && sorted[below]! <= at) below += 1;
      return sorted.length === 0 ? null : below / sorted.length;
    });
    return { label, values: shares, shape: 'steps' as const };
  });
  return { ...labels, yLabel: 'share', x, curves };
}
