import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { queryFolder } from '../../../src/node/dataset/index.js';
import { toParquet } from '../../../src/node/jobs/index.js';

const folder = mkdtempSync(join(tmpdir(), 'mooring-query-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
// As a dataset has them, and as a sweep.
mkdirSync(join(folder, 'data/flows'), { recursive: true });
for (const [at, name] of ['flows/a', 'flows/b', 'results'].entries())
  writeFileSync(
    join(folder, `data/${name}.parquet`),
    await toParquet([{ flow: at, rate: `${at}Mbit` }], { schema: 'results/1' }),
  );
writeFileSync(join(folder, 'secret.txt'), 'secret');
const data = join(folder, 'data');

async function ask(sql: string, where = data) {
  const result = await queryFolder(where, sql);
  const rows: unknown[] = [];
  try {
    for await (const row of result.rows()) rows.push(row);
  } finally {
    result.close();
  }
  return { columns: result.columns, rows };
}

test('a folder of files is a table, a file is one', async () => {
  expect((await ask('SELECT flow FROM flows ORDER BY 1')).rows).toEqual([{ flow: 0 }, { flow: 1 }]);
  expect((await ask('SELECT rate FROM results')).rows).toEqual([{ rate: '2Mbit' }]);
});

test('values are those of JSON: what a number does not hold is text, what is not known null; no column is lost', async () => {
  const sql =
    "SELECT 1 AS a, 2 AS a, 9007199254740993 AS large, 1/0.0 AS inf, NULL AS n, [1, NULL] AS list, {'b': 3} AS s, DATE '2026-11-22' AS d";
  expect(await ask(sql)).toEqual({
    columns: ['a', 'a:1', 'large', 'inf', 'n', 'list', 's', 'd'],
    rows: [
      {
        ...{ a: 1, 'a:1': 2, large: '9007199254740993', inf: 'Infinity', n: null, list: [1, null], s: { b: 3 } },
        d: '2026-11-22T00:00:00.000Z',
      },
    ],
  });
});

test.each([
  ["COPY (SELECT 1) TO 'FOLDER/flows/x.parquet'", /a dataset is read, not changed/],
  ["EXPLAIN ANALYZE COPY (SELECT 1) TO 'FOLDER/x'", /a dataset is read, not changed/],
  ['CREATE TABLE x AS SELECT 1', /a dataset is read, not changed/],
  ['DROP VIEW flows', /a dataset is read, not changed/],
  ['SET enable_external_access = true', /a dataset is read/],
  ["ATTACH 'FOLDER/x.db'", /a dataset is read/],
  ['INSTALL httpfs', /a dataset is read/],
  ['SELECT 1; SELECT 2', /one SELECT is wanted, there are 2/],
  [' ', /there is no query/],
  ["SELECT * FROM read_csv('/etc/passwd')", /Permission Error/],
  ["SELECT * FROM read_text('FOLDER/../secret.txt')", /Permission Error/],
  ["SELECT * FROM 'https://127.0.0.1:1/x.parquet'", /Permission Error|disabled/],
  ['SELECT nonsense FROM flows', /nonsense/],
  ['SELEKT', /syntax error/],
])('%s: nothing is written, nothing else is read, and why is said', async (sql, why) => {
  const before = readdirSync(folder, { recursive: true });
  const error = expect.objectContaining({ code: 'MOORING_ERR_QUERY', message: expect.stringMatching(why) });
  await expect(ask(sql.replaceAll('FOLDER', data))).rejects.toEqual(error);
  expect(readdirSync(folder, { recursive: true })).toEqual(before);
});

test('a folder without Parquet, and none at all, are told', async () => {
  mkdirSync(join(folder, 'empty'));
  await expect(ask('SELECT 1', join(folder, 'empty'))).rejects.toThrow(/no Parquet below it: mooring pcap dataset/);
  await expect(ask('SELECT 1', join(folder, 'none'))).rejects.toMatchObject({ code: 'MOORING_ERR_FILE_UNREADABLE' });
});

test('an error while rows come is one of a query, too', async () => {
  await expect(ask("SELECT CAST('x' || flow AS INTEGER) FROM flows")).rejects.toMatchObject({
    code: 'MOORING_ERR_QUERY',
  });
});
