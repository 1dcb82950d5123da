import { ERROR, MooringError } from '../../base/index.js';
import { errorToValue } from '../../client/index.js';
import { type CaptureIdentity, type DatasetOptions, type DatasetTable, readTables } from '../../dataset/index.js';
import { openCaptureFiles } from '../capture/index.js';
import type { Outcome } from '../jobs/index.js';
import { HeldFile } from './held-file.js';
import { type MadeCapture, type MadeTable, TABLES } from './made.js';
import { tableToParquet } from './parquet.js';

/** A file of a capture that is to be read. */
export interface AskedFile {
  /** Where it is on this machine. */
  readonly path: string;
  /** What it is called in messages: its path on the machine that asks. */
  readonly name: string;
  readonly sizeBytes: number;
  /** As it was when it was asked for; null where the hash says. */
  readonly mtimeMs: number | null;
  /** Of its bytes; null where nobody else read it. */
  readonly sha256: string | null;
}

/** A capture that is to become tables: plain JSON, so that it can go to another thread. */
export interface CaptureJob {
  readonly files: readonly AskedFile[];
  readonly identity: CaptureIdentity;
  readonly options: Omit<DatasetOptions, 'signal' | 'onProgress'>;
  /** All files must lie in it. */
  readonly root?: string;
}

/** A sign of life: how far it is. */
export interface CaptureFrame {
  readonly doing: 'check' | 'read' | 'write';
  readonly packets: number;
}

/** Makes a capture into Parquet files in memory. Failures are outcomes. */
export async function makeCapture(
  { files, identity, options, root }: CaptureJob,
  onFrame: (frame: CaptureFrame) => void,
): Promise<Outcome<MadeCapture>> {
  try {
    const held = files.map(({ path, name }) => new HeldFile(path, { name, ...(root === undefined ? {} : { root }) }));
    for (const [at, file] of held.entries()) {
      await checkAsked(file, files[at]!, () => onFrame({ doing: 'check', packets: 0 }));
    }
    const capture = await openCaptureFiles(held.map(({ source }) => source));
    const onProgress = ({ packets }: { readonly packets: number }): void => onFrame({ doing: 'read', packets });
    const { tables, analysis } = await readTables(capture, identity, { ...options, onProgress });
    for (const file of held) file.check();
    const made: Partial<Record<DatasetTable, MadeTable>> = {};
    for (const table of TABLES) {
      const content = await tableToParquet(table, tables[table], options);
      made[table] = { rows: tables[table].capture.length, bytes: content.length, content };
      onFrame({ doing: 'write', packets: analysis.totals.packets });
    }
    return { ok: true, result: { tables: made as MadeCapture['tables'], warnings: analysis.warnings } };
  } catch (error) {
    return { ok: false, error: errorToValue(error) };
  }
}

async function checkAsked(file: HeldFile, asked: AskedFile, onBytes: () => void): Promise<void> {
  const isTouched = asked.mtimeMs !== null && asked.mtimeMs !== file.mtimeMs;
  if (asked.sizeBytes !== file.sizeBytes || isTouched) throw another(file, 'it is not as it was when it was asked for');
  if (asked.sha256 !== null && (await file.sha256(onBytes)) !== asked.sha256)
    throw another(file, 'its bytes have another hash than those that were asked for');
}

function another({ name }: HeldFile, why: string): MooringError {
  return new MooringError(ERROR.MOORING_ERR_JOBS_CAPTURE, `${name}: ${why}`, { source: name });
}
