import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { buildHelper, checkHelper, findHelper } from '../../../src/node/helper/index.js';

// The sources that are shipped, compiled where the helper is wanted.

const compiles =
  process.platform === 'linux' && ['cc', 'make'].every((tool) => spawnSync(tool, ['--version']).status === 0);

let folder = '';
beforeEach(() => {
  // make takes no path with a space in it; people's folders have them.
  folder = join(mkdtempSync(join(tmpdir(), 'mooring-build-')), 'a folder');
  mkdirSync(folder);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(join(folder, '..'), { recursive: true, force: true });
});

describe.skipIf(!compiles)(`built by the reader${compiles ? '' : ' (skipped: no C compiler or no make here)'}`, () => {
  test('it works where it was built, and nothing else is left there', async () => {
    const built = await buildHelper({ folder });
    expect(readdirSync(folder).sort()).toEqual(['mooring-helper', 'mooring-socket.node']);
    vi.stubEnv('MOORING_HELPER_DIR', folder);
    expect(findHelper()).toEqual({ ...built, origin: 'environment', searched: [folder] });
    expect(await checkHelper()).toMatchObject({ works: true, problems: [] });
    expect(execFileSync(built.program, ['--version'], { encoding: 'utf8' })).toMatch(/^mooring-helper protocol \d+\n$/);
  });

  test('what does not compile leaves the helper that was there, and says what the compiler said', async () => {
    const compiler = join(folder, '..', 'cc-that-fails');
    writeFileSync(
      compiler,
      '#!/bin/sh\n[ "$1" = --version ] && exit 0\necho "x.c:1:1: error: no such header" >&2\nexit 1\n',
    );
    chmodSync(compiler, 0o755);
    vi.stubEnv('CC', compiler);
    writeFileSync(join(folder, 'mooring-helper'), 'before');
    await expect(buildHelper({ folder })).rejects.toMatchObject({
      code: 'MOORING_ERR_HELPER_BUILD',
      message: expect.stringContaining('error: no such header'),
      detail: { output: expect.stringContaining('error: no such header') },
    });
    expect(readFileSync(join(folder, 'mooring-helper'), 'utf8')).toBe('before');
    expect(readdirSync(folder)).toEqual(['mooring-helper']);
  });

  test('a folder that cannot be made is refused', async () => {
    writeFileSync(join(folder, 'file'), '');
    await expect(buildHelper({ folder: join(folder, 'file', 'in') })).rejects.toMatchObject({
      code: 'MOORING_ERR_HELPER_BUILD',
      message: expect.stringContaining('cannot be written'),
    });
  });
});

test.skipIf(process.platform !== 'linux')('without a compiler it says what to install, and makes nothing', async () => {
  vi.stubEnv('CC', 'mooring-no-such-compiler');
  const wanted = join(folder, 'build');
  await expect(buildHelper({ folder: wanted })).rejects.toMatchObject({
    code: 'MOORING_ERR_HELPER_BUILD',
    message: 'no C compiler here (mooring-no-such-compiler): install one (Debian: apt-get install gcc libc6-dev)',
  });
  expect(existsSync(wanted)).toBe(false);
});

test('a helper of another protocol, or one that does not run, is told with its remedy', async () => {
  vi.stubEnv('MOORING_HELPER_DIR', folder);
  const program = join(folder, 'mooring-helper');
  writeFileSync(program, '#!/bin/sh\necho mooring-helper protocol 99\n');
  chmodSync(program, 0o755);
  const old = await checkHelper();
  expect(old.works).toBe(false);
  expect(old.problems[0]).toMatch(/speaks protocol 99, this package \d+: .+/);
  chmodSync(program, 0o644);
  expect((await checkHelper()).problems[0]).toContain(`${program} does not run here: `);
});
