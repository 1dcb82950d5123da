import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { MooringError } from '../../base/index.js';
import { endProcess, isAlive, sleep } from '../process/index.js';
import { type ListenerAccess, refuse, runOn } from '../testbed/index.js';
import type { CaptureEnd, CaptureMethod } from './capture-method.js';
import { readLog, scopeOf, startTool } from './tool.js';

/** Capture by tcpdump on the listener, with Twine's options. */
export const tcpdumpCapture: CaptureMethod = {
  name: 'tcpdump',

  async check(access, filter) {
    await compileFilter(access, filter ?? '');
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
      await sleep(RING_BLOCK_MS);
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

/** An expression as libpcap compiles it, by tcpdump; nothing is captured. Refuses what it does not understand. */
export async function compileFilter(access: ListenerAccess, filter: string): Promise<string> {
  try {
    return await runOn(access, ['tcpdump', '-ddd', '-y', 'EN10MB', '--', ...(filter === '' ? [] : [filter])]);
  } catch (error) {
    const said = error instanceof MooringError ? String(error.detail['said']) : String(error);
    const reason = said.includes('No such file')
      ? 'tcpdump is not installed on the listener (Debian: apt-get install tcpdump)'
      : `filter "${filter}": ${said}`;
    throw refuse({ class: 'configuration', scope: 'site', reason });
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

/** 32 MiB, as Twine asks for. */
const RING_KIB = 32_768;
const RING_BLOCK_MS = 1200;
const FULL_BYTES = 65_536;
