import { gzipSync } from 'node:zlib';
import { expect, test, vi } from 'vitest';
import { openCapture } from '../../../src/capture/index.js';
import { nodeDecompressors } from '../../../src/node/capture/zlib.js';

const RECORD = 16 + 4096;
const RECORDS = 8192;
/** As many as are read from and filled at one time, and the one of input. */
const ALLOWED = 4;
const LARGE = 1 << 16;

// A capture of one record after another, all zeros but for their lengths.
function capture(): Uint8Array {
  const bytes = Buffer.alloc(24 + RECORDS * RECORD);
  [0xa1b2c3d4, 0x00040002, 0, 0, 65535, 1].forEach((word, i) => {
    bytes.writeUInt32LE(word, i * 4);
  });
  for (let at = 24; at < bytes.length; at += RECORD) {
    bytes.writeUInt32LE(4096, at + 8);
    bytes.writeUInt32LE(4096, at + 12);
  }
  return gzipSync(bytes, { level: 1 });
}

// Left to the collector, 64 MiB of them lay about before it came, whatever their size.
test('what zlib filled is freed as soon as it is read', async () => {
  const packed = capture();
  const opened = await openCapture(packed, { decompressors: nodeDecompressors() });
  const made: ArrayBufferLike[] = [];
  const { allocUnsafe } = Buffer;
  const spy = vi.spyOn(Buffer, 'allocUnsafe').mockImplementation((size) => {
    const buffer = allocUnsafe(size);
    if (size >= LARGE) made.push(buffer.buffer);
    return buffer;
  });
  const { totals } = await opened.info();
  spy.mockRestore();
  expect(totals.packets).toBe(RECORDS);
  expect(made.length).toBeGreaterThan(100);
  expect(made.filter(({ byteLength }) => byteLength > 0).length).toBeLessThanOrEqual(ALLOWED);
});
