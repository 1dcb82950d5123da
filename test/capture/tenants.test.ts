import { expect, test } from 'vitest';
import { openCapture } from '../../src/capture/index.js';
import { be16, be32, ethernet, frame, ipv4, join, type Packet, pcap, type Tcp, tcp, udp } from './build.js';
import { ack, Conversation, data } from './conversation.js';

// Networks that share a wire: equal addresses and ports, told apart by what tags and tunnels carry.

/** A conversation whose numbers begin at `isn`, `afterMs` later than another. */
function talk(isn: number, afterMs = 0, segments = 4): Conversation {
  const shift = (of: Tcp): Tcp => ({ ...of, seq: (of.seq ?? 0) + isn, ack: (of.ack ?? 0) + isn });
  const all = new Conversation();
  all.out(afterMs, { flags: 'S', seq: isn });
  all.back(40 + afterMs, shift({ flags: 'SA', seq: 5000, ack: 1 }));
  all.out(40.01 + afterMs, shift({ seq: 1, ack: 5001 }));
  for (let i = 0; i < segments; i += 1) {
    all.out(50 + i + afterMs, shift(data(i)));
    all.back(90 + i + afterMs, shift(ack(i + 1)));
  }
  return all;
}

/** A frame inside something that has a number; both ways may differ. */
type Wrap = (frame: Uint8Array, back: boolean) => Uint8Array;

const inner = (bytes: Uint8Array): Uint8Array => bytes.subarray(14);
const outer = (protocol: number, payload: Uint8Array): Uint8Array =>
  ethernet(0x0800, ipv4(protocol, payload, { src: '192.0.2.1', dst: '192.0.2.2' }));

const vlan =
  (id: number): Wrap =>
  (bytes) =>
    join(bytes.subarray(0, 12), be16(0x8100), be16(id), bytes.subarray(12));

const WRAPS: Readonly<Record<string, { wrap: (n: number) => Wrap; kind: string; id: (n: number) => number }>> = {
  VLAN: { wrap: vlan, kind: 'vlan', id: (n) => n },
  'two VLAN tags, the inner ones equal': {
    wrap: (n) => (b, back) => vlan(n)(vlan(7)(b, back), back),
    kind: 'vlan',
    id: () => 7,
  },
  'MPLS label': {
    wrap: (n) => (b) => ethernet(0x8847, join(be32(((n + 1000) << 12) | 0x1ff), inner(b))),
    kind: 'mpls',
    id: (n) => n + 1000,
  },
  VXLAN: {
    wrap: (n) => (b) => outer(17, udp(50000, 4789, join([8, 0, 0, 0], be32(n << 8), b))),
    kind: 'vxlan',
    id: (n) => n,
  },
  'GRE key': {
    wrap: (n) => (b) => outer(47, join([0x20, 0], be16(0x0800), be32(n), inner(b))),
    kind: 'gre',
    id: (n) => n,
  },
  // The TEID is the receiver's: each way has its own.
  'GTP TEIDs': {
    wrap: (n) => (b, back) =>
      outer(17, udp(2152, 2152, join([0x30, 0xff], be16(inner(b).length), be32(back ? n + 1000 : n), inner(b)))),
    kind: 'gtp',
    id: (n) => n,
  },
};

function wrapped(all: Conversation, wrap: Wrap): Packet[] {
  // The side that answers sends from port 80.
  return all.packets.map(
    ({ us, bytes }) => ({ us, bytes: wrap(bytes, bytes[34] === 0 && bytes[35] === 80) }) as Packet,
  );
}

async function analysed(packets: readonly Packet[], options = {}) {
  const sorted = [...packets].sort((a, b) => a.us - b.us);
  const { connections, totals } = await (await openCapture(pcap(sorted, { nano: true }))).analyse(options);
  return { all: [...connections], totals };
}

test.each(Object.entries(WRAPS))(
  '%s: equal ends under two numbers are two connections',
  async (_, { wrap, kind, id }) => {
    const packets = [...wrapped(talk(0), wrap(10)), ...wrapped(talk(70_000_000, 0.4), wrap(20))];
    const { all } = await analysed(packets);
    expect(all.map(({ tenant }) => tenant)).toEqual([10, 20].map((n) => ({ kind, id: id(n) })));
    for (const { forward, backward, ending, complete } of all) {
      expect([forward.packets, backward.packets, forward.ackedBytes, forward.rtt.samples]).toEqual([6, 5, 4000, 5]);
      expect([forward.retransmittedPackets, forward.outOfWindowPackets, forward.captureGaps.ranges]).toEqual([0, 0, 0]);
      expect([ending, complete]).toEqual(['open', true]);
    }
  },
);

test.each(Object.entries(WRAPS))('%s: the same numbers of sequence, one after the other, too', async (_, { wrap }) => {
  const { all } = await analysed([...wrapped(talk(0), wrap(10)), ...wrapped(talk(0, 10), wrap(20))]);
  expect(all.map(({ forward }) => [forward.ackedBytes, forward.retransmittedPackets])).toEqual([
    [4000, 0],
    [4000, 0],
  ]);
});

test('sixty networks of the same ends, each with a number of its own both ways', async () => {
  const { wrap } = WRAPS['GTP TEIDs']!;
  const packets = Array.from({ length: 60 }, (_, n) => wrapped(talk(n * 20_000_000, n / 1000), wrap(2000 + n)));
  const { all } = await analysed(packets.flat());
  expect(all.length).toBe(60);
  expect(all.every(({ forward, backward }) => forward.ackedBytes === 4000 && backward.packets === 5)).toBe(true);
});

test('ignoreTunnels: tags do not tell connections apart', async () => {
  const path = talk(0).packets.map(
    ({ us, bytes }, i) => ({ us, bytes: vlan(i % 2 ? 10 : 20)(bytes, false) }) as Packet,
  );
  const both = [...wrapped(talk(0), vlan(10)), ...wrapped(talk(70_000_000, 200), vlan(20))];
  for (const packets of [path, both]) {
    const { all } = await analysed(packets, { ignoreTunnels: true });
    expect(all.length).toBe(packets === path ? 1 : 2);
  }
  const late = [...wrapped(talk(0), vlan(10)), { us: 300_000, bytes: vlan(20)(frame(data(90_000)), false) } as Packet];
  expect((await analysed(late)).all.length).toBe(2);
  expect((await analysed(late, { ignoreTunnels: true })).all.length).toBe(1);
});

test('two ways with tags of their own are one connection', async () => {
  const { all } = await analysed(wrapped(talk(0), (bytes, back) => vlan(back ? 20 : 10)(bytes, back)));
  expect(all.map(({ forward, backward }) => [forward.packets, backward.packets])).toEqual([[6, 5]]);
});

test('a path that changes its label midway is one connection', async () => {
  const label = (n: number): Wrap => WRAPS['MPLS label']!.wrap(n);
  const packets = talk(0, 0, 20).packets.map(({ us, bytes }, i) => ({
    us,
    bytes: label(i % 3 ? 16 : 17)(bytes, false),
  }));
  const { all } = await analysed(packets as Packet[]);
  expect(all.map(({ forward }) => [forward.ackedBytes, forward.rtt.samples])).toEqual([[20_000, 21]]);
});

test('trunk and access side of a switch: the copy with a tag is a copy', async () => {
  const plain = talk(0, 0, 10).packets;
  const { all, totals } = await analysed(
    plain.flatMap(({ us, bytes }) => [{ us, bytes }, { us: us + 20, bytes: vlan(10)(bytes, false) } as Packet]),
  );
  expect(all.map(({ forward, tenant }) => [forward.packets, forward.rtt.samples, tenant])).toEqual([
    [12, 11, undefined],
  ]);
  expect(totals.capturedTwice).toBe(plain.length);
});

test('the first of several networks ends: the others go on', async () => {
  const again = talk(9_000_000, 400);
  const packets = [
    ...wrapped(talk(0), vlan(10)),
    ...wrapped(talk(70_000_000, 0.4, 300), vlan(20)),
    { us: 200_000, bytes: vlan(10)(frame({ srcPort: 1000, dstPort: 80, flags: 'R', seq: 4001 }), false) } as Packet,
    ...wrapped(again, vlan(10)),
  ];
  const { all } = await analysed(packets);
  expect(all.map(({ tenant, forward, ending }) => [tenant?.id, forward.ackedBytes, ending])).toEqual([
    [10, 4000, 'reset'],
    [20, 300_000, 'open'],
    [10, 4000, 'open'],
  ]);
});

test('tags without end: the state stays within its memory', async () => {
  const packets: Packet[] = [];
  for (let n = 0; n < 50_000; n += 1) {
    const bytes = tcp({ srcPort: 1000, dstPort: 80, seq: n * 80_000, ack: 6, length: 10 });
    const labels = be32(((16 + n) << 12) | 0x1ff);
    packets.push({ us: n, bytes: ethernet(0x8847, join(labels, ipv4(6, bytes))) });
  }
  const { connections, evicted } = await (await openCapture(pcap(packets))).analyse({ stateBytes: 1 << 20 });
  expect(connections.length).toBe(50_000);
  expect(evicted).toBeGreaterThan(40_000);
});
