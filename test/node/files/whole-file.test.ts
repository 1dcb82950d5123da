import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { dropOwnParts, makeWholeFile, writeWholeFile } from '../../../src/node/files/index.js';

const root = mkdtempSync(join(tmpdir(), 'mooring-whole-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

test('a file has its name once it is whole, and the rights asked for', () => {
  const path = join(root, 'token.json');
  writeWholeFile(path, 'one', 0o600);
  writeWholeFile(path, 'two', 0o600);
  expect([readFileSync(path, 'utf8'), statSync(path).mode & 0o777]).toEqual(['two', 0o600]);
  expect(readdirSync(root)).toEqual(['token.json']);
});

test('of writers of one file at a time each writes under a name of its own: what stands there is whole at any moment', async () => {
  const folder = mkdtempSync(join(root, 'many-'));
  const path = join(folder, 'report.html');
  const texts = ['a', 'b', 'c'].map((letter) => letter.repeat(1000));
  const seen: string[] = [];
  const writing = texts.map((text, at) =>
    makeWholeFile(path, async (part) => {
      writeFileSync(part, text.slice(0, 500));
      await setTimeout(10 * at);
      if (existsSync(path)) seen.push(readFileSync(path, 'utf8'));
      writeFileSync(part, text.slice(500), { flag: 'a' });
    }),
  );
  await Promise.all(writing);
  writeWholeFile(path, texts[0]!);
  seen.push(readFileSync(path, 'utf8'));
  expect(seen.length).toBeGreaterThan(1);
  for (const text of seen) expect(texts).toContain(text);
  expect(readdirSync(folder)).toEqual(['report.html']);
});

test('what a killed writer left is dropped, and nothing else', () => {
  const folder = mkdtempSync(join(root, 'left-'));
  for (const name of ['a.0123abcd.part', 'a', 'a.part', 'b.part', '0123abcd.part.txt'])
    writeFileSync(join(folder, name), '');
  mkdirSync(join(folder, 'all.89abcdef.part', 'site'), { recursive: true });
  dropOwnParts(folder);
  expect(readdirSync(folder).sort()).toEqual(['0123abcd.part.txt', 'a', 'a.part', 'b.part']);
});

test('a writer that fails leaves what was there, and nothing beside it', async () => {
  const path = join(root, 'kept');
  writeWholeFile(path, 'old');
  const failing = makeWholeFile(path, async (part) => {
    writeFileSync(part, 'new, cut sho');
    throw new Error('no space left');
  });
  await expect(failing).rejects.toThrow('no space left');
  expect(readFileSync(path, 'utf8')).toBe('old');
  mkdirSync(join(root, 'folder'));
  expect(() => writeWholeFile(join(root, 'folder'), 'x')).toThrow(expect.objectContaining({ code: 'EISDIR' }));
  expect(readdirSync(root).filter((name) => name.endsWith('.part'))).toEqual([]);
});

test('a link stays a link: what it leads to is the new file', async () => {
  const target = join(root, 'target');
  const link = join(root, 'link');
  writeFileSync(target, 'old');
  symlinkSync(target, link);
  writeWholeFile(link, 'new');
  expect([lstatSync(link).isSymbolicLink(), readFileSync(target, 'utf8')]).toEqual([true, 'new']);
  await makeWholeFile(link, async (part) => writeFileSync(part, 'newer'));
  expect([lstatSync(link).isSymbolicLink(), readFileSync(target, 'utf8')]).toEqual([true, 'newer']);
});

test.runIf(existsSync('/dev/null'))('a device takes what is written, and is there afterwards', async () => {
  writeWholeFile('/dev/null', 'x');
  await makeWholeFile('/dev/null', async (part) => writeFileSync(part, 'x'));
  expect(statSync('/dev/null').isCharacterDevice()).toBe(true);
  // Also behind a link of another folder, which says nothing of where it leads.
  const link = join(root, 'nowhere');
  symlinkSync('/dev/null', link);
  await makeWholeFile(link, async (part) => writeFileSync(part, 'x'));
  expect([lstatSync(link).isSymbolicLink(), readdirSync(root).filter((name) => name.endsWith('.part'))]).toEqual([
    true,
    [],
  ]);
});
