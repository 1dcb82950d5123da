import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, expect, test } from 'vitest';
import { MooringError } from '../../../src/base/index.js';
import { failureOf, fetchFile } from '../../../src/node/testbed/index.js';

const root = mkdtempSync(join(tmpdir(), 'mooring-fetch-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const text = Buffer.from('0123456789'.repeat(10));
const sha256 = createHash('sha256').update(text).digest('hex');
function source(reads: number[], sum = sha256) {
  return {
    name: 'there',
    bytes: text.length,
    read: (fromByte: number) => {
      reads.push(fromByte);
      return Readable.from([text.subarray(fromByte)]);
    },
    sha256: async () => sum,
  };
}

test.each([
  ['nothing', 0],
  ['a part', 37],
  ['all of it', 100],
])('with %s here already, only the rest is read', async (_, had) => {
  const target = join(root, `had-${had}`, 'file');
  await fetchFile(source([]), target);
  rmSync(target);
  if (had > 0) writeFileSync(`${target}.part`, text.subarray(0, had));
  const reads: number[] = [];
  expect(await fetchFile(source(reads), target)).toEqual({ bytes: 100, sha256 });
  expect(reads).toEqual(had === 100 ? [] : [had]);
  expect(readFileSync(target)).toEqual(text);
  expect(existsSync(`${target}.part`)).toBe(false);
});

test('a part of another file is found by its checksum and thrown away', async () => {
  const target = join(root, 'other');
  writeFileSync(`${target}.part`, 'x'.repeat(50));
  await expect(fetchFile(source([]), target)).rejects.toThrow(/did not arrive as it is/);
  expect([existsSync(target), existsSync(`${target}.part`)]).toEqual([false, false]);
  expect(await fetchFile(source([]), target)).toEqual({ bytes: 100, sha256 });
});

test('a file that changes under way never gets its name', async () => {
  const target = join(root, 'changed');
  await expect(fetchFile(source([], '0'.repeat(64)), target)).rejects.toThrow(/another checksum/);
  expect(existsSync(target)).toBe(false);
});

test('an empty file is a file', async () => {
  const target = join(root, 'empty');
  const none = createHash('sha256').digest('hex');
  const empty = { name: 'e', bytes: 0, read: () => Readable.from([]), sha256: async () => none };
  expect(await fetchFile(empty, target)).toEqual({ bytes: 0, sha256: none });
  expect(readFileSync(target)).toHaveLength(0);
});

test('a part that is longer than the file is none of it: all is read again, and told from its beginning', async () => {
  const target = join(root, 'longer');
  writeFileSync(`${target}.part`, 'x'.repeat(101));
  const [reads, told]: [number[], number[]] = [[], []];
  expect(await fetchFile(source(reads), target, (bytes) => told.push(bytes))).toEqual({ bytes: 100, sha256 });
  expect([reads, told]).toEqual([[0], [100]]);
});

test('an error is the failure its testbed named, and else a transient one of the whole site', async () => {
  const refusal = await fetchFile(source([], '0'.repeat(64)), join(root, 'refused')).catch((error: unknown) => error);
  expect(failureOf(refusal)).toMatchObject({ class: 'transient', scope: 'listener' });
  const transient = (reason: string) => ({ class: 'transient', scope: 'site', reason });
  const other = new MooringError('MOORING_ERR_TESTBED_COMMAND', 'ip: no such device', { failure: 'none of ours' });
  expect([new Error('gone'), 'gone', other].map(failureOf)).toEqual([
    transient('gone'),
    transient('gone'),
    transient('ip: no such device'),
  ]);
});
