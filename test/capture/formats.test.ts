import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { batchAddress, openCapture as openBytes, PACKET_KIND } from '../../src/capture/index.js';
import { openCaptureFiles } from '../../src/node/index.js';
import { frame, join, type Packet, pcap, pcapng, tar } from './build.js';

const packets: Packet[] = Array.from({ length: 6 }, (_, i) => ({
  us: i * 1500 + 7,
  bytes: frame({ seq: 1000 + i * 100, length: 100, flags: 'A', srcPort: 1000, dstPort: 80 }),
}));

async function times(bytes: Uint8Array): Promise<number[]> {
  const all: number[] = [];
  for await (const batch of (await openCaptureFiles(bytes)).batches()) all.push(...batch.timeUs);
  return all;
}

const expected = packets.map(({ us }) => us - packets[0]!.us);

test.each([
  ['little-endian µs', pcap(packets)],
  ['big-endian µs', pcap(packets, { big: true })],
  ['little-endian ns', pcap(packets, { nano: true })],
  ['big-endian ns', pcap(packets, { big: true, nano: true })],
  ['pcapng, little-endian', pcapng(packets)],
  ['pcapng, big-endian', pcapng(packets, [{}], { big: true })],
  ['pcapng, ns', pcapng(packets, [{ resolution: 9 }])],
  ['pcapng, picoseconds with an offset', pcapng(packets, [{ resolution: 12, offsetSeconds: 1_699_999_000 }])],
  ['pcapng, obsolete packet blocks', pcapng(packets, [{}], { kind: 'packet' })],
  ['two sections in two byte orders', join(pcapng(packets.slice(0, 3)), pcapng(packets.slice(3), [{}], { big: true }))],
  [
    'two interfaces',
    pcapng(
      packets.map((packet, i) => ({ ...packet, face: i % 2 })),
      [{}, { resolution: 9 }],
    ),
  ],
  ['gzip', gzipSync(pcap(packets))],
  ['gzip of two members', join(gzipSync(pcap(packets).subarray(0, 60)), gzipSync(pcap(packets).subarray(60)))],
  ['gzip in gzip', gzipSync(gzipSync(pcap(packets)))],
  ['zstd', zstd(pcap(packets))],
  [
    'tar',
    tar([
      ['notes.txt', new Uint8Array(700)],
      ['a/one.pcap', pcap(packets)],
    ]),
  ],
  ['tgz of gzip', gzipSync(tar([['one.pcap.gz', gzipSync(pcap(packets))]]))],
])('%s', async (_, bytes) => {
  expect(await times(bytes)).toEqual(expected);
});

test('binary fractions of a second (if_tsresol 0x94) are within their resolution', async () => {
  const found = await times(pcapng(packets, [{ resolution: 0x94 }]));
  found.forEach((us, i) => {
    expect(Math.abs(us - expected[i]!)).toBeLessThan(2);
  });
});

test('simple packets are counted though they have no time', async () => {
  const { totals } = await (await openCaptureFiles(pcapng(packets, [{}], { kind: 'simple' }))).info();
  expect(totals.packets).toBe(6);
});

test('the portable decompressors read what zlib reads', async () => {
  const bytes = join(gzipSync(pcap(packets).subarray(0, 60)), gzipSync(pcap(packets).subarray(60)));
  expect((await (await openBytes(bytes)).info()).totals.packets).toBe(6);
});

test('streams, blobs and async iterables give the same as bytes', async () => {
  const bytes = pcap(packets);
  async function* chunks() {
    for (let at = 0; at < bytes.length; at += 7) yield bytes.slice(at, at + 7);
  }
  for (const source of [new Blob([bytes]), new Blob([bytes]).stream(), chunks(), bytes.buffer]) {
    expect((await (await openBytes(source)).info()).totals.packets).toBe(6);
  }
});

test('a stream is read once', async () => {
  const capture = await openBytes(new Blob([pcap(packets)]).stream());
  await capture.info();
  await expect(capture.info()).rejects.toMatchObject({ code: 'MOORING_ERR_CAPTURE_CONSUMED' });
});

test('several captures are merged by time, few and many', async () => {
  for (const count of [2, 70]) {
    const parts = Array.from({ length: count }, (_, part) =>
      pcap([part, part + count, part + 2 * count].map((us) => ({ us: us * 10, bytes: frame({ seq: us }) }))),
    );
    // With 70 files no more than 64 may overlap, so these follow each other.
    const apart = parts.map((bytes, part) =>
      count < 64 ? bytes : pcap([0, 1, 2].map((i) => ({ us: part * 30 + i * 10, bytes: frame({ seq: i }) }))),
    );
    const all: number[] = [];
    for await (const batch of (await openCaptureFiles([...apart].reverse())).batches()) all.push(...batch.timeUs);
    expect(all).toEqual(Array.from({ length: count * 3 }, (_, i) => i * 10));
  }
});

const everyLength = (bytes: Uint8Array): number[] => Array.from({ length: bytes.length }, (_, i) => i);

test.each([
  ['pcap', pcap(packets)],
  ['big-endian pcap', pcap(packets, { big: true })],
  ['pcapng', pcapng(packets)],
])('%s cut at every byte gives what came before and at most one warning', async (_, bytes) => {
  const whole = new Map<number, number>();
  for (const length of everyLength(bytes)) {
    if (length < 4) {
      await expect(openCaptureFiles(bytes.subarray(0, length))).rejects.toMatchObject({
        code: 'MOORING_ERR_CAPTURE_UNKNOWN_FORMAT',
      });
      continue;
    }
    const { totals, warnings } = await (await openCaptureFiles(bytes.subarray(0, length))).info();
    expect(warnings.length).toBeLessThanOrEqual(1);
    if (warnings.length) expect(warnings[0]!.code).toBe('cut');
    whole.set(length, totals.packets);
  }
  const counts = [...whole.values()];
  expect(counts.every((count, i) => i === 0 || count === counts[i - 1]! || count === counts[i - 1]! + 1)).toBe(true);
  expect(Math.max(...counts)).toBe(5);
});

test('a tgz cut anywhere keeps what came before', async () => {
  const bytes = gzipSync(
    tar([
      ['one.pcap', pcap(packets)],
      ['two.pcap', pcap(packets)],
    ]),
  );
  for (let length = 20; length < bytes.length; length += 3) {
    const run = openCaptureFiles(bytes.subarray(0, length)).then((capture) => capture.info());
    const { warnings } = await run.catch(() => ({ warnings: [{ code: 'cut' }] }));
    expect(warnings.every(({ code }) => code === 'cut')).toBe(true);
  }
});

test('snap lengths of 54, 96 and 200 bytes leave the lengths of the headers', async () => {
  const full = await (await openCaptureFiles(pcap(packets))).analyse();
  for (const snap of [54, 96, 200]) {
    const { connections } = await (await openCaptureFiles(pcap(packets, { snap }))).analyse();
    expect([...connections]).toEqual([...full.connections]);
  }
});

test('columns of a batch hold what the packets say', async () => {
  for await (const batch of (await openCaptureFiles(pcap(packets))).batches()) {
    expect(batch.length).toBe(6);
    expect([...batch.seq]).toEqual([1000, 1100, 1200, 1300, 1400, 1500]);
    expect([...batch.payloadBytes]).toEqual(Array(6).fill(100));
    expect([...batch.kind]).toEqual(Array(6).fill(PACKET_KIND.TCP));
    expect([...batch.connection]).toEqual(Array(6).fill(1));
    expect([batchAddress(batch, 'src', 5), batchAddress(batch, 'dst', 5)]).toEqual(['10.0.0.1', '10.0.0.2']);
  }
});

test('an abort rejects with its reason, and progress counts stored bytes', async () => {
  const abort = new AbortController();
  abort.abort(new Error('enough'));
  await expect((await openCaptureFiles(pcap(packets))).info({ signal: abort.signal })).rejects.toThrow('enough');
  const stored = gzipSync(pcap(packets));
  const seen: number[] = [];
  await (await openCaptureFiles(stored)).info({ onProgress: ({ bytesRead }) => seen.push(bytesRead) });
  expect(seen.at(-1)).toBe(stored.length);
});

// A frame of one raw block (RFC 8878 3.1.1): no compressor is needed to test reading.
function zstd(bytes: Uint8Array): Uint8Array {
  const size = new Uint8Array(4);
  new DataView(size.buffer).setUint32(0, bytes.length, true);
  const block = (bytes.length << 3) | 1;
  return join([0x28, 0xb5, 0x2f, 0xfd, 0xa0], size, [block & 255, (block >> 8) & 255, block >> 16], bytes);
}
