import { expect, test } from 'vitest';
import { openCapture } from '../../src/capture/index.js';
import { pcap, type Tcp } from './build.js';
import { ack, Conversation, data, MSS } from './conversation.js';

// Packets whose numbers no window allows: forged, or late from a connection long gone.

function lines(count: number, from = 0, talk = new Conversation().handshake()): Conversation {
  for (let i = from; i < from + count; i += 1) talk.out(50 + i * 20, data(i)).back(60 + i * 20, ack(i + 1));
  return talk;
}

const FORGED: Readonly<Record<string, { out?: Tcp; back?: Tcp }>> = {
  'data 500 MB ahead': { out: { ...data(0), seq: 500_000_000 } },
  'data 2 GB ahead': { out: { ...data(0), seq: 2_000_000_000 } },
  'data 300 MB behind': { out: { ...data(0), seq: 0xffff_ffff - 300_000_000 } },
  'an ACK of 500 MB never sent': { back: { seq: 5001, ack: 500_000_000 } },
  'an ACK of 2 GB never sent': { back: { seq: 5001, ack: 2_000_000_000 } },
  'a FIN of another connection': { back: { flags: 'FA', seq: 900_000_000, ack: 1 } },
  'a pure ACK of no SEQ': { out: { seq: 700_000_000, ack: 5001 } },
  'a reset of no SEQ': { back: { flags: 'R', seq: 600_000_000 } },
  'a SYN, answered by a challenge ACK': { out: { flags: 'S', seq: 77_777_777 } },
  'a SYN-ACK out of nowhere': { back: { flags: 'SA', seq: 77_777_777, ack: 9 } },
};

test.each(Object.entries(FORGED))('one packet of no window changes nothing: %s', async (_, { out, back }) => {
  const talk = lines(5);
  if (out) talk.out(155, out);
  if (back) talk.back(155, back);
  if (out?.flags === 'S') talk.back(156, ack(5));
  const c = await lines(5, 5, talk).analyse();
  const clean = await lines(10).analyse();
  expect([c.forward.outOfWindowPackets, c.backward.outOfWindowPackets]).toEqual([out ? 1 : 0, back ? 1 : 0]);
  for (const side of ['forward', 'backward'] as const) {
    const { packets, bytes, pureAcks, outOfWindowPackets, ...rest } = c[side];
    const { packets: was, bytes: before, pureAcks: acks, outOfWindowPackets: none, ...expected } = clean[side];
    expect([packets - was, none]).toEqual([
      (side === 'forward' ? out : back) ? 1 : side === 'backward' && out?.flags === 'S' ? 1 : 0,
      0,
    ]);
    expect(bytes).toBeGreaterThanOrEqual(before);
    expect(pureAcks).toBeGreaterThanOrEqual(acks);
    expect(rest).toEqual(expected);
  }
  expect(c.ending).toBe('open');
});

test('a reset that acknowledges what was never sent settles nothing; data after it shows that it was ignored', async () => {
  const talk = lines(3).back(115, { flags: 'RA', seq: 5001, ack: 500_000_000 });
  const cut = await talk.analyse();
  expect([cut.ending, cut.forward.ackedBytes, cut.backward.outOfWindowPackets]).toEqual(['reset', 3000, 1]);
  const on = await lines(5, 3, talk).analyse();
  expect([on.ending, on.forward.ackedBytes, on.forward.captureGaps.bytes, on.backward.resets]).toEqual([
    'open',
    8000,
    0,
    1,
  ]);
});

test('a jump that a second packet agrees with is a gap of the capture, and both packets count', async () => {
  const far = 40_000;
  const talk = lines(3);
  for (let i = far; i < far + 4; i += 1) talk.out(500 + (i - far) * 20, data(i)).back(510 + (i - far) * 20, ack(i + 1));
  const { forward, backward } = await talk.analyse();
  expect([forward.outOfWindowPackets, backward.outOfWindowPackets]).toEqual([0, 0]);
  expect([forward.dataBytes, forward.uniqueBytes]).toEqual([7 * MSS, 7 * MSS]);
  expect([forward.captureGaps.bytes, forward.ackedBytes]).toEqual([(far - 3) * MSS, (far + 4) * MSS]);
});

test('where only one direction was captured a jump needs a second packet as well', async () => {
  const data1 = new Conversation();
  for (let i = 0; i < 5; i += 1) data1.out(i, data(i));
  data1.out(6, { ...data(0), seq: 900_000_000 });
  for (let i = 5; i < 9; i += 1) data1.out(2 + i, data(i));
  const sent = await data1.analyse();
  expect([sent.forward.dataBytes, sent.forward.outOfWindowPackets]).toEqual([9 * MSS, 1]);
  expect(sent.forward.inFlight.maxBytes).toBe(9 * MSS);
  const acks = new Conversation();
  for (let i = 1; i < 6; i += 1) acks.back(i, ack(i));
  acks.back(7, { seq: 5001, ack: 1_200_000_000 });
  for (let i = 6; i < 9; i += 1) acks.back(2 + i, ack(i));
  const { forward, backward } = await acks.analyse();
  // The side seen first is forward.
  expect([forward.outOfWindowPackets, backward.ackedBytes]).toEqual([1, 7 * MSS]);
});

test('sequence numbers that wrap are of their window', async () => {
  const start = 0xffff_e000;
  const talk = new Conversation().handshake(start);
  for (let i = 0; i < 40; i += 1) {
    talk.out(50 + i * 5, { seq: (start + 1 + i * MSS) >>> 0, length: MSS, ack: 5001 });
    talk.back(52 + i * 5, { seq: 5001, ack: (start + 1 + (i + 1) * MSS) >>> 0 });
    if (i === 7) talk.out(51 + i * 5, { seq: 400_000_000, length: 10, ack: 5001 });
  }
  const { forward } = await talk.analyse();
  expect([forward.uniqueBytes, forward.ackedBytes, forward.outOfWindowPackets]).toEqual([40 * MSS, 40 * MSS, 1]);
});

test('ports used again, no end seen: the SYN-ACK, the retransmitted SYN or data tells that a new connection begins', async () => {
  const next = 80_000_000;
  const follow: Readonly<Record<string, (talk: Conversation) => Conversation>> = {
    'a SYN-ACK': (talk) =>
      talk.back(1040, { flags: 'SA', seq: 3, ack: next + 1 }).out(1041, { seq: next + 1, ack: 4, length: 700 }),
    'a refusal': (talk) => talk.back(1040, { flags: 'RA', seq: 0, ack: next + 1 }),
    'the SYN again': (talk) => talk.out(2000, { flags: 'S', seq: next }),
    'data, one direction only': (talk) => talk.out(1041, { seq: next + 1, ack: 4, length: 700 }),
  };
  for (const [name, more] of Object.entries(follow)) {
    const talk = more(lines(3).out(1000, { flags: 'S', seq: next }));
    const { connections } = await (await openCapture(pcap(talk.packets))).analyse();
    expect([name, connections.length]).toEqual([name, 2]);
    expect([name, connections.at(0)!.forward.dataBytes, connections.at(1)!.forward.syns > 0]).toEqual([
      name,
      3000,
      true,
    ]);
    expect([name, connections.at(1)!.startUs]).toEqual([name, 1_000_000]);
    expect([...connections].every((c) => c.forward.outOfWindowPackets === 0)).toBe(true);
  }
});

test('a late FIN of the connection before leaves the new one open', async () => {
  const talk = lines(1).out(100, { flags: 'FA', seq: 1001, ack: 5001 });
  talk.out(200, { flags: 'S', seq: 50_000_000 }).back(210, { flags: 'SA', seq: 80_000_000, ack: 50_000_001 });
  talk.out(211, { seq: 50_000_001, ack: 80_000_001, length: 700 });
  talk.back(212, { flags: 'FA', seq: 5001, ack: 1002 });
  talk.back(220, { seq: 80_000_001, ack: 50_000_701 });
  const { connections } = await (await openCapture(pcap(talk.packets))).analyse();
  expect(connections.length).toBe(2);
  expect(connections.at(1)).toMatchObject({
    ending: 'open',
    forward: { ackedBytes: 700 },
    backward: { fins: 0, outOfWindowPackets: 1 },
  });
});

test('a packet that waits for a second one when the capture ends is counted', async () => {
  const c = await lines(2)
    .out(200, { ...data(0), seq: 500_000_000 })
    .analyse();
  expect([c.forward.packets, c.forward.outOfWindowPackets, c.forward.dataBytes]).toEqual([5, 1, 2000]);
});

test('a FIN whose data was acknowledged before it was seen gives back its payload only', async () => {
  const talk = new Conversation().back(0, { seq: 1, ack: 1976, window: 0 }).back(1, { seq: 1, ack: 5501, window: 0 });
  talk.out(2, { seq: 3001, length: 1000, ack: 1 }).out(3, { seq: 3976, length: 500, ack: 1, flags: 'FA' });
  const { forward, backward } = await talk.analyse();
  const sender = forward.dataBytes ? forward : backward;
  // [3001, 4001) and [4001, 4476) came late; 4476 is the FIN, and 25 bytes came twice.
  expect([sender.ackedBytes, sender.uniqueBytes, sender.captureGaps.bytes]).toEqual([3525, 1475, 2050]);
  expect(sender.retransmittedBytes).toBe(25);
});

test('data sent again with a FIN that is new, and a FIN sent again with data that is new, count their payload', async () => {
  const talk = new Conversation()
    .handshake()
    .out(50, data(0))
    .out(51, { ...data(0), flags: 'FA' });
  const again = await talk.analyse();
  expect([again.forward.uniqueBytes, again.forward.retransmittedBytes]).toEqual([1000, 1000]);
  const bare = new Conversation().handshake().out(50, { seq: 1001, ack: 5001, flags: 'FA' });
  const late = await bare.out(51, { ...data(0), flags: 'FA' }).analyse();
  expect([late.forward.uniqueBytes, late.forward.retransmittedBytes]).toEqual([1000, 0]);
});
