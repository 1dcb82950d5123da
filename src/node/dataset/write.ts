import { readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ERROR, MooringError } from '../../base/index.js';
import type { CaptureWarning } from '../../capture/index.js';
import { errorFromValue } from '../../client/index.js';
import type { CapturePoint, DatasetOptions, DatasetTable } from '../../dataset/index.js';
import { fileFailure, keepWhole, makeFolder, ownPartOf } from '../files/index.js';
import type { Outcome } from '../jobs/index.js';
import { type MadeCapture, TABLES } from './made.js';
import { type CaptureNames, captureOf, namesOf } from './names.js';
import type { CaptureMakers, WantedCapture } from './threads.js';

/** What has not grown for so long is a killed writer's. */
const PART_KEPT_MS = 3_600_000;

/** What became of one capture. */
export type DatasetStep = { readonly file: string; readonly files: number; readonly capture: string } & (
  | {
      readonly status: 'written';
      readonly rows: Readonly<Record<DatasetTable, number>>;
      readonly bytes: number;
      readonly warnings: readonly CaptureWarning[];
    }
  /** It was whole in the dataset, read with the same options, and has not changed since. */
  | { readonly status: 'kept' }
  | { readonly status: 'failed'; readonly error: MooringError }
);

export interface WriteDatasetOptions extends DatasetOptions {
  /** Hears each step as it ends; the steps of the result are in the order of `points`. */
  readonly onStep?: (done: number, total: number) => void;
}

/**
 * Makes captures into the dataset in `folder`, and says of each what became of it, in the order given. One that cannot
 * be read is `failed`, and the rest goes on. Throws MOORING_ERR_FILE_UNWRITABLE where the folder does not take files,
 * and the signal's reason.
 */
export async function* writeDataset(
  points: readonly CapturePoint[],
  folder: string,
  makers: CaptureMakers,
  { onStep, signal, onProgress: _, ...options }: WriteDatasetOptions = {},
): AsyncGenerator<DatasetStep> {
  const dataset = openDataset(folder);
  const captures = points.map((point) => namesOf(point, options));
  const steps = new StepsInOrder(captures.length);
  const wanted: WantedCapture[] = [];
  const places = new Map<string, number>();
  const put = (names: CaptureNames, step: DatasetStep): void => {
    steps.put(places.get(names.capture)!, step);
    onStep?.(steps.done, captures.length);
  };
  for (const [at, names] of captures.entries()) {
    places.set(names.capture, at);
    if (dataset.there.get('captures')!.get(names.capture)?.includes(names.table))
      put(names, { ...told(names), status: 'kept' });
    else wanted.push({ names, options });
  }
  const onOutcome = async ({ names }: WantedCapture, outcome: Outcome<MadeCapture>): Promise<void> => {
    put(names, outcome.ok ? written(dataset, names, outcome.result) : failed(names, outcome));
  };
  const working = wanted.length === 0 ? Promise.resolve() : makers(wanted, onOutcome, signal);
  working.then(
    () => steps.end(),
    () => steps.end(),
  );
  for await (const step of steps) yield step;
  await working;
  signal?.throwIfAborted();
}

interface Dataset {
  readonly folder: string;
  /** The files of each table when it was opened, by capture. */
  readonly there: ReadonlyMap<DatasetTable, ReadonlyMap<string, readonly string[]>>;
}

function openDataset(folder: string): Dataset {
  const there = new Map<DatasetTable, Map<string, string[]>>();
  carriedOut(folder, () => {
    makeFolder(folder);
    for (const table of TABLES) {
      makeFolder(join(folder, table));
      const names = new Map<string, string[]>();
      there.set(table, names);
      for (const name of readdirSync(join(folder, table))) {
        const capture = captureOf(name);
        if (capture === undefined || isPart(join(folder, table, name))) continue;
        names.set(capture, [...(names.get(capture) ?? []), name]);
      }
    }
  });
  return { folder, there };
}

// What a killed writer left goes, also where its capture was made since and is not written again. A young one may be another
// writer's: one that was taken for dead may write it still.
function isPart(path: string): boolean {
  if (!path.endsWith('.part')) return false;
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat && Date.now() - stat.mtimeMs >= PART_KEPT_MS) rmSync(path, { force: true });
  return true;
}

function told({ file, files, capture }: CaptureNames) {
  return { file, files, capture };
}

// The error of a capture that cannot be read, or that ended its thread, ends nothing else.
function failed(names: CaptureNames, { error }: Outcome<MadeCapture> & { readonly ok: false }): DatasetStep {
  const heard = errorFromValue(error);
  const own =
    heard instanceof MooringError
      ? heard
      : new MooringError(ERROR.MOORING_ERR_CAPTURE_UNREADABLE, `${names.file}: ${heard.message}`, {
          source: names.file,
        });
  return { ...told(names), status: 'failed', error: own };
}

// All tables are on the disk before the first has its name, and what the capture was before is gone before that.
function written({ folder, there }: Dataset, names: CaptureNames, { tables, warnings }: MadeCapture): DatasetStep {
  const rows = {} as Record<DatasetTable, number>;
  const parts: Array<{ part: string; place: string }> = [];
  let bytes = 0;
  try {
    for (const table of TABLES) {
      const place = join(folder, table, names.table);
      const part = ownPartOf(place);
      const content = tables[table].content!;
      parts.push({ part, place });
      carriedOut(place, () => writeFileSync(part, content, { flag: 'wx' }));
      rows[table] = tables[table].rows;
      bytes += content.length;
    }
    // The row of captures goes first and comes last.
    for (const table of [...TABLES].reverse())
      for (const name of there.get(table)?.get(names.capture) ?? []) {
        const old = join(folder, table, name);
        carriedOut(old, () => rmSync(old, { force: true }));
      }
    for (const { part, place } of parts) carriedOut(place, () => keepWhole(part, place));
  } finally {
    // A full disk is not filled further by what nobody reads.
    for (const { part } of parts) rmSync(part, { force: true });
  }
  return { ...told(names), status: 'written', rows, bytes, warnings };
}

function carriedOut(path: string, work: () => void): void {
  try {
    work();
  } catch (cause) {
    throw fileFailure(ERROR.MOORING_ERR_FILE_UNWRITABLE, path, cause);
  }
}

/** Steps that end in any order, given in theirs. */
class StepsInOrder implements AsyncIterable<DatasetStep> {
  readonly #steps = new Map<number, DatasetStep>();
  readonly #total: number;
  #isEnded = false;
  #wake = (): void => {};
  done = 0;

  constructor(total: number) {
    this.#total = total;
  }

  put(at: number, step: DatasetStep): void {
    this.#steps.set(at, step);
    this.done += 1;
    this.#wake();
  }

  /** No more will come. */
  end(): void {
    this.#isEnded = true;
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<DatasetStep> {
    for (let at = 0; at < this.#total; at += 1) {
      while (!this.#steps.has(at)) {
        if (this.#isEnded) return;
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
      yield this.#steps.get(at)!;
      this.#steps.delete(at);
    }
  }
}
