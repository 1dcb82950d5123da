import { statSync } from 'node:fs';
import { isAbsolute, join, normalize } from 'node:path';
import { formatSize } from '../../base/index.js';
import {
  type ArchiveRecord,
  type CaptureRecord,
  formatManifest,
  type Listener,
  type Manifest,
} from '../../twine/index.js';
import { partOf } from '../files/index.js';
import { type ListenerAccess, type ListenerFile, refuse } from '../testbed/index.js';
import { entriesUnder, type PackEntry, type PackedFile, packArchive } from './archive.js';
import type { RunFolder } from './run-folder.js';

/** How far a listener's files have come. */
export interface GatherProgress {
  readonly label: string;
  readonly path: string;
  readonly bytes: number;
  readonly ofBytes: number;
}

/** Kept free at home, for manifest and log. */
const SPARE_BYTES = 1 << 20;
/** A pcap file that holds no packet. */
const EMPTY_PCAP_BYTES = 24;

/**
 * Brings a listener's captures home into `<label>_packet_trace.tgz`, with the tools' words beside
 * them and the manifest as it stands, and corrects the manifest where a file holds other than its
 * tool said. What was fetched stays until it is archived, so that another try goes on from there.
 * Captures that no record of this run has are another's: they stay out, and their names are given.
 */
export async function gatherListener(
  access: ListenerAccess,
  folder: RunFolder,
  manifest: Manifest,
  { name, label }: Listener,
  onProgress?: (progress: GatherProgress) => void,
): Promise<string[]> {
  const fetched = folder.fetchedOf(label);
  const own = new Set(manifest.captures.flatMap((capture) => (capture.label === label ? capture.files : [])));
  const all = await access.files();
  const strange = all.filter(({ path }) => path.endsWith('.pcap') && !own.has(path));
  const wanted = all.filter((file) => !strange.includes(file));
  refuseWithoutRoom(wanted, fetched, folder, access);
  await fetchAll(access, wanted, fetched, label, onProgress);
  const { archive, entries } = await packArchive(join(folder.path, `${label}_packet_trace.tgz`), [
    { path: 'manifest.json', text: formatManifest(manifest) },
    ...entriesUnder(fetched),
  ]);
  const listed = entries.map(({ path, bytes, sha256 }) => ({ path, bytes, sha256 }));
  const record: ArchiveRecord = { ...archive, listener: name, label, entries: listed };
  manifest.archives = [...manifest.archives.filter((other) => other.label !== label), record];
  manifest.captures = manifest.captures.map((capture) =>
    capture.label === label ? verify(capture, entries) : capture,
  );
  folder.dropFetched(label);
  return strange.filter(({ bytes }) => bytes > EMPTY_PCAP_BYTES).map(({ path }) => path);
}

/** Keeps a listener's files as they are when they could not be archived. Whether there were any. */
export async function keepRaw(access: ListenerAccess, folder: RunFolder, { label }: Listener): Promise<boolean> {
  await fetchAll(access, await access.files(), folder.fetchedOf(label), label);
  return folder.keepFetched(label);
}

/** Packs the run folder itself, as Twine does, and puts it where people look. */
export async function finishRun(folder: RunFolder): Promise<void> {
  await folder.publish(undefined);
  const target = `${folder.path}.tgz`;
  // What is inside is compressed already.
  await packArchive(
    target,
    manifestFirst(entriesUnder(folder.path).filter(({ path }) => !path.endsWith('.part'))).map((entry) => ({
      ...entry,
      path: `${folder.run}/${entry.path}`,
    })),
    1,
  );
  await folder.publish(target);
}

// Files come as they are before they are packed: what is not here yet must find room, or none is asked for.
function refuseWithoutRoom(
  files: readonly ListenerFile[],
  fetched: string,
  folder: RunFolder,
  access: ListenerAccess,
): void {
  const missing = files.reduce((sum, { path, bytes }) => sum + Math.max(0, bytes - here(join(fetched, path))), 0);
  const free = folder.freeBytes();
  if (missing + SPARE_BYTES <= free) return;
  const room = `${formatSize(missing + SPARE_BYTES)} are wanted, ${formatSize(free)} are free`;
  const reason = `no room in ${folder.path}: ${room}; the files are safe in ${access.home} on the listener`;
  throw refuse({ class: 'resources', scope: 'site', reason });
}

function here(path: string): number {
  for (const name of [path, partOf(path)]) {
    const stat = statSync(name, { throwIfNoEntry: false });
    if (stat) return stat.size;
  }
  return 0;
}

async function fetchAll(
  access: ListenerAccess,
  files: readonly ListenerFile[],
  target: string,
  label: string,
  onProgress: (progress: GatherProgress) => void = () => undefined,
): Promise<void> {
  for (const { path, bytes: ofBytes } of files) {
    if (isAbsolute(path) || normalize(path).startsWith('..')) {
      const reason = `${label} names a file outside its home: ${path}`;
      throw refuse({ class: 'configuration', scope: 'listener', reason });
    }
    await access.fetch(path, join(target, path), (bytes) => onProgress({ label, path, bytes, ofBytes }));
  }
}

// Whoever opens the archive knows what is in it from its first bytes.
function manifestFirst(entries: readonly PackEntry[]): PackEntry[] {
  return [...entries].sort((a, b) => Number(b.path === 'manifest.json') - Number(a.path === 'manifest.json'));
}

function verify(capture: CaptureRecord, entries: readonly PackedFile[]): CaptureRecord {
  const files = entries.filter(({ path }) => capture.files.includes(path));
  const packets = files.reduce((sum, { pcap }) => sum + (pcap?.packets ?? 0), 0);
  const cut = files.some(({ pcap }) => (pcap?.strayBytes ?? 0) > 0);
  if (files.length < capture.files.length) {
    return { ...capture, status: 'failed', reason: capture.reason ?? 'its file is missing' };
  }
  const counters = capture.counters && { ...capture.counters, filePackets: packets };
  if (packets === capture.counters?.filePackets && !cut) return capture;
  const reason = capture.reason ?? `its file holds ${packets} packets${cut ? ' and ends within one' : ''}`;
  return { ...capture, counters, status: 'partial', reason };
}
