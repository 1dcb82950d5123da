import { type ChildProcessWithoutNullStreams, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { findHelper } from '../../src/node/helper/index.js';
import { ack, Conversation, data } from '../capture/conversation.js';

const folder = mkdtempSync(join(tmpdir(), 'mooring-watch-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const talk = new Conversation().handshake();
for (let i = 0; i < 50; i += 1) talk.out(50 + i * 10, data(i)).back(90 + i * 10, ack(i + 1));
const bytes = talk.bytes();
const file = join(folder, 'talk.pcap');
writeFileSync(file, bytes);

function watch(...args: string[]): { child: ChildProcessWithoutNullStreams; said: () => string; erred: () => string } {
  const child = spawn(process.execPath, ['dist/cli.js', 'pcap', 'watch', ...args]);
  let said = '';
  let erred = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (erred += text));
  return { child, said: () => said, erred: () => erred };
}

const flows = (path: string): string =>
  execFileSync(process.execPath, ['dist/cli.js', 'pcap', 'flows', path, '--json'], { encoding: 'utf8' });

test('a pipe: lines while it goes on, the tables of flows at its end, and a copy of what came', async () => {
  const copy = join(folder, 'copy.pcap');
  const { child, said, erred } = watch('-', '--every', '20ms', '--write', copy);
  child.stdin.write(bytes.subarray(0, 3000));
  await vi.waitFor(
    () => expect(said()).toMatch(/^[\d.]+ .?s: [1-9]\d* packets, .*1 TCP connections, lost here 0/m),
    20_000,
  );
  child.stdin.end(bytes.subarray(3000));
  const [status] = await once(child, 'close');
  expect([status, erred()]).toEqual([0, '']);
  expect(said()).toMatch(/103 packets, 1 TCP connections in [\s\S]*10\.0\.0\.1:1000 → 10\.0\.0\.2:80/);
  expect(Buffer.compare(readFileSync(copy), bytes)).toBe(0);
});

test('--json is what flows says of the same packets', async () => {
  const { child, said, erred } = watch('-', '--json');
  child.stdin.end(bytes);
  const [status] = await once(child, 'close');
  expect([status, erred()]).toEqual([0, '']);
  expect(JSON.parse(said())).toEqual(JSON.parse(flows(file)));
});

test('Ctrl-C ends a pipe that does not end, with what came until then', async () => {
  const { child, said, erred } = watch('-', '--every', '20ms');
  child.stdin.write(bytes);
  await vi.waitFor(() => expect(said()).toContain('103 packets'), 20_000);
  child.kill('SIGINT');
  const [status] = await once(child, 'close');
  expect([status, erred()]).toEqual([0, '']);
  expect(said()).toContain('103 packets, 1 TCP connections in');
});

test('--duration ends it too; a file is sent to flows; an interface that is not there is said', async () => {
  const { child, said } = watch('-', '--json', '--duration', '300ms');
  child.stdin.write(bytes);
  const [status] = await once(child, 'close');
  expect(status).toBe(0);
  expect(JSON.parse(said()).packets).toBe(103);
  const wrong = spawnSync(process.execPath, ['dist/cli.js', 'pcap', 'watch', file], { encoding: 'utf8' });
  expect(wrong.status).toBe(2);
  expect(wrong.stderr).toContain('mooring pcap flows reads it');
  const gone = spawnSync(process.execPath, ['dist/cli.js', 'pcap', 'watch', 'nowhere0'], { encoding: 'utf8' });
  expect(gone.status).toBe(2);
  expect(gone.stderr).toContain('nowhere0: ');
});

const reason = (() => {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'needs root on Linux: a namespace is made';
  if (spawnSync('ip', ['netns', 'list']).status !== 0) return 'needs ip (iproute2)';
  const tools = findHelper().program !== undefined || !spawnSync('tcpdump', ['--version']).error;
  return tools ? '' : 'needs the helper or tcpdump';
})();
if (reason) console.log(`watch of an interface: skipped, ${reason}`);

describe.skipIf(reason !== '')('an interface', () => {
  const TALK = `
    const net = require('node:net');
    const server = net.createServer((socket) => socket.pipe(socket)).listen(5000, '127.0.0.1', () => {
      const socket = net.connect(5000, '127.0.0.1', () => socket.end(Buffer.alloc(100_000)));
      socket.on('data', () => {}).on('close', () => server.close());
    });`;

  test('its connections are shown and counted, Ctrl-C ends it, and nothing is lost in between', async () => {
    const space = `mrg-watch-${process.pid}`;
    execFileSync('ip', ['netns', 'add', space]);
    try {
      execFileSync('ip', ['-n', space, 'link', 'set', 'lo', 'up']);
      const inside = ['netns', 'exec', space, process.execPath];
      const words = ['dist/cli.js', 'pcap', 'watch', 'lo', '--every', '50ms', '--write', join(folder, 'lo.pcap')];
      const child = spawn('ip', [...inside, ...words]);
      let said = '';
      let erred = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
      child.stderr.setEncoding('utf8').on('data', (text: string) => (erred += text));
      await vi.waitFor(() => expect(said).toMatch(/0 packets/), 20_000);
      // The first lines come before the interface is captured: talk until it is seen.
      for (let tries = 0; tries < 50 && !/[1-9]\d* TCP connections/.test(said); tries += 1) {
        execFileSync('ip', [...inside, '-e', TALK]);
        await new Promise((resolve) => setTimeout(resolve, 300));
      }
      child.kill('SIGINT');
      const [status] = await once(child, 'close');
      expect([status, erred]).toEqual([0, '']);
      expect(said).toMatch(/packets, [1-9]\d* TCP connections in/);
      const again = JSON.parse(flows(join(folder, 'lo.pcap'))) as {
        connections: Array<{ forward: { uniqueBytes: number } }>;
      };
      expect(again.connections.at(-1)!.forward.uniqueBytes).toBe(100_000);
    } finally {
      execFileSync('ip', ['netns', 'del', space]);
    }
  });
});
