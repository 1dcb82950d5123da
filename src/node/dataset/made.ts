import type { CaptureWarning } from '../../capture/index.js';
import type { DatasetTable } from '../../dataset/index.js';

/** `captures` is the last: a capture without a row there is not whole. */
export const TABLES = [
  'flows',
  'series',
  'marks',
  'multipath',
  'quic',
  'echoes',
  'captures',
] as const satisfies readonly DatasetTable[];

/** A table of one capture as a Parquet file. */
export interface MadeTable {
  readonly rows: number;
  readonly bytes: number;
  /** Absent where it is kept elsewhere. */
  readonly content?: Uint8Array;
}

/** What becomes of a capture. */
export interface MadeCapture {
  readonly tables: Readonly<Record<DatasetTable, MadeTable>>;
  readonly warnings: readonly CaptureWarning[];
  /** Where the tables are, when they are not here. */
  readonly kept?: KeptTables;
}

/** The tables of a capture, one after the other, as they are kept for who asked. */
export interface KeptTables {
  readonly where: 'queue' | 'store';
  readonly sha256: string;
}
