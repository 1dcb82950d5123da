import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'mooring-output-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const program = join(folder, 'program.ccp');
writeFileSync(program, '(def (Report (volatile acked 0))) (when true (:= Report.acked Ack.bytes_acked) (report))');

const mooring = (args: readonly string[], stdout: 'pipe' | number = 'pipe') =>
  spawnSync(process.execPath, ['dist/cli.js', ...args], { encoding: 'utf8', stdio: ['ignore', stdout, 'pipe'] });

test.each([
  ['below a file', join(program, 'out.wasm'), 'a file stands where a folder is needed'],
  ['that is a folder', folder, 'it is a folder, not a file'],
])('a result for a path %s: one clear line and exit 1', (_what, path, why) => {
  const { status, stderr } = mooring(['compile', program, '--wasm', path]);
  expect([status, stderr]).toEqual([1, `mooring: ${path}: ${why} [MOORING_ERR_FILE_UNWRITABLE]\n`]);
});

test.runIf(existsSync('/dev/full'))('a full disk behind standard output: one clear line and exit 1', () => {
  const full = openSync('/dev/full', 'w');
  const { status, stderr } = mooring(['compile', program, '--json'], full);
  closeSync(full);
  expect([status, stderr]).toEqual([
    1,
    'mooring: standard output: no space is left on the device [MOORING_ERR_FILE_UNWRITABLE]\n',
  ]);
});
