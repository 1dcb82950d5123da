import { gunzipSync } from 'fflate';
import { parquetMetadataAsync, parquetRead } from 'hyparquet';
import type { Scenario } from '../../sim/index.js';
import { type Cell, columnsOfSweep, type ResultTable } from '../../sweep/index.js';

/** A table of results, and what its file says of itself. */
export interface ReadTable {
  readonly table: ResultTable;
  readonly base: Scenario | null;
  readonly version: string | null;
  readonly command: string | null;
}

/** Reads results.parquet: those columns that runs are shown by. Throws what says in words why it cannot be. */
export async function readParquet(file: Blob): Promise<ReadTable> {
  const bytes = {
    byteLength: file.size,
    slice: (start: number, end?: number) => file.slice(start, end).arrayBuffer(),
  };
  const metadata = await parquetMetadataAsync(bytes);
  const said = new Map((metadata.key_value_metadata ?? []).map(({ key, value }) => [key, value ?? '']));
  const schema = said.get('mooring.schema') ?? '';
  if (!schema.startsWith('results/'))
    throw new Error(
      schema === ''
        ? 'it is a Parquet file of somebody else'
        : `it is a table of ${schema.split('/')[0]}: mooring query reads it`,
    );
  const names = metadata.schema.slice(1).map(({ name }) => name);
  const length = Number(metadata.num_rows);
  const columns = new Map<string, Cell[]>();
  const wanted = columnsOfSweep(names);
  await parquetRead({
    ...{ file: bytes, metadata, columns: wanted },
    compressors: { GZIP: (page, size) => gunzipSync(page, { out: new Uint8Array(size) }) },
    onChunk({ columnName, columnData, rowStart }) {
      const column = columns.get(columnName) ?? new Array<Cell>(length).fill(null);
      columns.set(columnName, column);
      for (let i = 0; i < columnData.length; i += 1) column[rowStart + i] = columnData[i] as Cell;
    },
  });
  return {
    table: { length, names: wanted, column: (name) => columns.get(name) ?? [] },
    base: scenarioOf(said.get('mooring.scenario')),
    version: said.get('mooring.version') ?? null,
    command: said.get('mooring.command') ?? null,
  };
}

/** What a file says its scenario is, as far as it can be one: the simulator reads it by its schema. */
export function scenarioOf(text: string | undefined): Scenario | null {
  if (text === undefined) return null;
  const value: unknown = JSON.parse(text);
  return Array.isArray((value as Partial<Scenario> | null)?.flows) ? (value as Scenario) : null;
}
