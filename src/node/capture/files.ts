import { closeSync, createReadStream, openSync, readSync, type Stats, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ERROR, MooringError } from '../../base/index.js';
import type { ByteReader, ByteSource } from '../../capture/index.js';
import { readChunks } from '../../capture/index.js';

/** Reads in a row before the event loop gets its turn (each up to 1 MiB). */
const READS_PER_TURN = 16;

/** A capture file. It is read synchronously, straight into the module's memory, with pauses for the event loop. */
export function fileSource(path: string | URL): ByteSource {
  const name = path instanceof URL ? fileURLToPath(path) : path;
  if (name === '-') return standardInput();
  const stat = statOf(name);
  if (!stat) throw unreadable(name, 'no such file');
  if (stat.isDirectory()) throw unreadable(name, 'it is a folder; give the captures inside it');
  // Pipes and devices give their bytes once and have no size.
  if (!stat.isFile()) return { name, once: true, open: () => streamReader(name) };
  return { name, size: stat.size, open: () => openFile(name) };
}

function statOf(name: string): Stats | undefined {
  try {
    return statSync(name, { throwIfNoEntry: false });
  } catch (cause) {
    throw systemFailure(name, cause);
  }
}

function openFile(name: string): ByteReader {
  let fd = -1;
  try {
    fd = openSync(name, 'r');
  } catch (cause) {
    throw systemFailure(name, cause);
  }
  let reads = 0;
  let position = 0;
  const read = (into: Uint8Array): number => {
    if (fd < 0) return 0;
    try {
      const got = readSync(fd, into, 0, into.length, position);
      position += got;
      return got;
    } catch (cause) {
      throw systemFailure(name, cause);
    }
  };
  return {
    read: (into) => {
      reads += 1;
      if (reads % READS_PER_TURN) return read(into);
      return new Promise((resolve, reject) => {
        setImmediate(() => {
          try {
            resolve(read(into));
          } catch (error) {
            reject(error);
          }
        });
      });
    },
    close: () => {
      if (fd >= 0) closeSync(fd);
      fd = -1;
    },
  };
}

function standardInput(): ByteSource {
  return { name: 'stdin', once: true, open: () => readChunks(chunksOf('stdin', process.stdin)) };
}

function streamReader(name: string): ByteReader {
  return readChunks(chunksOf(name, createReadStream(name, { highWaterMark: 1 << 20 })));
}

async function* chunksOf(name: string, stream: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* stream;
  } catch (cause) {
    throw systemFailure(name, cause);
  }
}

function systemFailure(name: string, cause: unknown): MooringError {
  return unreadable(name, (cause as NodeJS.ErrnoException).code ?? String(cause), cause);
}

function unreadable(name: string, why: string, cause?: unknown): MooringError {
  return new MooringError(ERROR.MOORING_ERR_CAPTURE_UNREADABLE, `${name}: ${why}`, { source: name }, cause);
}
