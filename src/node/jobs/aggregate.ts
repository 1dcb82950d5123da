import { type Estimate, estimate } from '../../base/index.js';
import type { SweepPlan } from './plan.js';
import type { Row } from './rows.js';

// Repeats of a combination are samples: their mean, the half width of its 95 % confidence interval, their number.

/** What is varied. */
type Varied = Pick<SweepPlan, 'axes'>;

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
export function aggregateRuns(plan: Varied, rows: readonly Row[]): Aggregate[] {
  const groups = new Map<string, Row[]>();
  for (const [index, row] of rows.entries()) {
    // The rows of a run follow one another and hold the same of the whole run.
    if (row['run'] === rows[index - 1]?.['run']) continue;
    const key = combinationOf(plan, row);
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
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
export function withEstimates(plan: Varied, rows: readonly Row[]): Row[] {
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

function combinationOf({ axes }: Varied, row: Row): string {
  return JSON.stringify(axes.map(({ key }) => row[key]));
}
