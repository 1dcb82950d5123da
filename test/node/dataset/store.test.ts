import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { fetchTables, handTables } from '../../../src/node/dataset/blobs.js';
import { type MadeCapture, TABLES } from '../../../src/node/dataset/made.js';
import { openStore } from '../../../src/node/dataset/store.js';
import type { Link } from '../../../src/node/jobs/index.js';

const folder = mkdtempSync(join(tmpdir(), 'mooring-store-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const bytes = new TextEncoder().encode('tables');
const hash = createHash('sha256').update(bytes).digest('hex');

/** No Redis is asked where there is a store. */
const noLink = {} as Link;
const madeOf = (content: Uint8Array): MadeCapture => ({
  tables: Object.fromEntries(
    TABLES.map((table) => [table, { rows: 1, bytes: content.length, content }]),
  ) as MadeCapture['tables'],
  warnings: [],
});

test('bytes come out of a folder as they went in, also when many put them there at a time', async () => {
  const store = await openStore(`fs:${join(folder, 'a/b')}`);
  expect(await store.get(hash)).toBeUndefined();
  await Promise.all(Array.from({ length: 20 }, () => store.put(hash, bytes)));
  expect(new Uint8Array((await store.get(hash))!)).toEqual(bytes);
  expect(readdirSync(join(folder, 'a/b'), { recursive: true })).toHaveLength(2);
});

test('a folder that takes nothing, and what is no store, are told', async () => {
  const file = join(folder, 'file');
  writeFileSync(file, '');
  await expect(openStore(`fs:${file}`)).rejects.toMatchObject({
    code: 'MOORING_ERR_JOBS_STORE',
    detail: { store: `fs:${file}` },
  });
  for (const text of ['', 'fs:', '/tmp', 'ftp://x/y'])
    await expect(openStore(text)).rejects.toMatchObject({ code: 'MOORING_ERR_BAD_ARGUMENT' });
});

test('tables go by way of a store; changed there they are refused, gone they are made again', async () => {
  const place = join(folder, 'tables');
  const store = await openStore(`fs:${place}`);
  const made = madeOf(bytes);
  const handed = await handTables(made, noLink, store);
  expect(Object.values(handed.tables).every(({ content }) => content === undefined)).toBe(true);
  const fetched = (await fetchTables(handed, noLink, store))!;
  for (const table of TABLES) expect(new Uint8Array(fetched.tables[table].content!)).toEqual(bytes);
  await expect(fetchTables(handed, noLink, undefined)).rejects.toMatchObject({ code: 'MOORING_ERR_JOBS_STORE' });
  const { sha256 } = handed.kept!;
  const file = join(place, sha256.slice(0, 2), sha256);
  writeFileSync(file, readFileSync(file).subarray(1));
  await expect(fetchTables(handed, noLink, store)).rejects.toThrow(/are not what was put there/);
  rmSync(file);
  expect(await fetchTables(handed, noLink, store)).toBeUndefined();
});

test('more than goes through a queue is refused at once', async () => {
  await expect(handTables(madeOf(new Uint8Array(5 << 20)), noLink, undefined)).rejects.toMatchObject({
    error: { code: 'MOORING_ERR_JOBS_STORE', message: expect.stringMatching(/give workers and call a --store/) },
  });
});
