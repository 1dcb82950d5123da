import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import {
  closeSocket,
  findHelper,
  MessageSocket,
  openSocket,
  RECEIVED,
  SENT,
  type SocketDescriptor,
  wakeSocket,
} from '../../../src/node/helper/index.js';

const here = findHelper().addon !== undefined;
if (!here) console.log('test/node/helper: skipped, the helper is not built here (Linux with cc and make)');

describe.skipIf(!here)('a unix datagram socket', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mooring-socket-'));
  const opened: SocketDescriptor[] = [];
  const open = (name: string) => {
    const descriptor = openSocket('unix', { path: name.startsWith('@') ? name : join(folder, name) });
    opened.push(descriptor);
    return descriptor;
  };
  const text = (bytes: Uint8Array, length: number) => Buffer.from(bytes.subarray(0, length)).toString();
  afterEach(() => {
    for (const descriptor of opened.splice(0)) closeSocket(descriptor);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('carries messages both ways and knows who sent them, several peers at once', () => {
    const agent = new MessageSocket(open('deep/er/agent'));
    const bytes = new Uint8Array(agent.receiveBytes);
    const address = join(folder, 'deep/er/agent');
    const datapaths = ['one', 'two', `@mooring-test-${process.pid}`].map((name) => {
      const socket = new MessageSocket(open(name));
      return { name, socket, agent: socket.peerAt(address) };
    });
    for (let round = 0; round < 3; round += 1) {
      for (const { name, socket, agent } of datapaths) {
        expect(socket.send(agent, Buffer.from(`${name} ${round}`))).toBe(SENT.OK);
      }
      for (const { name } of datapaths) {
        const length = agent.receive(bytes, 1000);
        expect(text(bytes, length)).toBe(`${name} ${round}`);
        expect(agent.addressOf(agent.peer)).toBe(name.startsWith('@') ? name : join(folder, name));
        expect(agent.send(agent.peer, Buffer.from(`to ${name}`))).toBe(SENT.OK);
      }
      for (const { name, socket } of datapaths) {
        expect(text(bytes, socket.receive(bytes, 1000))).toBe(`to ${name}`);
      }
    }
    expect(agent.receive(bytes, 0)).toBe(RECEIVED.NOTHING);
  });

  it('carries a message of the largest size, and says so of one that is larger', () => {
    const agent = new MessageSocket(open('agent'));
    const datapath = new MessageSocket(open('datapath'));
    const peer = datapath.peerAt(join(folder, 'agent'));
    const largest = new Uint8Array(datapath.maxMessageBytes).fill(7);
    expect(datapath.send(peer, largest)).toBe(SENT.OK);
    const bytes = new Uint8Array(agent.receiveBytes);
    expect(agent.receive(bytes, 1000)).toBe(largest.length);
    expect(bytes.subarray(0, largest.length)).toEqual(largest);
    expect(datapath.send(peer, new Uint8Array(datapath.maxMessageBytes + 1))).toBe(SENT.TOO_LONG);
    expect(datapath.send(peer, largest.subarray(0, 100))).toBe(SENT.OK);
    const other = new MessageSocket(open('other'));
    expect(other.send(other.peerAt(join(folder, 'agent')), largest.subarray(0, 101))).toBe(SENT.OK);
    for (const name of ['datapath', 'other']) {
      expect(agent.receive(new Uint8Array(99), 1000)).toBe(RECEIVED.TOO_LONG);
      expect(agent.addressOf(agent.peer)).toBe(join(folder, name));
    }
  });

  it('tells a full queue and a peer that is gone', () => {
    const agent = open('agent');
    const datapath = new MessageSocket(open('datapath'));
    const peer = datapath.peerAt(join(folder, 'agent'));
    let sent = 0;
    while (datapath.send(peer, new Uint8Array(64)) === SENT.OK && sent < 10_000) sent += 1;
    expect(sent).toBeGreaterThan(0);
    expect(datapath.send(peer, new Uint8Array(64))).toBe(SENT.FULL);
    closeSocket(opened.splice(opened.indexOf(agent), 1)[0]!);
    expect(datapath.send(peer, new Uint8Array(64))).toBe(SENT.GONE);
    expect(existsSync(join(folder, 'agent'))).toBe(false);
  });

  it('refuses a path where another listens, replaces a stale file, keeps what is no socket', async () => {
    open('agent');
    expect(() => openSocket('unix', { path: join(folder, 'agent') })).toThrow(/another process listens/);
    // A killed process leaves its file behind.
    const stale = join(folder, 'stale');
    const code = `
      const { openSocket } = await import('mooring/node');
      openSocket('unix', { path: ${JSON.stringify(stale)} });
      process.kill(process.pid, 'SIGKILL');`;
    const { spawnSync } = await import('node:child_process');
    const died = spawnSync(process.execPath, ['--input-type=module', '-e', code]);
    expect(died.signal, died.stderr.toString()).toBe('SIGKILL');
    expect(statSync(stale).isSocket()).toBe(true);
    open('stale');
    const { writeFileSync } = await import('node:fs');
    writeFileSync(join(folder, 'file'), 'precious');
    expect(() => openSocket('unix', { path: join(folder, 'file') })).toThrow(/EEXIST/);
  });

  it('removes its file when the process exits', async () => {
    const { spawnSync } = await import('node:child_process');
    const path = join(folder, 'exits');
    const code = `
      const { openSocket } = await import('mooring/node');
      openSocket('unix', { path: ${JSON.stringify(path)} });
      process.exit(0);`;
    expect(spawnSync(process.execPath, ['--input-type=module', '-e', code]).status).toBe(0);
    expect(existsSync(path)).toBe(false);
  });

  it('is watched by the event loop', async () => {
    const agent = new MessageSocket(open('agent'));
    const datapath = new MessageSocket(open('datapath'));
    const peer = datapath.peerAt(join(folder, 'agent'));
    const bytes = new Uint8Array(agent.receiveBytes);
    let seen = 0;
    agent.watch(() => {
      while (agent.receive(bytes, 0) >= 0) seen += 1;
    });
    for (let i = 0; i < 100; i += 1) {
      while (datapath.send(peer, new Uint8Array(64)) === SENT.FULL) await sleep(0);
    }
    for (let waited = 0; seen < 100 && waited < 100; waited += 1) await sleep(10);
    agent.unwatch();
    expect(seen).toBe(100);
    datapath.send(peer, new Uint8Array(64));
    await sleep(20);
    expect(seen).toBe(100);
  });

  it('wakes workers that wait for ever, and they can be terminated', async () => {
    const descriptor = open('agent');
    const worker = new Worker(
      `const { workerData, parentPort } = require('node:worker_threads');
       import('mooring/node').then(({ MessageSocket }) => {
         const socket = new MessageSocket(workerData);
         parentPort.postMessage('waiting');
         parentPort.postMessage(socket.receive(new Uint8Array(socket.receiveBytes), -1));
       });`,
      { eval: true, workerData: descriptor },
    );
    const next = () => new Promise((resolve) => worker.once('message', resolve));
    expect(await next()).toBe('waiting');
    const woken = next();
    await sleep(20);
    wakeSocket(descriptor);
    expect(await woken).toBe(RECEIVED.WOKEN);
    await worker.terminate();
  });

  it('lets a worker end while it watches', async () => {
    const descriptor = open('agent');
    const worker = new Worker(
      `const { workerData, parentPort } = require('node:worker_threads');
       import('mooring/node').then(({ MessageSocket }) => {
         globalThis.socket = new MessageSocket(workerData);
         globalThis.socket.watch(() => {});
         parentPort.postMessage('watching');
       });`,
      { eval: true, workerData: descriptor },
    );
    await new Promise((resolve) => worker.once('message', resolve));
    expect(await worker.terminate()).toBe(1);
  });

  it('refuses bad arguments with declared errors', () => {
    expect(() => openSocket('unix', { path: 'relative' })).toThrow(/starts with/);
    expect(() => openSocket('unix', { path: `/${'x'.repeat(110)}` })).toThrow(/less than 108/);
    expect(() => openSocket('unix', { path: `/tmp/${'x'.repeat(300)}` })).toThrow(/less than 108/);
    expect(() => openSocket('unix', { path: '/proc/nope/agent' })).toThrow();
    for (const [path, errno] of [
      ['/dev/mooring-none', 'ENOENT'],
      ['/etc/passwd', 'ENODEV'],
    ] as const) {
      expect(() => openSocket('char', { path })).toThrow(
        expect.objectContaining({
          code: 'MOORING_ERR_HELPER_UNSUPPORTED',
          message: expect.stringMatching(new RegExp(`${errno}.*ipc=1`)),
          detail: { kind: 'char', path, errno, step: 'open' },
        }),
      );
    }
    const socket = new MessageSocket(open('agent'));
    expect(() => socket.peerAt('nonsense')).toThrow(/no unix address/);
    expect(socket.send(77, new Uint8Array(8))).toBe(SENT.UNKNOWN);
    expect(() => socket.receive('text' as never, 0)).toThrow(TypeError);
  });
});

// What stands in for /dev/ccpkp: a FIFO, which gives back what was written, several messages at a read.
describe.skipIf(!here)('a character device', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mooring-char-'));
  const path = join(folder, 'ccpkp');
  let descriptor: SocketDescriptor | undefined;
  const open = () => {
    if (!existsSync(path)) execFileSync('mkfifo', [path]);
    descriptor = openSocket('char', { path });
    return new MessageSocket(descriptor);
  };
  afterEach(() => {
    if (descriptor) closeSocket(descriptor);
    descriptor = undefined;
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('takes messages of up to 512 bytes and gives several at a read', () => {
    const socket = open();
    const bytes = new Uint8Array(socket.receiveBytes);
    expect(socket.maxMessageBytes).toBe(512);
    const device = socket.peerAt('device');
    expect(socket.send(device, new Uint8Array(513))).toBe(SENT.TOO_LONG);
    expect(socket.receive(bytes, 0)).toBe(RECEIVED.NOTHING);
    for (const value of [1, 2, 3]) expect(socket.send(device, new Uint8Array(512).fill(value))).toBe(SENT.OK);
    expect(socket.receive(bytes, 1000)).toBe(3 * 512);
    expect([bytes[0], bytes[512], bytes[1535]]).toEqual([1, 2, 3]);
    expect(socket.addressOf(socket.peer)).toBe('device');
    // What a read gives is whole or, where the buffer is too small for it, dropped and told.
    expect(socket.send(device, new Uint8Array(512).fill(4))).toBe(SENT.OK);
    expect(socket.receive(new Uint8Array(511), 0)).toBe(RECEIVED.TOO_LONG);
    expect(socket.receive(bytes, 0)).toBe(RECEIVED.NOTHING);
    expect(() => socket.peerAt('/tmp/x')).toThrow(/no char address/);
  });

  it('tells a full device, waits no longer than told, and is woken', () => {
    const socket = open();
    const bytes = new Uint8Array(socket.receiveBytes);
    let sent = 0;
    while (socket.send(0, new Uint8Array(512)) === SENT.OK) sent += 1;
    expect(sent).toBe(65536 / 512);
    for (let left = sent * 512; left > 0; ) left -= socket.receive(bytes, 0);
    const startMs = performance.now();
    expect(socket.receive(bytes, 50)).toBe(RECEIVED.NOTHING);
    expect(performance.now() - startMs).toBeGreaterThanOrEqual(49);
    wakeSocket(descriptor!);
    expect(socket.receive(bytes, -1)).toBe(RECEIVED.WOKEN);
  });
});
