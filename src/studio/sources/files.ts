import { fromQlog, fromSimulation, thawRun } from '../../run/index.js';
import { isShared } from '../../share/index.js';
import type { Scenario } from '../../sim/index.js';
import { busy, changeScenario, isSimulation, problem, showRun } from '../session.js';
import { openCapture } from './captures.js';

/** What is read to tell a file's kind. */
const HEAD_BYTES = 4096;
/** A JSON file beyond this is none that a page should hold. */
const MOST_JSON = 256 * 1024 * 1024;

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
    const head = await first.slice(0, HEAD_BYTES).text();
    if (files.length === 1 && looksLikeQlog(head)) return await openQlog(first);
    if (files.length === 1 && looksLikeJson(head)) return await openJson(first);
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
export type FileKind = 'capture' | 'qlog' | 'run' | 'result' | 'scenario' | 'shared' | 'results' | 'recording';

/** What is said of a file that is known by nothing; as a capture it may be told more of. */
export const NOTHING_OF_OURS = 'it is no capture, result, scenario, recording or qlog';

/** What a file is. Throws for what nothing here reads, in words for its reader. */
export async function kindOf(file: File): Promise<FileKind> {
  if (file.size === 0) throw new Error('it is empty');
  const text = await file.slice(0, HEAD_BYTES).text();
  if (text.startsWith('PAR1')) return 'results';
  if (RECORDING.test(text)) return 'recording';
  if (looksLikeQlog(text)) return 'qlog';
  if (looksLikeJson(text)) return kindOfJson(await jsonOf(file));
  const head = new DataView(await file.slice(0, HEAD_BYTES).arrayBuffer());
  if (isCapture(head)) return 'capture';
  if (/^run,[^\n]*\bseed,/.test(text))
    throw new Error('results as CSV do not say of which scenario: open results.parquet beside it');
  throw new Error(NOTHING_OF_OURS);
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

function looksLikeJson(head: string): boolean {
  return /^\s*\{/.test(head);
}

/** A sequence of records, or a JSON document that says so at its head. */
function looksLikeQlog(head: string): boolean {
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
  if (Array.isArray(value['rows']) && 'axes' in value) return 'results';
  if (typeof value['hash'] === 'string' && 'build' in value)
    throw new Error('it says which sweep its folder is of: open the folder, or results.parquet beside it');
  if (!Array.isArray(value['flows'])) throw new Error('this is neither a result nor a scenario of Mooring');
  return 'scenario';
}
