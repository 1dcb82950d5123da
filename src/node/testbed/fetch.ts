import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { appendFile, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { makeFolder } from '../files/index.js';
import { refuse } from './failure.js';

/** A file somewhere else, as a driver reaches it. */
export interface FileSource {
  readonly name: string;
  readonly bytes: number;
  /** Its bytes from an offset on. */
  read(fromByte: number): Readable;
  /** Its checksum, worked out where it is. */
  sha256(): Promise<string>;
}

/** A file that is here, whole. */
export interface FetchedFile {
  readonly bytes: number;
  readonly sha256: string;
}

/**
 * Brings a file here. It grows under the name `….part`, from where an earlier try left it, and gets its own
 * name when length and checksum are the source's. A part that turns out to be another file's is thrown away.
 */
export async function fetchFile(
  source: FileSource,
  target: string,
  onBytes: (bytes: number) => void = () => undefined,
): Promise<FetchedFile> {
  const part = `${target}.part`;
  makeFolder(dirname(target));
  // One that an earlier try brought whole is looked at again: its checksum says whether it still is the source's.
  if ((await sizeOf(target)) > 0) await rename(target, part);
  let bytes = await sizeOf(part);
  if (bytes > source.bytes) {
    await rm(part);
    bytes = 0;
  }
  const hash = createHash('sha256');
  if (bytes > 0) for await (const chunk of createReadStream(part)) hash.update(chunk as Buffer);
  const tee = new Transform({
    transform(chunk: Buffer, _, next) {
      hash.update(chunk);
      bytes += chunk.length;
      onBytes(bytes);
      next(null, chunk);
    },
  });
  if (bytes < source.bytes) await pipeline(source.read(bytes), tee, createWriteStream(part, { flags: 'a' }));
  else await appendFile(part, '');
  const sha256 = hash.digest('hex');
  if (bytes !== source.bytes || sha256 !== (await source.sha256())) {
    await rm(part, { force: true });
    const reason = `${source.name} did not arrive as it is: ${bytes} of ${source.bytes} bytes, or another checksum`;
    throw refuse({ class: 'transient', scope: 'listener', reason });
  }
  await rename(part, target);
  return { bytes, sha256 };
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch {
    return 0;
  }
}
