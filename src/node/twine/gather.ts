import { cpSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  type ArchiveRecord,
  type CaptureRecord,
  formatManifest,
  type Listener,
  type Manifest,
} from '../../twine/index.js';
import type { TestbedDriver } from '../testbed/index.js';
import { entriesUnder, type PackEntry, type PackedFile, packArchive } from './archive.js';
import type { RunFolder } from './run-folder.js';

/**
 * Brings a listener's captures home into `<label>_packet_trace.tgz`, with the tools' words beside
 * them and the manifest as it stands, and corrects the manifest where a file holds other than its
 * tool said.
 */
export async function gatherListener(
  driver: TestbedDriver,
  folder: RunFolder,
  manifest: Manifest,
  { name, label }: Listener,
): Promise<void> {
  const home = await (await driver.listener(name)).fetch();
  const { archive, entries } = await packArchive(join(folder.path, `${label}_packet_trace.tgz`), [
    { path: 'manifest.json', text: formatManifest(manifest) },
    ...entriesUnder(home),
    ...entriesUnder(folder.logsOf(label)),
  ]);
  const listed = entries.map(({ path, bytes, sha256 }) => ({ path, bytes, sha256 }));
  const record: ArchiveRecord = { ...archive, listener: name, label, entries: listed };
  manifest.archives = [...manifest.archives.filter((other) => other.label !== label), record];
  manifest.captures = manifest.captures.map((capture) =>
    capture.label === label ? verify(capture, entries) : capture,
  );
}

/** Keeps a listener's files as they are when they could not be archived. */
export async function keepRaw(driver: TestbedDriver, folder: RunFolder, { name, label }: Listener): Promise<boolean> {
  const home = await (await driver.listener(name)).fetch();
  if (entriesUnder(home).length === 0) return false;
  cpSync(home, join(folder.path, label), { recursive: true });
  return true;
}

/** Packs the run folder itself, as Twine does, and puts it where people look. */
export async function finishRun(folder: RunFolder): Promise<void> {
  const logs = join(folder.path, 'logs');
  if (existsSync(logs)) rmSync(logs, { recursive: true });
  folder.publish(undefined);
  const target = `${folder.path}.tgz`;
  // What is inside is compressed already.
  await packArchive(
    target,
    manifestFirst(entriesUnder(folder.path)).map((entry) => ({ ...entry, path: `${folder.run}/${entry.path}` })),
    1,
  );
  folder.publish(target);
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
