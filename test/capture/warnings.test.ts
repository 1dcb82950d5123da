import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { type CaptureWarning, openCapture } from '../../src/capture/index.js';
import { be16, be32, frame, join, pcap, pcapng } from './build.js';

// A warning says where in the unpacked stream what it means begins, each its own place.

const packets = [0, 1, 2].map((i) => ({ us: i * 1000, bytes: frame({ seq: i * 10, length: 10 }) }));

async function warningsOf(bytes: Uint8Array): Promise<readonly CaptureWarning[]> {
  return (await (await openCapture(bytes)).info()).warnings;
}

const places = (warnings: readonly CaptureWarning[]): unknown[] => warnings.map(({ code, offset }) => [code, offset]);

/** Where each block of a section with one interface begins. */
function blocksOf(bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const at: number[] = [];
  for (let next = 0; next < bytes.length; next += view.getUint32(next + 4, true)) at.push(next);
  return at;
}

test('a block that lies, a later one that is cut: each has its own byte', async () => {
  const bytes = pcapng(packets);
  const [, , lying, , last] = blocksOf(bytes);
  const view = new DataView(bytes.buffer);
  view.setUint32(lying! + 8, 7, true);
  const found = await warningsOf(bytes.subarray(0, bytes.length - 5));
  expect(places(found).sort()).toEqual([
    ['cut', last],
    ['packet', lying],
  ]);
  expect(found.find(({ code }) => code === 'cut')!.message).toContain(`at byte ${last},`);
});

test('a link type that is not decoded stands where its first packet does', async () => {
  const bytes = pcap(packets, { link: 999 });
  expect(places(await warningsOf(bytes))).toEqual([['link-type', 24 + 16]]);
  // Of a second interface: behind the packets of the first.
  const two = pcapng(
    packets.map((packet, i) => ({ ...packet, face: i === 2 ? 1 : 0 })),
    [{}, { link: 999 }],
  );
  expect(places(await warningsOf(two))).toEqual([['link-type', blocksOf(two).at(-1)! + 28]]);
});

test('a version that is not known, of the section that has it', async () => {
  const first = pcapng(packets);
  const second = pcapng(packets);
  new DataView(second.buffer).setUint16(12, 9, true);
  expect(places(await warningsOf(join(first, second)))).toEqual([['version', first.length]]);
});

test('a compressed stream that breaks off: the byte of what was unpacked', async () => {
  const whole = pcap(Array.from({ length: 3000 }, (_, i) => ({ us: i, bytes: frame({ seq: (i * 7919) % 65_536 }) })));
  const packed = gzipSync(whole);
  const found = await warningsOf(packed.subarray(0, packed.length >> 1));
  const cut = found.find(({ message }) => message.includes('gzip'))!;
  expect(cut.code).toBe('cut');
  expect(cut.offset).toBeGreaterThan(0);
  expect(cut.offset).toBeLessThan(whole.length);
});

test('options of obsolete packet blocks: the check sequence they tell is none of the packet, and 4 counts no drops', async () => {
  const option = (code: number, value: readonly number[]): number[] => [
    ...be16(code).reverse(),
    ...be16(value.length).reverse(),
    ...value,
  ];
  // A link whose frames end in 4 bytes of check: flags bits 5 to 8 (draft-ietf-opsawg-pcapng 4.3.1).
  const options = [...option(2, be32(4 << 5).reverse()), ...option(4, [9, 0, 0, 0, 0, 0, 0, 0]), ...option(0, [])];
  const withOptions = (kind: 'packet' | 'enhanced'): Uint8Array => {
    const bytes = pcapng([{ us: 0, bytes: join(frame({ flags: 'S' }), [1, 2, 3, 4], [0, 0]) }], [{}], { kind });
    const at = blocksOf(bytes).at(-1)!;
    const length = bytes.length - at + options.length;
    const words = be32(length).reverse();
    return join(bytes.subarray(0, at + 4), words, bytes.subarray(at + 8, bytes.length - 4), options, words);
  };
  for (const [kind, dropped] of [
    ['packet', 0],
    ['enhanced', 9],
  ] as const) {
    const bytes = withOptions(kind);
    const { files, totals, warnings } = await (await openCapture(bytes)).info();
    expect(warnings).toEqual([]);
    expect([totals.kinds.tcp, files[0]!.interfaces[0]!.dropped]).toEqual([1, dropped]);
    // Cut anywhere inside the options, it is cut there, and nothing else happens.
    for (let length = bytes.length - options.length; length < bytes.length; length += 1)
      expect((await warningsOf(bytes.subarray(0, length))).map(({ code }) => code)).toEqual(['cut']);
  }
});
