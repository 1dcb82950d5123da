import { expect, test } from 'vitest';
import { openCapture } from '../../src/capture/index.js';
import { ethernet, frame, ipv4, ipv6, type Packet, pcap, type Tcp, tcp } from './build.js';
import { ack, Conversation, data, MSS } from './conversation.js';

// Ports mirrored both ways, bonds, both legs of a router: one packet is captured more than once.

const BACK = { src: '10.0.0.2', dst: '10.0.0.1', srcPort: 80, dstPort: 1000 };

/** Handshake, then `count` segments a millisecond apart and their ACKs, each with `more`. */
function talk(count: number, more: (number: number) => Tcp = () => ({})): Conversation {
  let number = 0;
  const next = (of: Tcp): Tcp => {
    number += 1;
    return { ...of, ...more(number) };
  };
  const all = new Conversation();
  all.out(0, next({ flags: 'S', seq: 0 }));
  all.back(40, next({ flags: 'SA', seq: 5000, ack: 1 }));
  all.out(40.01, next({ seq: 1, ack: 5001 }));
  for (let i = 0; i < count; i += 1) all.out(50 + i, next(data(i)));
  for (let i = 0; i < count; i += 1) all.back(90 + i, next(ack(i + 1)));
  return all;
}

type Copy = (packet: Packet, index: number) => readonly Packet[];

async function analysed(packets: readonly Packet[]) {
  const { connections, totals, warnings } = await (await openCapture(pcap(packets, { nano: true }))).analyse();
  return { all: [...connections], totals, warnings };
}

const twice =
  (afterUs: number, change: (bytes: Uint8Array) => Uint8Array = (bytes) => bytes): Copy =>
  ({ us, bytes }) => [
    { us, bytes },
    { us: us + afterUs, bytes: change(bytes) },
  ];

function changed(bytes: Uint8Array, at: number, value: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[at] = value;
  return copy;
}

const WAYS: Readonly<Record<string, { more?: (number: number) => Tcp; copy: Copy }>> = {
  'mirrored both ways': { more: (number) => ({ ipId: number }), copy: twice(15) },
  'a router between, TTL one less': { more: (ipId) => ({ ipId }), copy: twice(50, (bytes) => changed(bytes, 22, 63)) },
  'no identification': { copy: twice(15) },
  'identification of the copy rewritten': {
    more: (ipId) => ({ ipId }),
    copy: twice(40, (bytes) => changed(bytes, 18, 77)),
  },
  'three times': {
    more: (ipId) => ({ ipId }),
    copy: ({ us, bytes }) => [0, 15, 30].map((after) => ({ us: us + after, bytes })),
  },
  'three times, no identification': {
    copy: ({ us, bytes }) => [0, 15, 30].map((after) => ({ us: us + after, bytes })),
  },
  'the later copy first': {
    more: (ipId) => ({ ipId }),
    copy: ({ us, bytes }) => [-5, 300].map((after) => ({ us: us + after + 10, bytes })),
  },
  'a copy 1.9 ms later': { copy: twice(1900) },
};

test.each(Object.entries(WAYS))('every figure is as if captured once: %s', async (_, { more, copy }) => {
  const once = talk(12, more).packets;
  const packets = once.flatMap(copy).sort((a, b) => a.us - b.us);
  const [one, many] = [await analysed(once), await analysed(packets)];
  expect(many.all).toHaveLength(1);
  const copies = packets.length - once.length;
  expect([many.totals.capturedTwice, one.totals.capturedTwice]).toEqual([copies, 0]);
  expect(many.warnings.map(({ code }) => code)).toEqual(['captured-twice']);
  for (const side of ['forward', 'backward'] as const) {
    const { capturedTwice, retransmissions, ...rest } = many.all[0]![side];
    const { capturedTwice: none, retransmissions: resent, ...expected } = one.all[0]![side];
    expect([none, capturedTwice]).toEqual([0, (copies / once.length) * expected.packets]);
    expect({ ...retransmissions, duplicateFrames: 0 }).toEqual(resent);
    // Times are those of the first copy, which the third way above moves by a few µs.
    const untimed = (value: typeof rest): object => ({
      ...value,
      firstUs: 0,
      lastUs: 0,
      rtt: 0,
      handshakeRttUs: 0,
      throughputBytesPerSecond: 0,
      goodputBytesPerSecond: 0,
      timestampRtt: 0,
    });
    expect(untimed(rest)).toEqual(untimed(expected));
    expect(rest.rtt.samples).toBe(expected.rtt.samples);
    expect(Math.abs(rest.rtt.minUs! - expected.rtt.minUs!)).toBeLessThan(20);
  }
});

test('copies of IPv6 packets, which have no identification, are told too, from the middle of a connection on', async () => {
  const six = (us: number, out: boolean, of: Tcp): Packet => ({
    us,
    bytes: ethernet(0x86dd, ipv6(6, tcp(of), out ? {} : { src: 2, dst: 1 })),
  });
  const once = Array.from({ length: 20 }, (_, i) => [
    six(i * 50_000, true, data(i)),
    six(i * 50_000 + 10_000, false, { ...BACK, ...ack(i + 1) }),
  ]).flat();
  const { all } = await analysed(once.flatMap(twice(20)));
  expect([all[0]!.forward.rtt.samples, all[0]!.forward.dataPackets, all[0]!.backward.duplicateAcks]).toEqual([
    20, 20, 0,
  ]);
  expect([all[0]!.forward.capturedTwice, all[0]!.backward.capturedTwice]).toEqual([20, 20]);
});

test('bursts whose copies follow as a burst are told from resends', async () => {
  const once = talk(4).packets.slice(0, 3);
  const burst = (shift: number): Packet[] =>
    Array.from({ length: 8 }, (_, i) => ({
      us: 50_000 + shift + i * 10,
      bytes: frame({ ...data(i), srcPort: 1000, dstPort: 80 }),
    }));
  const { all } = await analysed([...once, ...burst(0), ...burst(400)]);
  expect([all[0]!.forward.dataPackets, all[0]!.forward.retransmittedPackets]).toEqual([8, 0]);
  expect(all[0]!.forward.capturedTwice).toBe(8);
});

test('duplicate ACKs are no copies: identical packets of a capture that has none twice', async () => {
  const lossy = talk(1);
  for (let i = 1; i < 6; i += 1) lossy.out(100 + i * 0.1, data(i));
  for (let i = 0; i < 4; i += 1) lossy.back(141 + i * 0.1, ack(1));
  const c = await lossy.out(142, data(1)).back(182, ack(6)).analyse();
  expect([c.backward.duplicateAcks, c.backward.capturedTwice, c.forward.retransmissions.fast]).toEqual([4, 0, 1]);
});

test('duplicate ACKs stay what they are where every packet is captured twice', async () => {
  const lossy = talk(1, (ipId) => ({ ipId }));
  let ipId = 100;
  const next = (of: Tcp): Tcp => {
    ipId += 1;
    return { ...of, ipId };
  };
  for (let i = 1; i < 6; i += 1) lossy.out(100 + i * 0.1, next(data(i)));
  for (let i = 0; i < 4; i += 1) lossy.back(141 + i * 0.1, next(ack(1)));
  lossy.out(142, next(data(1))).back(182, next(ack(6)));
  for (const strip of [false, true]) {
    const once = lossy.packets.map(({ us, bytes }) => ({
      us,
      bytes: strip ? changed(changed(bytes, 18, 0), 19, 0) : bytes,
    }));
    const { all } = await analysed(once.flatMap(twice(30)).sort((a, b) => a.us - b.us));
    expect([strip, all[0]!.backward.duplicateAcks, all[0]!.forward.retransmittedPackets]).toEqual([strip, 4, 1]);
    expect(all[0]!.forward.retransmissions.fast).toBe(1);
  }
});

test('data sent again 2 ms later or with another identification is no copy', async () => {
  const fast = talk(4, (ipId) => ({ ipId }))
    .out(200, { ...data(4), ipId: 90 })
    .out(200.3, { ...data(4), ipId: 91 });
  expect((await fast.analyse()).forward.retransmittedPackets).toBe(1);
  const slow = talk(4).out(200, data(4)).out(202.5, data(4));
  expect((await slow.analyse()).forward).toMatchObject({ retransmittedPackets: 1, capturedTwice: 0 });
});

test('a SYN whose MSS a router rewrote is a copy', async () => {
  const syn = (mss: number): Tcp => ({
    flags: 'S',
    seq: 7,
    options: [2, 4, mss >> 8, mss & 255],
    srcPort: 1000,
    dstPort: 80,
  });
  const { all } = await analysed([
    { us: 0, bytes: frame(syn(1460)) },
    { us: 60, bytes: frame(syn(1380)) },
  ]);
  expect(all[0]!.forward).toMatchObject({ syns: 1, retransmittedPackets: 0, capturedTwice: 1, options: { mss: 1460 } });
});

test('segments captured before offload, in copies', async () => {
  const packet = (us: number, out: boolean, of: Tcp): Packet => ({
    us,
    bytes: ethernet(
      0x0800,
      ipv4(
        6,
        tcp({ ...(out ? { srcPort: 1000, dstPort: 80 } : { srcPort: 80, dstPort: 1000 }), ...of }),
        out ? {} : { src: '10.0.0.2', dst: '10.0.0.1' },
      ),
    ),
  });
  const once = Array.from({ length: 6 }, (_, i) => [
    packet(i * 50_000, true, { seq: 1 + i * 20 * MSS, length: 20 * MSS, ack: 5001 }),
    packet(i * 50_000 + 20_000, false, { seq: 5001, ack: 1 + (i + 1) * 20 * MSS }),
  ]).flat();
  const { all } = await analysed(once.flatMap(twice(25)));
  expect([all[0]!.forward.dataBytes, all[0]!.forward.rtt.samples, all[0]!.forward.capturedTwice]).toEqual([
    120_000, 6, 6,
  ]);
});

/** Ends of connection `i` as generators of traffic count them up. */
const COUNTED_UP: Readonly<Record<string, (i: number) => Tcp>> = {
  'hosts and ports of clients': (i) => ({ src: `10.0.${i >> 8}.${i & 255}`, srcPort: 1024 + i }),
  'hosts of servers, ports of clients': (i) => ({ dst: `10.0.${i >> 8}.${i & 255}`, srcPort: 1024 + i }),
  'hosts and ports of servers': (i) => ({ dst: `192.168.${i >> 8}.${i & 255}`, dstPort: 1024 + i }),
  'ports alone': (i) => ({ src: '10.1.0.1', srcPort: 1024 + i }),
};

test.each(Object.entries(COUNTED_UP))(
  'what many connections send alike at one time is no copy: %s',
  async (_, ends) => {
    const many = 512;
    const bytes = Array.from({ length: many }, (_, i) => {
      const of: Tcp = { src: '10.2.0.1', dst: '10.128.0.1', srcPort: 5000, dstPort: 443, ts: [7, 0], ...ends(i) };
      return [
        { ...of, flags: 'S', seq: 1 },
        { ...of, seq: 2, ack: 1 },
        { ...of, seq: 2, ack: 1, length: 100 },
      ].map(frame);
    });
    // All SYNs, then all ACKs, then all data, a microsecond apart.
    const packets = [0, 1, 2].flatMap((step) =>
      bytes.map((frames, i) => ({ us: step * many + i, bytes: frames[step]! })),
    );
    const { all, warnings } = await analysed(packets);
    expect(all.length).toBe(many);
    expect(all.filter(({ forward }) => forward.packets !== 3 || forward.capturedTwice > 0)).toEqual([]);
    expect(warnings).toEqual([]);
  },
);

test('the same over IPv6, which has no identification', async () => {
  const many = 250;
  const packets = Array.from({ length: 2 * many }, (_, i) => {
    const of: Tcp = { srcPort: 1024 + (i % many), dstPort: 443, seq: i < many ? 1 : 2, flags: i < many ? 'S' : 'A' };
    return { us: i, bytes: ethernet(0x86dd, ipv6(6, tcp(of), { src: i % many, dst: 255 })) };
  });
  const { all } = await analysed(packets);
  expect(all.length).toBe(many);
  expect(all.filter(({ forward }) => forward.capturedTwice > 0)).toEqual([]);
});
