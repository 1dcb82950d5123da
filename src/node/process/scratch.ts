import { lstatSync, mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { identityOf, isAlive } from './identity.js';

/**
 * Makes a folder of this process under the temporary directory, after removing those of the same `prefix` that processes of
 * this user left when they were killed. A process is known by its number, its start, and the name space it has that
 * number in: one of a container that shares the directory is not taken for dead.
 */
export function makeScratch(prefix: string): string {
  const space = pidSpace();
  const own = identityOf(process.pid);
  if (space === undefined || own === undefined) return mkdtempSync(join(tmpdir(), `${prefix}-`));
  clear(prefix, space);
  return mkdtempSync(join(tmpdir(), `${prefix}-${space}-${own.pid}-${own.startTicks}-`));
}

function clear(prefix: string, space: string): void {
  const start = `${prefix}-${space}-`;
  for (const name of readdirSync(tmpdir())) {
    if (!name.startsWith(start)) continue;
    const [, pid, startTicks] = /^(\d+)-(\d+)-\w{6}$/.exec(name.slice(start.length)) ?? [];
    if (pid === undefined || isAlive({ pid: Number(pid), startTicks: Number(startTicks) })) continue;
    const path = join(tmpdir(), name);
    try {
      const found = lstatSync(path);
      if (found.isDirectory() && found.uid === process.getuid?.()) rmSync(path, { recursive: true, force: true });
    } catch {
      // Another who starts now has removed it, or it is not ours to remove.
    }
  }
}

/** The number of the name space of processes, namespaces(7); undefined where there is no /proc. */
function pidSpace(): string | undefined {
  try {
    return /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0];
  } catch {
    return undefined;
  }
}
