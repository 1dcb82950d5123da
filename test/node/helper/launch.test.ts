import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import {
  closeSocket,
  findHelper,
  type LaunchedProcess,
  type LaunchOptions,
  launchWithSocket,
  MessageSocket,
  openSocket,
} from '../../../src/node/helper/index.js';

const here = findHelper().program !== undefined;
const root = here && process.getuid?.() === 0;
const program = resolve('test/node/helper/launched.mjs');

describe.skipIf(!here)('a Node process launched with a socket', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mooring-launch-'));
  const started: LaunchedProcess[] = [];
  afterEach(async () => {
    for (const launched of started.splice(0)) await launched.close();
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  const launch = async (options: LaunchOptions, kind: 'unix' | 'netlink' | 'char' = 'unix') => {
    const launched = launchWithSocket(kind, options);
    started.push(launched);
    const hello = await new Promise<{ pid: number }>((done, fail) => {
      launched.child.once('message', done);
      launched.ended.then(() => fail(new Error('it ended')), fail);
    });
    return { launched, hello };
  };
  const alive = (pid: number) => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };

  it('has the socket, answers on it, ends when told and removes the file', async () => {
    const path = join(folder, 'agent');
    const { launched, hello } = await launch({ path, program });
    expect(hello).toMatchObject({ uid: process.getuid!(), kind: 'unix', path });
    const descriptor = openSocket('unix', { path: join(folder, 'datapath') });
    const socket = new MessageSocket(descriptor);
    const bytes = new Uint8Array(socket.receiveBytes);
    socket.send(socket.peerAt(path), Buffer.from('ping'));
    const length = socket.receive(bytes, 2000);
    expect(Buffer.from(bytes.subarray(0, length)).toString()).toBe('ping');
    closeSocket(descriptor);
    launched.child.send('end');
    await launched.ended;
    expect(existsSync(path)).toBe(false);
  });

  it('is killed when it hangs, 2 s after it was asked to end', async () => {
    const path = join(folder, 'hangs');
    const { launched, hello } = await launch({ path, program });
    launched.child.send('hang');
    await sleep(50);
    await launched.close();
    expect(alive(hello.pid)).toBe(false);
    expect(existsSync(path)).toBe(false);
  });

  it('goes when the helper is killed', async () => {
    const path = join(folder, 'orphan');
    const { launched, hello } = await launch({ path, program });
    launched.child.kill('SIGKILL');
    for (let waited = 0; waited < 400 && alive(hello.pid); waited += 1) await sleep(10);
    expect(alive(hello.pid)).toBe(false);
    await expect(launched.ended).rejects.toMatchObject({ detail: { signal: 'SIGKILL' } });
    // The file it left is stale: the next start replaces it.
    expect(existsSync(path)).toBe(true);
    await launch({ path, program });
  });

  it('tells why it could not start', async () => {
    const launched = launchWithSocket('char', { path: '/dev/mooring-none', program });
    await expect(launched.ended).rejects.toMatchObject({
      code: 'MOORING_ERR_HELPER_FAILED',
      message: expect.stringContaining('/dev/mooring-none'),
      detail: { errno: 'ENOENT' },
    });
    const wrong = join(folder, 'wrong.mjs');
    writeFileSync(wrong, 'process.exit(5)');
    const failing = launchWithSocket('unix', { path: join(folder, 'failing'), program: wrong });
    await expect(failing.ended).rejects.toMatchObject({ detail: { status: 5 } });
  });

  it.skipIf(!root)('runs JavaScript without privilege on a socket that took it', async () => {
    const { hello } = await launch({ program, group: 27, user: 'nobody' }, 'netlink');
    expect(hello).toMatchObject({ uid: 65534, kind: 'netlink' });
    const { hello: sudo } = await launch({ program, group: 27, env: { ...process.env, SUDO_UID: '65534' } }, 'netlink');
    expect(sudo).toMatchObject({ uid: 65534 });
  });
});
