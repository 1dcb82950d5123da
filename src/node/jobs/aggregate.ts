import type { SweepPlan } from './plan.js';
import type { Row } from './rows.js';

// Repeats of a combination are samples: their mean, the half width of its 95 % confidence interval, their number.

/** What repeats of a run say of one number. The interval is unknown where there are not two samples. */
export interface Estimate {
  readonly mean: number | null;
  readonly ci95: number | null;
  readonly n: number;
}

/** One combination of a sweep: what was varied, how many samples its repeats are, and each number of a run. */
export interface Aggregate {
  readonly chosen: Row;
  readonly n: number;
  readonly estimates: Readonly<Record<string, Estimate>>;
}

/**
 * The estimates of each combination, in the order of the plan. Runs in which nothing was drawn are one sample,
 * however often they were repeated.
 */
export function aggregateRuns(plan: SweepPlan, rows: readonly Row[]): Aggregate[] {
  const groups = new Map<string, Row[]>();
  for (const [index, row] of rows.entries()) {
    // The rows of a run follow one another and hold the same of the whole run.
    if (row['run'] === rows[index - 1]?.['run']) continue;
    const key = combinationOf(plan, row);
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups.values()].map((runs) => {
    const samples = runs.some((run) => run['runDrawn'] === 0) ? runs.slice(0, 1) : runs;
    const names = Object.keys(samples[0]!).filter((name) => /^run[A-Z]/.test(name) && name !== 'runDrawn');
    return {
      chosen: Object.fromEntries(plan.axes.map(({ key }) => [key, runs[0]![key] ?? null])),
      n: samples.length,
      estimates: Object.fromEntries(names.map((name) => [name, estimate(samples.map((run) => run[name] ?? null))])),
    };
  });
}

/** The rows with what their combination's repeats say, in columns of its own. */
export function withEstimates(plan: SweepPlan, rows: readonly Row[]): Row[] {
  const combinations = new Map(aggregateRuns(plan, rows).map((one) => [combinationOf(plan, one.chosen), one]));
  return rows.map((row) => ({ ...row, ...estimateColumns(combinations.get(combinationOf(plan, row))!) }));
}

function estimateColumns({ n, estimates }: Aggregate): Row {
  const columns = Object.entries(estimates).flatMap(([name, { mean, ci95 }]) => [
    [`${name}Mean`, mean],
    [`${name}Ci95`, ci95],
  ]);
  return { n, ...Object.fromEntries(columns) };
}

function combinationOf({ axes }: SweepPlan, row: Row): string {
  return JSON.stringify(axes.map(({ key }) => row[key]));
}

/** Mean, half width of the 95 % confidence interval (Student's t), and number of the values that are known. */
export function estimate(values: readonly (string | number | null)[]): Estimate {
  const known = values.filter((value) => typeof value === 'number');
  const n = known.length;
  if (n === 0) return { mean: null, ci95: null, n };
  const mean = known.reduce((sum, value) => sum + value, 0) / n;
  if (n === 1) return { mean, ci95: null, n };
  const variance = known.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
  return { mean, ci95: studentT(n - 1) * Math.sqrt(variance / n), n };
}

/** 0.975 quantiles of Student's t for 1 to 10 degrees of freedom. */
const T975 = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228];

/** Beyond the table the expansion about the normal quantile, good to 0.001. */
function studentT(freedom: number): number {
  const z = 1.959964;
  const second = (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * freedom ** 2);
  return T975[freedom - 1] ?? z + (z ** 3 + z) / (4 * freedom) + second;
}
