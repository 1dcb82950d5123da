import { Readable } from 'node:stream';
import * as zlib from 'node:zlib';
import type { ByteReader, Decompressors } from '../../capture/index.js';
import { portableDecompressors, readChunks } from '../../capture/index.js';
import { zstdReader } from './zstd.js';

const INPUT_CHUNK = 1 << 18;

/**
 * gzip (several members included) by Node's zlib, on its own threads; zstd too where this Node has it (22.15 and later),
 * elsewhere by zstd compiled to WebAssembly.
 */
export function nodeDecompressors(): Decompressors {
  const zstd = (zlib as { createZstdDecompress?: () => NodeJS.ReadWriteStream }).createZstdDecompress;
  return {
    gzip: (compressed) => through(compressed, zlib.createGunzip({ chunkSize: 1 << 18 })),
    zstd: (compressed) => (zstd ? through(compressed, zstd()) : lateReader(compressed, openZstd)),
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

function through(compressed: ByteReader, decoder: NodeJS.ReadWriteStream): ByteReader {
  const input = Readable.from(chunks(compressed), { objectMode: false, highWaterMark: INPUT_CHUNK });
  input.on('error', (error) => (decoder as unknown as { destroy(error: Error): void }).destroy(error));
  const output = input.pipe(decoder);
  const plain = readChunks(output[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>);
  return {
    read: (into) => plain.read(into),
    close: async () => {
      input.destroy();
      await plain.close();
      await compressed.close();
    },
  };
}

async function* chunks(reader: ByteReader): AsyncGenerator<Buffer> {
  for (;;) {
    const chunk = Buffer.allocUnsafe(INPUT_CHUNK);
    const got = await reader.read(chunk);
    if (got === 0) return;
    yield chunk.subarray(0, got);
  }
}
