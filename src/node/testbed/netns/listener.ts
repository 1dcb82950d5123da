import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readdir, stat, statfs, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { makeFolder } from '../../files/index.js';
import { endProcess, identityOf, isAlive, run } from '../../process/index.js';
import { refuse } from '../failure.js';
import { fetchFile } from '../fetch.js';
import type { ListenerAccess, ListenerFile, ListenerProcess } from '../listener.js';
import type { NodeState } from './state.js';

const LIMITS = { startS: 10, endS: 10, pollS: 0.02 };
const TAIL_BYTES = 65_536;

/** A node of this machine: its files are ours to read, its processes are in our table. */
export function accessOf({ name, home, namespace, nics }: NodeState): ListenerAccess {
  const inside = (argv: readonly string[]): string[] => ['ip', 'netns', 'exec', namespace, ...argv];
  const at = (path: string): string => resolve(home, path);
  return {
    home,
    limits: LIMITS,
    interfaces: Object.fromEntries(nics.flatMap(({ ports }) => ports).map((port) => [port.name, port.interface])),
    run: async (argv) => await run(inside(argv)),
    async write(path, text) {
      makeFolder(dirname(at(path)));
      await writeFile(at(path), text);
    },
    start: async (argv, logs) => await start(inside(argv), at(logs)),
    isAlive: async (process) => isAlive(process),
    end: async (process, signal) => await endProcess(process, signal, LIMITS.endS * 1000),
    said: async (logs) => ({
      stdout: await tail(join(at(logs), 'stdout.log')),
      stderr: await tail(join(at(logs), 'stderr.log')),
    }),
    files: async () => await filesUnder(home, ''),
    async fetch(path, target, onBytes) {
      const file = at(path);
      const { size } = await stat(file);
      const source = {
        name: `${name}:${path}`,
        bytes: size,
        // A file that still grows is taken up to the length it has now.
        read: (fromByte: number) => createReadStream(file, { start: fromByte, end: size - 1 }),
        sha256: async () => await checksum(file, size),
      };
      return await fetchFile(source, target, onBytes);
    },
    async freeBytes() {
      const { bavail, bsize } = await statfs(home);
      return bavail * bsize;
    },
  };
}

async function start(argv: readonly string[], logs: string): Promise<ListenerProcess> {
  makeFolder(logs);
  const [out, err] = await Promise.all(['stdout', 'stderr'].map((name) => open(join(logs, `${name}.log`), 'w')));
  const child = spawn(argv[0]!, argv.slice(1), { stdio: ['ignore', out!.fd, err!.fd], detached: true });
  const ended = new Promise<void>((settle) => {
    child.on('error', () => settle());
    child.on('exit', () => settle());
  });
  const record = child.pid === undefined ? undefined : identityOf(child.pid);
  await Promise.all([out!.close(), err!.close()]);
  if (record) return { record, ended };
  const said = (await tail(join(logs, 'stderr.log'))).trim() || 'it ended at once';
  throw refuse({ class: 'transient', scope: 'listener', reason: `${argv[4]} did not start: ${said}` });
}

async function tail(path: string): Promise<string> {
  const file = await open(path).catch(() => undefined);
  if (!file) return '';
  try {
    const { size } = await file.stat();
    const bytes = Buffer.alloc(Math.min(size, TAIL_BYTES));
    const { bytesRead } = await file.read(bytes, 0, bytes.length, size - bytes.length);
    return bytes.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}

async function filesUnder(root: string, prefix: string): Promise<ListenerFile[]> {
  const found: ListenerFile[] = [];
  const entries = await readdir(join(root, prefix), { withFileTypes: true });
  for (const entry of entries.sort((a, b) => a.name.localeCompare(b.name, 'en'))) {
    const path = join(prefix, entry.name);
    if (entry.isDirectory()) found.push(...(await filesUnder(root, path)));
    else if (entry.isFile()) found.push({ path, bytes: (await stat(join(root, path))).size });
  }
  return found;
}

async function checksum(file: string, bytes: number): Promise<string> {
  const hash = createHash('sha256');
  if (bytes > 0) for await (const chunk of createReadStream(file, { end: bytes - 1 })) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
