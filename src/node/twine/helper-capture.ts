import { dirname, join } from 'node:path/posix';
import { type CaptureTotals, captureArguments, parseCaptureLine } from '../helper/index.js';
import { refuse } from '../testbed/index.js';
import type { CaptureEnd, CaptureMethod } from './capture-method.js';
import { compileFilter } from './tcpdump.js';
import { endTool, lastLine, startTool } from './tool.js';

/** 32 MiB, as Twine asks of tcpdump. */
const RING_MIB = 32;
/** The helper keeps at least an Ethernet header. */
const SHORTEST_SNAP = 14;

/** Capture by the helper, `program` on the listener: a ring of its own, and counters that account for every frame. */
export function helperCapture(program: string): CaptureMethod {
  return {
    name: 'helper',

    async check(access, filter) {
      await access.run([program, 'capture', '--help']).catch((error: Error) => {
        throw refuse({ class: 'configuration', scope: 'site', reason: `the helper does not run: ${error.message}` });
      });
      if (filter !== undefined) await compileFilter(access, filter);
    },

    async start({ access, file, logs, snaplen, filter, atMostS, interface: device }) {
      const path = join(access.home, file);
      const filterFile = join(access.home, logs, 'filter.txt');
      await access.run(['mkdir', '-p', dirname(path)]);
      if (filter !== undefined) await access.write(filterFile, await compileFilter(access, filter));
      const words = captureArguments({
        interface: device,
        file: path,
        incoming: true,
        ringMib: RING_MIB,
        maxSeconds: Math.ceil(atMostS),
        // Files belong to whoever runs the campaign, not to who called sudo for it.
        user: String(process.getuid?.() ?? 0),
        ...(snaplen === 0 ? {} : { snapBytes: Math.max(snaplen, SHORTEST_SNAP) }),
        ...(filter === undefined ? {} : { filterFile }),
      });
      return await startTool(access, [program, ...words], logs, { from: 'stdout', pattern: /^ready /m });
    },

    async stop({ access, file, logs }, record) {
      const early = !(await access.isAlive(record));
      if (!early) await endTool(access, record);
      const { stdout, stderr } = await access.said(logs);
      return endOf(file, stdout, lastLine(stderr), early);
    },
  };
}

function endOf(file: string, stdout: string, last: string, early: boolean): CaptureEnd {
  const end = stdout
    .split('\n')
    .flatMap((line) => totalsOf(line) ?? [])
    .at(-1);
  if (!end) {
    const reason = `capture ended by itself: ${last || 'killed'}`;
    return { filePackets: 0, ringDroppedPackets: 0, failure: { class: 'transient', scope: 'mirror', reason } };
  }
  const counted = {
    filePackets: end.packets,
    ringDroppedPackets: end.ringDropped,
    filteredPackets: end.nicReceived - end.ringReceived,
  };
  switch (end.reason) {
    case 'disk': {
      const reason = `disk full while writing ${file}`;
      return { ...counted, failure: { class: 'resources', scope: 'listener', reason } };
    }
    case 'interface':
      return { ...counted, failure: { class: 'transient', scope: 'listener', reason: 'the interface went away' } };
    default: {
      if (!early) return counted;
      const reason = `capture ended by itself: ${end.reason} ${last}`;
      return { ...counted, failure: { class: 'transient', scope: 'mirror', reason } };
    }
  }
}

function totalsOf(line: string): CaptureTotals | undefined {
  if (!line.startsWith('end ')) return undefined;
  const parsed = parseCaptureLine(line);
  return parsed.event === 'end' ? parsed : undefined;
}
