import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { identityOf, tryLock } from '../../../src/node/process/index.js';

const root = mkdtempSync(join(tmpdir(), 'mooring-lock-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const lock = join(root, 'a.lock');

test('one has a lock, the next when it is let go of', () => {
  const release = tryLock(lock);
  expect([typeof release, tryLock(lock)]).toEqual(['function', undefined]);
  release!();
  const again = tryLock(lock);
  expect(again).toBeTypeOf('function');
  again!();
  expect(readdirSync(root)).toEqual([]);
});

test('the lock of a process that has died is nobody’s, one of a later process with its number too', () => {
  const { pid, startTicks } = identityOf(process.pid)!;
  for (const owner of [
    { pid: 4_194_303, startTicks: 1 },
    { pid, startTicks: startTicks - 1 },
  ]) {
    writeFileSync(lock, JSON.stringify(owner));
    const release = tryLock(lock);
    expect(release).toBeTypeOf('function');
    release!();
  }
  expect(readdirSync(root)).toEqual([]);
});

test('a lock that its owner has not written yet is its owner’s, until it is old', () => {
  writeFileSync(lock, '');
  expect(tryLock(lock)).toBeUndefined();
  utimesSync(lock, 1, 1);
  tryLock(lock)!();
  expect(readdirSync(root)).toEqual([]);
});
