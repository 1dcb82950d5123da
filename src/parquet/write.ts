import { type Provenance, provenanceEntries } from './provenance.js';

/** Something in a row; null is what is not known. */
export type Cell = string | number | boolean | null;

/** A column of a file, with its values. */
export interface FilledColumn {
  readonly name: string;
  readonly type: 'text' | 'integer' | 'float' | 'boolean';
  readonly nullable: boolean;
  readonly cells: readonly Cell[];
}

const TYPES = { text: 'STRING', integer: 'INT64', float: 'DOUBLE', boolean: 'BOOLEAN' } as const satisfies Record<
  FilledColumn['type'],
  string
>;

/**
 * Columns of one length as a Parquet file of one row group, its pages compressed by `gzip`, which the host has. The writer is
 * loaded with the first file.
 */
export async function writeParquet(
  columns: readonly FilledColumn[],
  gzip: (page: Uint8Array) => Uint8Array,
  provenance: Provenance,
): Promise<Uint8Array> {
  const { ByteWriter, parquetWrite } = await import('hyparquet-writer');
  const writer = new ByteWriter();
  const columnData = columns.map(({ name, type, nullable, cells }) => ({
    name,
    data: type === 'integer' ? cells.map((cell) => (cell === null ? null : BigInt(cell as number))) : [...cells],
    type: TYPES[type],
    nullable,
  }));
  const rowGroupSize = Math.max(1, columnData[0]?.data.length ?? 0);
  const compressors = { GZIP: gzip };
  const kvMetadata = provenanceEntries(provenance);
  await parquetWrite({
    writer,
    columnData,
    rowGroupSize,
    codec: 'GZIP',
    compressors,
    kvMetadata,
    createdBy: 'mooring',
  });
  return writer.getBytes();
}
