import { ERROR, MooringError } from '../base/index.js';

/** Where the bytes of a capture come from; may be opened again where the bytes stay. */
export interface ByteSource {
  /** What to call it in messages: a path, a file name. */
  readonly name: string;
  /** Bytes as stored, absent where unknown. */
  readonly size?: number;
  /** True for a stream: it can be opened once. */
  readonly once?: boolean;
  open(): ByteReader;
}

/** A pull reader. `read` fills a part of `into` and says how much; 0 is the end. */
export interface ByteReader {
  read(into: Uint8Array): number | Promise<number>;
  close(): void | Promise<void>;
}

/** What `openCapture` takes as bytes: whole captures, files of a page, streams of bytes. */
export type CaptureBytes =
  | Uint8Array
  | ArrayBuffer
  | Blob
  | ReadableStream<Uint8Array>
  | AsyncIterable<Uint8Array>
  | ByteSource;

/** Bytes read from a `Blob` at a time. */
const BLOB_CHUNK = 1 << 20;

/** Any of the accepted forms as a source. Throws MOORING_ERR_BAD_ARGUMENT for anything else. */
export function toByteSource(input: CaptureBytes, index = 0): ByteSource {
  const name = nameOf(input) ?? (index ? `capture ${index + 1}` : 'capture');
  if (input instanceof Uint8Array) return bytesSource(name, input);
  if (input instanceof ArrayBuffer) return bytesSource(name, new Uint8Array(input));
  if (isSource(input)) return input.once ? { ...input, ...onceSource(name, () => input.open()) } : input;
  if (isBlob(input)) return { name, size: input.size, open: () => readBlob(input) };
  if (isStream(input)) return onceSource(name, () => readStream(input));
  if (isIterable(input)) return onceSource(name, () => readChunks(input[Symbol.asyncIterator]()));
  throw new MooringError(
    ERROR.MOORING_ERR_BAD_ARGUMENT,
    'A capture is given as a Uint8Array, ArrayBuffer, Blob, File, ReadableStream or async iterable of Uint8Array; paths need openCapture of "mooring/node".',
    { argument: 'source' },
  );
}

/**
 * A `ByteReader` over chunks that come by themselves, for a `ByteSource` of one's own. `onChunk` is
 * told the size of each.
 *
 * @example
 * ```ts
 * async function* chunks() {
 *   yield new Uint8Array([1, 2, 3]);
 * }
 * const reader = readChunks(chunks());
 * console.log(await reader.read(new Uint8Array(8))); // 3
 * ```
 */
export function readChunks(
  chunks: AsyncIterator<Uint8Array>,
  onChunk: (bytes: number) => void = () => undefined,
): ByteReader {
  let chunk: Uint8Array = new Uint8Array(0);
  let ended = false;
  const take = (into: Uint8Array): number => {
    const count = Math.min(chunk.length, into.length);
    into.set(chunk.subarray(0, count));
    chunk = chunk.subarray(count);
    return count;
  };
  const next = async (into: Uint8Array): Promise<number> => {
    while (!ended) {
      const result = await chunks.next();
      if (result.done) break;
      if (!(result.value instanceof Uint8Array)) {
        throw new MooringError(ERROR.MOORING_ERR_BAD_ARGUMENT, 'A stream of a capture must give Uint8Array chunks.', {
          argument: 'source',
        });
      }
      chunk = result.value;
      onChunk(chunk.length);
      if (chunk.length) return take(into);
    }
    ended = true;
    return 0;
  };
  return {
    read: (into) => (chunk.length ? take(into) : ended ? 0 : next(into)),
    close: async () => {
      if (ended) return;
      ended = true;
      await chunks.return?.();
    },
  };
}

/** Counts what is read, for progress, and gives it on. */
export function counted(reader: ByteReader, onBytes: (bytes: number) => void): ByteReader {
  const count = (bytes: number): number => {
    onBytes(bytes);
    return bytes;
  };
  return {
    read: (into) => {
      const got = reader.read(into);
      return typeof got === 'number' ? count(got) : got.then(count);
    },
    close: () => reader.close(),
  };
}

/** A reader whose first bytes can be looked at before they are read. */
export class PeekReader implements ByteReader {
  #reader: ByteReader;
  #head: Uint8Array = new Uint8Array(0);

  constructor(reader: ByteReader) {
    this.#reader = reader;
  }

  /** The first `count` bytes, fewer at the end of the stream. */
  async peek(count: number): Promise<Uint8Array> {
    while (this.#head.length < count) {
      const room = new Uint8Array(Math.max(count, 65536));
      room.set(this.#head);
      const got = await this.#reader.read(room.subarray(this.#head.length));
      if (got === 0) break;
      this.#head = room.subarray(0, this.#head.length + got);
    }
    return this.#head.subarray(0, count);
  }

  read(into: Uint8Array): number | Promise<number> {
    if (this.#head.length === 0) return this.#reader.read(into);
    const count = Math.min(this.#head.length, into.length);
    into.set(this.#head.subarray(0, count));
    this.#head = this.#head.subarray(count);
    return count;
  }

  close(): void | Promise<void> {
    return this.#reader.close();
  }
}

function bytesSource(name: string, bytes: Uint8Array): ByteSource {
  return {
    name,
    size: bytes.length,
    open: () => {
      let at = 0;
      return {
        read: (into) => {
          const count = Math.min(into.length, bytes.length - at);
          into.set(bytes.subarray(at, at + count));
          at += count;
          return count;
        },
        close: () => undefined,
      };
    },
  };
}

// A second pass would wait for bytes that never come.
function onceSource(name: string, open: () => ByteReader): ByteSource {
  let used = false;
  return {
    name,
    once: true,
    open: () => {
      if (used) {
        throw new MooringError(
          ERROR.MOORING_ERR_CAPTURE_CONSUMED,
          `${name} is a stream and was read already: open it again, or give a file, Blob or Uint8Array.`,
          { source: name },
        );
      }
      used = true;
      return open();
    },
  };
}

// Slices of a Blob, so that a File of any size is never loaded as a whole.
function readBlob(blob: Blob): ByteReader {
  let at = 0;
  return {
    read: async (into) => {
      const to = Math.min(blob.size, at + Math.min(into.length, BLOB_CHUNK));
      if (to === at) return 0;
      const bytes = new Uint8Array(await blob.slice(at, to).arrayBuffer());
      into.set(bytes);
      at = to;
      return bytes.length;
    },
    close: () => undefined,
  };
}

function readStream(stream: ReadableStream<Uint8Array>): ByteReader {
  const reader = stream.getReader();
  return readChunks({
    next: async () => {
      const result = await reader.read();
      return result.done ? { done: true, value: undefined } : { done: false, value: result.value };
    },
    return: async () => {
      await reader.cancel();
      return { done: true, value: undefined };
    },
  });
}

function nameOf(input: unknown): string | undefined {
  const name = typeof input === 'object' && input !== null && 'name' in input ? input.name : undefined;
  return typeof name === 'string' && name !== '' ? name : undefined;
}

function isSource(input: object): input is ByteSource {
  return 'open' in input && typeof input.open === 'function';
}

function isBlob(input: object): input is Blob {
  return 'slice' in input && 'stream' in input && 'size' in input;
}

function isStream(input: object): input is ReadableStream<Uint8Array> {
  return 'getReader' in input;
}

function isIterable(input: object): input is AsyncIterable<Uint8Array> {
  return Symbol.asyncIterator in input;
}
