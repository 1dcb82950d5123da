import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import { typeErrors } from '../repo/type-check.js';

const folder = mkdtempSync(join(tmpdir(), 'mooring-init-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = promisify(execFile);
const mooring = (...args: string[]) => run('node', ['dist/cli.js', ...args]);

test.each(['ts', 'js'] as const)('an algorithm in %s that runs alone and in its scenario', async (lang) => {
  const dir = join(folder, lang);
  const { stdout } = await mooring('init', 'alg', 'my-alg', '--dir', dir, '--lang', lang, '--json');
  const [algorithm = '', , scenario = ''] = (JSON.parse(stdout) as { files: string[] }).files;
  const alone = JSON.parse((await mooring('sim', '--alg', algorithm, '--json')).stdout);
  expect(alone.failures).toEqual([]);
  expect(alone.summary.utilisation).toBeGreaterThan(0.9);
  const shared = JSON.parse((await mooring('sim', scenario, '--alg', algorithm, '--json')).stdout);
  expect(shared.flows).toHaveLength(2);
});

test('what it writes in TypeScript is strict', async () => {
  const dir = join(folder, 'strict');
  await mooring('init', 'alg', 'my-alg', '--dir', dir);
  expect(typeErrors(new Map([['my-alg', readFileSync(join(dir, 'my-alg.ts'), 'utf8')]]))).toEqual({});
});

test('a testbed that is the one of the example, under its own name', async () => {
  const { stdout } = await mooring('init', 'testbed', 'mine', '--dir', folder);
  const [file = '', , up] = stdout.split('\n');
  expect(up).toBe(`sudo npx mooring testbed up ${file}`);
  const example = readFileSync('examples/twine-ping/topology.json', 'utf8');
  expect(readFileSync(file, 'utf8')).toBe(example.replace('twineping', 'mine'));
  const bad = await mooring('init', 'testbed', 'a-b').catch((error) => error);
  expect([bad.code, bad.stderr]).toEqual([2, expect.stringMatching(/is no name for a testbed/)]);
});

test('writes over nothing, and refuses what is no name', async () => {
  await mooring('init', 'alg', 'twice', '--dir', folder);
  const again = await mooring('init', 'alg', 'twice', '--dir', folder).catch((error) => error);
  expect([again.code, again.stderr]).toEqual([2, expect.stringMatching(/twice\.ts is there already/)]);
  const bad = await mooring('init', 'alg', '../x', '--dir', folder).catch((error) => error);
  expect([bad.code, bad.stderr]).toEqual([2, expect.stringMatching(/is no name for a file and a class/)]);
});
