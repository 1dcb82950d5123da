import { expect, test } from 'vitest';
import { openCapture } from '../../src/capture/index.js';
import { type Bytes, join } from './build.js';
import { ack, Conversation, data } from './conversation.js';

// Simple packet blocks of pcapng have no time: none is made up for them.

const le32 = (value: number): number[] => [value & 255, (value >> 8) & 255, (value >> 16) & 255, value >>> 24];

function block(type: number, body: Uint8Array): Bytes {
  const padded = join(body, new Uint8Array((4 - (body.length % 4)) % 4));
  return join(le32(type), le32(padded.length + 12), padded, le32(padded.length + 12));
}

/** One section and interface; `timed` says which packets are enhanced blocks, the others are simple ones. */
function mixed(conversation: Conversation, timed: (index: number) => boolean): Bytes {
  const section = block(0x0a0d0d0a, join(le32(0x1a2b3c4d), [1, 0, 0, 0], Array(8).fill(255)));
  const face = block(1, join([1, 0, 0, 0], le32(0)));
  const packets = conversation.packets.map(({ us, bytes }, index) => {
    const size = le32(bytes.length);
    if (!timed(index)) return block(3, join(size, bytes));
    const epochUs = 1_700_000_000_000_000 + us;
    return block(
      6,
      join(le32(0), le32(Math.floor(epochUs / 2 ** 32)), le32((epochUs % 2 ** 32) | 0), size, size, bytes),
    );
  });
  return join(section, face, ...packets);
}

function talk(): Conversation {
  const all = new Conversation().handshake();
  for (let i = 0; i < 10; i += 1) all.out(50 + i, data(i, { ts: [1000 + i, 1] }));
  for (let i = 0; i < 10; i += 1) all.back(90 + i, ack(i + 1, { ts: [2000 + i, 1000 + i] }));
  return all;
}

async function analysed(bytes: Bytes) {
  const { connections, totals, overall } = await (await openCapture(bytes)).analyse();
  expect(connections.length).toBe(1);
  return { c: connections.at(0)!, totals, overall };
}

test('none has a time: bytes are counted, and no time is told', async () => {
  const { c, totals } = await analysed(mixed(talk(), () => false));
  expect([c.forward.ackedBytes, c.forward.packets, c.backward.packets]).toEqual([10_000, 12, 11]);
  expect([c.forward.rtt.samples, c.forward.timestampRtt.samples, c.forward.handshakeRttUs]).toEqual([0, 0, -1]);
  expect([totals.startEpochUs, totals.durationUs, totals.outOfOrder]).toEqual([null, null, 0]);
  expect([c.startUs, c.endUs, c.durationUs]).toEqual([null, null, null]);
  const { firstUs, lastUs, throughputBytesPerSecond, goodputBytesPerSecond, rtt } = c.forward;
  expect([firstUs, lastUs, throughputBytesPerSecond, goodputBytesPerSecond]).toEqual([-1, -1, null, null]);
  expect([rtt.minUs, rtt.meanUs, rtt.p50Us, rtt.p99Us, rtt.stdevUs, totals.capturedTwice]).toEqual([
    ...[null, null, null, null, null],
    0,
  ]);
});

test('equal ACKs without a time are no copies of each other', async () => {
  const all = talk();
  for (let i = 0; i < 3; i += 1) all.back(0, ack(10));
  const { c, totals } = await analysed(mixed(all, () => false));
  expect([totals.capturedTwice, c.backward.packets]).toEqual([0, 14]);
});

test('the first packets have none, or every second one: what has a time keeps it', async () => {
  for (const timed of [(index: number) => index > 6, (index: number) => index % 2 === 0]) {
    const { c, totals } = await analysed(mixed(talk(), timed));
    expect(totals.startEpochUs).toBeGreaterThan(1_699_999_999_999_999);
    expect(totals.durationUs).toBeLessThan(100_000);
    expect(c.durationUs!).toBeLessThan(100_000);
    expect(c.startUs!).toBeGreaterThanOrEqual(0);
    expect(c.forward.ackedBytes).toBe(10_000);
    expect(c.forward.rtt.samples).toBeLessThan(10);
    if (c.forward.rtt.samples) expect([c.forward.rtt.minUs, c.forward.rtt.maxUs]).toEqual([40_000, 40_000]);
  }
});

test('all have one: the same conversation has all its samples', async () => {
  const { c } = await analysed(mixed(talk(), () => true));
  expect([c.forward.rtt.samples, c.forward.handshakeRttUs]).toEqual([11, 40_000]);
});
