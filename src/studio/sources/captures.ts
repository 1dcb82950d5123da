import { type CaptureFlow, fromCapture, fromConnection, type Run } from '../../run/index.js';
import { type CaptureOverview, type CaptureWorker, remoteCallback, spawnCapture } from '../../web/index.js';
import { busy, isSimulation, problem, showRun } from '../session.js';

// The capture that is open: all of its connections, or one of them.

/** Connections a capture is shown with: the busiest. */
const MOST_FLOWS = 40;
const BIN_US = 10_000;

let worker: CaptureWorker | undefined;
let captured: { readonly names: readonly string[]; readonly overview: CaptureOverview } | undefined;

/** Reads files as one capture, and shows its connections. */
export async function openCapture(files: readonly File[]): Promise<void> {
  worker ??= spawnCapture(new URL('workers/capture.js', document.baseURI));
  const names = files.map(({ name }) => name);
  const overview = await worker.captures.analyse(files, remoteCallback(told));
  captured = { names, overview };
  showWhole();
}

/** Whether a run is all of a capture: its flows are connections that can be opened. */
export function isWhole({ provenance, series }: Run): boolean {
  return provenance.source === 'capture' && series.some(({ quantity }) => quantity === 'wireRate');
}

/** Back to all connections of the capture that is open; false where none is. */
export function showWhole(): boolean {
  if (!captured) return false;
  const { overview, names } = captured;
  const rows = rowsOf(overview);
  const shown = [...rows].sort((a, b) => b.bytes - a.bytes).slice(0, MOST_FLOWS);
  shown.sort((a, b) => a.flow.number - b.flow.number);
  showRun(
    fromCapture({
      ...overview,
      connections: shown.map(({ flow }) => flow),
      more: rows.length - shown.length + overview.folded.connections,
      files: names,
    }),
  );
  isSimulation.value = false;
  return true;
}

/** Opens one connection of the capture. */
export async function openConnection(number: number): Promise<void> {
  if (!worker || !captured) return;
  busy.value = { what: `reading connection ${number}`, share: null };
  try {
    const { names } = captured;
    const series = await worker.captures.series(number, BIN_US, remoteCallback(told));
    showRun(fromConnection(series, names));
    // What limited it takes another reading; its views are there meanwhile.
    busy.value = { what: `looking for what limited connection ${number}`, share: null };
    showRun(fromConnection(series, names, await worker.captures.limits(number, remoteCallback(told))));
  } catch (error) {
    problem.value = (error as Error).message;
  } finally {
    busy.value = null;
  }
}

function told({ bytesRead, bytesTotal }: { readonly bytesRead: number; readonly bytesTotal?: number }): void {
  if (busy.value) busy.value = { ...busy.value, share: bytesTotal ? bytesRead / bytesTotal : null };
}

function rowsOf({ connections: c }: CaptureOverview): { readonly flow: CaptureFlow; readonly bytes: number }[] {
  return Array.from({ length: c.length }, (_, i) => {
    const ahead = c.forward.dataBytes[i]! >= c.backward.dataBytes[i]!;
    const side = ahead ? c.forward : c.backward;
    const seconds = c.durationUs[i]! / 1e6;
    const known = (value: number | undefined): number | null =>
      value === undefined || Number.isNaN(value) ? null : value;
    const rtt = (value: number | undefined): number | null => (side.rttSamples[i]! > 0 ? known(value) : null);
    const startUs = known(c.startUs[i]);
    return {
      bytes: c.forward.bytes[i]! + c.backward.bytes[i]!,
      flow: {
        number: c.number[i]!,
        name: `${c.number[i]}: ${c.src[i]}:${c.srcPort[i]} ${ahead ? '→' : '←'} ${c.dst[i]}:${c.dstPort[i]}`,
        startUs,
        endUs: startUs === null ? null : startUs + c.durationUs[i]!,
        totals: {
          goodputBytesPerSecond: seconds > 0 ? side.ackedBytes[i]! / seconds : null,
          meanRttUs: rtt(side.rttMeanUs[i]),
          p95RttUs: rtt(side.rttP95Us[i]),
          packetsSent: known(side.packets[i]),
          packetsLost: null,
          retransmissions: known(side.retransmittedPackets?.[i]),
          timeouts: null,
          marks: null,
        },
      },
    };
  });
}
