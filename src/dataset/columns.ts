import { DATASET_TABLES } from '../generated/dataset.js';
import type { Cell } from '../parquet/index.js';

export type { Cell };

export type DatasetTable = keyof typeof DATASET_TABLES;

/** The columns of a table, as spec/dataset.json names them. */
export type ColumnOf<Table extends DatasetTable> = (typeof DATASET_TABLES)[Table][number]['name'];

/** A column of a table. */
export interface DatasetColumn {
  readonly name: string;
  readonly type: 'text' | 'integer' | 'float' | 'boolean';
  readonly nullable: boolean;
  /** A column of the same row: with 0 in it there is nothing to know in this one. */
  readonly of: string | null;
}

/** The values of each column of a table, all of one length. */
export type TableColumns<Table extends DatasetTable = DatasetTable> = Readonly<Record<ColumnOf<Table>, Cell[]>>;

/** The columns of a table in order. */
export function columnsOf(table: DatasetTable): readonly DatasetColumn[] {
  return DATASET_TABLES[table];
}

/** Empty columns of a table. */
export function emptyColumns<Table extends DatasetTable>(table: Table): TableColumns<Table> {
  const columns = columnsOf(table).map(({ name }): [string, Cell[]] => [name, []]);
  return Object.fromEntries(columns) as unknown as TableColumns<Table>;
}

/** Adds a row; TypeScript sees to it that no column is left out. */
export function addRow<Table extends DatasetTable>(
  to: TableColumns<Table>,
  row: Readonly<Record<ColumnOf<Table>, Cell>>,
): void {
  for (const [name, cell] of Object.entries(row) as Array<[ColumnOf<Table>, Cell]>) to[name].push(cell);
}

/** A number that is one, else null. */
export function finite(value: number | null | undefined): number | null {
  return value !== null && value !== undefined && Number.isFinite(value) ? value : null;
}
