import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { frame, pcap } from '../capture/build.js';
import { until } from '../until.js';
import { start } from './running.js';

// Waits end when what they wait for is there; a busy machine takes long.
vi.setConfig({ testTimeout: 120_000 });

const folder = mkdtempSync(join(tmpdir(), 'mooring-interrupt-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const INSTALL = `this.datapath.install('(def (Report (volatile acked 0))) (when true (:= Report.acked Ack.bytes_acked) (report))')`;
/** A run nobody waits for the end of. */
const ENDLESS = ['--rate', '1Gbit', '--rtt', '1ms', '--duration', '200h'];

function writeAlgorithm(name: string, onReport: string): string {
  const file = join(folder, `${name}.mjs`);
  const head = `import { writeFileSync } from 'node:fs'; import { AlgBase } from 'mooring';`;
  writeFileSync(file, `${head} export class ${name} extends AlgBase { onCreate() { ${INSTALL}; } ${onReport} }`);
  return file;
}

test('the first Ctrl-C ends a run there: it reports up to that point, says so, and exits with 3', async () => {
  const sim = start('sim', '--alg', 'builtin:cubic', ...ENDLESS, '--json');
  // A plain line of progress, since this is no terminal.
  await until('progress is shown', () => /\(0 %\) {3}[\d.]+ [kM]? ?events\/s {3}\d.* left\n$/.test(sim.err));
  sim.child.kill('SIGINT');
  expect(await sim.ended).toBe(3);
  const { cutShortAtUs, summary, scenario } = JSON.parse(sim.out);
  expect(scenario.durationUs).toBe(200 * 3600e6);
  expect(cutShortAtUs).toBe(summary.durationUs);
  expect(cutShortAtUs).toBeGreaterThan(1e6);
  expect(cutShortAtUs).toBeLessThan(scenario.durationUs);
  expect(summary.goodputBytesPerSecond).toBeGreaterThan(1e7);
});

test('people read where a run was cut short', async () => {
  const sim = start('sim', '--alg', 'builtin:cubic', ...ENDLESS);
  await until('progress is shown', () => sim.err.includes('events/s'));
  sim.child.kill('SIGTERM');
  expect(await sim.ended).toBe(3);
  expect(sim.out).toMatch(/^cut short {4}at [\d.]+ (s|min): what follows covers the time until then$/m);
});

test('the second Ctrl-C ends the process at once, though an algorithm does not return', async () => {
  const marker = join(folder, 'blocks');
  const file = writeAlgorithm('Blocks', `onReport() { writeFileSync(${JSON.stringify(marker)}, ''); for (;;); }`);
  const sim = start('sim', '--alg', file, ...ENDLESS, '--json');
  await until('its algorithm blocks', () => existsSync(marker));
  sim.child.kill('SIGINT');
  // The first is heard, the second meets the default: signals of one kind are not queued, so it is sent until heard.
  const again = setInterval(() => sim.child.kill('SIGINT'), 100);
  expect(await sim.ended).toBe('SIGINT');
  clearInterval(again);
});

test('a sweep that is stopped keeps what it has, exits with 3, and goes on with a time left that is a time', async () => {
  const out = join(folder, 'sweep');
  const args = ['sim', '--sweep', 'rate=1,2,3,4,5,6,7,8Mbit', '--duration', '20s', '--workers', '1', '--out', out];
  const first = start(...args, '--json');
  const runs = join(out, 'runs');
  await until(
    'some runs are done',
    () => existsSync(runs) && readdirSync(runs).filter((file) => file.endsWith('.json')).length >= 2,
  );
  first.child.kill('SIGINT');
  expect(await first.ended).toBe(3);
  const { rows } = JSON.parse(first.out) as { rows: unknown[] };
  expect(rows.length).toBeGreaterThanOrEqual(2);
  expect(rows.length).toBeLessThan(8);
  const again = start(...args, '--json');
  expect(await again.ended).toBe(0);
  expect(again.err).toMatch(/going on: \d of 8 runs/);
  expect(again.err).not.toMatch(/INF|NaN|Infinity/);
  expect(JSON.parse(again.out).rows).toHaveLength(8);
});

test('pcap stops at Ctrl-C while it waits for packets that do not come', async () => {
  const echo = start('pcap', 'info', '-', '--json');
  const packets = Array.from({ length: 5000 }, (_, us) => ({ us, bytes: frame({ seq: us, length: 1000 }) }));
  // More than a pipe holds: once it is taken, the analysis runs.
  if (!echo.child.stdin!.write(pcap(packets))) await once(echo.child.stdin!, 'drain');
  echo.child.kill('SIGINT');
  expect(await echo.ended).toBe(3);
  expect(JSON.parse(echo.out).error).toMatchObject({ code: 'MOORING_ERR_INTERRUPTED', message: 'SIGINT ended it' });
});

test.each([
  ['sim', ['sim', '--duration', '2s']],
  ['a sweep', ['sim', '--duration', '2s', '--repeat', '2', '--workers', '2']],
  ['start', ['start', '--html', join(folder, 'report.html')]],
])('%s --json: what an algorithm prints goes to stderr, all of it', async (_what, args) => {
  const file = writeAlgorithm('Talks', `onReport() { console.log('acked', this.count = (this.count ?? 0) + 1); }`);
  const sim = start(...args, '--alg', file, '--json');
  expect(await sim.ended).toBe(0);
  const told = JSON.parse(sim.out) as { flows?: Array<{ reports: number }>; rows?: Array<{ reports: number }> };
  const reports = (told.flows ?? told.rows)!.reduce((sum, flow) => sum + flow.reports, 0);
  expect(reports).toBeGreaterThan(100);
  expect(sim.err.match(/^acked \d+$/gm)).toHaveLength(reports);
});
