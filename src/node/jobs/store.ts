import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ERROR, MooringError } from '../../base/index.js';
import { makeWholeFile, writeWholeFile } from '../files/index.js';
import type { SweepPlan } from './plan.js';
import type { Row } from './rows.js';

/** Where the rows of finished runs are kept while a sweep goes on. */
export interface SweepStore {
  /** Runs that are done, from this or an earlier sitting. */
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
 * Keeps each finished run as a file in `folder`/runs, so that a sweep goes on where it stopped. A
 * folder that holds another sweep is refused with MOORING_ERR_SWEEP_FOLDER.
 */
export async function openFolderStore(
  folder: string,
  plan: Pick<SweepPlan, 'jobs' | 'hash'> & { readonly axes?: unknown },
): Promise<SweepStore> {
  const runs = join(folder, 'runs');
  await mkdir(runs, { recursive: true });
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
  for (const file of await readdir(runs)) {
    const index = /^(\d+)\.json$/.exec(file)?.[1];
    if (index === undefined) continue;
    // What a full disk or another hand left there is no run: it is done again.
    const isPlanned = Number(index) < plan.jobs.length;
    const rows = readRows(Number(index), await readFile(join(runs, file), 'utf8').catch(() => ''));
    if (rows && isPlanned) await memory.keep(Number(index), rows);
  }
  return {
    done: memory.done,
    async keep(index, rows) {
      const file = join(runs, `${index}.json`);
      await makeWholeFile(file, (part) => writeFile(part, JSON.stringify(rows)));
      await memory.keep(index, rows);
    },
  };
}

/** The rows of a run; undefined where the text is not what `keep` writes. */
function readRows(run: number, text: string): Row[] | undefined {
  try {
    const rows: unknown = JSON.parse(text);
    return Array.isArray(rows) && rows.length > 0 && rows.every((row) => isRow(row) && row['run'] === run)
      ? rows
      : undefined;
  } catch {
    return undefined;
  }
}

function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function readHash(text: string): unknown {
  try {
    return (JSON.parse(text) as { hash?: unknown }).hash;
  } catch {
    return null;
  }
}
