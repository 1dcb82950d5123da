import { Argument, type Command, Option } from 'commander';
import { FIGURES, type Figure, type FigureResult } from '../../figures/index.js';
import { writeFiguresReport } from '../../node/jobs/index.js';
import { EXIT } from '../exit-codes.js';
import { formatJson } from '../json.js';
import { keepStdout, print, printJson, tell, writeResult } from '../output.js';
import { stopOnSignal } from '../signals.js';
import { bar, createStatusLine } from '../sim/progress.js';
import { table } from '../table.js';
import { collect, parsedBy } from '../values.js';

const PAPER = 'Restructuring Endpoint Congestion Control (Narayan et al., SIGCOMM 2018)';
const IDS: readonly string[] = FIGURES.map(({ id }) => id);

interface FiguresOptions {
  readonly only: readonly string[];
  readonly quick?: boolean;
  readonly html: string;
  readonly table?: string;
  readonly json?: boolean | string;
  readonly progress: boolean;
}

interface Made extends FigureResult {
  readonly id: string;
  readonly title: string;
  readonly setup: string;
}

/** `mooring figures sigcomm18`: tables and figures of the CCP paper, made again. */
export function addFigures(command: Command): void {
  const list = FIGURES.map(({ id, title }) => `  ${id.padEnd(8)} ${title}`).join('\n');
  command
    .addArgument(new Argument('<paper>', 'whose figures').choices(['sigcomm18']))
    .addOption(
      new Option('--only <figure>', 'this one; may be given several times')
        .choices(IDS)
        .argParser(collect(parsedBy(known)))
        .default([], 'all'),
    )
    .option('--quick', 'sizes for a test of the command, seconds instead of minutes; the numbers say little')
    .option('--html <file>', 'where the page goes', 'sigcomm18.html')
    .option('--table <file>', 'the numbers as a Markdown table, too')
    .option('--json [file]', 'one JSON document, to a file or standard output')
    .option('--no-progress', 'no progress on stderr')
    .addHelpText('after', `\n${PAPER}:\n${list}`)
    .action(async (_paper: string, options: FiguresOptions) => make(options));
}

function known(text: string): string {
  if (!IDS.includes(text)) throw new Error(`Allowed choices are ${IDS.join(', ')}.`);
  return text;
}

async function make(options: FiguresOptions): Promise<void> {
  if (options.json === true) keepStdout();
  const stop = stopOnSignal();
  const chosen = FIGURES.filter(({ id }) => options.only.length === 0 || options.only.includes(id));
  const made: Made[] = [];
  try {
    for (const [index, figure] of chosen.entries())
      made.push(await makeOne(figure, index, chosen.length, options, stop.signal));
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    tell(`stopped: ${made.length} of ${chosen.length} figures made`);
    process.exitCode = EXIT.CUT_SHORT;
  } finally {
    stop.close();
  }
  const about = `${PAPER}, beside what Mooring makes of it.${options.quick ? ' Made with --quick: the numbers say little.' : ''}`;
  const document = { paper: PAPER, quick: options.quick === true, figures: made };
  if (typeof options.json === 'string') await writeResult(options.json, `${formatJson(document)}\n`);
  if (options.table !== undefined) await writeResult(options.table, markdown(about, made));
  tell(
    `page: ${await writeFiguresReport(options.html, { title: 'Figures of SIGCOMM 2018, made again', about, figures: made })}`,
  );
  if (options.json === true) await printJson(document);
  else await print(text(made));
}

async function makeOne(
  figure: Figure,
  index: number,
  total: number,
  { quick = false, progress }: FiguresOptions,
  signal: AbortSignal,
): Promise<Made> {
  const line = progress ? await createStatusLine(process.stderr, () => performance.now()) : undefined;
  const { id, title, setup } = figure;
  try {
    const result = await figure.run({
      quick,
      signal,
      tell: (what, share) => line?.show(`${bar((index + share) / total)} ${id}: ${what}`),
    });
    return { id, title, setup, ...result };
  } finally {
    line?.end();
  }
}

const COLUMNS = ['figure', 'what', 'paper', 'ours', 'verdict'];

function rowsOf(made: readonly Made[]): string[][] {
  return made.flatMap(({ id, findings }) =>
    findings.map(({ what, paper, ours, verdict }) => [id, what, paper, ours, verdict]),
  );
}

function text(made: readonly Made[]): string {
  const skipped = made.flatMap(({ id, skipped: reasons }) =>
    reasons.map((reason) => `${id}, not measured here: ${reason}\n`),
  );
  return `${table(COLUMNS, rowsOf(made), COLUMNS.length)}${skipped.join('')}`;
}

function markdown(about: string, made: readonly Made[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  const parts = made.flatMap(({ title, setup, findings, skipped }) => [
    `## ${title}`,
    setup,
    ...(findings.length === 0
      ? []
      : [
          [
            line(['what', 'paper', 'ours', 'verdict', 'why']),
            line(['---', '---', '---', '---', '---']),
            ...findings.map(({ what, paper, ours, verdict, why }) => line([what, paper, ours, verdict, why])),
          ].join('\n'),
        ]),
    ...skipped.map((reason) => `Not measured here: ${reason}.`),
  ]);
  return `${['# Figures of the CCP paper', 'Written by `mooring figures sigcomm18 --table FILE`.', about, ...parts].join('\n\n')}\n`;
}
