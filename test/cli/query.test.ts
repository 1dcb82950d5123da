import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { toParquet } from '../../src/node/jobs/index.js';

const folder = mkdtempSync(join(tmpdir(), 'mooring-query-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
mkdirSync(join(folder, 'dataset/flows'), { recursive: true });
writeFileSync(
  join(folder, 'dataset/flows/a.parquet'),
  await toParquet([{ flow: 1, name: 'a,b' }], { schema: 'results/1' }),
);

const query = (args: readonly string[], node: readonly string[] = []) =>
  spawnSync(process.execPath, [...node, join(process.cwd(), 'dist/cli.js'), 'query', ...args], {
    encoding: 'utf8',
    cwd: folder,
  });

test('a table for people, of many rows the first; JSON and CSV have all', () => {
  const sql = "SELECT flow, name, NULL AS nothing FROM 'dataset/flows/*.parquet', range(1200)";
  expect(query([sql]).stdout).toMatch(
    /^flow +name +nothing\n[\s\S]*1 +a,b +–\n1000 rows, and there are more: --csv and --json have all\n$/,
  );
  const { columns, rows } = JSON.parse(query([sql, '--json']).stdout);
  expect([columns, rows.length, rows[0]]).toEqual([
    ['flow', 'name', 'nothing'],
    1200,
    { flow: 1, name: 'a,b', nothing: null },
  ]);
  expect(query([sql, '--csv']).stdout).toMatch(/^flow,name,nothing\n(1,"a,b",\n){1200}$/);
});

test('what is no query ends with 2, and without DuckDB it is said what to install', () => {
  const wrong = query(['DROP TABLE flows', '--json']);
  expect([wrong.status, JSON.parse(wrong.stdout).error.code]).toEqual([2, 'MOORING_ERR_QUERY']);
  const hook = `export const resolve = (name, context, next) => { if (name.startsWith('@duckdb/')) throw new Error('none'); return next(name, context); };`;
  const hooks = join(folder, 'hooks.mjs');
  writeFileSync(
    hooks,
    `import { register } from 'node:module'; register(${JSON.stringify(`data:text/javascript,${encodeURIComponent(hook)}`)});`,
  );
  const { status, stderr } = query(['SELECT 1'], ['--import', hooks]);
  expect([status, stderr]).toEqual([
    2,
    'mooring: a query wants DuckDB beside mooring: npm install @duckdb/node-api [MOORING_ERR_QUERY]\n',
  ]);
});
