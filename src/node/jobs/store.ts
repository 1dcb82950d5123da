import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ERROR, MooringError } from '../../base/index.js';
import { makeFolder, makeWholeFile, writeWholeFile } from '../files/index.js';
import type { KeyedJob, SweepPlan } from './plan.js';
import type { Row } from './rows.js';

/** Where the rows of finished runs are kept while a sweep goes on. */
export interface SweepStore {
  /** Runs that are done, from this or an earlier sitting: their rows, without what the sweep calls them. */
  readonly done: ReadonlyMap<number, readonly Row[]>;
  keep(index: number, rows: readonly Row[]): Promise<void>;
}

export function createMemoryStore(): SweepStore {
  const done = new Map<number, readonly Row[]>();
  return {
    done,
    keep: async (index, rows) => {
      done.set(index, rows);
    },
  };
}

/**
 * Keeps each finished run as a file in `folder`/runs, named after its key, so that a sweep goes on where it stopped and a
 * run is not taken for one of another algorithm, trace or version. A folder that holds another sweep is refused with
 * MOORING_ERR_SWEEP_FOLDER.
 */
export async function openFolderStore(
  folder: string,
  plan: Pick<SweepPlan, 'jobs' | 'hash'> & { readonly axes?: unknown },
  keyed: readonly Pick<KeyedJob, 'index' | 'key'>[],
): Promise<SweepStore> {
  const runs = join(folder, 'runs');
  makeFolder(runs);
  const planFile = join(folder, 'sweep.json');
  const known = await readFile(planFile, 'utf8').catch(() => null);
  if (known === null) {
    const document = { hash: plan.hash, axes: plan.axes, runs: plan.jobs.length };
    writeWholeFile(planFile, `${JSON.stringify(document, null, 2)}\n`);
  } else if (readHash(known) !== plan.hash) {
    throw new MooringError(
      ERROR.MOORING_ERR_SWEEP_FOLDER,
      `${folder} holds the results of another sweep; give another --out, or remove it`,
      { folder },
    );
  }
  const memory = createMemoryStore();
  const there = new Set(await readdir(runs));
  const fileOf = (index: number): string => `${keyed[index]!.key}.json`;
  for (const { index } of keyed) {
    if (!there.has(fileOf(index))) continue;
    // What a full disk or another hand left there is no run: it is done again.
    const rows = readRows(await readFile(join(runs, fileOf(index)), 'utf8').catch(() => ''));
    if (rows) await memory.keep(index, rows);
  }
  return {
    done: memory.done,
    async keep(index, rows) {
      await makeWholeFile(join(runs, fileOf(index)), (part) => writeFile(part, JSON.stringify(rows)));
      await memory.keep(index, rows);
    },
  };
}

/** The rows of a run as a file or a queue keeps them; undefined where the text is something else. */
export function readRows(text: string): Row[] | undefined {
  try {
    const rows: unknown = JSON.parse(text);
    return areRows(rows) ? rows : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a value from outside can stand in a table: rows of a run, each of one flow. */
export function areRows(rows: unknown): rows is Row[] {
  return Array.isArray(rows) && rows.length > 0 && rows.every((row) => isRow(row) && typeof row['flow'] === 'number');
}

function isRow(value: unknown): value is Row {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every((cell) => cell === null || typeof cell === 'string' || typeof cell === 'number')
  );
}

function readHash(text: string): unknown {
  try {
    return (JSON.parse(text) as { hash?: unknown }).hash;
  } catch {
    return null;
  }
}
