import { createReadStream, existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { createTarDecoder, type ParsedTarEntry } from 'modern-tar';
import { type CaptureRecord, captureOfFile, type Manifest, parseManifest } from '../../twine/index.js';
import { readManifestFile } from './run-folder.js';

const MOST_MANIFEST_BYTES = 256 << 20;

/** What a campaign left, ready to be analysed. */
export interface TwineRun {
  readonly path: string;
  readonly manifest: Manifest;
  /** Archives or captures to open, in order. */
  readonly captures: readonly string[];
}

/**
 * The run at `path`: a run folder, `latest_run`, a site's folder, the run's `.tgz` or one
 * listener's. Undefined when it is none of them.
 */
export async function openRun(path: string): Promise<TwineRun | undefined> {
  if (!existsSync(path)) return undefined;
  const stat = statSync(path);
  if (stat.isDirectory()) return openFolder(path);
  if (!stat.isFile() || !/\.t(ar\.)?gz$/.test(path)) return undefined;
  const text = await findManifest(createReadStream(path));
  return text === undefined ? undefined : { path, manifest: parseManifest(text, path), captures: [path] };
}

/**
 * The capture that wrote a file, by the name it has where archives are unpacked on the way:
 * `….tgz:RUN/INDI_node0_packet_trace.tgz:packet_trace/enp7s0/….pcap`.
 */
export function recordOfName({ manifest }: TwineRun, name: string): CaptureRecord | undefined {
  const match = /(?:^|[/:])([^/:]+?)(?:_packet_trace\.tgz:|\/)(packet_trace\/[^:]+)$/.exec(name);
  return match ? captureOfFile(manifest, match[1]!, match[2]!) : undefined;
}

function openFolder(path: string): TwineRun | undefined {
  const manifest = join(path, 'manifest.json');
  if (!existsSync(manifest)) {
    const latest = join(path, 'latest_run');
    return existsSync(join(latest, 'manifest.json')) ? openFolder(latest) : undefined;
  }
  const archives = readdirSync(path).filter((file) => file.endsWith('.tgz'));
  const captures = archives.length > 0 ? archives.sort().map((file) => join(path, file)) : pcapsUnder(path);
  return { path, manifest: readManifestFile(manifest), captures };
}

function pcapsUnder(path: string): string[] {
  return readdirSync(path, { withFileTypes: true })
    .flatMap((entry) => {
      const full = join(path, entry.name);
      if (entry.isDirectory()) return pcapsUnder(full);
      return entry.name.endsWith('.pcap') ? [full] : [];
    })
    .sort();
}

// The manifest.json of an archive, which ours have first. What else is in it is passed over; a stream
// that is no archive, or breaks off, has none.
async function findManifest(source: Readable): Promise<string | undefined> {
  const { readable, writable } = createTarDecoder();
  const unpacked = source.on('error', (error) => gunzip.destroy(error));
  const gunzip = createGunzip();
  const fed = (Readable.toWeb(unpacked.pipe(gunzip)) as ReadableStream<Uint8Array>).pipeTo(writable);
  fed.catch(() => undefined);
  try {
    for await (const { header, body } of readable as unknown as AsyncIterable<ParsedTarEntry>) {
      if (/^([^/]+\/)?manifest\.json$/.test(header.name) && header.size <= MOST_MANIFEST_BYTES) {
        return await new Response(body).text();
      }
      await body.cancel();
    }
  } catch {
    // No archive, or one that breaks off.
  } finally {
    source.destroy();
  }
  return undefined;
}
