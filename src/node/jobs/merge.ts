import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { MooringError } from '../../base/index.js';
import { isRange, joinAxes } from './axis.js';
import { canonicalJson } from './job-key.js';
import { createPacker } from './parts.js';
import { packJobs, planSweep, type SweepPlan } from './plan.js';
import type { Origin } from './provenance.js';
import type { Row } from './rows.js';
import { openFolderStore, type SweepStore } from './store.js';
import {
  folderRefused,
  RUN_FILE_NAME,
  type RunFile,
  readRunFile,
  readSweepFile,
  runsOf,
  type StoredSweep,
  type SweepFile,
} from './sweep-file.js';
import { parseConstraint } from './where.js';

// Folders of one sweep, done in pieces, as the folder of the whole: the union of their runs by key. What combinations the whole
// has follows from what the folders say of themselves, never from which runs happen to be there.

/** A run of which two folders say different things. */
export interface Contradiction {
  readonly run: Row;
  readonly column: string;
  /** What each says, with the file. */
  readonly said: readonly [ContradictedValue, ContradictedValue];
}

export interface ContradictedValue {
  readonly file: string;
  readonly value: string | number | null;
}

/** What folders are together. */
export interface MergedSweep {
  readonly plan: SweepPlan;
  readonly until?: StoredSweep['until'];
  readonly origin: Origin;
  readonly contradictions: readonly Contradiction[];
  /** Files that are no whole run: they count as not there. */
  readonly broken: readonly string[];
  /** Files of runs that no combination has: their algorithm was changed since. */
  readonly strange: readonly string[];
  /** Writes the folder of the whole, and gives it as a store. */
  write(): Promise<SweepStore>;
}

interface ReadFolder {
  readonly folder: string;
  readonly file: SweepFile;
  readonly sweep: StoredSweep;
}

/**
 * Reads folders of results, each once, and says what they are together, for the folder `out`, which may be one of them;
 * nothing is written. Throws
 * MOORING_ERR_SWEEP_FOLDER for those that do not go together, and for what cannot be read.
 */
export async function readMerge(names: readonly string[], out: string): Promise<MergedSweep> {
  const paths = new Set(names.map((name) => resolve(name)));
  // What the whole's folder has already is a part of it like others.
  const own = !paths.has(resolve(out)) && readSweepFile(out) !== undefined ? [out] : [];
  const folders = [
    ...names.filter((name, at) => names.findIndex((one) => resolve(one) === resolve(name)) === at),
    ...own,
  ].map(readFolder);
  const first = folders[0]!;
  const origin = { build: first.file.build, files: commonFiles(folders) };
  const base = await packedBase(first, origin);
  for (const other of folders.slice(1)) {
    const differs =
      whatDiffers(first, other) ?? ((await packedBase(other, origin)) === base ? undefined : 'base scenario');
    if (differs) throw folderRefused(other.folder, `has another ${differs} than ${first.folder}: they are two sweeps`);
  }
  const { design, where, until } = first.sweep;
  const repeat = Math.max(...folders.map(({ sweep }) => sweep.repeat));
  const axes = first.sweep.axes.map((_, at) => joinAxes(folders.map(({ sweep }) => sweep.axes[at]!)));
  const plan = planSweep(first.sweep.base, axes, repeat, {
    ...(design ? { design } : {}),
    where: where.map(parseConstraint),
  });
  const runs = await readRuns(folders);
  const placed = new Set<string>();
  const { keyed } = packJobs('here', origin);
  for await (const { key } of keyed(plan.jobs)) if (runs.places.has(key)) placed.add(key);
  return {
    ...{ plan, until, origin, contradictions: runs.contradictions, broken: runs.broken },
    strange: [...runs.places].flatMap(([key, { file }]) => (placed.has(key) ? [] : [file])),
    async write() {
      const store = await openFolderStore(out, { ...plan, sweep: { ...plan.sweep, until } }, origin);
      try {
        for await (const { job, key } of keyed(plan.jobs)) {
          const place = runs.places.get(key);
          if (place && !store.done.has(job.index)) await store.keep(job, (await readRun(place.file)).rows);
        }
        return store;
      } catch (error) {
        store.close();
        throw error;
      }
    },
  };
}

function readFolder(folder: string): ReadFolder {
  const file = readSweepFile(folder);
  if (file === undefined)
    throw folderRefused(folder, 'has no sweep.json: it is no folder that `mooring sim --out` made');
  const { sweep } = file;
  if (sweep === undefined)
    throw folderRefused(folder, 'was not made by `mooring sim`: only its sweeps are put together');
  return { folder, file, sweep };
}

/** What their scenarios name by path must be the same everywhere. */
function commonFiles(folders: readonly ReadFolder[]): Record<string, string> {
  const known = new Map<string, { readonly hash: string; readonly folder: string }>();
  for (const { folder, file } of folders) {
    for (const [path, hash] of Object.entries(file.files)) {
      const before = known.get(path);
      if (before && before.hash !== hash)
        throw folderRefused(
          folder,
          `was made with another ${path} than ${before.folder}: ${hash}, there ${before.hash}`,
        );
      if (!before) known.set(path, { hash, folder });
    }
  }
  return Object.fromEntries([...known].map(([path, { hash }]) => [path, hash]));
}

/** The scenario that is varied, as it is the same on any machine. */
async function packedBase({ folder, sweep }: ReadFolder, { files }: Origin): Promise<string> {
  const { flows, links = [] } = sweep.base;
  // What every combination replaces nobody read: it has its name.
  const named = [...flows.map(({ algorithm }) => algorithm), ...links.map(({ trace }) => trace)];
  const known = { ...Object.fromEntries(named.map((name) => [name, String(name)])), ...files };
  try {
    return canonicalJson((await createPacker('here', known).pack(sweep.base)).scenario);
  } catch (error) {
    throw error instanceof MooringError ? error : folderRefused(folder, 'has a base scenario that cannot be read');
  }
}

function whatDiffers(one: ReadFolder, other: ReadFolder): string | undefined {
  const [a, b] = [one.sweep, other.sweep];
  const keys = ({ axes }: StoredSweep): string => axes.map(({ key }) => key).join(', ');
  if (one.file.build !== other.file.build) return `build (${other.file.build}, not ${one.file.build})`;
  if (keys(a) !== keys(b)) return `list of what is varied (${keys(b)}, not ${keys(a)})`;
  for (const name of ['design', 'where', 'until'] as const)
    if (canonicalJson({ of: a[name] }) !== canonicalJson({ of: b[name] })) return `--${name}`;
  const isDrawn = a.design !== undefined || a.axes.some(isRange) || b.axes.some(isRange);
  return isDrawn && canonicalJson(a.axes) !== canonicalJson(b.axes) ? 'range to draw from' : undefined;
}

/** Where a run is, and what it says in few bytes. */
interface Place {
  readonly file: string;
  readonly hash: string;
}

async function readRuns(folders: readonly ReadFolder[]) {
  const places = new Map<string, Place>();
  const contradictions: Contradiction[] = [];
  const broken: string[] = [];
  for (const { folder } of folders) {
    for (const name of listRuns(folder)) {
      const file = join(runsOf(folder), name);
      const run = readRunFile(await readFile(file, 'utf8').catch(() => ''));
      if (run && 'otherSchema' in run) throw folderRefused(folder, `has runs ${run.otherSchema}`);
      if (run === undefined) {
        broken.push(file);
        continue;
      }
      const key = name.slice(0, -'.json'.length);
      const hash = createHash('sha256').update(canonicalJson(run.rows)).digest('base64');
      const before = places.get(key);
      if (before === undefined) places.set(key, { file, hash });
      else if (before.hash !== hash)
        contradictions.push(contradiction(before.file, await readRun(before.file), file, run));
    }
  }
  return { places, contradictions, broken };
}

function listRuns(folder: string): string[] {
  try {
    return readdirSync(runsOf(folder))
      .filter((name) => RUN_FILE_NAME.test(name))
      .sort();
  } catch (error) {
    throw folderRefused(folder, `has no runs that can be read: ${(error as Error).message}`);
  }
}

async function readRun(file: string): Promise<RunFile> {
  const run = readRunFile(await readFile(file, 'utf8').catch(() => ''));
  if (run && 'rows' in run) return run;
  throw folderRefused(file, 'was a run, and is none any more');
}

/** The first of what two files say otherwise. */
function contradiction(fileA: string, a: RunFile, fileB: string, b: RunFile): Contradiction {
  const said = (
    column: string,
    valueA: string | number | null = null,
    valueB: string | number | null = null,
  ): Contradiction => ({
    ...{ run: a.run, column },
    said: [
      { file: fileA, value: valueA },
      { file: fileB, value: valueB },
    ],
  });
  for (const [at, row] of a.rows.entries()) {
    const other = b.rows[at] ?? {};
    for (const column of new Set([...Object.keys(row), ...Object.keys(other)]))
      if (row[column] !== other[column]) return said(column, row[column], other[column]);
  }
  return said('flows', a.rows.length, b.rows.length);
}
