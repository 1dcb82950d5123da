import type { Cell, DatasetColumn } from './columns.js';

/** A column of a file, with its values. */
export interface FilledColumn extends Pick<DatasetColumn, 'name' | 'type' | 'nullable'> {
  readonly cells: readonly Cell[];
}

const TYPES = { text: 'STRING', integer: 'INT64', float: 'DOUBLE', boolean: 'BOOLEAN' } as const satisfies Record<
  DatasetColumn['type'],
  string
>;

/**
 * Columns of one length as a Parquet file of one row group, its pages compressed by `gzip`, which the host has. The writer is
 * loaded with the first file.
 */
export async function writeParquet(
  columns: readonly FilledColumn[],
  gzip: (page: Uint8Array) => Uint8Array,
): Promise<Uint8Array> {
  const { ByteWriter, parquetWrite } = await import('hyparquet-writer');
  const writer = new ByteWriter();
  const columnData = columns.map(({ name, type, nullable, cells }) => ({
    name,
    data: type === 'integer' ? cells.map((cell) => (cell === null ? null : BigInt(cell as number))) : [...cells],
    type: TYPES[type],
    nullable,
  }));
  const rowGroupSize = Math.max(1, columnData[0]!.data.length);
  const compressors = { GZIP: gzip };
  await parquetWrite({ writer, columnData, rowGroupSize, codec: 'GZIP', compressors, createdBy: 'mooring' });
  return writer.getBytes();
}
