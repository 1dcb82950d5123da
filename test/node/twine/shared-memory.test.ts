import { existsSync, linkSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  announceFailure,
  createSharedMemory,
  openTwineSignal,
  synchTwine,
} from '../../../src/node/twine/shared-memory.js';
import { HEARTBEAT_LOST_US } from '../../../src/twine/index.js';

const missing = existsSync('/dev/shm') ? '' : 'needs /dev/shm';
if (missing) console.log(`shared memory: skipped, ${missing}`);
const PREFIX = `SynchTwine_T${process.pid}_`;
const there = (name: string) => existsSync(`/dev/shm/${name}`);

describe.skipIf(missing !== '')('shared memory words', () => {
  test('start and stop arrive; whoever lets go last removes the segment', async () => {
    const shm = createSharedMemory(PREFIX);
    expect([...shm.read()]).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
    const twine = openTwineSignal(shm.name);
    const start = synchTwine('start', shm, 5);
    twine.say('start');
    expect(await start).toBe('signal');
    shm.close();
    expect(there(shm.name)).toBe(true);
    twine.say('stop');
    twine.end(false);
    expect(there(shm.name)).toBe(false);
  });

  test('the segment stays for a user who lets go after Twine has ended', async () => {
    const shm = createSharedMemory(PREFIX);
    const twine = openTwineSignal(shm.name);
    twine.say('start');
    twine.say('stop');
    twine.end(false);
    expect(there(shm.name)).toBe(true);
    // A late comer still learns of the end.
    expect(await synchTwine('stop', shm, 1)).toBe('signal');
    expect(await synchTwine('start', shm, 1)).toBe('failed');
    shm.close();
    expect(there(shm.name)).toBe(false);
  });

  test('a signal is told from running out of time', async () => {
    const shm = createSharedMemory(PREFIX);
    expect(await synchTwine('start', shm, 0.1)).toBe('timeout');
    shm.close();
    expect(there(shm.name)).toBe(false);
  });

  test('a session that fails, or never comes, is learnt of at once', async () => {
    const shm = createSharedMemory(PREFIX);
    const waiting = synchTwine('start', shm, 30);
    const twine = openTwineSignal(shm.name);
    twine.fail();
    expect(await waiting).toBe('failed');
    twine.end(true);
    shm.close();
    const other = createSharedMemory(PREFIX);
    announceFailure(other.name);
    announceFailure('SynchTwine_nobody_made_this');
    expect(await synchTwine('start', other, 30)).toBe('failed');
    other.close();
  });

  test('a session that died is learnt of when its heart stands still', async () => {
    const shm = createSharedMemory(PREFIX);
    const twine = openTwineSignal(shm.name);
    twine.say('start');
    const startMs = performance.now();
    // As after SIGKILL: nobody beats any more, nothing is said.
    expect(shm.read()[5]).toBeGreaterThan(0);
    const waiting = synchTwine('stop', { ...shm, read: () => Uint8Array.of(115, 116, 97, 114, 116, 7, 0, 0) }, 60);
    expect(await waiting).toBe('failed');
    expect(performance.now() - startMs).toBeGreaterThanOrEqual(HEARTBEAT_LOST_US / 1000 - 10);
    twine.end(true);
    shm.close();
  });

  test('a segment nobody made is refused by name', () => {
    expect(() => openTwineSignal('SynchTwine_nobody_made_this')).toThrow(/there is no shared memory/);
  });

  test('a hundred at a time, and no more', () => {
    const all = Array.from({ length: 100 }, () => createSharedMemory(PREFIX));
    expect(new Set(all.map(({ name }) => name)).size).toBe(100);
    expect(() => createSharedMemory(PREFIX)).toThrow(/all 100 segments/);
    for (const shm of all) shm.close();
  });
});

describe.skipIf(missing !== '')('a path as the name of shared memory overwrites or deletes no file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mooring-shm-'));
  const victim = join(folder, 'victim');
  // Its byte 7 asks for it to be removed.
  const CONTENT = Buffer.from('root:x:\u0001');
  const link = `/dev/shm/${PREFIX}link`;
  beforeEach(() => writeFileSync(victim, CONTENT));
  afterEach(() => {
    rmSync(link, { force: true });
    expect(readFileSync(victim)).toEqual(CONTENT);
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  const refused = expect.objectContaining({ code: 'MOORING_ERR_BAD_ARGUMENT' });

  test.each([
    ['up the folders', relative('/dev/shm', victim)],
    ['absolute', victim],
    ['through a dot', `./../..${victim}`],
    ['a folder', '..'],
    ['nothing', ''],
    ['with a zero byte', `${PREFIX}0\0`],
  ])('%s', (_, name) => {
    announceFailure(name);
    expect(() => openTwineSignal(name)).toThrow(refused);
  });

  test('a symbolic link in the folder', () => {
    symlinkSync(victim, link);
    announceFailure(`${PREFIX}link`);
    expect(() => openTwineSignal(`${PREFIX}link`)).toThrow(refused);
  });

  test('another name of a file', () => {
    const own = createSharedMemory(PREFIX);
    linkSync(`/dev/shm/${own.name}`, link);
    expect(() => openTwineSignal(`${PREFIX}link`)).toThrow(refused);
    expect(() => openTwineSignal(own.name)).toThrow(refused);
    rmSync(link);
    own.close();
  });

  test.each([0, 5, 4096])('a file of %i bytes is no segment', (bytes) => {
    writeFileSync(link, Buffer.alloc(bytes));
    announceFailure(`${PREFIX}link`);
    expect(readFileSync(link)).toEqual(Buffer.alloc(bytes));
    expect(() => openTwineSignal(`${PREFIX}link`)).toThrow(refused);
  });

  test('what has the name by now is not removed with the segment', () => {
    const shm = createSharedMemory(PREFIX);
    rmSync(`/dev/shm/${shm.name}`);
    writeFileSync(`/dev/shm/${shm.name}`, 'another');
    shm.close();
    expect(readFileSync(`/dev/shm/${shm.name}`, 'utf8')).toBe('another');
    rmSync(`/dev/shm/${shm.name}`);
  });
});
