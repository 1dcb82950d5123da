import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import { echo, ethernet, frame, ipv6, pcap } from '../capture/build.js';

const folder = mkdtempSync(join(tmpdir(), 'mooring-pcap-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const back = { src: '10.0.0.2', dst: '10.0.0.1', srcPort: 80, dstPort: 1000 };
const bytes = pcap([
  { us: 0, bytes: frame({ flags: 'S', seq: 9 }) },
  { us: 40_000, bytes: frame({ ...back, flags: 'SA', seq: 99, ack: 10 }) },
  { us: 41_000, bytes: frame({ seq: 10, ack: 100, length: 500 }) },
  { us: 81_000, bytes: frame({ ...back, seq: 100, ack: 510 }) },
  { us: 90_000, bytes: ethernet(0x86dd, ipv6(58, echo(true, false, 1, 1))) },
  { us: 95_000, bytes: ethernet(0x86dd, ipv6(58, echo(true, true, 1, 1), { src: 2, dst: 1 })) },
]);
const path = join(folder, 'one.pcap.gz');
writeFileSync(path, gzipSync(bytes));
const cut = join(folder, 'cut.pcap');
writeFileSync(cut, bytes.subarray(0, bytes.length - 5));
const loop = join(folder, 'loop.pcap');
for (const link of [loop, `${loop}.tgz`]) symlinkSync(link, link);
const program = join(folder, 'program.ccp');
writeFileSync(program, '(def (Report (volatile acked 0))) (when true (:= Report.acked Ack.bytes_acked) (report))');

function mooring(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, ['dist/cli.js', 'pcap', ...args], { encoding: 'utf8' });
}

test('flows --json prints one document of the documented shape', () => {
  const { status, stdout, stderr } = mooring('flows', path, '--json');
  expect([status, stderr]).toEqual([0, '']);
  const found = JSON.parse(stdout) as { packets: number; bytes: number; connections: Array<Record<string, unknown>> };
  expect([found.packets, found.bytes]).toEqual([6, bytes.length - 24 - 6 * 16]);
  expect(found.connections).toHaveLength(1);
  expect(found.connections[0]).toMatchObject({
    src: '10.0.0.1',
    srcPort: 1000,
    dst: '10.0.0.2',
    dstPort: 80,
    forward: { packets: 2, dataBytes: 500, retransmittedPackets: 0, rtt: { samples: 2, minUs: 40_000, p95Us: 40_000 } },
    backward: { packets: 2 },
  });
});

test('echo --json prints pairs with canonical addresses', () => {
  const { stdout } = mooring('echo', path, '--json');
  expect(JSON.parse(stdout)).toMatchObject([
    { src: 'fd77::1', dst: 'fd77::2', family: 6, requests: 1, replies: 1, rttUs: { min: 5000, mean: 5000, max: 5000 } },
  ]);
});

test('filters: host, port, time, flow', () => {
  const count = (...args: string[]): number =>
    (JSON.parse(mooring('flows', path, '--json', ...args).stdout) as { connections: unknown[] }).connections.length;
  expect(count('--host', '10.0.0.0/8', '--port', '80')).toBe(1);
  expect(count('--host', '10.0.1.0/24')).toBe(0);
  expect(count('--port', '81')).toBe(0);
  expect(count('--from', '85ms')).toBe(0);
  expect(count('--flow', '1')).toBe(1);
});

test('csv, tables, info, series and replay', () => {
  const csv = mooring('flows', path, '--csv').stdout.trim().split('\n');
  expect([csv.length, csv[0]!.split(',').length]).toEqual([2, csv[1]!.split(',').length]);
  expect(mooring('flows', path).stdout).toContain('10.0.0.1:1000 → 10.0.0.2:80');
  expect(JSON.parse(mooring('info', path, '--json').stdout)).toMatchObject({
    totals: { packets: 6, kinds: { tcp: 4 } },
  });
  expect(JSON.parse(mooring('series', path, '--flow', '1', '--marks', '--json').stdout).marks.kind).toContain('rtt');
  const replay = JSON.parse(mooring('replay', path, '--program', program, '--flow', '1', '--json').stdout);
  expect(replay.reports.map(({ fields }: { fields: { acked: number } }) => fields.acked)).toEqual([1, 500]);
});

test('a cut capture gives what came before and one line of warning', () => {
  const { status, stdout, stderr } = mooring('info', cut, '--json');
  expect([status, JSON.parse(stdout).totals.packets]).toEqual([0, 5]);
  expect(stderr.trim().split('\n')).toHaveLength(1);
});

test.each([
  [['flows', '/nowhere.pcap'], 2, 'no such file [MOORING_ERR_CAPTURE_UNREADABLE]'],
  [['flows', loop], 2, 'loop.pcap: ELOOP [MOORING_ERR_CAPTURE_UNREADABLE]'],
  [['flows', `${loop}.tgz`], 2, 'loop.pcap.tgz: ELOOP [MOORING_ERR_CAPTURE_UNREADABLE]'],
  [['flows', program], 2, 'is no capture'],
  [['series', path, '--flow', '9'], 2, 'there is no connection 9'],
  [['flows', path, '--flow', '9'], 2, 'mooring pcap flows lists them [MOORING_ERR_CAPTURE_NO_FLOW]'],
  [['flows', path, '--port', '70000'], 2, 'from 0 to 65535'],
  [['replay', path, '--flow', '1'], 2, '--program'],
  [['series', path, '--marks'], 2, '--flow'],
])('%j: one clear line', (args, code, text) => {
  const { status, stdout, stderr } = mooring(...args);
  expect([status, stdout]).toEqual([code, '']);
  expect(stderr).toContain(text);
  expect(stderr).not.toContain('    at ');
});
