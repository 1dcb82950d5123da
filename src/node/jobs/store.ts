import { readdirSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dropOwnParts, makeFolder, makeWholeFile, writeWholeFile } from '../files/index.js';
import { tryLock } from '../process/index.js';
import { buildOf } from './job-key.js';
import { packJobs, type SweepJob, type SweepJobs } from './plan.js';
import { filesOf, type Origin } from './provenance.js';
import type { Row } from './rows.js';
import {
  folderRefused,
  RUN_FILE_NAME,
  type RunFile,
  readRunFile,
  readSweepFile,
  runsOf,
  type StoredSweep,
  SWEEP_FILE_SCHEMA,
  type SweepFile,
  sweepFileOf,
} from './sweep-file.js';

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
  /** Without one, the folder is not put together with others. */
  readonly sweep?: StoredSweep;
}

/**
 * Keeps each finished run as a file in `folder`/runs, named after its key, so that a sweep goes on where it stopped and a
 * run is not taken for one of another algorithm, trace or version. A sweep that has all of the runs there and more goes on
 * with them. A folder that holds runs of another sweep, or that another process writes to, is refused with
 * MOORING_ERR_SWEEP_FOLDER.
 */
export async function openFolderStore(folder: string, plan: StoredPlan, origin?: Origin): Promise<SweepStore> {
  makeFolder(runsOf(folder));
  const unlock = tryLock(join(folder, 'sweep.lock'));
  if (unlock === undefined)
    throw folderRefused(folder, 'is being written by another mooring; wait for its end, or give another --out');
  try {
    const { keep, done } = await openRuns(folder, plan, origin);
    return { done, keep, close: unlock };
  } catch (error) {
    unlock();
    throw error;
  }
}

async function openRuns(
  folder: string,
  plan: StoredPlan,
  origin: Origin | undefined,
): Promise<Omit<SweepStore, 'close'>> {
  const runs = runsOf(folder);
  for (const held of [folder, runs]) dropOwnParts(held);
  const known = readSweepFile(folder);
  const memory = createMemoryStore();
  const there = new Set(readdirSync(runs).filter((name) => RUN_FILE_NAME.test(name)));
  const { keyed } = packJobs('here', origin);
  const fileOf = async (job: SweepJob): Promise<string> => {
    for await (const { key } of keyed([job])) return `${key}.json`;
    throw new Error('a run has a key');
  };
  const strange = new Set(there);
  for await (const { job, key } of there.size > 0 ? keyed(plan.jobs) : []) {
    const name = `${key}.json`;
    if (!there.has(name)) continue;
    strange.delete(name);
    // What a full disk or another hand left there is no run: it is done again.
    const run = readRunFile(await readFile(join(runs, name), 'utf8').catch(() => ''));
    if (run && 'rows' in run) await memory.keep(job, run.rows);
  }
  if (known?.hash !== plan.hash && strange.size > 0)
    throw folderRefused(
      folder,
      `holds ${strange.size} runs that this sweep does not have, of another sweep, algorithm or version; give another --out, or remove it`,
    );
  const document: SweepFile = {
    schema: SWEEP_FILE_SCHEMA,
    build: origin?.build ?? buildOf(),
    hash: plan.hash,
    runs: plan.jobs.length,
    files: plan.sweep ? await filesOf(plan.sweep, origin?.files) : {},
    sweep: plan.sweep,
  };
  const text = `${JSON.stringify(document, null, 2)}\n`;
  if (text !== `${JSON.stringify(known, null, 2)}\n`) writeWholeFile(sweepFileOf(folder), text);
  return {
    done: memory.done,
    async keep(job, rows) {
      const { run: _, ...run } = job.rows;
      const content: RunFile = { schema: SWEEP_FILE_SCHEMA, run, rows };
      await makeWholeFile(join(runs, await fileOf(job)), (part) => writeFile(part, JSON.stringify(content)));
      await memory.keep(job, rows);
    },
  };
}
