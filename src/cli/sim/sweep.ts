import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SingleBar } from 'cli-progress';
import Table from 'cli-table3';
import { formatDuration, formatRate } from '../../base/index.js';
import {
  type Axis,
  createMemoryStore,
  loadScenario,
  openFolderStore,
  planSweep,
  type Row,
  runSweep,
  type SweepOutcome,
  type SweepPlan,
  toCsv,
  toParquet,
  writeSweepReport,
} from '../../node/jobs/index.js';
import { normaliseScenario, type Scenario } from '../../sim/index.js';
import { percent } from './text.js';

/** The options of `mooring sim` that a sweep reads. */
export interface SweepCliOptions {
  readonly sweep: readonly Axis[];
  readonly repeat: number;
  readonly workers: number;
  readonly out?: string;
  readonly html?: string;
  readonly json?: boolean;
  readonly csv?: string | true;
  readonly parquet?: string;
}

/** Runs a sweep on worker threads and writes its results where the options say. */
export async function sweepScenario(base: Scenario, options: SweepCliOptions): Promise<void> {
  const plan = planSweep(base, options.sweep, options.repeat);
  // Every combination is checked before the first one runs.
  for (const { scenario } of plan.jobs) normaliseScenario(await loadScenario(scenario));
  const store = options.out === undefined ? createMemoryStore() : await openFolderStore(options.out, plan);
  const kept = store.done.size;
  if (kept > 0) tell(`going on: ${kept} of ${plan.jobs.length} runs are done already`);

  const stop = new AbortController();
  const interrupted = (): void => stop.abort();
  process.once('SIGINT', interrupted);
  const bar = createBar();
  if (kept < plan.jobs.length) bar.start(plan.jobs.length, kept);
  const outcome = await runSweep(plan, store, {
    workers: options.workers,
    signal: stop.signal,
    onProgress: (done) => bar.update(done),
  }).finally(() => {
    bar.stop();
    process.removeListener('SIGINT', interrupted);
  });
  await writeResults(plan, outcome, options);
  for (const { run, error } of outcome.failures) tell(`failed: ${runText(run)}: ${error}`);
  if (!outcome.complete)
    tell(`stopped: ${store.done.size} of ${plan.jobs.length} runs done${options.out ? '; run it again to go on' : ''}`);
  if (!outcome.complete || outcome.failures.length > 0) process.exitCode = 1;
}

async function writeResults(plan: SweepPlan, outcome: SweepOutcome, options: SweepCliOptions): Promise<void> {
  const { rows, failures } = outcome;
  const { out } = options;
  const files: [string, () => string | Uint8Array][] = [];
  if (typeof options.csv === 'string') files.push([options.csv, () => toCsv(rows)]);
  if (options.parquet !== undefined) files.push([options.parquet, () => toParquet(rows)]);
  if (out !== undefined) {
    await mkdir(out, { recursive: true });
    files.push([join(out, 'results.csv'), () => toCsv(rows)], [join(out, 'results.parquet'), () => toParquet(rows)]);
  }
  for (const [file, content] of files) await writeFile(file, content());
  for (const html of [options.html, out === undefined ? undefined : join(out, 'report.html')]) {
    if (html !== undefined) tell(`report: ${await writeSweepReport(html, report(plan, rows))}`);
  }
  if (options.json) process.stdout.write(`${JSON.stringify({ axes: plan.axes, rows, failures }, null, 2)}\n`);
  else if (options.csv === true) process.stdout.write(toCsv(rows));
  else process.stdout.write(`${runTable(plan, rows)}\n`);
}

const COLUMNS = ['throughput', 'utilisation', 'mean RTT', 'p95 RTT', 'Jain', 'lost'];

function runTable(plan: SweepPlan, rows: readonly Row[]): string {
  const table = new Table({ head: [...runColumns(plan), ...COLUMNS], style: { head: [], border: [], compact: true } });
  table.push(...runsOf(rows).map((row) => runCells(plan, row)));
  return table.toString();
}

function report(plan: SweepPlan, rows: readonly Row[]) {
  const runs = runsOf(rows);
  // The algorithm tells points apart where it was varied, else the first thing that was.
  const key = plan.axes.find((axis) => axis.key === 'alg')?.key ?? plan.axes[0]?.key;
  return {
    title: 'Mooring: sweep',
    about: `${runs.length} runs: ${plan.axes.map((axis) => `${axis.key} ${axis.values.join(', ')}`).join('; ')}`,
    points: runs.map((row) => ({
      group: key ? `${key} ${row[key]}` : String(row['algorithm']),
      p95RttUs: Number(row['runRttP95Us']),
      throughputBytesPerSecond: Number(row['runThroughputBytesPerSecond']),
    })),
    columns: [...runColumns(plan), ...COLUMNS],
    rows: runs.map((row) => runCells(plan, row)),
  };
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
    percent(Number(row['runUtilisation'])),
    formatDuration(Number(row['runRttMeanUs'])),
    formatDuration(Number(row['runRttP95Us'])),
    Number(row['runJain']).toFixed(3),
    percent(Number(row['runLossRate'])),
  ];
}

function runText(run: Row): string {
  return Object.entries(run)
    .map(([key, value]) => `${key}=${value}`)
    .join(' ');
}

function createBar(): SingleBar {
  return new SingleBar({
    format: '{bar} {value}/{total} runs  {duration_formatted}, {eta_formatted} left',
    stream: process.stderr,
    noTTYOutput: true,
    notTTYSchedule: 5_000,
    etaBuffer: 50,
    hideCursor: true,
  });
}

function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}
