import { join } from 'node:path';
import { formatDuration, formatRate, formatShare } from '../../base/index.js';
import {
  type Aggregate,
  aggregateRuns,
  axisText,
  buildOf,
  type Origin,
  type Row,
  type SweepOutcome,
  type SweepPlan,
  sweepProvenance,
  toCsv,
  toParquet,
  type Until,
  versionOf,
  withEstimates,
  writeSweepReport,
} from '../../node/jobs/index.js';
import { sweepOf, tableOfRows } from '../../sweep/index.js';
import { print, printJson, STANDARD_OUTPUT, tell, writeResult } from '../output.js';
import { shown, table } from '../table.js';

const COLUMNS = ['throughput', 'utilisation', 'mean RTT', 'p95 RTT', 'Jain', 'lost'];

/** Where the results of a sweep go. */
export interface ResultOptions {
  readonly out?: string;
  readonly html?: string;
  readonly json?: boolean;
  readonly csv?: string;
  readonly parquet?: string;
}

/** What the plan does not say. */
export interface MoreOfResults {
  readonly until?: Until | undefined;
  /** Where runs of other folders come from. */
  readonly origin?: Origin;
  /** Stands first in the document of `--json`. */
  readonly about?: object;
}

/** Writes what a sweep gave where the options say, and prints it. */
export async function writeResults(
  plan: SweepPlan,
  outcome: SweepOutcome,
  options: ResultOptions,
  more: MoreOfResults = {},
): Promise<void> {
  const { failures } = outcome;
  const aggregates = aggregateRuns(plan, outcome.rows);
  const rows = plan.repeat > 1 ? withEstimates(plan, outcome.rows) : outcome.rows;
  const provenance = () => sweepProvenance(plan, rows, more);
  const { out } = options;
  const files: [string, () => string | Promise<Uint8Array>][] = [];
  const toStdout = options.csv === STANDARD_OUTPUT;
  if (options.csv !== undefined && !toStdout) files.push([options.csv, () => toCsv(rows)]);
  if (options.parquet !== undefined) files.push([options.parquet, async () => toParquet(rows, await provenance())]);
  if (out !== undefined) {
    files.push(
      [join(out, 'results.csv'), () => toCsv(rows)],
      [join(out, 'results.parquet'), async () => toParquet(rows, await provenance())],
    );
  }
  for (const [file, content] of files) await writeResult(file, await content());
  for (const html of [options.html, out === undefined ? undefined : join(out, 'report.html')]) {
    if (html !== undefined) tell(`report: ${await writeSweepReport(html, report(plan, rows, more))}`);
  }
  const unused = rows.find((row) => row['runDrawn'] === 0);
  if (plan.repeat > 1 && unused)
    tell(
      `nothing was drawn in ${runText(runCombination(plan, unused))}: every seed gives the same run, and its repeats are one sample`,
    );
  if (options.json)
    await printJson({ ...more.about, scenario: plan.sweep.base, axes: plan.axes, rows, aggregates, failures });
  else if (toStdout) await writeResult(STANDARD_OUTPUT, toCsv(rows));
  else await print(runTable(plan, rows, aggregates));
}

function runTable(plan: SweepPlan, rows: readonly Row[], aggregates: readonly Aggregate[]): string {
  const { columns, cells } = tableOf(plan, rows, aggregates);
  return table([...columns, ...COLUMNS], cells, columns.length);
}

/** A line for each run; where runs are repeated, one for each combination: mean ± half of its 95 % confidence interval. */
function tableOf(plan: SweepPlan, rows: readonly Row[], aggregates: readonly Aggregate[]) {
  if (plan.repeat === 1) return { columns: runColumns(plan), cells: runsOf(rows).map((row) => runCells(plan, row)) };
  const columns = [...plan.axes.map(({ key }) => key), 'n'];
  return { columns, cells: aggregates.map((one) => combinationCells(plan, one)) };
}

function combinationCells({ axes }: SweepPlan, { chosen, n, estimates }: Aggregate): string[] {
  const cell = (name: string, format: (value: number) => string): string => {
    const { mean, ci95 } = estimates[name]!;
    return ci95 === null ? shown(mean, format) : `${shown(mean, format)} ± ${format(ci95)}`;
  };
  return [
    ...axes.map(({ key }) => String(chosen[key])),
    String(n),
    cell('runThroughputBytesPerSecond', formatRate),
    cell('runUtilisation', formatShare),
    cell('runRttMeanUs', formatDuration),
    cell('runRttP95Us', formatDuration),
    cell('runJain', (value) => value.toFixed(3)),
    cell('runLossRate', formatShare),
  ];
}

function runCombination({ axes }: SweepPlan, row: Row): Row {
  return Object.fromEntries(axes.map(({ key }) => [key, row[key] ?? null]));
}

/** Every run, in the views that the studio has of it. */
function report(plan: SweepPlan, rows: readonly Row[], { origin }: MoreOfResults) {
  const axes = plan.axes.flatMap((axis) => ('values' in axis ? [axis] : []));
  const sweep = sweepOf(tableOfRows(rows), {
    ...{ base: plan.sweep.base, axes, version: versionOf(origin?.build ?? buildOf()) },
  });
  const about = `${sweep.length} runs: ${plan.axes.map(axisText).join('; ')}`;
  return { title: 'Mooring: sweep', about, sweep, tables: [] };
}

/** One row for each run: that of its first flow. */
function runsOf(rows: readonly Row[]): Row[] {
  return rows.filter((row, index) => row['run'] !== rows[index - 1]?.['run']);
}

function runColumns({ axes }: SweepPlan): string[] {
  return [...axes.map(({ key }) => key), 'seed'];
}

function runCells(plan: SweepPlan, row: Row): string[] {
  return [
    ...runColumns(plan).map((column) => String(row[column])),
    formatRate(Number(row['runThroughputBytesPerSecond'])),
    formatShare(numberOf(row, 'runUtilisation')),
    formatDuration(numberOf(row, 'runRttMeanUs')),
    formatDuration(numberOf(row, 'runRttP95Us')),
    shown(numberOf(row, 'runJain'), (value) => value.toFixed(3)),
    formatShare(numberOf(row, 'runLossRate')),
  ];
}

/** Null where the run has no such number. */
function numberOf(row: Row, column: string): number | null {
  const value = row[column] ?? null;
  return value === null ? null : Number(value);
}

export function runText(run: Row): string {
  return Object.entries(run)
    .map(([key, value]) => `${key}=${value}`)
    .join(' ');
}
