import {
  type CaptureFlow,
  fromCapture,
  fromConnection,
  fromQlog,
  fromSimulation,
  type Run,
  thawRun,
} from '../../run/index.js';
import { isShared } from '../../share/index.js';
import type { Scenario } from '../../sim/index.js';
import { type CaptureOverview, type CaptureWorker, remoteCallback, spawnCapture } from '../../web/index.js';
import { busy, changeScenario, isSimulation, problem, showRun } from '../session.js';

/** Connections a capture is shown with: the busiest. */
const MOST_FLOWS = 40;
/** What is read to tell a file's kind. */
const HEAD_BYTES = 4096;
/** A JSON file beyond this is none that a page should hold. */
const MOST_JSON = 256 * 1024 * 1024;
const BIN_US = 10_000;

let worker: CaptureWorker | undefined;
let captured: { readonly names: readonly string[]; readonly overview: CaptureOverview } | undefined;

/** What files turned out to be: a scenario is to be run by whoever opened it. */
export type Opened =
  | { readonly kind: 'run' }
  | { readonly kind: 'shared'; readonly value: unknown }
  | { readonly kind: 'scenario'; readonly scenario: Scenario }
  | null;

/** Opens files that were dropped, chosen or named: qlog, results and scenarios as JSON, everything else as one capture. */
export async function openFiles(files: readonly File[]): Promise<Opened> {
  if (files.length === 0) return null;
  problem.value = null;
  busy.value = { what: `reading ${files.map(({ name }) => name).join(', ')}`, share: null };
  try {
    const first = files[0]!;
    if (files.length === 1 && (await looksLikeQlog(first))) return await openQlog(first);
    if (files.length === 1 && (await looksLikeJson(first))) return await openJson(first);
    await openCapture(files);
    return { kind: 'run' };
  } catch (error) {
    problem.value = `${files.map(({ name }) => name).join(', ')}: ${(error as Error).message}`;
    return null;
  } finally {
    busy.value = null;
  }
}

/** What a file holds, told by its content. */
export type FileKind = 'capture' | 'qlog' | 'run' | 'result' | 'scenario' | 'shared';

/** What a file is. Throws for what nothing here reads, in words for its reader. */
export async function kindOf(file: File): Promise<FileKind> {
  if (file.size === 0) throw new Error('it is empty');
  if (await looksLikeQlog(file)) return 'qlog';
  if (await looksLikeJson(file)) return kindOfJson(await jsonOf(file));
  const head = new DataView(await file.slice(0, HEAD_BYTES).arrayBuffer());
  if (isCapture(head)) return 'capture';
  throw new Error('it is no capture, result, scenario or qlog');
}

/** First four bytes: pcap of either order, its nanosecond and modified forms, pcapng, gzip, zstd. */
const CAPTURES = new Set([
  0xa1b2c3d4, 0xd4c3b2a1, 0xa1b23c4d, 0x4d3cb2a1, 0xa1b2cd34, 0x34cdb2a1, 0x0a0d0d0a, 0x28b52ffd,
]);
const GZIP = 0x1f8b;
const TAR_AT = 257;
const TAR = 0x75737461;

function isCapture(head: DataView): boolean {
  if (head.byteLength < 4) return false;
  const isTar = head.byteLength >= TAR_AT + 4 && head.getUint32(TAR_AT) === TAR;
  return isTar || CAPTURES.has(head.getUint32(0)) || head.getUint16(0) === GZIP;
}

async function looksLikeJson(file: File): Promise<boolean> {
  return /^\s*\{/.test(await file.slice(0, HEAD_BYTES).text());
}

/** A sequence of records, or a JSON document that says so at its head. */
async function looksLikeQlog(file: File): Promise<boolean> {
  const head = await file.slice(0, HEAD_BYTES).text();
  const record = head.startsWith('\u001e') ? head.slice(1) : head;
  return record.trimStart().startsWith('{') && /"(qlog_version|qlog_format|file_schema)"/.test(head);
}

async function openQlog(file: File): Promise<Opened> {
  if (file.size > MOST_JSON) throw new Error('it is too large for a page: log less, or a part of the time');
  showRun(fromQlog(await file.text(), file.name));
  isSimulation.value = false;
  return { kind: 'run' };
}

async function openJson(file: File): Promise<Opened> {
  const value = await jsonOf(file);
  const kind = kindOfJson(value);
  if (kind === 'shared') return { kind, value };
  if (kind === 'scenario') {
    changeScenario(value as unknown as Scenario);
    return { kind, scenario: value as unknown as Scenario };
  }
  showRun(kind === 'run' ? thawRun(value) : fromSimulation(value, { files: [file.name] }));
  isSimulation.value = false;
  return { kind: 'run' };
}

async function jsonOf(file: File): Promise<Record<string, unknown>> {
  if (RECORDING.test(await file.slice(0, HEAD_BYTES).text()))
    throw new Error(
      'these are the messages of an agent, which do not say what its numbers mean: mooring replay reads them',
    );
  if (file.size > MOST_JSON) throw new Error('it is too large for a page; captures may be of any size');
  return JSON.parse(await file.text()) as Record<string, unknown>;
}

/** The first line of `mooring agent --record`. */
const RECORDING = /^\{"mooring":"agent-traffic"/;

function kindOfJson(value: Record<string, unknown>): FileKind {
  if (isShared(value)) return 'shared';
  if (typeof value['format'] === 'string') return 'run';
  if ('summary' in value && 'scenario' in value) {
    if (!('series' in value)) throw new Error('this result has no series: make it with `mooring sim --json --series`');
    return 'result';
  }
  if (!Array.isArray(value['flows'])) throw new Error('this is neither a result nor a scenario of Mooring');
  return 'scenario';
}

async function openCapture(files: readonly File[]): Promise<void> {
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
