import { gzipSync } from 'node:zlib';
import { type Cell, columnsOf, DATASET_VERSION, type DatasetTable } from '../../dataset/index.js';
import { writeParquet } from '../../parquet/index.js';
import { versionOf } from '../jobs/index.js';
import { captureBuild } from './build.js';

// Of marks a third less than by the writer's own Snappy and no slower; docs/decisions/0076.
const GZIP = (page: Uint8Array): Uint8Array => gzipSync(page, { level: 1 });

/** A table as a Parquet file of one row group, its pages compressed by gzip. */
export async function tableToParquet(
  table: DatasetTable,
  columns: Readonly<Record<string, Cell[]>>,
  options: object,
): Promise<Uint8Array> {
  return writeParquet(
    columnsOf(table).map(({ name, type, nullable }) => ({ name, type, nullable, cells: columns[name]! })),
    GZIP,
    {
      schema: `dataset/${DATASET_VERSION}/${table}`,
      ...{ command: 'mooring pcap dataset', version: versionOf(captureBuild()), build: captureBuild(), options },
    },
  );
}
