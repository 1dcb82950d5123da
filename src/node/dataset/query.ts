import { readdirSync } from 'node:fs';
import { basename, join, resolve, sep } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { ERROR, MooringError } from '../../base/index.js';
import { fileFailure } from '../files/index.js';

/** A value of a row. Whole numbers beyond what a number holds are text. */
export type QueryValue = unknown;

/** What a query gives, a batch of rows at a time. */
export interface QueryResult {
  readonly columns: readonly string[];
  rows(): AsyncGenerator<Readonly<Record<string, QueryValue>>>;
  close(): void;
}

/**
 * Asks DuckDB about the Parquet files of a folder. What stands below it are tables: `flows` is `flows/*.parquet`, `results` is
 * `results.parquet`. One SELECT is run, which reads this folder and nothing else, and writes nowhere. Throws
 * MOORING_ERR_QUERY, MOORING_ERR_FILE_UNREADABLE.
 */
export async function queryFolder(folder: string, sql: string): Promise<QueryResult> {
  const place = resolve(folder);
  const tables = tablesIn(place);
  // DuckDB has no words for it.
  if (sql.trim() === '') throw failure('not a query', 'there is no query: give a SELECT');
  if (tables.size === 0)
    throw failure(
      'no tables',
      `${folder}: no Parquet below it: mooring pcap dataset … --out ${folder} makes a dataset`,
    );
  const { DuckDBInstance, StatementType } = await loadDuckDb();
  const instance = await DuckDBInstance.create(':memory:', { autoinstall_known_extensions: 'false' });
  const connection = await instance.connect();
  const close = (): void => {
    connection.closeSync();
    instance.closeSync();
  };
  try {
    for (const [name, files] of tables)
      await connection.run(`CREATE VIEW "${name}" AS SELECT * FROM read_parquet(${quoted(files)})`);
    // Before a word of the caller's is heard; none of it can be undone.
    await connection.run(`SET allowed_directories = [${quoted(place + sep)}]`);
    await connection.run('SET enable_external_access = false');
    await connection.run('SET lock_configuration = true');
    const result = await run(connection, sql, StatementType.SELECT);
    return {
      columns: unique(result.columnNames()),
      async *rows() {
        const names = unique(result.columnNames());
        try {
          for await (const batch of result.yieldRowsJs()) {
            for (const row of batch) yield Object.fromEntries(row.map((value, at) => [names[at]!, plain(value)]));
          }
        } catch (error) {
          throw failure('sql', (error as Error).message.trim(), error);
        }
      },
      close,
    };
  } catch (error) {
    close();
    if (error instanceof MooringError) throw error;
    throw failure('sql', (error as Error).message.trim(), error);
  }
}

async function run(connection: DuckDBConnection, sql: string, select: number) {
  const statements = await connection.extractStatements(sql);
  if (statements.count !== 1)
    throw failure('not a query', `one SELECT is wanted, there are ${statements.count} statements`);
  const prepared = await statements.prepare(0);
  if (prepared.statementType !== select) throw failure('not a query', 'a dataset is read, not changed: give a SELECT');
  return prepared.stream();
}

/** Tables by name: folders with Parquet files in them, and Parquet files. */
function tablesIn(folder: string): Map<string, string> {
  const tables = new Map<string, string>();
  for (const entry of listed(folder)) {
    const path = join(folder, entry.name);
    const name = entry.isDirectory() ? entry.name : basename(entry.name, '.parquet');
    const isFull = entry.isDirectory()
      ? listed(path).some((inner) => inner.name.endsWith('.parquet'))
      : entry.name.endsWith('.parquet');
    if (isFull && /^[\w-]+$/.test(name)) tables.set(name, entry.isDirectory() ? join(path, '*.parquet') : path);
  }
  return tables;
}

function listed(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (cause) {
    throw fileFailure(ERROR.MOORING_ERR_FILE_UNREADABLE, folder, cause);
  }
}

async function loadDuckDb() {
  try {
    return await import('@duckdb/node-api');
  } catch (cause) {
    const message = 'a query wants DuckDB beside mooring: npm install @duckdb/node-api';
    throw failure('no package', message, cause);
  }
}

/** Two columns of one name would be one in an object. */
function unique(names: readonly string[]): string[] {
  return names.map((name, at) => {
    const before = names.slice(0, at).filter((other) => other === name).length;
    return before === 0 ? name : `${name}:${before}`;
  });
}

function plain(value: unknown): QueryValue {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, plain(inner)]));
  return value ?? null;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function failure(reason: string, message: string, cause?: unknown): MooringError {
  return new MooringError(ERROR.MOORING_ERR_QUERY, message, { reason }, cause);
}
