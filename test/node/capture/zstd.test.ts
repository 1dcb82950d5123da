import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import type { ByteReader } from '../../../src/capture/index.js';
import { portableDecompressors } from '../../../src/capture/index.js';
import { nodeDecompressors } from '../../../src/node/capture/zlib.js';
import { zstdReader } from '../../../src/node/capture/zstd.js';

// Frames as RFC 8878 3.1.1 draws them, of blocks that need no compressor: raw bytes, and one byte many times.
const MAGIC = [0x28, 0xb5, 0x2f, 0xfd];
const WINDOW = 0x50; // 1 MiB
const block = (kind: number, size: number, last: boolean): number[] => {
  const word = (size << 3) | (kind << 1) | (last ? 1 : 0);
  return [word & 255, (word >> 8) & 255, word >> 16];
};
const raw = (bytes: readonly number[], last = true): number[] => [...block(0, bytes.length, last), ...bytes];
const repeated = (byte: number, times: number, last = true): number[] => [...block(1, times, last), byte];
const frame = (...blocks: number[][]): number[] => [...MAGIC, 0, WINDOW, ...blocks.flat()];
const skippable = (size: number): number[] => [0x50, 0x2a, 0x4d, 0x18, size, 0, 0, 0, ...Array(size).fill(7)];

/** Gives `bytes` a few at a time, and says whether it was closed. */
function source(bytes: readonly number[] | Uint8Array, most: number): ByteReader & { closed: boolean } {
  let at = 0;
  const reader = {
    closed: false,
    read: async (into: Uint8Array): Promise<number> => {
      const part = Uint8Array.from(bytes.slice(at, at + Math.min(most, into.length)));
      into.set(part);
      at += part.length;
      return part.length;
    },
    close: () => {
      reader.closed = true;
    },
  };
  return reader;
}

async function all(reader: ByteReader, most = 1000): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for (;;) {
    const into = new Uint8Array(most);
    const got = await reader.read(into);
    if (got === 0) return Buffer.concat(parts);
    parts.push(into.subarray(0, got));
  }
}

test.each([1, 3, 1 << 17])('frames, one after another, and those to skip, %i bytes at a time', async (most) => {
  const stream = [...frame(raw([1, 2, 3], false), repeated(9, 5)), ...skippable(4), ...frame(raw([4]))];
  const found = await all(await zstdReader(source(stream, most)));
  expect([...found]).toEqual([1, 2, 3, 9, 9, 9, 9, 9, 4]);
});

test('more than fits the output goes on without more input', async () => {
  const blocks = Array.from({ length: 40 }, (_, i) => repeated(i, 100_000, i === 39));
  const found = await all(await zstdReader(source(frame(...blocks), 1 << 17)), 1 << 20);
  expect(found.length).toBe(4_000_000);
  expect([found[0], found[150_000], found[3_999_999]]).toEqual([0, 1, 39]);
});

test('a frame that is cut gives what came before, then rejects', async () => {
  const reader = await zstdReader(source([...frame(raw([1, 2, 3], false))], 100));
  const into = new Uint8Array(10);
  expect(await reader.read(into)).toBe(3);
  await expect(reader.read(into)).rejects.toThrow('ends inside a frame');
});

test('damage rejects, each time it is read', async () => {
  const reader = await zstdReader(source([...frame(raw([1])), 1, 2, 3, 4, 5, 6, 7, 8, 9], 100));
  const into = new Uint8Array(10);
  expect(await reader.read(into)).toBe(1);
  await expect(reader.read(into)).rejects.toThrow(/zstd error \d+/);
  await expect(reader.read(into)).rejects.toThrow(/zstd error \d+/);
});

test('two streams at once do not meet; one left early is let go of, and closed', async () => {
  const inner = [source(frame(repeated(1, 90_000)), 5), source(frame(repeated(2, 90_000)), 7)] as const;
  const [one, two] = await Promise.all(inner.map(zstdReader));
  const [first, second] = await Promise.all([all(one!), all(two!)]);
  expect([first.every((byte) => byte === 1), second.every((byte) => byte === 2)]).toEqual([true, true]);
  const early = source(frame(repeated(1, 90_000)), 5);
  const left = await zstdReader(early);
  await left.read(new Uint8Array(10));
  await left.close();
  await left.close();
  expect(early.closed).toBe(true);
  expect(await left.read(new Uint8Array(10))).toBe(0);
});

test('nothing was read yet: closing closes what is inside', async () => {
  const inner = source(frame(raw([1])), 5);
  await nodeDecompressors().zstd(inner).close();
  expect(inner.closed).toBe(true);
});

const compressed = ((): Uint8Array | undefined => {
  try {
    return execFileSync('zstd', ['-q', '-c'], { input: text() });
  } catch {
    return undefined;
  }
})();

function text(): Buffer {
  return Buffer.from(Array.from({ length: 20_000 }, (_, i) => `packet ${i * 7} of ${i % 97}\n`).join(''));
}

test.skipIf(!compressed)('what the zstd command wrote, by this and by the decoder of pages', async () => {
  for (const open of [zstdReader, nodeDecompressors().zstd, portableDecompressors.zstd]) {
    const found = await all(await open(source(compressed!, 10_000)), 1 << 16);
    expect(Buffer.compare(found, text())).toBe(0);
  }
});
