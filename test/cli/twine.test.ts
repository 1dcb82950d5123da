import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { inventoryOf } from '../twine/fixtures.js';

const root = mkdtempSync(join(tmpdir(), 'mooring-twine-cli-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const inventory = join(root, 'inventory.json');
writeFileSync(inventory, JSON.stringify(inventoryOf(3, 1)));
const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(WORKDIR|TWINE_)/.test(name)));

function mooring(args: readonly string[], env: Record<string, string> = {}) {
  const { status, stdout, stderr } = spawnSync('node', ['dist/cli.js', ...args], {
    encoding: 'utf8',
    env: { ...clean, ...env },
  });
  return { status, stdout, stderr };
}

test('plan prints a timetable, or one JSON document', () => {
  const words = ['twine', 'plan', '--inventory', inventory, '--site', 'INDI'];
  const text = mooring(words);
  expect(text.status).toBe(0);
  expect(text.stdout).toContain('HundredGigE0/0/0/0 (both) → Twine_INDI_node0 p1');
  const json = mooring([...words, '--json'], { experiment_retries: '2', listen_time: '7' });
  const plan = JSON.parse(json.stdout);
  expect(plan.sites[0].windows.map(({ durationS }: { durationS: number }) => durationS)).toEqual([7, 7]);
});

test('a refused plan names field and mend, and exits 1', () => {
  const { status, stdout, stderr } = mooring([
    ...['twine', 'plan', '--inventory', inventory, '--site', 'INDI', '--port', 'HundredGigE0/0/0/1.3000'],
  ]);
  expect([status, stdout]).toEqual([1, '']);
  expect(stderr).toContain('targets.0.ports.0: HundredGigE0/0/0/1.3000 names a VLAN of a port');
  expect(stderr).toContain('use HundredGigE0/0/0/1');
  expect(stderr).not.toContain('    at ');
});

test('a refused plan is a document with each reason for --json', () => {
  const { status, stdout } = mooring(['twine', 'plan', '--inventory', inventory, '--site', 'ATLA', '--json']);
  expect([status, JSON.parse(stdout).error]).toEqual([
    1,
    expect.objectContaining({
      code: 'MOORING_ERR_TWINE_REFUSED',
      detail: { refusals: [expect.objectContaining({ field: 'targets.0.site', message: expect.any(String) })] },
    }),
  ]);
});

test.each([
  [['twine', 'plan']],
  [['twine', 'plan', '--site', 'INDI']],
  [['twine', 'run', '--inventory', 'x']],
  [['twine', 'status']],
  [['twine', 'plan', '--inventory', '/no/such/file', '--site', 'INDI']],
  [['testbed', 'up', '/no/such/file']],
])('bad usage ends with 2 and one line: %j', (args) => {
  const { status, stderr } = mooring(args);
  expect(status).toBe(2);
  expect(stderr).not.toContain('    at ');
});

test('a topology of the wrong shape names its fields', () => {
  const file = join(root, 'topology.json');
  writeFileSync(file, JSON.stringify({ name: 'Not A Name', sites: [{ name: 'INDI', nics: [{ model: 'X' }] }] }));
  const { status, stderr } = mooring(['testbed', 'up', file]);
  expect(status).toBe(2);
  expect(stderr).toContain('name: expected up to 20 small letters');
  expect(stderr).toContain('sites.0.nics.0.count');
});

test('multi_site_twine.sh wants its environment and its count of arguments', () => {
  const script = (args: readonly string[], env: Record<string, string>) =>
    spawnSync('bash', ['bin/multi_site_twine.sh', ...args], { encoding: 'utf8', env: { ...clean, ...env } });
  expect(script([], {})).toMatchObject({ status: 1, stderr: expect.stringContaining('WORKDIR is not defined') });
  expect(script([], { WORKDIR: root })).toMatchObject({ status: 1, stderr: expect.stringContaining('TWINE_TESTBED') });
  const env = { WORKDIR: root, TWINE_TESTBED: 'none' };
  expect(script(['one'], env)).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('MODE SITE PORT SLICE SHM'),
  });
  expect(script(['a', 'b', 'c', 'd', 'e'], env)).toMatchObject({ status: 2, stderr: expect.stringContaining('not a') });
  const kept = readdirSync(root);
  for (const site of ['../outside', '/tmp/outside', '..', 'a/b', '', ' ', '-x', 'a\nb']) {
    expect(script([site, 'port'], env), site).toMatchObject({ status: 2, stderr: expect.stringContaining('SITE is') });
  }
  expect(readdirSync(root)).toEqual(kept);
  execFileSync('bash', ['-n', 'bin/multi_site_twine.sh']);
});

test.each([
  [['--seed', 'abc'], /--seed <n>.*'abc'.*whole number from 0 to 4294967295/],
  [['--seed', '-1'], /--seed <n>/],
  [['--mode', 'both'], /--mode <mode>.*Allowed choices are operator, single_user/],
])('plan %j is refused by the argument parser, with the choices', (words, said) => {
  const { status, stderr } = mooring(['twine', 'plan', '--inventory', inventory, '--site', 'INDI', ...words]);
  expect([status, stderr]).toEqual([2, expect.stringMatching(said)]);
});

test('run --capture lists its choices', () => {
  const { status, stderr } = mooring(['twine', 'run', '--capture', 'wireshark']);
  expect([status, stderr]).toEqual([2, expect.stringMatching(/Allowed choices are helper, tcpdump/)]);
});

test.skipIf(spawnSync('tcpdump', ['--version']).status !== 0)(
  'plan compiles the filter, before minutes are spent on it',
  () => {
    const words = ['twine', 'plan', '--inventory', inventory, '--site', 'INDI'];
    const { status, stderr } = mooring(words, { tcpdump_filter: 'tpc port' });
    expect([status, stderr]).toEqual([
      1,
      expect.stringMatching(/parameters.tcpdumpFilter: the filter "tpc port" does not compile/),
    ]);
    expect(mooring(words, { tcpdump_filter: 'tcp port 80' }).status).toBe(0);
  },
);
