import { spawnSync } from 'node:child_process';
import {
  existsSync,
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
import { afterAll, describe, expect, test } from 'vitest';
import { makeFolder } from '../../../src/node/files/index.js';

const root = mkdtempSync(join(tmpdir(), 'mooring-folder-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const codeOf = (work: () => void): string | undefined => {
  try {
    work();
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code;
  }
};

describe('a folder', () => {
  test('is made with those it stands in, with their mode; one that is there is well', () => {
    const path = join(root, 'a', 'b', 'c');
    makeFolder(path, 0o700);
    makeFolder(path);
    expect(statSync(path).isDirectory()).toBe(true);
    expect(statSync(join(root, 'a')).mode & 0o777).toBe(0o700);
    expect(codeOf(() => makeFolder('.'))).toBeUndefined();
    expect(codeOf(() => makeFolder('/'))).toBeUndefined();
  });

  test('in whose place or way a file stands is refused', () => {
    const file = join(root, 'file');
    writeFileSync(file, '');
    symlinkSync(join(root, 'nowhere'), join(root, 'dangling'));
    expect(codeOf(() => makeFolder(file))).toBe('EEXIST');
    expect(codeOf(() => makeFolder(join(file, 'x', 'y')))).toBe('ENOTDIR');
    expect(codeOf(() => makeFolder(join(root, 'dangling')))).toBe('ENOENT');
  });

  test.skipIf(!existsSync('/proc/self'))('where there can be none is refused, and does not hang', () => {
    expect(codeOf(() => makeFolder('/proc/mooring/a'))).toBe('ENOENT');
    for (const words of [
      ['sim', '--rate', '1Mbit', '--duration', '1s', '--html', '/proc/mooring/report.html'],
      ['pcap', 'dataset', 'nothing.pcap', '--out', '/proc/mooring'],
      ['init', 'mine', '--dir', '/proc/mooring'],
      ['twine', 'init', '/proc/mooring'],
    ]) {
      const { status, signal } = spawnSync(process.execPath, ['dist/cli.js', ...words], { timeout: 20_000 });
      expect({ words, signal }).toEqual({ words, signal: null });
      expect(status).not.toBe(0);
    }
  });

  test('is made by this alone: what Node offers may never return', () => {
    const sources = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts'));
    expect(sources.length).toBeGreaterThan(100);
    const byNode = sources.filter((path) =>
      /mkdir(Sync)?\([^;]*recursive/.test(readFileSync(join('src', path), 'utf8')),
    );
    expect(byNode).toEqual([]);
  });
});
