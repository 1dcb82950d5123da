import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ERROR, MooringError } from '../../base/index.js';
import { readSweepDocument, type SWEEP_FILE_SCHEMA } from '../../sweep/index.js';
import type { SweepDescription } from './plan.js';
import type { Until } from './until-text.js';

// The folder of a sweep, as src/sweep reads what stands in it.

export { areRows, type RunFile, readRunFile, SWEEP_FILE_SCHEMA } from '../../sweep/index.js';

/** What a sweep varies, and when it has enough. */
export interface StoredSweep extends SweepDescription {
  readonly until?: Until | undefined;
}

/** A sweep as its folder has it. */
export interface SweepFile {
  readonly schema: typeof SWEEP_FILE_SCHEMA;
  /** What computed its runs. */
  readonly build: string;
  /** Tells it from another sweep. */
  readonly hash: string;
  readonly runs: number;
  /** What its scenarios name by path, and the hash of that. */
  readonly files: Readonly<Record<string, string>>;
  /** Absent where another verb than `sim` made the folder. */
  readonly sweep?: StoredSweep | undefined;
}

export const sweepFileOf = (folder: string): string => join(folder, 'sweep.json');
export const runsOf = (folder: string): string => join(folder, 'runs');
/** The name of a run's file, after its key. */
export const RUN_FILE_NAME = /^[0-9a-f]{64}\.json$/;

/** The sweep of a folder; undefined where it has none. Throws MOORING_ERR_SWEEP_FOLDER for what cannot be read. */
export function readSweepFile(folder: string): SweepFile | undefined {
  const file = sweepFileOf(folder);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw folderRefused(folder, `has a sweep.json that cannot be read: ${(error as Error).message}`);
  }
  const read = readSweepDocument(text);
  if (!read.ok)
    throw folderRefused(
      folder,
      read.why.startsWith('has') ? `${read.why}; give another --out, or remove it` : read.why,
    );
  return read.document as unknown as SweepFile;
}

export function folderRefused(folder: string, what: string): MooringError {
  return new MooringError(ERROR.MOORING_ERR_SWEEP_FOLDER, `${folder} ${what}`, { folder });
}
