import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { delayArguments, findHelper } from '../../src/node/helper/index.js';
import { removeScratch, scratch, skip, uniqueName } from './support.js';

const DELAY_US = 20_000;
const SECONDS = 15;
const AHEAD_S = 3.7;
const DRIFT = 50e-6;

const { program: helper } = findHelper();

/** Sends for so many seconds, then ends its side and waits for the other to end its own. */
const SENDER = `
import socket, sys, time
s = socket.create_connection((sys.argv[1], 5000))
end = time.time() + ${SECONDS}
while time.time() < end:
    s.sendall(bytes(20000))
    time.sleep(0.02)
s.shutdown(socket.SHUT_WR)
s.recv(1)
time.sleep(0.5)
`;
const RECEIVER = `
import socket
l = socket.create_server(('', 5000))
print('ready', flush=True)
s, _ = l.accept()
while s.recv(1 << 20): pass
s.close()
`;

// host a ── 20 ms each way ── every hundredth segment is dropped ── host b, captured at both hosts.
describe.skipIf(skip || helper === undefined)('two captures of one path in namespaces', () => {
  afterAll(removeScratch);

  test('20 ms are told within 0.2 ms, 1 % of loss exactly, a clock set and drifting', {
    timeout: 120_000,
  }, async () => {
    const name = `mrg-${uniqueName()}`;
    const folder = scratch();
    const spaces = ['a', 'wire', 'loss', 'b'].map((part) => `${name}-${part}`);
    const [a, wire, loss, b] = spaces as [string, string, string, string];
    const running: ChildProcess[] = [];
    const start = async (space: string, words: readonly string[], ready = 'ready'): Promise<ChildProcess> => {
      const child = spawn('ip', ['netns', 'exec', space, ...words], { stdio: ['pipe', 'pipe', 'pipe'] });
      running.push(child);
      let said = '';
      for (const stream of [child.stdout!, child.stderr!]) stream.on('data', (chunk) => (said += String(chunk)));
      const ended = once(child, 'exit').then(() => {
        throw new Error(`${words.join(' ')}: ${said}`);
      });
      const waited = (async () => {
        while (!said.includes(ready)) await new Promise((resolve) => setTimeout(resolve, 10));
      })();
      ended.catch(() => undefined);
      await Promise.race([waited, ended]);
      return child;
    };
    const ip = (...words: string[]): void => {
      execFileSync('ip', words);
    };
    try {
      for (const space of spaces) ip('netns', 'add', space);
      for (const [left, at, right, peer] of [
        [a, 'eth', wire, 'left'],
        [wire, 'right', loss, 'left'],
        [loss, 'right', b, 'eth'],
      ] as const) {
        ip('-n', left, 'link', 'add', at, 'type', 'veth', 'peer', 'name', peer, 'netns', right);
        for (const [space, device] of [
          [left, at],
          [right, peer],
        ] as const) {
          ip('netns', 'exec', space, 'sysctl', '-qw', `net.ipv6.conf.${device}.disable_ipv6=1`);
          // Frames as they are on a wire: no segments put together, checksums filled in.
          ip('netns', 'exec', space, 'ethtool', '-K', device, 'tso', 'off', 'gso', 'off', 'gro', 'off', 'tx', 'off');
          ip('-n', space, 'link', 'set', device, 'up');
        }
      }
      ip('-n', a, 'address', 'add', '10.77.0.1/24', 'dev', 'eth');
      ip('-n', b, 'address', 'add', '10.77.0.2/24', 'dev', 'eth');
      const delay = delayArguments({ a: 'left', b: 'right', delayUs: DELAY_US });
      await start(wire, [helper!, ...delay]);
      const relay = await start(loss, ['python3', 'test/testbed/drop-relay.py', 'left', 'right']);
      const file = (point: string): string => join(folder, `${point}.pcap`);
      const dumps = [];
      for (const [space, point] of [
        [a, 'a'],
        [b, 'b'],
      ] as const) {
        // Otherwise frames lie up to a second in the ring, and those there at SIGINT are never written.
        const words = ['-i', 'eth', '-s', '96', '-n', '-U', '--immediate-mode'];
        words.push('--time-stamp-precision=nano', '-w', file(point));
        dumps.push(await start(space, ['tcpdump', '-Z', 'root', ...words], 'listening'));
      }
      await start(b, ['python3', '-c', RECEIVER]);
      const sender = spawn('ip', ['netns', 'exec', a, 'python3', '-c', SENDER, '10.77.0.2'], { stdio: 'inherit' });
      running.push(sender);
      const [code] = await once(sender, 'exit');
      expect(code).toBe(0);
      await settled([file('a'), file('b')]);
      for (const dump of dumps) {
        dump.kill('SIGINT');
        await once(dump, 'exit');
      }
      let dropped = '';
      relay.stdout!.on('data', (chunk) => (dropped += String(chunk)));
      relay.stdin!.end('x');
      await once(relay, 'exit');

      // Both captures are by one clock, so this is what delays were.
      const truth = compared(file('a'), file('b'), '--same-clock');
      shiftClock(file('b'));
      const found = compared(file('a'), file('b'));
      console.log(
        `compare: ${found.aToB.packets} packets, ${found.aToB.lost} lost of ${Number(dropped)} dropped; least delay ${found.aToB.delay.minUs.toFixed(1)} and ${found.bToA.delay.minUs.toFixed(1)} µs, p95 ${found.aToB.delay.p95Us.toFixed(1)} where it was ${truth.aToB.delay.p95Us.toFixed(1)}; drift ${found.clock.driftPpm.toFixed(2)} ppm`,
      );
      expect(Number(dropped)).toBeGreaterThan(5);
      expect(found.aToB).toMatchObject({ lost: Number(dropped), givenUp: 0, notCapturedAfter: 0, outside: 0 });
      expect(found.bToA.lost).toBe(0);
      expect(found.clock.status).toBe('joined');
      expect(Math.abs(found.clock.offsetUs - AHEAD_S * 1e6)).toBeLessThan(200);
      expect(Math.abs(found.clock.driftPpm - DRIFT * 1e6)).toBeLessThan(10);
      for (const way of ['aToB', 'bToA'] as const) {
        expect(Math.abs(found[way].delay.minUs - DELAY_US)).toBeLessThan(200);
        for (const name of ['minUs', 'meanUs', 'p50Us', 'p95Us', 'maxUs'] as const) {
          expect(Math.abs(found[way].delay[name] - truth[way].delay[name])).toBeLessThan(200);
        }
      }
    } finally {
      for (const child of running) child.kill('SIGKILL');
      for (const space of spaces) {
        try {
          ip('netns', 'del', space);
        } catch {
          // It was not made.
        }
      }
    }
  });
});

/** Waits until files have not grown for half a second. */
async function settled(files: readonly string[]): Promise<void> {
  const sizes = () => files.map((file) => statSync(file).size).join(' ');
  for (let before = ''; before !== sizes(); ) {
    before = sizes();
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

interface Way {
  readonly packets: number;
  readonly lost: number;
  readonly delay: Readonly<Record<'minUs' | 'meanUs' | 'p50Us' | 'p95Us' | 'maxUs', number>>;
}

function compared(a: string, b: string, ...more: string[]) {
  const text = execFileSync('node', ['dist/cli.js', 'pcap', 'compare', a, b, '--json', ...more], { encoding: 'utf8' });
  return JSON.parse(text) as {
    readonly clock: { readonly status: string; readonly offsetUs: number; readonly driftPpm: number };
    readonly aToB: Way;
    readonly bToA: Way;
  };
}

/** Rewrites the times of a capture: ahead, and drifting from its first packet on. */
function shiftClock(path: string): void {
  const bytes = readFileSync(path);
  expect(bytes.readUInt32LE(0)).toBe(0xa1b23c4d);
  let first: number | undefined;
  for (let at = 24; at + 16 <= bytes.length; at += 16 + bytes.readUInt32LE(at + 8)) {
    const seconds = bytes.readUInt32LE(at);
    const nanoseconds = bytes.readUInt32LE(at + 4);
    first ??= seconds;
    const since = seconds - first + nanoseconds / 1e9;
    const shifted = Math.round((since * (1 + DRIFT) + AHEAD_S) * 1e9);
    bytes.writeUInt32LE(first + Math.floor(shifted / 1e9), at);
    bytes.writeUInt32LE(shifted % 1e9, at + 4);
  }
  writeFileSync(path, bytes);
}
