import { expect, test } from 'vitest';
import { openCapture } from '../../src/capture/index.js';
import { type Bytes, be16, ethernet, ipv4, ipv6, join, type Packet, pcap, tcp } from './build.js';
import { ack, Conversation, data, MSS } from './conversation.js';

// What a connection's state makes of packets out of the ordinary.

test('acknowledged bytes are payload: a FIN with the number of the SYN, two FINs, SYN and FIN unseen', async () => {
  const gaveUp = new Conversation()
    .out(0, { flags: 'S', seq: 1000 })
    .out(290, { flags: 'F', seq: 1000 })
    .back(305, { flags: 'SA', seq: 900_000, ack: 1001 })
    .out(307, { flags: 'FA', seq: 1000, ack: 900_001 })
    .back(610, { flags: 'R', seq: 900_001 });
  expect((await gaveUp.analyse()).forward).toMatchObject({ ackedBytes: 0, uniqueBytes: 0, goodputBytesPerSecond: 0 });
  const fins = new Conversation()
    .handshake()
    .out(50, data(0, { flags: 'FA' }))
    .back(90, ack(1, { ack: 1002 }));
  expect(
    (
      await fins
        .out(91, { flags: 'FA', seq: 1001, ack: 5001 })
        .back(130, ack(1, { ack: 1002 }))
        .analyse()
    ).forward,
  ).toMatchObject({
    ackedBytes: 1000,
    fins: 2,
    retransmittedBytes: 0,
  });
  const part = new Conversation().handshake().out(50, { ...data(0), length: 10_000, flags: 'FA' });
  for (let i = 1; i <= 4; i += 1) part.back(90 + i, ack(2 * i));
  expect((await part.back(99, { seq: 5001, ack: 10_002 }).analyse()).forward).toMatchObject({
    ackedBytes: 10_000,
    captureGaps: { bytes: 0 },
  });
});

test('the text of a reset is no data', async () => {
  const c = await new Conversation().handshake().back(50, { flags: 'RA', seq: 5001, ack: 1, length: 15 }).analyse();
  expect([c.ending, c.backward.dataBytes, c.backward.dataPackets, c.backward.uniqueBytes]).toEqual(['reset', 0, 0, 0]);
});

test('a byte a closed window refused is no retransmission when it is sent with the rest, nor its answer a duplicate ACK', async () => {
  const talk = new Conversation()
    .handshake()
    .out(50, data(0))
    .back(90, ack(1, { window: 0 }));
  for (const ms of [300, 700, 1500])
    talk.out(ms, { seq: 1001, length: 1, ack: 5001 }).back(ms + 40, ack(1, { window: 0 }));
  talk.back(2000, ack(1)).out(2001, { seq: 1001, length: 500, ack: 5001 }).back(2041, { seq: 5001, ack: 1501 });
  const { forward, backward } = await talk.analyse();
  expect([forward.zeroWindowProbes, forward.uniqueBytes, forward.ackedBytes, forward.retransmittedPackets]).toEqual([
    3, 1500, 1500, 0,
  ]);
  expect([backward.zeroWindows, backward.duplicateAcks]).toEqual([4, 0]);
});

test('a receiver that drops what it SACKed: resends after it were needed', async () => {
  const talk = new Conversation().handshake().out(50, data(0)).back(90, ack(1));
  for (let i = 1; i < 6; i += 1) talk.out(100 + i * 0.1, data(i));
  talk
    .back(140, ack(1, { sack: [[2001, 6001]] }))
    .out(141, data(1))
    .back(181, ack(2));
  talk.out(500, data(2)).back(540, ack(3)).out(541, data(3)).out(541.1, data(4)).out(541.2, data(5)).back(581, ack(6));
  const { forward } = await talk.analyse();
  expect([forward.retransmittedPackets, forward.retransmissions.unneeded, forward.retransmissions.timeouts]).toEqual([
    5, 0, 1,
  ]);
});

test('a SYN of the same number is one attempt: after a reset of a half-open connection, refused thrice, captured late', async () => {
  const again = new Conversation()
    .out(0, { flags: 'S', seq: 1000 })
    .back(18, { seq: 900_000, ack: 56_555 })
    .out(18.1, { flags: 'R', seq: 56_555 })
    .out(3000, { flags: 'S', seq: 1000 })
    .back(3018, { flags: 'SA', seq: 900_000, ack: 1001 })
    .out(3018.1, { seq: 1001, ack: 900_001, length: 100 });
  expect(await again.analyse()).toMatchObject({ ending: 'open', forward: { syns: 2, dataBytes: 100 } });
  const refused = new Conversation();
  for (const ms of [0, 500, 1000])
    refused.out(ms, { flags: 'S', seq: 9 }).back(ms + 1, { flags: 'RA', seq: 0, ack: 10 });
  expect(await refused.analyse()).toMatchObject({ ending: 'refused', forward: { syns: 3 }, backward: { resets: 3 } });
  const late = new Conversation()
    .back(0, { flags: 'SA', seq: 5000, ack: 1, options: [3, 3, 7, 1] })
    .out(0.05, { seq: 1, ack: 5001 })
    .out(0.06, { flags: 'S', seq: 0, options: [3, 3, 9, 1] })
    .out(10, data(0))
    .back(20, ack(1, { window: 500 }));
  expect(await late.analyse()).toMatchObject({
    complete: true,
    forward: { dataBytes: 1000, retransmittedPackets: 0 },
    backward: { window: { maxBytes: 64_000 } },
  });
});

test('SYNs that cross, each with data, are one connection', async () => {
  const c = await new Conversation()
    .out(0, { flags: 'S', seq: 1000, length: 5 })
    .back(0.5, { flags: 'S', seq: 9000, length: 5 })
    .out(1, { flags: 'SA', seq: 1000, ack: 9006, length: 5 })
    .back(1.2, { flags: 'SA', seq: 9000, ack: 1006, length: 5 })
    .analyse();
  expect([c.forward.uniqueBytes, c.backward.uniqueBytes, c.forward.ackedBytes]).toEqual([5, 5, 5]);
});

test('a TCP header longer than its packet is of no connection', async () => {
  const segment = tcp({ flags: 'S', seq: 77_777_777, srcPort: 1000, dstPort: 80 });
  segment[12] = 0xf0;
  const talk = new Conversation().handshake().out(50, data(0));
  const packets = [...talk.packets, { us: 51_000, bytes: ethernet(0x0800, ipv4(6, segment)) }];
  const { connections, totals } = await (await openCapture(pcap(packets))).analyse();
  expect([connections.length, connections.at(0)!.forward.packets, totals.malformed]).toEqual([1, 3, 1]);
});

test('the SEQ of a pure ACK shows data lost before the capture; what fills it was resent', async () => {
  const lossy = (late: number): Promise<{ forward: { upstreamRetransmissions: number; reorderedPackets: number } }> => {
    const talk = new Conversation().handshake().out(50, data(0)).back(90, ack(1)).out(91, { seq: 3001, ack: 5001 });
    return talk
      .out(91 + late, data(1))
      .back(131 + late, ack(2))
      .out(132 + late, data(2))
      .back(172 + late, ack(3))
      .analyse();
  };
  expect((await lossy(250)).forward).toMatchObject({
    upstreamRetransmissions: 2,
    reorderedPackets: 0,
    retransmittedPackets: 0,
    uniqueBytes: 3000,
    captureGaps: { bytes: 0 },
  });
  expect((await lossy(0.2)).forward.reorderedPackets).toBeGreaterThan(0);
});

test('bytes below the first seen are remembered', async () => {
  const talk = new Conversation().out(0, data(5)).out(1, data(6)).back(10, ack(1)).out(11, data(1)).out(300, data(1));
  const { forward } = await talk.out(301, data(3)).back(310, ack(7)).out(600, data(3)).out(601, data(2)).analyse();
  expect([forward.uniqueBytes, forward.retransmittedPackets]).toEqual([5 * MSS, 2]);
  expect(forward.captureGaps).toEqual({ ranges: 0, bytes: 0, latePackets: 0 });
});

interface Part {
  readonly offset: number;
  readonly bytes: Uint8Array;
  readonly more: boolean;
}

function parts(segment: Uint8Array, each: number): Part[] {
  return Array.from({ length: Math.ceil(segment.length / each) }, (_, i) => ({
    offset: i * each,
    bytes: segment.subarray(i * each, (i + 1) * each),
    more: (i + 1) * each < segment.length,
  }));
}

const four = ({ offset, bytes, more }: Part): Bytes =>
  ethernet(0x0800, ipv4(6, bytes, { id: 77, fragment: (more ? 0x2000 : 0) | (offset >> 3) }));
const six = ({ offset, bytes, more }: Part): Bytes =>
  ethernet(0x86dd, ipv6(44, join([6, 0], be16(offset | (more ? 1 : 0)), [0, 1, 0, 77], bytes)));

test.each([
  ['IPv4, in order', four, (found: Part[]) => found],
  ['IPv4, reversed', four, (found: Part[]) => [...found].reverse()],
  ['IPv4, twice', four, (found: Part[]) => [...found, ...found]],
  ['IPv6, in order', six, (found: Part[]) => found],
  ['IPv6, reversed', six, (found: Part[]) => [...found].reverse()],
] as const)('fragments of a segment are all its data: %s', async (name, wrap, order) => {
  const segment = tcp({ seq: 1, ack: 5001, length: 3500, flags: 'FA', srcPort: 1000, dstPort: 80 });
  const reply = tcp({ seq: 5001, ack: 3502, srcPort: 80, dstPort: 1000 });
  const packets: Packet[] = order(parts(segment, 1400)).map((part, i) => ({ us: i * 10, bytes: wrap(part) }));
  const answer =
    wrap === four
      ? ethernet(0x0800, ipv4(6, reply, { src: '10.0.0.2', dst: '10.0.0.1' }))
      : ethernet(0x86dd, ipv6(6, reply, { src: 2, dst: 1 }));
  packets.push({ us: 20_000, bytes: answer });
  const { connections } = await (await openCapture(pcap(packets))).analyse();
  const { forward } = connections.at(0)!;
  expect([name, connections.length, forward.dataBytes, forward.ackedBytes, forward.fins]).toEqual([
    name,
    1,
    3500,
    3500,
    1,
  ]);
  expect([forward.captureGaps.bytes, forward.retransmittedPackets, forward.dataPackets]).toEqual([0, 0, 1]);
});
