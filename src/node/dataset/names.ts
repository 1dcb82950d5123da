import { createHash } from 'node:crypto';
import { type Stats, statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import {
  type CaptureIdentity,
  type CapturePoint,
  DATASET_DEFAULTS,
  DATASET_VERSION,
  type DatasetOptions,
} from '../../dataset/index.js';

/** A file of a capture as it was when it was looked at; one that is not there has nothing, and whoever reads it says so. */
export interface FileState {
  /** Absolute. */
  readonly path: string;
  readonly sizeBytes: number;
  readonly mtimeMs: number | null;
}

/** How a capture is called in a dataset. */
export interface CaptureNames extends CaptureIdentity {
  readonly parts: readonly FileState[];
  /** Its files in the folders of tables: after `capture`, a hash of all that its rows depend on. */
  readonly table: string;
}

const HEX = 10;

/** The names of a capture as its files are now: base name and a hash of the path, one for each, whatever it holds. */
export function namesOf({ stem, paths }: CapturePoint, options: DatasetOptions): CaptureNames {
  const parts = paths.map((path) => stateOf(resolve(path)));
  const base = basename(stem)
    .replace(/[^A-Za-z0-9._-]/g, '_')
    .slice(0, 80);
  const capture = `${base}-${hash(resolve(stem))}`;
  const { top, binUs, maxMarks, filter = {}, ignoreTunnels = false } = { ...DATASET_DEFAULTS, ...options };
  const asked = [DATASET_VERSION, top, binUs, maxMarks, Object.entries(filter).sort(), ignoreTunnels];
  const state = hash(JSON.stringify([parts, asked]));
  return {
    file: parts[0]!.path,
    files: parts.length,
    sizeBytes: parts.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    capture,
    parts,
    table: `${capture}-${state}.parquet`,
  };
}

/** The capture that a file of a table is of, whole or not, as it is now or as it was; undefined for other files. */
export function captureOf(name: string): string | undefined {
  return /^(.*-[0-9a-f]+)-[0-9a-f]+\.parquet(?:\.[0-9a-f]{8}\.part)?$/.exec(name)?.[1];
}

function stateOf(path: string): FileState {
  const stat = statOf(path);
  return { path, sizeBytes: stat?.size ?? 0, mtimeMs: stat?.mtimeMs ?? null };
}

function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    // A link to itself, a folder on the way that cannot be entered.
    return undefined;
  }
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, HEX);
}
