import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { whyNot } from './kernel.js';

// Updates staged by the helper's own code and taken by the kernel's, on two processors at once: none torn, none out of
// order, and the last one arrives. MOORING_BPF_UPDATES says how many.

const updates = Number(process.env['MOORING_BPF_UPDATES'] ?? 10_000_000);
const missing =
  whyNot() ??
  (spawnSync('clang', ['--version']).status === 0 ? undefined : 'no clang (Debian: scripts/ci-tools.sh installs it)') ??
  (existsSync('helper/build/bpf_datapath.o') ? undefined : 'the helper is not built here');
if (missing) console.log(`staged updates: skipped, ${missing}`);

describe.skipIf(missing !== undefined)('staged updates', () => {
  test(`${updates} against the kernel`, () => {
    const folder = mkdtempSync(join(tmpdir(), 'mooring-race-'));
    try {
      const [object, program] = ['race.o', 'race'].map((name) => join(folder, name)) as [string, string];
      const flags = ['-g', '-O2', '-target', 'bpf', '-mcpu=v3', '-ffreestanding', '-Wall', '-Werror'];
      execFileSync('clang', [...flags, '-c', '-o', object, resolve('test/bpf/race.bpf.c')]);
      // Everything of the helper but what has a main of its own, or is Node's.
      const others = ['main.o', 'socket.o', 'any_libc.o', 'mooring.bpf.o'];
      const parts = readdirSync('helper/build').filter((name) => name.endsWith('.o') && !others.includes(name));
      const sources = [resolve('test/bpf/race.c'), ...parts.map((name) => resolve('helper/build', name))];
      execFileSync('cc', ['-O2', '-Wall', '-Werror', '-o', program, ...sources, '-lpthread']);
      const said = execFileSync(program, [object, String(updates)], { encoding: 'utf8' });
      const [sent, invocations, taken, torn, disordered, last] = said.trim().split(' ').map(Number);
      console.log(`staged updates: ${sent} against ${invocations} invocations, ${taken} of which took some`);
      expect([sent, torn, disordered, last]).toEqual([updates, 0, 0, updates]);
      expect(taken).toBeGreaterThan(1000);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
