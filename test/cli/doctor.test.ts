import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { findAll } from '../../src/node/machine/finding.js';

const run = promisify(execFile);

test('doctor tells what is here, what for, and how to get the rest', async () => {
  const { stdout } = await run('node', ['dist/cli.js', 'doctor', '--json']);
  const { findings } = JSON.parse(stdout) as { findings: { name: string; state: string; remedy: string }[] };
  const states = new Map(findings.map(({ name, state }) => [name, state]));
  expect(states.get('Node')).toBe('ok');
  expect(states.get('WebAssembly')).toBe('ok');
  expect(states.get('JIT')).toBe('ok');
  for (const { state, remedy } of findings) expect(state === 'ok' || remedy !== '').toBe(true);
});

test('a machine without WebAssembly code generation is told so, with exit code 1', async () => {
  const failed = await run('node', ['--jitless', 'dist/cli.js', 'doctor', '--json']).catch((error) => error);
  expect(failed.code).toBe(1);
  const { findings } = JSON.parse(failed.stdout) as { findings: { name: string; state: string }[] };
  expect(findings.find(({ name }) => name === 'WebAssembly')?.state).toBe('missing');
  expect(findings.find(({ name }) => name === 'JIT')?.state).toBe('absent');
});

test('a probe that throws has found nothing', async () => {
  const look = () => {
    throw new Error('no such file');
  };
  const [finding] = await findAll([{ name: 'x', purpose: 'y', remedy: 'z', look }]);
  expect(finding).toEqual({ name: 'x', state: 'absent', found: '', purpose: 'y', remedy: 'z' });
});
