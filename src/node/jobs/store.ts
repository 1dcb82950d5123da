import { readdirSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ERROR, MooringError } from '../../base/index.js';
import { makeFolder, makeWholeFile, writeWholeFile } from '../files/index.js';
import { tryLock } from '../process/index.js';
import { packJobs, type SweepJob, type SweepJobs } from './plan.js';
import type { Row } from './rows.js';

/** Where the rows of finished runs are kept while a sweep goes on. */
export interface SweepStore {
  /** Runs that are done, from this or an earlier sitting: their rows, without what the sweep calls them. */
  readonly done: ReadonlyMap<number, readonly Row[]>;
  keep(job: SweepJob, rows: readonly Row[]): Promise<void>;
  /** Lets others go on with it. */
  close(): void;
}

export function createMemoryStore(): SweepStore {
  const done = new Map<number, readonly Row[]>();
  return {
    done,
    keep: async ({ index }, rows) => {
      done.set(index, rows);
    },
    close: () => {},
  };
}

/** What a folder is asked for: the runs of a sweep, and what tells it from another. */
export interface StoredPlan {
  readonly jobs: SweepJobs;
  readonly hash: string;
  readonly axes?: unknown;
}

/**
 * Keeps each finished run as a file in `folder`/runs, named after its key, so that a sweep goes on where it stopped and a
 * run is not taken for one of another algorithm, trace or version. A sweep that has all of the runs there and more goes on
 * with them. A folder that holds runs of another sweep, or that another process writes to, is refused with
 * MOORING_ERR_SWEEP_FOLDER.
 */
export async function openFolderStore(folder: string, plan: StoredPlan): Promise<SweepStore> {
  const runs = join(folder, 'runs');
  makeFolder(runs);
  const unlock = tryLock(join(folder, 'sweep.lock'));
  if (unlock === undefined)
    throw refused(folder, 'is being written by another mooring; wait for its end, or give another --out');
  try {
    const { keep, done } = await openRuns(folder, runs, plan);
    return { done, keep, close: unlock };
  } catch (error) {
    unlock();
    throw error;
  }
}

async function openRuns(folder: string, runs: string, plan: StoredPlan): Promise<Omit<SweepStore, 'close'>> {
  const planFile = join(folder, 'sweep.json');
  const known = await readFile(planFile, 'utf8').catch(() => null);
  const hash = known === null ? undefined : readHash(known);
  if (hash === null) throw refused(folder, 'has a sweep.json that cannot be read; give another --out, or remove it');
  const memory = createMemoryStore();
  const there = new Set(readdirSync(runs).filter((name) => /^[0-9a-f]{64}\.json$/.test(name)));
  const { keyed } = packJobs('here');
  const fileOf = async (job: SweepJob): Promise<string> => {
    for await (const { key } of keyed([job])) return `${key}.json`;
    throw new Error('a run has a key');
  };
  if (there.size > 0) {
    const strange = new Set(there);
    for await (const { job, key } of keyed(plan.jobs)) {
      const name = `${key}.json`;
      if (!there.has(name)) continue;
      strange.delete(name);
      // What a full disk or another hand left there is no run: it is done again.
      const rows = readRows(await readFile(join(runs, name), 'utf8').catch(() => ''));
      if (rows) await memory.keep(job, rows);
    }
    if (hash !== plan.hash && strange.size > 0)
      throw refused(
        folder,
        `holds ${strange.size} runs that this sweep does not have, of another sweep, algorithm or version; give another --out, or remove it`,
      );
  }
  if (hash !== plan.hash) {
    const document = { hash: plan.hash, axes: plan.axes, runs: plan.jobs.length };
    writeWholeFile(planFile, `${JSON.stringify(document, null, 2)}\n`);
  }
  return {
    done: memory.done,
    async keep(job, rows) {
      await makeWholeFile(join(runs, await fileOf(job)), (part) => writeFile(part, JSON.stringify(rows)));
      await memory.keep(job, rows);
    },
  };
}

function refused(folder: string, what: string): MooringError {
  return new MooringError(ERROR.MOORING_ERR_SWEEP_FOLDER, `${folder} ${what}`, { folder });
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

function readHash(text: string): string | null {
  try {
    const { hash } = JSON.parse(text) as { hash?: unknown };
    return typeof hash === 'string' ? hash : null;
  } catch {
    return null;
  }
}
