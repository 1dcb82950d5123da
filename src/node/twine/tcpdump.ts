import { dirname, join } from 'node:path/posix';
import { MooringError } from '../../base/index.js';
import { fromDebian } from '../install/index.js';
import { sleep } from '../process/index.js';
import { type ListenerAccess, refuse } from '../testbed/index.js';
import { type CaptureEnd, type CaptureMethod, FULL_BYTES } from './capture-method.js';
import { endTool, lastLine, scopeOf, startTool } from './tool.js';

/** 32 MiB, as Twine asks for. */
const RING_KIB = 32_768;
const RING_BLOCK_MS = 1200;
/** What tcpdump takes for whole frames. */
const WHOLE_FRAMES = 262_144;

/** Capture by tcpdump on the listener, with Twine's options. */
export const tcpdumpCapture: CaptureMethod = {
  name: 'tcpdump',

  async check(access, filter) {
    await compileFilter(access, filter ?? '');
  },

  async start({ access, file, logs, snaplen, filter, atMostS, interface: device }) {
    const path = join(access.home, file);
    await access.run(['mkdir', '-p', dirname(path)]);
    const argv = [
      ...['timeout', '-k', '5', String(Math.ceil(atMostS)), 'tcpdump', '-i', device, '-Q', 'in', '-n'],
      // It would drop to a user who may not write here.
      ...['-Z', 'root', '-s', String(snaplen === 0 ? WHOLE_FRAMES : snaplen), '-B', String(RING_KIB), '-w', path, '--'],
      ...(filter === undefined ? [] : [filter]),
    ];
    return await startTool(access, argv, logs, { from: 'stderr', pattern: /listening on/ });
  },

  async stop({ file, logs, access }, record) {
    const early = !(await access.isAlive(record));
    if (!early) {
      // Its ring hands a block over when it is full or this old; what is in it at the end would be lost.
      await sleep(RING_BLOCK_MS);
      await endTool(access, record);
    }
    const { stderr } = await access.said(logs);
    const freeBytes = await access.freeBytes().catch(() => Number.MAX_SAFE_INTEGER);
    return readEnd(file, stderr, early, freeBytes < FULL_BYTES || stderr.includes('No space left'));
  },
};

/** An expression as libpcap compiles it, by tcpdump; nothing is captured. Refuses what it does not understand. */
export async function compileFilter(access: ListenerAccess, filter: string): Promise<string> {
  try {
    return await access.run(['tcpdump', '-ddd', '-y', 'EN10MB', '--', ...(filter === '' ? [] : [filter])]);
  } catch (error) {
    const said = error instanceof MooringError ? String(error.detail['said']) : String(error);
    const reason = said.includes('No such file')
      ? `tcpdump is not installed on the listener ${fromDebian('tcpdump')}`
      : `filter "${filter}": ${said}`;
    throw refuse({ class: 'configuration', scope: 'site', reason });
  }
}

function readEnd(file: string, said: string, early: boolean, full: boolean): CaptureEnd {
  const count = (what: RegExp): number => Number(what.exec(said)?.[1] ?? 0);
  const filePackets = count(/(\d+) packets? captured/);
  const ringDroppedPackets = count(/(\d+) packets? dropped by kernel/) + count(/(\d+) packets? dropped by interface/);
  const end = { filePackets, ringDroppedPackets };
  if (full) {
    return { ...end, failure: { class: 'resources', scope: 'listener', reason: `disk full while writing ${file}` } };
  }
  if (!early) return end;
  const last = lastLine(said);
  return { ...end, failure: { class: 'transient', scope: scopeOf(last), reason: `capture ended by itself: ${last}` } };
}
