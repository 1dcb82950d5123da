import { gzipSync } from 'node:zlib';
import { type Cell, columnsOf, type DatasetColumn, type DatasetTable } from '../../dataset/index.js';

const TYPES = { text: 'STRING', integer: 'INT64', float: 'DOUBLE', boolean: 'BOOLEAN' } as const satisfies Record<
  DatasetColumn['type'],
  string
>;

// Of marks a third less than by the writer's own Snappy and no slower; docs/decisions/0076.
const GZIP = (page: Uint8Array): Uint8Array => gzipSync(page, { level: 1 });

/** A table as a Parquet file of one row group, its pages compressed by gzip. */
export async function tableToParquet(
  table: DatasetTable,
  columns: Readonly<Record<string, Cell[]>>,
): Promise<Uint8Array> {
  const { ByteWriter, parquetWrite } = await import('hyparquet-writer');
  const writer = new ByteWriter();
  const columnData = columnsOf(table).map(({ name, type, nullable }) => {
    const cells = columns[name]!;
    const data = type === 'integer' ? cells.map((cell) => (cell === null ? null : BigInt(cell as number))) : cells;
    return { name, data, type: TYPES[type], nullable };
  });
  const rowGroupSize = Math.max(1, columnData[0]!.data.length);
  await parquetWrite({ writer, columnData, rowGroupSize, codec: 'GZIP', compressors: { GZIP }, createdBy: 'mooring' });
  return writer.getBytes();
}
