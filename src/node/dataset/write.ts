import { existsSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ERROR, MooringError } from '../../base/index.js';
import type { CaptureWarning } from '../../capture/index.js';
import { type CaptureTables, type DatasetOptions, type DatasetTable, readTables } from '../../dataset/index.js';
import { openCaptureFiles } from '../capture/index.js';
import { fileFailure, keepWhole, makeFolder, partOf } from '../files/index.js';
import { type CaptureNames, isOf, namesOf } from './names.js';
import { tableToParquet } from './parquet.js';

/** What became of one capture. */
export type DatasetStep = { readonly file: string; readonly capture: string } & (
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

/** `captures` is the last: a capture without a row there is not whole. */
const TABLES = [
  'flows',
  'series',
  'marks',
  'multipath',
  'quic',
  'echoes',
  'captures',
] as const satisfies readonly DatasetTable[];

/**
 * Writes captures into the dataset in `folder`, one after the other, and says of each what became of it. One that cannot
 * be read is `failed`, and the rest goes on. Throws MOORING_ERR_FILE_UNWRITABLE where the folder does not take files,
 * and the signal's reason.
 */
export async function* writeDataset(
  paths: readonly string[],
  folder: string,
  options: DatasetOptions = {},
): AsyncGenerator<DatasetStep> {
  const all = new Map(paths.map((path) => [namesOf(path, options).file, path]));
  carriedOut(folder, () => {
    makeFolder(folder);
    for (const table of TABLES) makeFolder(join(folder, table));
  });
  for (const path of all.values()) {
    const names = namesOf(path, options);
    const { file, capture } = names;
    if (existsSync(join(folder, 'captures', names.table))) {
      yield { file, capture, status: 'kept' };
      continue;
    }
    const read = await readOne(names, options);
    if (read instanceof MooringError) {
      yield { file, capture, status: 'failed', error: read };
      continue;
    }
    yield { file, capture, status: 'written', ...(await put(folder, names, read)), warnings: read.analysis.warnings };
  }
}

// The error of a capture that cannot be read ends nothing; others do.
async function readOne(names: CaptureNames, options: DatasetOptions): Promise<CaptureTables | MooringError> {
  try {
    return await readTables(await openCaptureFiles(names.file), names, options);
  } catch (error) {
    options.signal?.throwIfAborted();
    if (error instanceof MooringError && error.code.startsWith('MOORING_ERR_CAPTURE_')) return error;
    throw error;
  }
}

// All tables are on the disk before the first has its name, and what the capture was before is gone before that.
async function put(folder: string, names: CaptureNames, { tables }: CaptureTables) {
  const rows = {} as Record<DatasetTable, number>;
  const parts: Array<{ part: string; place: string }> = [];
  let bytes = 0;
  try {
    for (const table of TABLES) {
      const place = join(folder, table, names.table);
      const content = await tableToParquet(table, tables[table]);
      parts.push({ part: partOf(place), place });
      carriedOut(place, () => writeFileSync(partOf(place), content));
      rows[table] = tables[table].capture.length;
      bytes += content.length;
    }
  } catch (error) {
    // A full disk is not filled further by what nobody reads; a name that is no file's stays.
    for (const { part } of parts)
      if (statSync(part, { throwIfNoEntry: false })?.isFile()) rmSync(part, { force: true });
    throw error;
  }
  // The row of captures goes first and comes last.
  for (const table of [...TABLES].reverse()) {
    for (const name of readdirSync(join(folder, table)))
      if (isOf(names, name) && name !== partOf(names.table)) rmSync(join(folder, table, name), { force: true });
  }
  for (const { part, place } of parts) carriedOut(place, () => keepWhole(part, place));
  return { rows, bytes };
}

function carriedOut(path: string, work: () => void): void {
  try {
    work();
  } catch (cause) {
    throw fileFailure(ERROR.MOORING_ERR_FILE_UNWRITABLE, path, cause);
  }
}
