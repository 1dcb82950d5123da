import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { closeSocket, findHelper, openSocket } from '../../../src/node/helper/index.js';

const { addon, program } = findHelper();
const isRoot = process.geteuid?.() === 0;
const folder = mkdtempSync(join(tmpdir(), 'mooring-foreign-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe.skipIf(!addon)('the directory of a socket', () => {
  it.runIf(isRoot)('is refused where another user owns it', () => {
    const theirs = join(folder, 'theirs');
    mkdirSync(theirs);
    chownSync(theirs, 65_534, 65_534);
    expect(() => openSocket('unix', { path: join(theirs, 'agent') })).toThrow(/belongs to another user/);
  });

  it('is refused where everybody may rename what is in it, and taken where only owners may', () => {
    const open = join(folder, 'open');
    mkdirSync(open);
    chmodSync(open, 0o777);
    expect(() => openSocket('unix', { path: join(open, 'agent') })).toThrow(/others may write to it/);
    chmodSync(open, 0o1777);
    closeSocket(openSocket('unix', { path: join(open, 'agent') }));
  });
});

describe.skipIf(!program)('a program the helper starts', () => {
  it('has the socket and nothing else its caller had open', () => {
    writeFileSync(join(folder, 'secret'), 'x');
    const secret = openSync(join(folder, 'secret'), 'r');
    const { stdout, status } = spawnSync(
      program!,
      ['open', 'unix', '--bind', join(folder, 'agent'), '--fd', '7', '--', 'ls', '-l', '/proc/self/fd'],
      { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe', secret, secret, secret] },
    );
    expect(status).toBe(0);
    expect(stdout).not.toContain('secret');
    expect(stdout).toMatch(/ 7 -> socket:/);
  });
});
