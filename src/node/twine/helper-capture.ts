import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type CaptureTotals, captureArguments, parseCaptureLine, requireHelper } from '../helper/index.js';
import { endProcess, isAlive } from '../process/index.js';
import { refuse, runOn } from '../testbed/index.js';
import type { CaptureEnd, CaptureMethod } from './capture-method.js';
import { compileFilter } from './tcpdump.js';
import { readLog, startTool } from './tool.js';

/** Capture by the helper: a ring of its own, and counters that account for every frame. */
export const helperCapture: CaptureMethod = {
  name: 'helper',

  async check(access, filter) {
    const program = requireHelper();
    await runOn(access, [program, 'capture', '--help']).catch((error: Error) => {
      throw refuse({ class: 'configuration', scope: 'site', reason: `the helper does not run: ${error.message}` });
    });
    if (filter !== undefined) await compileFilter(access, filter);
  },

  async start({ access, file, logs, snaplen, filter, atMostS, interface: device }) {
    mkdirSync(logs, { recursive: true });
    await runOn(access, ['mkdir', '-p', dirname(file)]);
    const filterFile = join(logs, 'filter.txt');
    if (filter !== undefined) writeFileSync(filterFile, await compileFilter(access, filter));
    const words = captureArguments({
      interface: device,
      file,
      incoming: true,
      ringMib: RING_MIB,
      maxSeconds: Math.ceil(atMostS),
      // Files belong to whoever runs the campaign, not to who called sudo for it.
      user: String(process.getuid?.() ?? 0),
      ...(snaplen === 0 ? {} : { snapBytes: Math.max(snaplen, SHORTEST_SNAP) }),
      ...(filter === undefined ? {} : { filterFile }),
    });
    const ready = (): boolean => readOut(logs).startsWith('ready ');
    return await startTool(access.command([requireHelper(), ...words]), logs, 'ready', ready);
  },

  async stop({ file, logs }, identity) {
    const early = !isAlive(identity);
    if (!early && !(await endProcess(identity, 'SIGINT', 10_000))) await endProcess(identity, 'SIGKILL', 5000);
    return endOf(file, logs, early);
  },
};

function endOf(file: string, logs: string, early: boolean): CaptureEnd {
  const totals = readOut(logs)
    .split('\n')
    .flatMap((line) => totalsOf(line) ?? []);
  const end = totals.at(-1);
  const last = readLog(logs).trim().split('\n').at(-1) ?? '';
  if (!end) {
    const reason = `capture ended by itself: ${last || 'killed'}`;
    const failure = { class: 'transient', scope: 'mirror', reason } as const;
    return { files: [file], filePackets: 0, ringDroppedPackets: 0, failure };
  }
  const counted = {
    files: [file],
    filePackets: end.packets,
    ringDroppedPackets: end.ringDropped,
    filteredPackets: end.nicReceived - end.ringReceived,
  };
  switch (end.reason) {
    case 'disk':
      return {
        ...counted,
        failure: { class: 'resources', scope: 'listener', reason: `disk full while writing ${file}` },
      };
    case 'interface':
      return { ...counted, failure: { class: 'transient', scope: 'listener', reason: 'the interface went away' } };
    default:
      if (!early) return counted;
      return {
        ...counted,
        failure: { class: 'transient', scope: 'mirror', reason: `capture ended by itself: ${end.reason} ${last}` },
      };
  }
}

function totalsOf(line: string): CaptureTotals | undefined {
  if (!line.startsWith('end ')) return undefined;
  const parsed = parseCaptureLine(line);
  return parsed.event === 'end' ? parsed : undefined;
}

function readOut(logs: string): string {
  try {
    return readFileSync(join(logs, 'stdout.log'), 'utf8');
  } catch {
    return '';
  }
}

/** 32 MiB, as Twine asks of tcpdump. */
const RING_MIB = 32;
/** The helper keeps at least an Ethernet header. */
const SHORTEST_SNAP = 14;
