import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test } from 'vitest';
import { endProcess, identityOf, isAlive } from '../../../src/node/process/index.js';

const folder = mkdtempSync(join(tmpdir(), 'mooring-identity-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const started: ChildProcess[] = [];
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
});

/** Starts a program and waits until it has said something, for programs that do. */
async function start(file: string, ...args: string[]): Promise<ChildProcess & { pid: number }> {
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  started.push(child);
  await once(child, 'spawn');
  return child as ChildProcess & { pid: number };
}

const said = async (child: ChildProcess): Promise<string> => String((await once(child.stdout!, 'data'))[0]).trim();

const linux = process.platform === 'linux';

test.runIf(linux)('a process is itself as long as it runs, and nobody once it has ended', async () => {
  const child = await start('sleep', '600');
  const identity = identityOf(child.pid)!;
  expect(identity.pid).toBe(child.pid);
  expect(identityOf(child.pid)).toEqual(identity);
  expect(isAlive(identity)).toBe(true);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect([identityOf(child.pid), isAlive(identity)]).toEqual([undefined, false]);
});

test.runIf(linux)('of two processes the later one has the later start', async () => {
  const [own, child] = [identityOf(process.pid)!, identityOf((await start('sleep', '600')).pid)!];
  expect(Number.isInteger(own.startTicks)).toBe(true);
  expect(child.startTicks).toBeGreaterThan(own.startTicks);
});

test.runIf(linux)('a program whose name holds what parts the fields is told as well', async () => {
  const file = join(folder, 'a) Z 1 (2');
  copyFileSync('/bin/sleep', file);
  const [plain, odd] = [await start('sleep', '600'), await start(file, '600')];
  const [before, identity] = [identityOf(plain.pid)!, identityOf(odd.pid)!];
  expect(identity.startTicks).toBeGreaterThanOrEqual(before.startTicks);
  expect(isAlive(identity)).toBe(true);
});

test.runIf(linux)('a process that has ended and was not waited for is not alive', async () => {
  // The shell becomes a program that waits for no child.
  const parent = await start('sh', '-c', 'sleep 600 & echo $!; exec sleep 600');
  const pid = Number(await said(parent));
  const identity = identityOf(pid)!;
  process.kill(pid, 'SIGKILL');
  while (isAlive(identity)) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(identityOf(pid)).toBeUndefined();
});

test.runIf(linux)('a later process with the number of one that is gone is left alone', async () => {
  const child = await start('sleep', '600');
  const identity = identityOf(child.pid)!;
  const gone = { ...identity, startTicks: identity.startTicks - 1 };
  expect(isAlive(gone)).toBe(false);
  expect(await endProcess(gone, 'SIGKILL', 10_000)).toBe(true);
  expect(isAlive(identity)).toBe(true);
});

test.runIf(linux)('whether a process has ended within its time is told', async () => {
  const child = await start('sh', '-c', 'trap "" TERM; echo ready; while :; do sleep 1; done');
  await said(child);
  const identity = identityOf(child.pid)!;
  expect(await endProcess(identity, 'SIGTERM', 50)).toBe(false);
  expect(isAlive(identity)).toBe(true);
  expect(await endProcess(identity, 'SIGKILL', 60_000)).toBe(true);
  expect(isAlive(identity)).toBe(false);
});
