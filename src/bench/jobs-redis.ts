import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fromDebian } from '../node/install/index.js';
import { sleep } from '../node/process/index.js';

const START_MS = 20_000;

/** Why there is no Redis of one's own here; undefined where there can be. */
export function whyNoRedis(): string | undefined {
  return spawnSync('redis-server', ['--version']).status === 0
    ? undefined
    : `no redis-server here ${fromDebian('redis-server')}`;
}

export interface Started {
  readonly pid: number;
  close(): Promise<void>;
}

/** Linux counts processor time in these. */
const TICKS_PER_SECOND = 100;

/** Milliseconds of processor time that this process and `others` have had; undefined where the system does not say. */
export function cpuMs(others: readonly Started[]): number | undefined {
  const { user, system } = process.cpuUsage();
  let sum = (user + system) / 1000;
  for (const { pid } of others) {
    try {
      // The name in brackets may hold anything.
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ');
      sum += ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS_PER_SECOND;
    } catch {
      return undefined;
    }
  }
  return sum;
}

/** A Redis of the bench's own, that keeps nothing, on a loopback port. */
export async function startRedis(): Promise<Started & { readonly url: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'mooring-bench-'));
  const port = await freePort();
  const options = ['--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder];
  const child = spawn('redis-server', options, { stdio: 'ignore' });
  const close = async (): Promise<void> => {
    await end(child);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await until(child, () => canConnect(port), 'redis-server does not listen');
  } catch (error) {
    await close();
    throw error;
  }
  return { url: `redis://127.0.0.1:${port}`, pid: child.pid!, close };
}

/** A worker of one thread, as a process. */
export async function startWorker(url: string, options: readonly string[] = []): Promise<Started> {
  const cli = fileURLToPath(new URL('./cli.js', import.meta.url));
  const child = spawn(process.execPath, [cli, 'worker', url, '--concurrency', '1', ...options], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let heard = '';
  child.stderr!.on('data', (text) => {
    heard += text;
  });
  try {
    await until(child, async () => heard.includes(', until Ctrl-C'), 'the worker does not start');
  } catch (error) {
    await end(child);
    throw new Error(`${(error as Error).message}: ${heard}`, { cause: error });
  }
  return { pid: child.pid!, close: () => end(child) };
}

async function until(child: ChildProcess, isThere: () => Promise<boolean>, why: string): Promise<void> {
  for (const last = Date.now() + START_MS; Date.now() < last; await sleep(20)) {
    if (await isThere()) return;
    if (child.exitCode !== null) break;
  }
  throw new Error(why);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { readonly port: number };
  server.close();
  await once(server, 'close');
  return port;
}

export function canConnect(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}
