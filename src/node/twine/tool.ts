import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { endProcess, identityOf, isAlive, sleep } from '../process/index.js';
import { refuse } from '../testbed/index.js';
import type { RunningCapture } from './capture-method.js';

/** Starts a capture tool with its words in files, so that it outlives us unhurt, and waits until it is ready. */
export async function startTool(
  argv: readonly string[],
  logs: string,
  what: string,
  ready: () => boolean,
): Promise<RunningCapture> {
  const out = openSync(join(logs, 'stdout.log'), 'w');
  const err = openSync(join(logs, 'stderr.log'), 'w');
  const child = spawn(argv[0]!, argv.slice(1), { stdio: ['ignore', out, err], detached: true });
  closeSync(out);
  closeSync(err);
  const ended = new Promise<void>((resolve) => {
    child.on('error', () => resolve());
    child.on('exit', () => resolve());
  });
  const identity = child.pid === undefined ? undefined : identityOf(child.pid);
  const giveUpMs = Date.now() + READY_MS;
  while (!ready()) {
    if (!identity || !isAlive(identity) || Date.now() > giveUpMs) {
      if (identity) await endProcess(identity, 'SIGKILL', 1000);
      const said = readLog(logs).trim().split('\n').at(-1) || `did not say "${what}"`;
      throw refuse({ class: classOf(said), scope: scopeOf(said), reason: `capture did not start: ${said}` });
    }
    await sleep(10);
  }
  return { process: identity!, ended };
}

/** What a capture tool said on standard error. */
export function readLog(logs: string): string {
  try {
    return readFileSync(join(logs, 'stderr.log'), 'utf8');
  } catch {
    return '';
  }
}

// A namespace or device that is gone is the listener's end; a tool that was killed is its own.
export const scopeOf = (said: string) =>
  /network namespace|No such device|went down|not up|disappeared/.test(said)
    ? ('listener' as const)
    : ('mirror' as const);
const classOf = (said: string) => (/No space left/.test(said) ? ('resources' as const) : ('transient' as const));

const READY_MS = 10_000;
