import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type CaptureAnalysis, openCapture } from '../../src/capture/index.js';
import { frame, join, type Packet, pcap, pcapng, tar } from './build.js';

const packets: Packet[] = Array.from({ length: 40 }, (_, i) => ({
  us: i * 100,
  bytes: frame({
    seq: i * 500,
    length: i % 3 ? 500 : 0,
    ack: i,
    ts: [i, i],
    ...(i % 4 ? {} : { sack: [[i * 300, i * 300 + 900]] }),
  }),
}));

function addsUp({ totals, connections, folded }: CaptureAnalysis): void {
  expect(Object.values(totals.kinds).reduce((sum, count) => sum + count, 0)).toBe(totals.packets);
  let seen = folded.packets;
  for (const { forward, backward } of connections) seen += forward.packets + backward.packets;
  expect(seen).toBe(totals.kinds.tcp);
}

test('random bytes behind a header: a value, never a trap', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 600 }), fc.boolean(), async (bytes, ng) => {
      const head = ng ? pcapng([]) : pcap([]);
      addsUp(await (await openCapture(join(head, bytes))).analyse());
    }),
    { numRuns: 150 },
  );
});

test('random frames of every link type: a value, never a trap', async () => {
  const links = fc.constantFrom(0, 1, 9, 101, 108, 113, 228, 229, 276, 999);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 120 }), { maxLength: 30 }), links, async (frames, link) => {
      const analysis = await (
        await openCapture(
          pcap(
            frames.map((bytes, us) => ({ us, bytes })),
            { link },
          ),
        )
      ).analyse();
      expect(analysis.totals.packets).toBe(frames.length);
      addsUp(analysis);
    }),
    { numRuns: 150 },
  );
});

test('flipped bits: counts still add up', async () => {
  const flips = fc.array(fc.tuple(fc.nat(), fc.nat(7)), { minLength: 1, maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(flips, fc.boolean(), async (where, ng) => {
      const bytes = ng ? pcapng(packets) : pcap(packets);
      for (const [at, bit] of where) bytes[24 + (at % (bytes.length - 24))]! ^= 1 << bit;
      addsUp(await (await openCapture(bytes)).analyse());
    }),
    { numRuns: 150 },
  );
});

test('lengths that lie stop the reading there with a warning', async () => {
  for (const [at, value] of [
    [8, 0xffff_ffff],
    [8, 0x0fff_ffff],
    [12, 0xffff_ffff],
  ] as const) {
    const bytes = pcap(packets);
    new DataView(bytes.buffer).setUint32(24 + at, value, true);
    const analysis = await (await openCapture(bytes)).analyse();
    expect(analysis.warnings.length).toBe(at === 8 ? 1 : 0);
    addsUp(analysis);
  }
});

test('200,000 one-packet connections in little memory: oldest finished first, all counted', async () => {
  const CONNECTIONS = 200_000;
  const bytes = manySyns(CONNECTIONS);
  const capture = await openCapture(bytes);
  const analysis = await capture.analyse({ stateBytes: 4 << 20, maxConnections: 1000 });
  expect(analysis.evicted).toBeGreaterThan(CONNECTIONS - 10_000);
  expect(analysis.connections.length).toBeLessThanOrEqual(1000);
  expect(analysis.connections.at(0)!.number).toBe(1);
  expect(analysis.connections.length + analysis.folded.connections).toBe(CONNECTIONS);
  addsUp(analysis);
});

test('a gzip bomb is read in bounded memory and stopped by what it is', async () => {
  const bomb = gzipSync(join(pcap(packets), new Uint8Array(64 << 20)));
  const { totals } = await (await openCapture(bomb)).info();
  // Zeros are records of length 0: counted, and nothing kept.
  expect(totals.packets).toBe(40 + (64 << 20) / 16);
});

test('a tar with a path outside is only a name', async () => {
  const { files, totals } = await (await openCapture(tar([['../../etc/x.pcap', pcap(packets)]]))).info();
  expect(files.map(({ name }) => name)).toEqual(['capture:../../etc/x.pcap']);
  expect(totals.packets).toBe(40);
});

test.each([
  ['nothing', new Uint8Array(0), 'is empty'],
  ['text', new TextEncoder().encode('hello there'), 'is no capture'],
  ['xz', Uint8Array.of(0xfd, 0x37, 0x7a, 0x58, 0x5a, 0), 'unpack it first'],
  ['gzip of text', gzipSync('hello there'), 'is no capture'],
])('%s is refused in one line', async (_, bytes, message) => {
  await expect(openCapture(bytes)).rejects.toMatchObject({
    code: 'MOORING_ERR_CAPTURE_UNKNOWN_FORMAT',
    message: expect.stringContaining(message),
  });
});

// Each from another address and port.
function manySyns(count: number): Uint8Array {
  const one = pcap([{ us: 0, bytes: frame({ flags: 'S', seq: 1 }) }]);
  const record = one.subarray(24);
  const bytes = new Uint8Array(24 + count * record.length);
  bytes.set(one.subarray(0, 24));
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < count; i += 1) {
    const at = 24 + i * record.length;
    bytes.set(record, at);
    view.setUint32(at + 4, i % 1_000_000, true);
    view.setUint32(at + 16 + 26, 0x0b00_0000 + i);
  }
  return bytes;
}
