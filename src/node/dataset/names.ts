import { createHash } from 'node:crypto';
import { type Stats, statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { DATASET_DEFAULTS, DATASET_VERSION, type DatasetOptions } from '../../dataset/index.js';

/** How a capture is called in a dataset. */
export interface CaptureNames {
  /** Its path, absolute. */
  readonly file: string;
  readonly sizeBytes: number;
  /** Base name and a hash of the path: one for each file, whatever it holds. */
  readonly capture: string;
  /** Its files in the folders of tables: after `capture`, a hash of all that its rows depend on. */
  readonly table: string;
}

const HEX = 10;

/** The names of a file as it is now. A file that is not there has some, too; whoever reads it will say so. */
export function namesOf(path: string, options: DatasetOptions): CaptureNames {
  const file = resolve(path);
  const stat: Stats | undefined = statSync(file, { throwIfNoEntry: false });
  const base = basename(file)
    .replace(/[^A-Za-z0-9._-]/g, '_')
    .slice(0, 80);
  const capture = `${base}-${hash(file)}`;
  const { top, binUs, maxMarks, filter = {}, ignoreTunnels = false } = { ...DATASET_DEFAULTS, ...options };
  const asked = [DATASET_VERSION, top, binUs, maxMarks, Object.entries(filter).sort(), ignoreTunnels];
  const state = hash(JSON.stringify([stat?.size, stat?.mtimeMs, asked]));
  return { file, sizeBytes: stat?.size ?? 0, capture, table: `${capture}-${state}.parquet` };
}

/** Whether a file of a table is of this capture, as it is now or as it was, whole or not. */
export function isOf({ capture }: CaptureNames, name: string): boolean {
  return name.startsWith(`${capture}-`) && /^[0-9a-f]+\.parquet(\.part)?$/.test(name.slice(capture.length + 1));
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, HEX);
}
