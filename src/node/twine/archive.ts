import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync, readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Readable, Transform, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { createTarPacker, type TarPackController } from 'modern-tar';
import type { ArchivedFile } from '../../twine/index.js';
import { makeWholeFile } from '../files/index.js';
import { createPcapCounter, type PcapCount } from './pcap-count.js';

/** Node's own word for a web stream. */
type NodeReadable = Parameters<typeof Readable.fromWeb>[0];

/** A file as it went into an archive; captures are counted on the way. */
export interface PackedFile extends ArchivedFile {
  readonly pcap?: PcapCount | undefined;
}

/** Something to pack: a file of this machine, or text. */
export interface PackEntry {
  readonly path: string;
  readonly file?: string;
  readonly text?: string;
}

/** Every file under `root`, as entries with paths relative to it, sorted. */
export function entriesUnder(root: string, prefix = ''): PackEntry[] {
  if (!existsSync(root)) return [];
  return readdirSync(root, { withFileTypes: true })
    .sort((a, b) => a.name.localeCompare(b.name, 'en'))
    .flatMap((entry) => {
      const path = prefix === '' ? entry.name : `${prefix}/${entry.name}`;
      const full = join(root, entry.name);
      if (entry.isDirectory()) return entriesUnder(full, path);
      return entry.isFile() ? [{ path, file: full }] : [];
    });
}

/** Writes a `.tgz` and says what went into it, each file read once. When any step fails it throws and nothing is there. */
export async function packArchive(
  target: string,
  entries: readonly PackEntry[],
  level = 6,
): Promise<{ archive: ArchivedFile; entries: PackedFile[] }> {
  return await makeWholeFile(target, async (part) => {
    const { bytes, sha256, packed } = await pack(part, entries, level);
    return { archive: { path: basename(target), bytes, sha256 }, entries: packed };
  });
}

async function pack(
  target: string,
  entries: readonly PackEntry[],
  level: number,
): Promise<{ bytes: number; sha256: string; packed: PackedFile[] }> {
  const { readable, controller } = createTarPacker();
  const whole = createHash('sha256');
  let bytes = 0;
  const tee = new Transform({
    transform(chunk: Buffer, _, next) {
      whole.update(chunk);
      bytes += chunk.length;
      next(null, chunk);
    },
  });
  const written = pipeline(
    Readable.fromWeb(readable as NodeReadable),
    createGzip({ level }),
    tee,
    createWriteStream(target),
  );
  const packed: PackedFile[] = [];
  try {
    for (const entry of entries) packed.push(await packOne(controller, entry));
    controller.finalize();
  } catch (error) {
    controller.error(error);
    await written.catch(() => undefined);
    throw error;
  }
  await written;
  return { bytes, sha256: whole.digest('hex'), packed };
}

async function packOne(tar: TarPackController, { path, file, text }: PackEntry): Promise<PackedFile> {
  const hash = createHash('sha256');
  if (file === undefined) {
    const content = Buffer.from(text ?? '');
    await write(tar, path, content);
    return { path, bytes: content.length, sha256: hash.update(content).digest('hex') };
  }
  const counter = path.endsWith('.pcap') ? createPcapCounter() : undefined;
  const { size, mtime } = statSync(file);
  if (size === 0) {
    await write(tar, path, Buffer.alloc(0), mtime);
    return { path, bytes: 0, sha256: hash.digest('hex'), pcap: counter?.end() };
  }
  const entry = Writable.fromWeb(tar.add({ name: path, size, mtime }));
  const look = new Transform({
    transform(chunk: Buffer, _, next) {
      hash.update(chunk);
      counter?.push(chunk);
      next(null, chunk);
    },
  });
  // A file that still grows is packed up to the length its header states.
  await pipeline(createReadStream(file, { end: size - 1 }), look, entry);
  return { path, bytes: size, sha256: hash.digest('hex'), pcap: counter?.end() };
}

async function write(tar: TarPackController, name: string, content: Buffer, mtime?: Date): Promise<void> {
  const writer = tar.add({ name, size: content.length, ...(mtime ? { mtime } : {}) }).getWriter();
  if (content.length > 0) await writer.write(new Uint8Array(content));
  await writer.close();
}
