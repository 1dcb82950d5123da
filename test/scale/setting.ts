import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, afterEach } from 'vitest';
import { canConnect, freePort } from '../../src/bench/jobs-redis.js';
import { until } from '../until.js';

export { canConnect, freePort };

// A Redis of its own on a loopback port, workers and sweeps as processes; all of them end with the test.

/** Why these tests cannot run here; undefined where they can. */
export const missing =
  spawnSync('redis-server', ['--version']).status === 0
    ? undefined
    : 'no redis-server here (apt-get install redis-server)';
if (missing) console.warn(`skipped: ${missing}`);

export const root = mkdtempSync(join(tmpdir(), 'mooring-scale-'));
const running = new Set<ChildProcess>();

/** Ends the processes of each test with it; in a file whose tests run side by side they end with the file. */
export function endAfterEach(): void {
  afterEach(endAll);
}
afterAll(async () => {
  await endAll();
  rmSync(root, { recursive: true, force: true });
});

async function endAll(): Promise<void> {
  await Promise.all([...running].map(endNow));
}

export async function endNow(child: ChildProcess): Promise<void> {
  running.delete(child);
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  // One that is stopped dies when it goes on.
  child.kill('SIGCONT');
  await ended;
}

export const PASSWORD = 'correct horse';

export interface RedisServer {
  readonly url: string;
  readonly port: number;
  /** As a machine that loses power. */
  kill(): Promise<void>;
  start(): Promise<void>;
  /** How many jobs of all builds are in a state. */
  count(state: 'completed' | 'failed' | 'active' | 'prioritized'): Promise<number>;
}

export interface RedisServerOptions {
  /** Whether it has its data again after it was killed. */
  readonly keeps: boolean;
  /** PEM files in a folder: ca.crt, server.crt, server.key. */
  readonly tls?: string;
}

export async function startRedis({ keeps, tls }: RedisServerOptions): Promise<RedisServer> {
  const port = await freePort();
  const folder = mkdtempSync(join(root, 'redis-'));
  const file = join(folder, 'redis.conf');
  const lines = [
    ...(tls
      ? ['port 0', `tls-port ${port}`, `tls-cert-file ${tls}/server.crt`, `tls-key-file ${tls}/server.key`]
      : [`port ${port}`]),
    ...(tls ? [`tls-ca-cert-file ${tls}/ca.crt`, 'tls-auth-clients no'] : []),
    'bind 127.0.0.1',
    `requirepass "${PASSWORD}"`,
    `dir ${folder}`,
    'save ""',
    ...(keeps ? ['appendonly yes', 'appendfsync always'] : []),
  ];
  writeFileSync(file, `${lines.join('\n')}\n`);
  let child: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    child = spawn('redis-server', [file], { stdio: 'ignore' });
    running.add(child);
    await until('redis-server listens', () => canConnect(port));
  };
  await start();
  return {
    url: `${tls ? 'rediss' : 'redis'}://127.0.0.1:${port}`,
    port,
    start,
    async kill() {
      if (child) await endNow(child);
    },
    async count(state) {
      const redis = new Redis({ port, host: '127.0.0.1', password: PASSWORD });
      try {
        const keys = await redis.keys(`mooring:*-*:${state}`);
        const sizes = await Promise.all(keys.map((key) => (state === 'active' ? redis.llen(key) : redis.zcard(key))));
        return sizes.reduce((sum, size) => sum + size, 0);
      } finally {
        redis.disconnect();
      }
    },
  };
}

export interface Running {
  readonly child: ChildProcess;
  out: string;
  err: string;
  readonly ended: Promise<number | string>;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Another build than the one of this checkout. */
  readonly cli?: string;
  readonly node?: readonly string[];
}

/** A call of the built `mooring`. */
export function mooring(
  args: readonly string[],
  { env = {}, cli = 'dist/cli.js', node = [] }: RunOptions = {},
): Running {
  return run(process.execPath, [...node, cli, ...args], env);
}

/** A program that ends with the test. */
export function run(program: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Running {
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, MOORING_REDIS_PASSWORD: PASSWORD, TMPDIR: root, ...env },
  });
  running.add(child);
  const ended = once(child, 'close').then(([code, signal]) => code ?? signal);
  const one: Running = { child, out: '', err: '', ended };
  child.stdout!.on('data', (text) => (one.out += text));
  child.stderr!.on('data', (text) => (one.err += text));
  return one;
}

/** A worker that has said that it is there. Its lease is short, so that what it loses is soon found. */
export async function startWorker(
  url: string,
  args: readonly string[] = [],
  options: RunOptions = {},
): Promise<Running> {
  const worker = mooring(['worker', url, '--concurrency', '1', '--lease', '2s', ...args], options);
  await until(
    'the worker is there',
    () => /takes (runs|captures below .*) from/.test(worker.err) || worker.child.exitCode !== null,
  );
  return worker;
}

/** Certificates for 127.0.0.1, and the authority that signed them. */
export function makeCertificates(): string {
  const folder = mkdtempSync(join(root, 'tls-'));
  const openssl = (...args: string[]): void => void execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  openssl('req', '-x509', ...key, '-keyout', 'ca.key', '-out', 'ca.crt', '-subj', '/CN=test authority', '-days', '2');
  openssl('req', ...key, '-keyout', 'server.key', '-out', 'server.csr', '-subj', '/CN=127.0.0.1');
  writeFileSync(join(folder, 'names'), 'subjectAltName=IP:127.0.0.1\n');
  openssl(
    ...['x509', '-req', '-in', 'server.csr', '-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial'],
    ...['-out', 'server.crt', '-days', '2', '-extfile', 'names'],
  );
  return folder;
}
