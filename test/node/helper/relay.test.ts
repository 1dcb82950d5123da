import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { BYTES, FRAME } from '../../../src/generated/helper-protocol.js';
import { LIMIT } from '../../../src/generated/wire.js';
import {
  closeSocket,
  encodeFrame,
  FrameReader,
  findHelper,
  MessageSocket,
  openSocket,
  Relay,
  type RelayListener,
  requireHelper,
} from '../../../src/node/helper/index.js';

const here = findHelper().program !== undefined;
const root = here && process.getuid?.() === 0;
if (here && !root) console.log('test/node/helper/relay: netlink skipped, joining its group needs root');

const until = async (condition: () => boolean, what: string) => {
  for (let waited = 0; waited < 500; waited += 1) {
    if (condition()) return;
    await sleep(10);
  }
  throw new Error(`never: ${what}`);
};

// Keeps what a relay tells, bytes copied.
class Heard implements RelayListener {
  readonly peers: string[] = [];
  readonly messages: [peer: number, text: string][] = [];
  readonly refused: [peer: number, errno: string, address: string | undefined][] = [];
  dropped = 0;
  overruns = 0;
  end: { error: unknown } | undefined;
  onPeer(peer: number, address: string) {
    this.peers[peer] = address;
  }
  onMessage(peer: number, bytes: Uint8Array) {
    this.messages.push([peer, Buffer.from(bytes).toString()]);
  }
  onRefused(peer: number, errno: string, address?: string) {
    this.refused.push([peer, errno, address]);
  }
  onDropped(_peer: number, count: number) {
    this.dropped += count;
  }
  onOverrun() {
    this.overruns += 1;
  }
  onEnd(error: unknown) {
    this.end = { error };
  }
}

describe('frames', () => {
  it('come out as they went in, cut at every byte', () => {
    const frames = [
      encodeFrame(FRAME.HELLO, 0, new Uint8Array([1, 0, 0, 2])),
      encodeFrame(FRAME.MESSAGE, 513, new Uint8Array(300).fill(9)),
      encodeFrame(FRAME.STOP, 0, new Uint8Array(0)),
    ];
    const bytes = Buffer.concat(frames);
    for (let cut = 0; cut <= bytes.length; cut += 1) {
      const reader = new FrameReader();
      const seen = [bytes.subarray(0, cut), bytes.subarray(cut)].flatMap((chunk) =>
        [...reader.read(chunk)].map(({ kind, peer, body }) => Buffer.from(encodeFrame(kind, peer, body))),
      );
      expect(Buffer.concat(seen)).toEqual(bytes);
    }
  });

  it('refuse what is none of theirs', () => {
    const bad = [
      [7, 0, 0, 0, 3, 0, 0, 0],
      [0, 0, 1, 0, 3, 0, 0, 0],
      [8, 0, 0, 0, 0, 0, 0, 0],
      [8, 0, 0, 0, 9, 0, 0, 0],
      [8, 0, 0, 0, 3, 1, 0, 0],
    ];
    for (const bytes of bad) {
      expect(() => [...new FrameReader().read(Uint8Array.from(bytes))]).toThrow(
        expect.objectContaining({ code: 'MOORING_ERR_HELPER_PROTOCOL', message: 'the helper sent what is no frame' }),
      );
    }
    expect(() => encodeFrame(FRAME.MESSAGE, 0, new Uint8Array(BYTES.FRAME))).toThrow(/frame holds/);
  });
});

describe.skipIf(!here)('the relay', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mooring-relay-'));
  const ends: (() => void | Promise<void>)[] = [];
  afterEach(async () => {
    for (const end of ends.splice(0)) await end();
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  const datapath = (name: string) => {
    const descriptor = openSocket('unix', { path: join(folder, name) });
    ends.push(() => closeSocket(descriptor));
    return new MessageSocket(descriptor);
  };
  const start = async (path = join(folder, 'agent')) => {
    const heard = new Heard();
    const relay = await Relay.start('unix', heard, { path });
    ends.push(() => relay.close());
    return { heard, relay, path };
  };

  it('carries messages of several datapaths both ways', async () => {
    const { heard, relay, path } = await start();
    expect(relay.place).toBe(path);
    const sockets = ['one', 'two'].map((name) => ({ name, socket: datapath(name) }));
    for (const { name, socket } of sockets) socket.send(socket.peerAt(path), Buffer.from(`from ${name}`));
    await until(() => heard.messages.length === 2, 'two messages');
    const bytes = new Uint8Array(40_000);
    for (const [peer, text] of heard.messages) {
      const { name, socket } = sockets[peer]!;
      expect(text).toBe(`from ${name}`);
      expect(heard.peers[peer]).toBe(join(folder, name));
      relay.send(peer, Buffer.from(`to ${name}`));
      const length = socket.receive(bytes, 1000);
      expect(Buffer.from(bytes.subarray(0, length)).toString()).toBe(`to ${name}`);
    }
    await relay.close();
    expect(heard.end).toEqual({ error: undefined });
    expect(existsSync(path)).toBe(false);
  });

  it('loses nothing to a peer that reads late, in order', async () => {
    const { heard, relay, path } = await start();
    const slow = datapath('slow');
    relay.requestPeer(join(folder, 'slow'));
    await until(() => heard.peers.length === 1, 'the peer');
    for (let i = 0; i < 500; i += 1) relay.send(0, Buffer.from(String(i)));
    await sleep(50);
    const bytes = new Uint8Array(100);
    for (let i = 0; i < 500; i += 1) {
      const length = slow.receive(bytes, 2000);
      expect(Buffer.from(bytes.subarray(0, length)).toString()).toBe(String(i));
    }
    expect(heard.dropped).toBe(0);
    expect(path).toBeTruthy();
  });

  it('tells what it drops, whom it cannot reach and what is no address', async () => {
    const { heard, relay } = await start();
    datapath('never-reads');
    relay.requestPeer(join(folder, 'never-reads'));
    relay.requestPeer(join(folder, 'nobody'));
    relay.requestPeer('nonsense');
    await until(() => heard.refused.length === 1 && heard.peers.length === 2, 'answers');
    expect(heard.refused).toEqual([[65535, 'EINVAL', 'nonsense']]);
    relay.send(1, Buffer.from('hello?'));
    await until(() => heard.refused.length === 2, 'refusal');
    expect(heard.refused[1]).toEqual([1, 'ENOENT', undefined]);
    relay.send(99, Buffer.from('?'));
    await until(() => heard.refused.length === 3, 'refusal');
    expect(heard.refused[2]).toEqual([99, 'ESRCH', undefined]);
    for (let i = 0; i < 3000; i += 1) relay.send(0, Buffer.from('x'));
    await until(() => heard.dropped > 0, 'drops');
    await until(() => heard.dropped >= 3000 - 1024 - 300, 'all drops told');
  });

  it('one datagram too long never ends it: every size around the limits is a message or dropped', async () => {
    const { heard, path } = await start();
    // By a process that is not ours: our own door refuses to send as much.
    const script = `
import socket
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(${JSON.stringify(join(folder, 'raw'))})
for size in range(${LIMIT.MESSAGE_BYTES - 600}, ${LIMIT.MESSAGE_BYTES + 601}): s.sendto(b'x' * size, ${JSON.stringify(path)})`;
    const python = spawn('python3', ['-c', script], { stdio: 'inherit' });
    await new Promise((resolve) => python.once('close', resolve));
    await until(() => heard.messages.length + heard.dropped === 1201 || heard.end !== undefined, 'all of them');
    expect(heard.end).toBeUndefined();
    expect(heard.messages).toHaveLength(601);
    expect(heard.dropped).toBe(600);
  });

  it('a message whose peer is gone is refused, also where it had waited', async () => {
    const { heard, relay } = await start();
    const descriptor = openSocket('unix', { path: join(folder, 'leaves') });
    relay.requestPeer(join(folder, 'leaves'));
    await until(() => heard.peers.length === 1, 'the peer');
    for (let i = 0; i < 200; i += 1) relay.send(0, Buffer.from('x'));
    await sleep(50);
    const taken = new MessageSocket(descriptor);
    let read = 0;
    const bytes = new Uint8Array(10);
    // Nothing was refused while it lived, and what the kernel has is read by nobody.
    expect(heard.refused).toEqual([]);
    while (read < 5 && taken.receive(bytes, 100) > 0) read += 1;
    closeSocket(descriptor);
    await until(() => heard.refused.length > 0, 'the refusal');
    await sleep(50);
    // The kernel held few; the helper kept the others.
    expect(heard.refused.length).toBeGreaterThan(100);
    expect(heard.refused.every(([peer, errno]) => peer === 0 && ['ECONNREFUSED', 'ENOENT'].includes(errno))).toBe(true);
    expect(heard.end).toBeUndefined();
  });

  it('rejects with the reason when the socket cannot be had', async () => {
    await start();
    await expect(Relay.start('unix', new Heard(), { path: join(folder, 'agent') })).rejects.toMatchObject({
      code: 'MOORING_ERR_HELPER_ADDRESS_IN_USE',
    });
    await expect(Relay.start('char', new Heard(), { path: '/dev/mooring-none' })).rejects.toMatchObject({
      code: 'MOORING_ERR_HELPER_FAILED',
      detail: { errno: 'ENOENT' },
    });
    await expect(Relay.start('unix', new Heard(), { path: 'x'.repeat(200) })).rejects.toMatchObject({
      detail: { errno: 'ENAMETOOLONG' },
    });
  });

  it('tells its own death, and the next start replaces the file it left', async () => {
    const { heard, relay, path } = await start();
    process.kill(relay.pid, 'SIGKILL');
    await until(() => heard.end !== undefined, 'the end');
    expect(heard.end?.error).toMatchObject({ detail: { signal: 'SIGKILL' } });
    expect(existsSync(path)).toBe(true);
    await start(path);
  });

  it('ends when its caller is killed, and removes its file', async () => {
    const path = join(folder, 'orphan');
    const code = `
      const { spawn } = require('node:child_process');
      const child = spawn(${JSON.stringify(requireHelper())}, ['relay', 'unix', '--bind', ${JSON.stringify(path)}],
        { stdio: ['ignore', 'inherit', 'inherit', 'pipe'] });
      child.stdio[3].on('data', () => process.kill(process.pid, 'SIGKILL'));`;
    const caller = spawn(process.execPath, ['-e', code], { stdio: 'ignore' });
    await new Promise((resolve) => caller.once('exit', resolve));
    await until(() => !existsSync(path), 'the file to go');
  });

  it('refuses malformed frames', async () => {
    for (const bytes of [
      [7, 0, 0, 0, 3, 0, 0, 0],
      [255, 255, 255, 255, 3, 0, 0, 0],
      [8, 0, 0, 0, FRAME.HELLO, 0, 0, 0],
      [8, 0, 0, 0, 77, 0, 0, 0],
    ]) {
      const path = join(folder, 'malformed');
      const child = spawn(requireHelper(), ['relay', 'unix', '--bind', path], {
        stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
      });
      let stderr = '';
      child.stderr!.on('data', (chunk) => {
        stderr += chunk;
      });
      const stream = child.stdio[3] as Duplex;
      stream.on('error', () => {}).resume();
      stream.write(Uint8Array.from(bytes));
      const status = await new Promise((resolve) => child.once('close', resolve));
      expect({ status, stderr }).toEqual({
        status: 1,
        stderr: `mooring-helper relay: EPROTO: unix ${path}: stream: Protocol error\n`,
      });
      expect(existsSync(path)).toBe(false);
    }
  });

  it.skipIf(!root)('carries netlink between processes, as the kernel module speaks it', async () => {
    const agent = new Heard();
    const module = new Heard();
    const group = 30;
    const agentRelay = await Relay.start('netlink', agent, { group, userPeers: true, user: 'nobody' });
    ends.push(() => agentRelay.close());
    // The stand-in for the module multicasts; it listens on another group.
    const moduleRelay = await Relay.start('netlink', module, { group: 31, userPeers: true });
    ends.push(() => moduleRelay.close());
    moduleRelay.requestPeer(`group:${group}`);
    await until(() => module.peers.length === 2, 'the group');
    moduleRelay.send(1, Buffer.from('ready'));
    await until(() => agent.messages.length === 1, 'the multicast');
    expect(agent.messages[0]![1]).toBe('ready');
    expect(agent.peers[0]).toBe('kernel');
    expect(agent.peers[agent.messages[0]![0]]).toMatch(/^netlink:\d+$/);
    agentRelay.send(agent.messages[0]![0], Buffer.from('install'));
    await until(() => module.messages.length === 1, 'the answer');
    expect(module.messages[0]![1]).toBe('install');
    // No module is loaded here: nobody is there.
    agentRelay.send(0, Buffer.from('install'));
    await until(() => agent.refused.length === 1, 'refusal');
    expect(agent.refused[0]).toEqual([0, 'ECONNREFUSED', undefined]);
  });

  it.skipIf(!root)('takes no netlink message of a process unless told', async () => {
    const agent = new Heard();
    const agentRelay = await Relay.start('netlink', agent, { group: 29 });
    ends.push(() => agentRelay.close());
    const forger = await Relay.start('netlink', new Heard(), { group: 28, userPeers: true });
    ends.push(() => forger.close());
    forger.requestPeer('group:29');
    forger.send(1, Buffer.from('forged'));
    await sleep(100);
    expect(agent.messages).toEqual([]);
  });

  it.skipIf(!root)('leaves nothing of its own behind, also when it went on as another user', async () => {
    chmodSync(folder, 0o755);
    const path = join(folder, 'made/for/nobody');
    const relay = await Relay.start('unix', new Heard(), { path, user: 'nobody', socketMode: 0o660 });
    expect(statSync(path)).toMatchObject({ uid: 65534, mode: 0o140660 });
    expect(statSync(join(folder, 'made'))).toMatchObject({ uid: 65534 });
    await relay.close();
    expect(existsSync(path)).toBe(false);
  });

  it.skipIf(!root)('netlink needs the right to join its group, and says so', async () => {
    const { spawnSync } = await import('node:child_process');
    const run = spawnSync(requireHelper(), ['open', 'netlink', '--', 'true'], { uid: 65534, gid: 65534 });
    expect(run.status).toBe(3);
    expect(run.stderr.toString()).toMatch(/^mooring-helper open: EPERM: .*CAP_NET_ADMIN/);
  });
});
