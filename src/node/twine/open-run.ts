import { createReadStream, existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';
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
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat?.isDirectory()) return openFolder(path);
  if (!stat?.isFile() || !/\.t(ar\.)?gz$/.test(path)) return undefined;
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
  let found: string | undefined;
  const tar = extract();
  tar.on('entry', (header, stream, next) => {
    const parts: Buffer[] = [];
    const wanted = /^([^/]+\/)?manifest\.json$/.test(header.name) && (header.size ?? 0) <= MOST_MANIFEST_BYTES;
    stream.on('data', (part) => {
      if (wanted) parts.push(part as Buffer);
    });
    stream.on('end', () => {
      if (wanted) {
        found = Buffer.concat(parts).toString('utf8');
        source.destroy();
      }
      next();
    });
  });
  await pipeline(source, createGunzip(), tar).catch(() => undefined);
  return found;
}
