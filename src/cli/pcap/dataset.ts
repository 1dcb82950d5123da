import { formatSize, type MooringError } from '../../base/index.js';
import { type DatasetStep, writeDataset } from '../../node/dataset/index.js';
import { EXIT, exitCodeOf } from '../exit-codes.js';
import { UsageError } from '../failure.js';
import { print, printCsv, printJson, tell } from '../output.js';
import { type PcapOptions, startRun } from './options.js';
import { findCaptures } from './runs.js';

export interface DatasetCliOptions extends PcapOptions {
  readonly out: string;
  readonly top?: number;
  readonly bin?: number;
  readonly maxMarks?: number;
}

export async function makeDataset(files: readonly string[], options: DatasetCliOptions): Promise<void> {
  if (files.includes('-'))
    throw new UsageError('a dataset is made of files, which are read more than once: standard input cannot be');
  const { paths } = await findCaptures(files);
  const { out, top, bin: binUs, maxMarks } = options;
  const run = startRun(options);
  const asked = { top, binUs, maxMarks };
  const given = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined));
  const steps: DatasetStep[] = [];
  const isQuiet = options.json === true || options.csv === true;
  const work = async (): Promise<void> => {
    for await (const step of writeDataset(paths, out, { ...run.options, ...given })) {
      steps.push(step);
      tellWrong(step);
      if (!isQuiet && step.status !== 'failed') await print(`${step.file}: ${toText(step)}\n`);
    }
  };
  await run.until(work());
  const errors = steps.flatMap((step) => (step.status === 'failed' ? [step.error] : []));
  if (options.json) await printJson({ out, captures: steps.map(toRow) });
  else if (options.csv) await printCsv(steps.map(toRow), CSV);
  else await print(`${out}: ${steps.length - errors.length} of ${steps.length} captures\n`);
  process.exitCode = exitOf(errors, steps.length);
}

function tellWrong(step: DatasetStep): void {
  if (step.status === 'failed') tell(`mooring: failed: ${step.error.message}`);
  if (step.status !== 'written') return;
  for (const { message } of step.warnings)
    tell(`mooring: warning: ${message.startsWith(step.file) ? '' : `${step.file}: `}${message}`);
}

// Where nothing could be read it is the call that was wrong, as with the other verbs.
function exitOf(errors: readonly MooringError[], captures: number): number {
  const [first] = errors;
  if (!first) return EXIT.DONE;
  return errors.length < captures ? EXIT.FAILED : exitCodeOf(first.code);
}

function toText(step: DatasetStep): string {
  if (step.status !== 'written') return 'was there already';
  const { flows, series, marks, echoes } = step.rows;
  return `${flows / 2} connections, ${series} bins, ${marks} marks, ${echoes} echoes in ${formatSize(step.bytes)}`;
}

function toRow(step: DatasetStep): object {
  const { file, capture, status } = step;
  if (step.status === 'written') return { file, capture, status, bytes: step.bytes, rows: step.rows };
  if (step.status === 'kept') return { file, capture, status };
  const { code, message } = step.error;
  return { file, capture, status, error: { code, message } };
}

const CSV = [
  ...['file', 'capture', 'status', 'bytes', 'rows.flows', 'rows.series', 'rows.marks', 'rows.echoes'],
  ...['error.code', 'error.message'],
];
