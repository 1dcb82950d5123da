import { Readable } from 'node:stream';
import * as zlib from 'node:zlib';
import type { ByteReader, Decompressors } from '../../capture/index.js';
import { readChunks } from '../../capture/index.js';

const INPUT_CHUNK = 1 << 18;

/**
 * gzip (several members included) by Node's zlib, on its own threads; zstd too where this Node has
 * it (22.15 and later), by fzstd elsewhere.
 */
export function nodeDecompressors(): Partial<Decompressors> {
  const zstd = (zlib as { createZstdDecompress?: () => NodeJS.ReadWriteStream }).createZstdDecompress;
  return {
    gzip: (compressed) => through(compressed, zlib.createGunzip({ chunkSize: 1 << 18 })),
    ...(zstd ? { zstd: (compressed: ByteReader) => through(compressed, zstd()) } : {}),
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
