import { availableParallelism } from 'node:os';
import { type Command, Option } from 'commander';
import { type Estimate, formatDuration, formatShare } from '../../base/index.js';
import { BITS, facetsHeight, facetsScene, sceneToSvg } from '../../draw/index.js';
import {
  type Comparison,
  compareRows,
  createMemoryStore,
  loadScenario,
  openFolderStore,
  planComparison,
  type Row,
  runSweep,
  SUITES,
  type SuiteName,
  toCsv,
  writeSweepReport,
} from '../../node/jobs/index.js';
import { LIGHT } from '../../palette/index.js';
import { normaliseScenario } from '../../sim/index.js';
import { type Sweep, sweepOf, tableOfRows } from '../../sweep/index.js';
import { EXIT } from '../exit-codes.js';
import { UsageError } from '../failure.js';
import { keepStdout, print, printJson, tell, writeResult } from '../output.js';
import { PICTURE_HELP, writePictures } from '../picture.js';
import { stopOnSignal } from '../signals.js';
import { bar, createStatusLine } from '../sim/progress.js';
import { SENDER_HELP } from '../sim/senders.js';
import { type WorkersCliOptions, workersOf } from '../sim/workers.js';
import { shown, table } from '../table.js';
import { wholeNumber } from '../values.js';

interface CompareOptions extends WorkersCliOptions {
  readonly on: SuiteName;
  readonly repeat: number;
  readonly out?: string;
  readonly html?: string;
  readonly svg?: string;
  readonly png?: string;
  readonly csv?: string;
  readonly json?: boolean;
  readonly progress: boolean;
}

/** `mooring compare`: algorithms on the networks of a suite, alone and beside each other. */
export function addCompare(command: Command): void {
  const suites = Object.entries(SUITES).map(([name, { about }]) => `  ${name.padEnd(12)} ${about}`);
  command
    .argument('<algorithms...>', 'two or more: names, or paths of modules (.js, .ts)')
    .addOption(
      new Option('--on <suite>', 'networks to compare on (below)').choices(Object.keys(SUITES)).default('basic'),
    )
    .option('--repeat <n>', 'run each so many times, seeds counting up', wholeNumber(1), 3)
    .option('--workers <n>', 'threads', wholeNumber(1), availableParallelism())
    .option('--jobs <queue>', 'runs by the workers of a queue, redis://HOST[:PORT] (mooring worker)')
    .option('--priority <n>', 'with --jobs: 1 goes first, 1000 last', wholeNumber(1), 100)
    .option('--sign <key>', 'with --jobs: sign algorithms for workers that trust this key (a file, Ed25519 in PEM)')
    .option('--out <dir>', 'keep results here, and go on where it stopped')
    .option('--html <file>', 'write a report page')
    .option('--svg <file>', PICTURE_HELP.svg)
    .option('--png <file>', PICTURE_HELP.png)
    .option('--csv <file>', 'one row per flow and run')
    .option('--json', 'print one JSON document')
    .option('--no-progress', 'no progress on stderr')
    .addHelpText('after', `\nSuites:\n${suites.join('\n')}\n${SENDER_HELP}`)
    .action(compare);
}

async function compare(algorithms: readonly string[], options: CompareOptions): Promise<void> {
  if (algorithms.length < 2) throw new UsageError('give two algorithms or more');
  if (new Set(algorithms).size < algorithms.length) throw new UsageError('an algorithm is given twice');
  if (options.json) keepStdout();
  const plan = planComparison(algorithms, options.on, options.repeat);
  for (const { scenario } of plan.jobs) normaliseScenario(await loadScenario(scenario));
  const store = options.out === undefined ? createMemoryStore() : await openFolderStore(options.out, plan);
  const { workers, close } = await workersOf(options, { logs: process.stderr });
  const stop = stopOnSignal();
  const line = options.progress ? await createStatusLine(process.stderr, () => performance.now()) : undefined;
  const outcome = await runSweep(plan.jobs, store, workers, {
    signal: stop.signal,
    onProgress: (done, total) => line?.show(`${bar(done / total)} ${done} of ${total} runs`),
  }).finally(async () => {
    line?.end();
    stop.close();
    store.close();
    await close();
  });
  for (const { run, error } of outcome.failures) tell(`failed: ${run['cell']}, ${run['subject']}: ${error}`);
  if (!outcome.complete) {
    tell(`stopped: ${store.done.size} of ${plan.jobs.length} runs done`);
    process.exitCode = EXIT.CUT_SHORT;
    return;
  }
  const comparison = compareRows(plan, outcome.rows);
  if (options.csv !== undefined) await writeResult(options.csv, toCsv(outcome.rows));
  await writePictures(options, () => pictureOf(options.on, outcome.rows));
  if (options.html !== undefined)
    tell(`report: ${await writeSweepReport(options.html, reportOf(options.on, comparison, outcome.rows))}`);
  if (options.json) await printJson({ suite: plan.suite, algorithms, ...comparison, failures: outcome.failures });
  else await print(textOf(options.on, comparison));
  if (outcome.failures.length > 0) process.exitCode = EXIT.FAILED;
}

const ALONE_COLUMNS = ['network', 'algorithm', 'n', 'utilisation', 'p95 queue', 'lost', 'Jain', 'power'];

function textOf(suite: SuiteName, comparison: Comparison): string {
  const [alone, ...others] = tablesOf(comparison);
  return [
    `On ${suite}: ${SUITES[suite].about}.\n`,
    table(alone.columns, alone.rows, alone.left),
    ...others.flatMap(({ title, left, columns, rows }) => [`${title}:\n`, table(columns, rows, left)]),
  ].join('\n');
}

interface Titled {
  readonly title: string;
  /** How many of the first columns are words. */
  readonly left: number;
  readonly columns: readonly string[];
  readonly rows: readonly string[][];
}

/** What a comparison says, for terminal and page alike. */
function tablesOf(comparison: Comparison): [Titled, ...Titled[]] {
  const { ranking, beside } = comparison;
  const names = [...new Set(beside.map(({ algorithm }) => algorithm))];
  const matrix = (value: 'share' | 'harm'): string[][] =>
    names.map((algorithm) => [
      algorithm,
      ...names.map((other) =>
        withInterval(beside.find((one) => one.algorithm === algorithm && one.beside === other)![value], formatShare),
      ),
    ]);
  return [
    { title: 'Alone', left: 2, columns: ALONE_COLUMNS, rows: aloneCells(comparison) },
    {
      title: 'Ranking, by the geometric mean of power (utilisation over p95 round trip, as a share of the best)',
      left: 2,
      columns: ['', 'algorithm', 'power'],
      rows: ranking.map(({ algorithm, power }, at) => [
        `${at + 1}.`,
        algorithm,
        shown(power, (value) => value.toFixed(3)),
      ]),
    },
    { title: 'Share of the two, row beside column', left: 1, columns: ['', ...names], rows: matrix('share') },
    {
      title: 'Harm, what the row loses of its throughput alone beside the column',
      left: 1,
      columns: ['', ...names],
      rows: matrix('harm'),
    },
  ];
}

function aloneCells({ alone }: Comparison): string[][] {
  return alone.map((one) => [
    one.cell,
    one.algorithm,
    String(one.n),
    withInterval(one.utilisation, formatShare),
    withInterval(one.queueDelayP95Us, formatDuration),
    withInterval(one.lossRate, formatShare),
    withInterval(one.jain, (value) => value.toFixed(3)),
    shown(one.power, (value) => value.toFixed(3)),
  ]);
}

function reportOf(suite: SuiteName, comparison: Comparison, rows: readonly Row[]) {
  return {
    title: `Mooring: ${suite}`,
    about: SUITES[suite].about,
    sweep: aloneAsSweep(rows),
    view: VIEW,
    tables: tablesOf(comparison),
  };
}

/** What is set against what first. */
const VIEW = { measure: 'goodput', against: 'queueP95', group: 'alg', facet: 'network' };

/** The runs of each algorithm alone; what became of pairs is told by tables. */
function aloneAsSweep(rows: readonly Row[]): Sweep {
  const alone = rows
    .filter((row) => row['kind'] === 'alone')
    .map(({ run, cell, subject, kind: _, beside: _other, ...rest }) => ({ run, network: cell, alg: subject, ...rest }));
  return sweepOf(tableOfRows(alone as Row[]), { base: null });
}

const PICTURE_WIDTH = 900;

function pictureOf(suite: SuiteName, rows: readonly Row[]): string {
  const sweep = aloneAsSweep(rows);
  const named = <T extends { readonly name: string }>(all: readonly T[], name: string): T =>
    all.find((one) => one.name === name)!;
  const content = {
    ...{ sweep, runs: Uint32Array.from({ length: sweep.length }, (_, run) => run) },
    ...{ x: named(sweep.measures, VIEW.against), y: named(sweep.measures, VIEW.measure) },
    ...{ group: named(sweep.keys, VIEW.group), facet: named(sweep.keys, VIEW.facet) },
  };
  const size = { width: PICTURE_WIDTH, height: facetsHeight(content, PICTURE_WIDTH) + 50 };
  const title = `${suite}: goodput against p95 queueing, each algorithm alone`;
  return sceneToSvg(facetsScene(content, { size, theme: LIGHT, units: BITS, title }), LIGHT.page);
}

function withInterval({ mean, ci95 }: Estimate, format: (value: number) => string): string {
  return ci95 === null ? shown(mean, format) : `${shown(mean, format)} ± ${format(ci95)}`;
}
