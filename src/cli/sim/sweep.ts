import { join } from 'node:path';
import { formatDuration, formatRate, formatShare } from '../../base/index.js';
import {
  type Aggregate,
  type Axis,
  aggregateRuns,
  axisText,
  type Constraint,
  createMemoryStore,
  type Design,
  loadScenario,
  openFolderStore,
  planSweep,
  type Row,
  runSweep,
  runUntil,
  type SweepOutcome,
  type SweepPlan,
  type SweepStore,
  toCsv,
  toParquet,
  type Until,
  type UntilOutcome,
  withEstimates,
  writeSweepReport,
} from '../../node/jobs/index.js';
import { normaliseScenario, type Scenario } from '../../sim/index.js';
import { EXIT } from '../exit-codes.js';
import { UsageError } from '../failure.js';
import { print, printJson, STANDARD_OUTPUT, tell, writeResult } from '../output.js';
import { stopOnSignal } from '../signals.js';
import { shown, table } from '../table.js';
import { bar, createStatusLine } from './progress.js';
import { type WorkersCliOptions, workersOf } from './workers.js';

const COLUMNS = ['throughput', 'utilisation', 'mean RTT', 'p95 RTT', 'Jain', 'lost'];

/** The options of `mooring sim` that a sweep reads. */
export interface SweepCliOptions extends WorkersCliOptions {
  readonly sweep: readonly Axis[];
  readonly repeat: number;
  readonly design?: Design;
  readonly where: readonly Constraint[];
  readonly until?: Until;
  readonly out?: string;
  readonly html?: string;
  readonly json?: boolean;
  readonly csv?: string;
  readonly parquet?: string;
  readonly progress: boolean;
}

/** About 1 kB a flow of each. */
const MOST_RUNS = 1_000_000;

/** Runs a sweep on worker threads and writes its results where the options say. */
export async function sweepScenario(base: Scenario, options: SweepCliOptions): Promise<void> {
  const { until, design, where } = options;
  const repeat = until?.most ?? options.repeat;
  const plan = planSweep(base, options.sweep, repeat, { ...(design ? { design } : {}), where });
  if (!until && plan.jobs.length > MOST_RUNS)
    throw new UsageError(
      `the sweep would take ${plan.jobs.length} runs; the results of at most ${MOST_RUNS} fit in memory`,
    );
  // Every combination is checked before the first one runs.
  for (let cell = 0; cell < plan.cells; cell += 1)
    normaliseScenario(await loadScenario(plan.runsOf(cell, 0, 1)[0]!.scenario));
  const store = options.out === undefined ? createMemoryStore() : await openFolderStore(options.out, plan);
  try {
    await runPlan(plan, store, options);
  } finally {
    store.close();
  }
}

async function runPlan(plan: SweepPlan, store: SweepStore, options: SweepCliOptions): Promise<void> {
  const { until } = options;
  const kept = store.done.size;
  if (kept > 0) tell(`going on: ${kept}${until ? '' : ` of ${plan.jobs.length}`} runs are done already`);
  let who = '';
  const logs = options.json || options.csv === STANDARD_OUTPUT ? { logs: process.stderr } : {};
  const { workers, close } = await workersOf(options, {
    ...logs,
    onWorkers: (workers, threads) => {
      who = `   ${threads} threads of ${workers} workers`;
    },
  });
  const stop = stopOnSignal();
  const line = options.progress ? await createStatusLine(process.stderr, () => performance.now()) : undefined;
  const begunMs = performance.now();
  const standing = (done: number, total: number): string =>
    `${bar(done / total)} ${done} of ${total} runs   ${timeLeft(done - kept, total - done, begunMs)} left${who}`;
  const watched = {
    signal: stop.signal,
    onProgress: (done: number, total: number) => line?.show(standing(done, total)),
  };
  const running = until ? runUntil(plan, store, workers, until, watched) : runSweep(plan.jobs, store, workers, watched);
  const outcome = await running.finally(async () => {
    line?.end();
    stop.close();
    await close();
  });
  await writeResults(plan, outcome, options);
  for (const { run, error } of outcome.failures) tell(`failed: ${runText(run)}: ${error}`);
  if (until) tellUntil(outcome as UntilOutcome, plan, until);
  if (!outcome.complete)
    tell(
      `stopped: ${store.done.size}${until ? '' : ` of ${plan.jobs.length}`} runs done${options.out ? '; run it again to go on' : ''}`,
    );
  if (outcome.failures.length > 0) process.exitCode = EXIT.FAILED;
  if (!outcome.complete) process.exitCode = EXIT.CUT_SHORT;
}

function tellUntil({ wide, unknown }: UntilOutcome, { cells }: SweepPlan, { column, ci, most }: Until): void {
  if (wide > 0)
    tell(
      `${wide} of ${cells} combinations are not within ${formatShare(ci)} after ${most} repeats: give --until a larger max`,
    );
  if (unknown > 0) tell(`${unknown} of ${cells} combinations have no ${column}: they were not repeated further`);
}

async function writeResults(plan: SweepPlan, outcome: SweepOutcome, options: SweepCliOptions): Promise<void> {
  const { failures } = outcome;
  const aggregates = aggregateRuns(plan, outcome.rows);
  const rows = plan.repeat > 1 ? withEstimates(plan, outcome.rows) : outcome.rows;
  const { out } = options;
  const files: [string, () => string | Promise<Uint8Array>][] = [];
  const toStdout = options.csv === STANDARD_OUTPUT;
  if (options.csv !== undefined && !toStdout) files.push([options.csv, () => toCsv(rows)]);
  if (options.parquet !== undefined) files.push([options.parquet, () => toParquet(rows)]);
  if (out !== undefined) {
    files.push([join(out, 'results.csv'), () => toCsv(rows)], [join(out, 'results.parquet'), () => toParquet(rows)]);
  }
  for (const [file, content] of files) await writeResult(file, await content());
  for (const html of [options.html, out === undefined ? undefined : join(out, 'report.html')]) {
    if (html !== undefined) tell(`report: ${await writeSweepReport(html, report(plan, rows, aggregates))}`);
  }
  const unused = rows.find((row) => row['runDrawn'] === 0);
  if (plan.repeat > 1 && unused)
    tell(
      `nothing was drawn in ${runText(runCombination(plan, unused))}: every seed gives the same run, and its repeats are one sample`,
    );
  if (options.json) await printJson({ axes: plan.axes, rows, aggregates, failures });
  else if (toStdout) await writeResult(STANDARD_OUTPUT, toCsv(rows));
  else await print(runTable(plan, rows, aggregates));
}

/** What is left at the pace of this sitting, which runs kept from an earlier one say nothing about. */
function timeLeft(done: number, left: number, begunMs: number): string {
  const perRunMs = (performance.now() - begunMs) / done;
  return shown(perRunMs * left * 1000, formatDuration, done);
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

function report(plan: SweepPlan, rows: readonly Row[], aggregates: readonly Aggregate[]) {
  const runs = runsOf(rows);
  const shownTable = tableOf(plan, rows, aggregates);
  const key = keyOfPoints(plan, runs);
  return {
    title: 'Mooring: sweep',
    about: `${runs.length} runs: ${plan.axes.map(axisText).join('; ')}`,
    delay: 'round-trip time',
    points: runs.flatMap((row) => {
      const group = key ? `${key} ${row[key]}` : String(row['algorithm']);
      const p95DelayUs = numberOf(row, 'runRttP95Us');
      const throughputBytesPerSecond = Number(row['runThroughputBytesPerSecond']);
      return p95DelayUs === null ? [] : [{ group, p95DelayUs, throughputBytesPerSecond }];
    }),
    tables: [{ title: 'Runs', columns: [...shownTable.columns, ...COLUMNS], rows: shownTable.cells }],
  };
}

/** More colours than this are not told apart. */
const MOST_GROUPS = 16;

/** What tells points apart: the algorithm where it was varied, else the first thing that was and has few values. */
function keyOfPoints({ axes }: SweepPlan, runs: readonly Row[]): string | undefined {
  const keys = axes.map(({ key }) => key).sort((a, b) => Number(b === 'alg') - Number(a === 'alg'));
  return keys.find((key) => new Set(runs.map((row) => row[key])).size <= MOST_GROUPS);
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

function runText(run: Row): string {
  return Object.entries(run)
    .map(([key, value]) => `${key}=${value}`)
    .join(' ');
}
