import { execFile, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { refuse, runOn } from '../testbed/index.js';
import type { CaptureEnd, CaptureMethod, RunningCapture } from './capture_method.js';
import { endProcess, identityOf, isAlive } from './identity.js';

/** Capture by tcpdump on the listener, with Twine's options. */
export const tcpdumpCapture: CaptureMethod = {
  name: 'tcpdump',

  async check(access, filter) {
    // -ddd compiles the expression and prints it; nothing is captured.
    const argv = access.command(['tcpdump', '-ddd', '-y', 'EN10MB', '--', ...(filter === undefined ? [] : [filter])]);
    await new Promise<void>((resolve, reject) => {
      execFile(argv[0]!, argv.slice(1), (error, _, stderr) => {
        if (!error) return resolve();
        const missing = stderr.includes('No such file') || (error as NodeJS.ErrnoException).code === 'ENOENT';
        const reason = missing
          ? 'tcpdump is not installed on the listener (Debian: apt-get install tcpdump)'
          : `filter "${filter ?? ''}": ${stderr.trim()}`;
        reject(refuse({ class: 'configuration', scope: 'site', reason }));
      });
    });
  },

  async start(spec) {
    const { access, file, logs, snaplen, filter, atMostS } = spec;
    mkdirSync(logs, { recursive: true });
    await runOn(access, ['mkdir', '-p', dirname(file)]);
    const argv = access.command([
      ...['timeout', '-k', '5', String(Math.ceil(atMostS)), 'tcpdump', '-i', spec.interface, '-Q', 'in', '-n'],
      // It would drop to a user who may not write here.
      ...['-Z', 'root', '-s', String(snaplen === 0 ? 262_144 : snaplen), '-B', String(RING_KIB), '-w', file, '--'],
      ...(filter === undefined ? [] : [filter]),
    ]);
    return await startTool(argv, logs, 'listening on', isListening(logs));
  },

  async stop({ file, logs, access }, identity) {
    const early = !isAlive(identity);
    if (!early) {
      // Its ring hands a block over when it is full or this old; what is in it at the end would be lost.
      await new Promise((resolve) => setTimeout(resolve, RING_BLOCK_MS));
      if (!(await endProcess(identity, 'SIGINT', 5000))) await endProcess(identity, 'SIGKILL', 5000);
    }
    return readEnd(
      file,
      readLog(logs),
      early,
      (await access.freeBytes().catch(() => Number.MAX_SAFE_INTEGER)) < FULL_BYTES,
    );
  },
};

/** Starts a capture tool with its words in files, so that it outlives us unhurt, and waits until it is ready. */
export async function startTool(
  argv: readonly string[],
  logs: string,
  what: string,
  ready: () => boolean,
): Promise<RunningCapture> {
  const out = openSync(join(logs, 'stdout.log'), 'a');
  const err = openSync(join(logs, 'stderr.log'), 'w');
  const child = spawn(argv[0]!, argv.slice(1), { stdio: ['ignore', out, err] });
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
    await new Promise((resolve) => setTimeout(resolve, 10));
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

function isListening(logs: string): () => boolean {
  return () => readLog(logs).includes('listening on');
}

function readEnd(file: string, said: string, early: boolean, full: boolean): CaptureEnd {
  const count = (what: RegExp): number => Number(what.exec(said)?.[1] ?? 0);
  const filePackets = count(/(\d+) packets? captured/);
  const ringDroppedPackets = count(/(\d+) packets? dropped by kernel/) + count(/(\d+) packets? dropped by interface/);
  const end = { files: [file], filePackets, ringDroppedPackets };
  if (full || said.includes('No space left')) {
    return { ...end, failure: { class: 'resources', scope: 'listener', reason: `disk full while writing ${file}` } };
  }
  if (!early) return end;
  const last = said.trim().split('\n').at(-1) ?? '';
  return { ...end, failure: { class: 'transient', scope: scopeOf(last), reason: `capture ended by itself: ${last}` } };
}

// A namespace or device that is gone is the listener's end; a tool that was killed is its own.
const scopeOf = (said: string) =>
  /network namespace|No such device|went down|not up|disappeared/.test(said)
    ? ('listener' as const)
    : ('mirror' as const);
const classOf = (said: string) => (/No space left/.test(said) ? ('resources' as const) : ('transient' as const));

/** 32 MiB, as Twine asks for. */
const RING_KIB = 32_768;
const RING_BLOCK_MS = 1200;
const READY_MS = 10_000;
const FULL_BYTES = 65_536;
