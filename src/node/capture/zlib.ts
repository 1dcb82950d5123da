import type { Transform } from 'node:stream';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import * as zlib from 'node:zlib';
import type { ByteReader, Decompressors } from '../../capture/index.js';
import { portableDecompressors, readChunks } from '../../capture/index.js';
import { zstdReader } from './zstd.js';

const INPUT_CHUNK = 1 << 18;
const OUTPUT_CHUNK = 1 << 18;

/**
 * gzip (several members included) by Node's zlib, on its own threads; zstd too where this Node has it (22.15 and later),
 * elsewhere by zstd compiled to WebAssembly.
 */
export function nodeDecompressors(): Decompressors {
  const zstd = (zlib as { createZstdDecompress?: (options: { chunkSize: number }) => Transform }).createZstdDecompress;
  return {
    gzip: (compressed) => through(compressed, zlib.createGunzip({ chunkSize: OUTPUT_CHUNK })),
    zstd: (compressed) =>
      zstd ? through(compressed, zstd({ chunkSize: OUTPUT_CHUNK })) : lateReader(compressed, openZstd),
  };
}

// Where a bundle left the module out, the decoder of pages does.
const openZstd = (compressed: ByteReader): Promise<ByteReader> =>
  zstdReader(compressed).catch(() => portableDecompressors.zstd(compressed));

/** A reader that is there once it is read: its decoder is loaded only for files that need it. */
function lateReader(compressed: ByteReader, open: (compressed: ByteReader) => Promise<ByteReader>): ByteReader {
  let opening: Promise<ByteReader> | undefined;
  return {
    read: async (into) => {
      opening ??= open(compressed);
      return (await opening).read(into);
    },
    close: async () => (opening ? (await opening).close() : compressed.close()),
  };
}

function through(compressed: ByteReader, decoder: Transform): ByteReader {
  const plain = readChunks(decoded(decoder)[Symbol.asyncIterator]());
  let begun = false;
  return {
    read: (into) => {
      const got = plain.read(into);
      if (!begun) feed(compressed, decoder, Buffer.allocUnsafe(INPUT_CHUNK));
      begun = true;
      return got;
    },
    close: async () => {
      await plain.close();
      decoder.destroy();
      await compressed.close();
    },
  };
}

// One buffer of input: it is filled again when the decoder has taken all of it.
function feed(compressed: ByteReader, decoder: Transform, input: Buffer): void {
  const next = async (): Promise<void> => {
    const got = await compressed.read(input);
    if (got === 0) decoder.end();
    else decoder.write(input.subarray(0, got), (error) => void (error || feed(compressed, decoder, input)));
  };
  next().catch((error: Error) => decoder.destroy(error));
}

// A buffer is done with when the decoder fills another: left to the collector, 64 MiB of them would lie about first.
async function* decoded(decoder: Transform): AsyncGenerator<Uint8Array> {
  let last: ArrayBufferLike | undefined;
  for await (const chunk of decoder as AsyncIterable<Uint8Array>) {
    if (last && last !== chunk.buffer) giveBack(last);
    last = chunk.buffer;
    yield chunk;
  }
}

let nobody: MessagePort | undefined;

/** Frees the memory of a buffer that nothing reads any more, here and now: what is sent to a closed port is dropped. */
function giveBack(buffer: ArrayBufferLike): void {
  // Smaller ones may be parts of what others read.
  if (!(buffer instanceof ArrayBuffer) || buffer.byteLength !== OUTPUT_CHUNK) return;
  if (!nobody) {
    nobody = new MessageChannel().port1;
    nobody.close();
  }
  nobody.postMessage(undefined, [buffer]);
}
