import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { makeScratch } from '../../../src/node/process/index.js';

const root = mkdtempSync(join(tmpdir(), 'mooring-scratch-'));
beforeAll(() => {
  vi.stubEnv('TMPDIR', root);
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(root, { recursive: true, force: true });
});

test('folders of dead processes go, all others stay', () => {
  const own = makeScratch('mooring-x');
  const [, space, pid, ticks] = /mooring-x-(\d+)-(\d+)-(\d+)-/.exec(own)!;
  const dead = `mooring-x-${space}-${pid}-${Number(ticks) + 1}-abcdef`;
  const others = [
    `mooring-x-${Number(space) + 1}-${pid}-1-abcdef`,
    `mooring-y-${space}-${pid}-1-abcdef`,
    `mooring-x-${space}-${pid}-1-abcdef-more`,
    'mooring-x-abcdef',
    'kept',
  ];
  for (const name of [dead, ...others]) mkdirSync(join(root, name));
  writeFileSync(join(root, dead, 'part'), '');
  writeFileSync(join(root, 'kept', 'file'), '');
  const link = `mooring-x-${space}-${pid}-2-abcdef`;
  symlinkSync(join(root, 'kept'), join(root, link));
  makeScratch('mooring-x');
  expect(existsSync(join(root, dead))).toBe(false);
  for (const path of [own, ...others.map((name) => join(root, name)), join(root, link), join(root, 'kept', 'file')])
    expect(existsSync(path), path).toBe(true);
});
