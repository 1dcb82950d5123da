import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import { echo, ethernet, frame, ipv6, pcap } from '../capture/build.js';
import { transfer, twoCaptures } from '../capture/two-points.js';

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

test('limits prints what limited each flow, as JSON, as CSV and as a table with the reason where it is unknown', () => {
  const { connections } = JSON.parse(mooring('limits', path, '--json').stdout) as {
    connections: Array<{ number: number; directions: Array<Record<string, unknown>> }>;
  };
  expect(connections.map(({ number }) => number)).toEqual([1]);
  // 500 bytes and their ACK, 40 ms later: the only flight of an opening window.
  expect(connections[0]!.directions[0]).toMatchObject({
    direction: 'forward',
    durationUs: 40_000,
    unknownBecause: null,
  });
  expect(mooring('limits', path, '--flow', '1', '--csv').stdout).toMatch(/^number,direction,cause,startUs/);
  expect(mooring('limits', path).stdout).toContain('receive window');
  expect(mooring('limits', path, '--flow', '9').stderr).toContain('there is no connection 9');
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

test('compare prints delays, losses and queues between two captures, as a table, as JSON and bin by bin', () => {
  const delayUs = (i: number): number => 20_000 + (i >= 100 && i < 150 ? 8000 : 0);
  const lost = new Set([30, 130]);
  const shape = { segments: 300, everyUs: 10_000, delayUs, backDelayUs: () => 20_000, lost };
  const captures = twoCaptures(transfer(shape), {}, { clock: (us) => us + 5e6 });
  const [a, b] = ['a', 'b'].map((name) => join(folder, `${name}.pcap`)) as [string, string];
  writeFileSync(a, captures[0]);
  writeFileSync(b, captures[1]);
  const { status, stdout, stderr } = mooring('compare', a, b);
  expect([status, stderr]).toEqual([0, '']);
  expect(stdout).toContain('clock of B beside A: 5.000000 s');
  expect(stdout).toMatch(/A → B +302 +2 +0\.66 % +1 +20\.0 ms/);
  expect(stdout).toMatch(/a queue stood +from +for +mean +max\nA → B +1\.0\d s +49\d ms +8\.00 ms +8\.00 ms/);
  const found = JSON.parse(mooring('compare', a, b, '--json').stdout);
  expect(found).toMatchObject({ clock: { status: 'joined' }, aToB: { arrived: 300, lost: 2 }, bToA: { lost: 0 } });
  const lines = mooring('compare', a, b, '--csv', '--bin', '100ms').stdout.trim().split('\n');
  expect(lines[0]).toContain('timeUs,aToB.arrived,aToB.lost,aToB.reordered,aToB.delayMinUs');
  const losses = lines.slice(1).reduce((sum, line) => sum + Number(line.split(',')[2]), 0);
  expect(losses).toBe(2);
  expect(mooring('compare', a, path).stdout).toContain('no packet is in both captures');
});

test('series and compare draw without a browser: SVG with nothing installed, PNG where a rasteriser is', () => {
  const file = (name: string): string => join(folder, name);
  const drawn = mooring('series', path, '--flow', '1', '--svg', file('flow.svg'), '--json');
  expect([drawn.status, drawn.stderr]).toEqual([0, `picture: ${file('flow.svg')}\n`]);
  expect(JSON.parse(drawn.stdout).connection.number).toBe(1);
  expect(readFileSync(file('flow.svg'), 'utf8')).toMatch(/^<svg xmlns="[^"]+"[\s\S]*In flight[\s\S]*<\/svg>\n$/);
  expect(mooring('compare', path, path, '--same-clock', '--svg', file('two.svg')).status).toBe(0);
  expect(readFileSync(file('two.svg'), 'utf8')).toContain('Packets lost between the points');
  const png = mooring('series', path, '--png', file('all.png'));
  if (existsSync('node_modules/@resvg/resvg-js')) {
    expect(png.status).toBe(0);
    expect([...readFileSync(file('all.png')).subarray(0, 8)]).toEqual([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  } else {
    expect(png.status).toBe(2);
    expect(png.stderr).toContain('npm install @resvg/resvg-js');
  }
});

test("compare finds the simulator's drops and queue between its sender and its receiver", () => {
  const [sender, receiver] = ['sender', 'receiver'].map((point) => join(folder, `${point}.pcapng`)) as [string, string];
  const words = ['--alg', 'cubic', '--flows', '3', '--duration', '8s', '--rate', '20Mbit', '--loss', '0.003', '--json'];
  const taps = ['--pcap', `sender=${sender}`, '--pcap', `receiver=${receiver}`];
  const sim = spawnSync(process.execPath, ['dist/cli.js', 'sim', ...words, ...taps], { encoding: 'utf8' });
  const [link] = (JSON.parse(sim.stdout) as { links: Array<{ drops: number; queueDelayUs: { max: number } }> }).links;
  const found = JSON.parse(mooring('compare', sender, receiver, '--json').stdout);
  expect(link!.drops).toBeGreaterThan(20);
  expect(found.aToB).toMatchObject({ lost: link!.drops, reordered: 0, givenUp: 0, notCapturedAfter: 0 });
  expect(found.bToA.lost).toBe(0);
  expect(found.clock.status).toBe('joined');
  // One packet more may be in service than waits.
  expect(Math.abs(found.aToB.queue.maxUs - link!.queueDelayUs.max)).toBeLessThan(1300);
  expect(found.bToA.queue.maxUs).toBeLessThan(100);
});
