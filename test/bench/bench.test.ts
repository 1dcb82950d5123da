import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

const run = (...args: string[]) => spawnSync('node', ['dist/cli.js', 'bench', ...args], { encoding: 'utf8' });

interface Report {
  readonly machine: { readonly cpu: string; readonly node: string };
  readonly vm: Section;
  readonly compile: Section;
}

interface Section {
  readonly rows: ReadonlyArray<Record<string, string | number>>;
  readonly floors: ReadonlyArray<Record<string, unknown>>;
}

// What the figures are is the machine's business; that they are there, and are figures, is ours.
test('bench vm compile --json is one document with a row for each program and engine', () => {
  const { status, stdout, stderr } = run('vm', 'compile', '--json');
  expect([status, stderr]).toEqual([0, expect.stringContaining('vm: aimd on the interpreter')]);
  const report = JSON.parse(stdout) as Report;
  expect(report.machine.node).toBe(process.versions.node);
  expect(report.vm.rows.map(({ program, engine }) => `${program} ${engine}`)).toEqual([
    'aimd interpreter',
    'aimd jit',
    'reno-like interpreter',
    'reno-like jit',
    'bbr-like interpreter',
    'bbr-like jit',
  ]);
  expect(report.compile.rows.map(({ program }) => program)).toEqual(['aimd', 'reno-like', 'bbr-like']);
  for (const { rows, floors } of [report.vm, report.compile]) {
    for (const row of rows) {
      const figures = Object.values(row).filter((value) => typeof value === 'number');
      expect(figures.length).toBeGreaterThanOrEqual(4);
      for (const figure of figures) expect(figure).toBeGreaterThan(0);
    }
    for (const floor of floors) expect(floor).toMatchObject({ holds: expect.any(Boolean) });
  }
});

test.each(['jobs', 'dataset'])('bench %s without a redis-server is skipped, with why', (name) => {
  const args = ['dist/cli.js', 'bench', name, '--json'];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', env: { PATH: '' } });
  expect([status, stderr]).toEqual([
    0,
    expect.stringMatching(new RegExp(`^${name}: skipped, no redis-server here .*redis-server.*\n$`)),
  ]);
  expect(Object.keys(JSON.parse(stdout))).toEqual(['machine']);
});

test('an unknown bench is bad usage, and the known ones are told', () => {
  const { status, stdout, stderr } = run('nothing');
  expect([status, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(/Allowed choices are vm, compile/);
});
