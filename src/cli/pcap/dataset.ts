import { existsSync, statSync } from 'node:fs';
import { formatSize, type MooringError } from '../../base/index.js';
import { type JoinFiles, joinFiles } from '../../dataset/index.js';
import {
  type CaptureMakers,
  captureThreads,
  type DatasetStep,
  findInTree,
  openStore,
  queueCaptures,
  writeDataset,
} from '../../node/dataset/index.js';
import { openLink, parseQueueAddress } from '../../node/jobs/index.js';
import { EXIT, exitCodeOf } from '../exit-codes.js';
import { UsageError } from '../failure.js';
import { print, printCsv, printJson, tell } from '../output.js';
import { bar, createStatusLine } from '../sim/progress.js';
import { type PcapOptions, startRun } from './options.js';
import { findCaptures } from './runs.js';

export interface DatasetCliOptions extends PcapOptions {
  readonly out: string;
  readonly top?: number;
  readonly bin?: number;
  readonly maxMarks?: number;
  readonly join: JoinFiles;
  readonly workers: number;
  readonly jobs?: string;
  readonly root?: string;
  readonly store?: string;
  readonly priority: number;
}

export async function makeDataset(files: readonly string[], options: DatasetCliOptions): Promise<void> {
  if (files.includes('-'))
    throw new UsageError('a dataset is made of files, which are read more than once: standard input cannot be');
  const { paths, errors: unlisted } = await findAll(files);
  for (const { message } of unlisted) tell(`mooring: failed: ${message}`);
  const points = joinFiles(paths, options.join);
  const { out, top, bin: binUs, maxMarks } = options;
  const asked = { top, binUs, maxMarks };
  const given = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined));
  const steps: DatasetStep[] = [];
  const isQuiet = options.json === true || options.csv === true;
  let who = '';
  const { makers, close } = await makersOf(files, options, (workers, threads) => {
    who = `   ${threads} threads of ${workers} workers`;
  });
  const run = startRun({ ...options, progress: false });
  const line = options.progress === false ? undefined : await createStatusLine(process.stderr, () => performance.now());
  const work = async (): Promise<void> => {
    const onStep = (done: number, total: number): void =>
      line?.show(`${bar(done / total)} ${done} of ${total} captures${who}`);
    for await (const step of writeDataset(points, out, makers, { ...run.options, ...given, onStep })) {
      steps.push(step);
      tellWrong(step);
      if (!isQuiet && step.status !== 'failed') await print(`${named(step)}: ${toText(step)}\n`);
    }
  };
  await run.until(work()).finally(async () => {
    line?.end();
    await close();
  });
  const errors = steps.flatMap((step) => (step.status === 'failed' ? [step.error] : []));
  if (options.json) await printJson({ out, captures: steps.map(toRow) });
  else if (options.csv) await printCsv(steps.map(toRow), CSV);
  else await print(`${out}: ${steps.length - errors.length} of ${steps.length} captures\n`);
  process.exitCode = exitOf([...errors, ...unlisted], steps.length + unlisted.length);
}

/** The files given, those in campaigns of Twine, and those below other folders. */
async function findAll(files: readonly string[]): Promise<{ paths: string[]; errors: MooringError[] }> {
  const errors: MooringError[] = [];
  const paths: string[] = [];
  for (const path of (await findCaptures(files)).paths) {
    if (!existsSync(path) || !statSync(path).isDirectory()) {
      paths.push(path);
      continue;
    }
    const found = findInTree(path);
    if (found.paths.length + found.errors.length === 0)
      throw new UsageError(
        `${path}: there is no capture below it (.pcap, .pcapng, .cap, with numbers, .gz or .zst behind)`,
      );
    paths.push(...found.paths);
    errors.push(...found.errors);
  }
  return { paths, errors };
}

/** Threads of this machine, or the workers of a queue. */
async function makersOf(
  files: readonly string[],
  { jobs, root, store, workers, priority }: DatasetCliOptions,
  onWorkers: (workers: number, threads: number) => void,
): Promise<{ readonly makers: CaptureMakers; close(): Promise<void> }> {
  if (jobs === undefined) return { makers: captureThreads(workers), close: async () => {} };
  const [first] = files;
  const folder =
    root ?? (files.length === 1 && statSync(first!, { throwIfNoEntry: false })?.isDirectory() ? first : undefined);
  if (folder === undefined)
    throw new UsageError(
      'with --jobs captures are known by their names below a folder that workers see too: --root says which',
    );
  const kept = store === undefined ? {} : { store: await openStore(store) };
  const link = await openLink(parseQueueAddress(jobs), tell);
  return {
    makers: queueCaptures(link, { root: folder, priority, tell, onWorkers, ...kept }),
    close: () => link.close(),
  };
}

function named({ file, files }: DatasetStep): string {
  return files === 1 ? file : `${file} and ${files - 1} more`;
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
  const { file, files, capture, status } = step;
  if (step.status === 'written') return { file, files, capture, status, bytes: step.bytes, rows: step.rows };
  if (step.status === 'kept') return { file, files, capture, status };
  const { code, message } = step.error;
  return { file, files, capture, status, error: { code, message } };
}

const CSV = [
  ...['file', 'files', 'capture', 'status', 'bytes', 'rows.flows', 'rows.series', 'rows.marks', 'rows.echoes'],
  ...['error.code', 'error.message'],
];
