import { expect, test } from 'vitest';
import { openCapture } from '../../src/capture/index.js';
import { be16, be32, ethernet, ipv4, ipv6, join, pcap, tcp, udp } from './build.js';

const segment = tcp({ seq: 5, length: 40, flags: 'A', srcPort: 1000, dstPort: 80 });
const inner4 = ipv4(6, segment);
const inner6 = ipv6(6, segment);
const vlan = (id: number, type: number): number[] => [...be16(id), ...be16(type)];
const label = (value: number, bottom: boolean): number[] => be32(((value << 12) | (bottom ? 0x100 : 0) | 64) >>> 0);
const outer = (protocol: number, payload: Uint8Array): Uint8Array =>
  ethernet(0x0800, ipv4(protocol, payload, { src: '192.0.2.1', dst: '192.0.2.2' }));
const gre = (flags: number, type: number, ...rest: number[]): number[] => [...be16(flags), ...be16(type), ...rest];
const locally = [
  [0x02, 0, 0, 0, 0, 1],
  [0x06, 0x11, 0x22, 0x33, 0x44, 0x55],
  [0x42, 0, 0, 0, 0, 1],
  [0x4e, 0x45, 0, 0x54, 0, 1],
  [0x62, 0, 0, 0, 0, 1],
  [0x6e, 0, 0, 0, 0, 1],
  [0x00, 0x15, 0x5d, 0, 0, 1],
  [0x52, 0x54, 0, 0, 0, 1],
];

const frames: ReadonlyArray<readonly [string, Uint8Array, number?]> = [
  ['Ethernet', ethernet(0x0800, inner4)],
  ['Ethernet, IPv6', ethernet(0x86dd, inner6)],
  ['802.1Q', ethernet(0x8100, join(vlan(7, 0x0800), inner4))],
  ['802.1ad over 802.1Q', ethernet(0x88a8, join(vlan(7, 0x8100), vlan(8, 0x86dd), inner6))],
  ['five tags', ethernet(0x88a8, join(...[1, 2, 3, 4].map((id) => vlan(id, 0x8100)), vlan(5, 0x0800), inner4))],
  ['MPLS', ethernet(0x8847, join(label(16, true), inner4))],
  ['three MPLS labels, IPv6', ethernet(0x8847, join(label(16, false), label(17, false), label(18, true), inner6))],
  ...locally.flatMap((mac): Array<readonly [string, Uint8Array]> => {
    const name = mac.map((byte) => byte.toString(16).padStart(2, '0')).join(':');
    const plain = join(label(16, true), ethernet(0x0800, inner4, mac));
    const word = join(label(16, true), [0, 0, 0, 0], ethernet(0x0800, inner4, mac));
    return [
      [`pseudowire to ${name}`, ethernet(0x8847, plain)] as const,
      [`pseudowire with control word to ${name}`, ethernet(0x8847, word)] as const,
      [`pseudowire to ${name}, IPv6`, ethernet(0x8847, join(label(16, true), ethernet(0x86dd, inner6, mac)))] as const,
      [
        `pseudowire with sequence numbers to ${name}, tagged`,
        ethernet(
          0x8847,
          join(label(16, true), [0, 0, 0x12, 0x34], ethernet(0x8100, join(vlan(3, 0x0800), inner4), mac)),
        ),
      ] as const,
    ];
  }),
  ['VXLAN', outer(17, udp(5555, 4789, join([8, 0, 0, 0, 0, 0, 42, 0], ethernet(0x0800, inner4))))],
  [
    'Geneve',
    outer(17, udp(5555, 6081, join([1, 0], be16(0x6558), [0, 0, 42, 0], [0, 0, 0, 0], ethernet(0x0800, inner4)))),
  ],
  ['GRE', outer(47, join(gre(0, 0x0800), inner4))],
  ['GRE with checksum, key and sequence number', outer(47, join(gre(0xb000, 0x86dd, ...Array(12).fill(0)), inner6))],
  ['Ethernet over GRE', outer(47, join(gre(0, 0x6558), ethernet(0x0800, inner4)))],
  ['IP in IP', outer(4, inner4)],
  ['IPv6 in IPv4', outer(41, inner6)],
  ['IPv4 in IPv6', ethernet(0x86dd, ipv6(4, inner4))],
  [
    'MPLS over PPPoE',
    ethernet(0x8864, join([0x11, 0, 0, 1], be16(inner4.length + 6), be16(0x281), label(16, true), inner4)),
  ],
  ['PPPoE', ethernet(0x8864, join([0x11, 0, 0, 1], be16(inner4.length + 2), be16(0x21), inner4))],
  [
    'IPv6 with hop-by-hop and destination options',
    ethernet(0x86dd, ipv6(0, join([60, 0, 1, 4, 0, 0, 0, 0], [6, 1], new Uint8Array(14), segment))),
  ],
  ['an atomic fragment', ethernet(0x86dd, ipv6(44, join([6, 0, 0, 0, 0, 0, 0, 1], segment)))],
  ['Linux cooked v1', join(new Uint8Array(14), be16(0x0800), inner4), 113],
  ['Linux cooked v2', join(be16(0x86dd), new Uint8Array(18), inner6), 276],
  ['raw IPv4', inner4, 101],
  ['raw IPv6', inner6, 101],
  ['BSD loopback, little-endian', join([30, 0, 0, 0], inner6), 0],
  ['BSD loopback, big-endian', join([0, 0, 0, 2], inner4), 108],
  [
    'VXLAN in GRE in MPLS in a tag',
    ethernet(
      0x8100,
      join(
        vlan(9, 0x8847),
        label(3, true),
        ipv4(
          47,
          join(gre(0, 0x0800), ipv4(17, udp(1, 4789, join([8, 0, 0, 0, 0, 0, 1, 0], ethernet(0x86dd, inner6))))),
        ),
      ),
    ),
  ],
];

test.each(frames.map(([name, bytes, link = 1]) => ({ name, bytes, link })))('$name', async ({ bytes, link }) => {
  const { totals, connections, warnings } = await (await openCapture(pcap([{ us: 0, bytes }], { link }))).analyse();
  expect(warnings).toEqual([]);
  expect([totals.kinds.tcp, totals.malformed, totals.truncatedHeaders]).toEqual([1, 0, 0]);
  const [connection] = connections;
  expect([connection!.src, connection!.dst]).toEqual(
    connection!.family === 4 ? ['10.0.0.1', '10.0.0.2'] : ['fd77::1', 'fd77::2'],
  );
  expect([connection!.srcPort, connection!.dstPort, connection!.forward.dataBytes]).toEqual([1000, 80, 40]);
});

test('every frame cut at every length gives a packet and no trap', async () => {
  for (const [, bytes, link = 1] of frames) {
    const cut = Array.from({ length: bytes.length }, (_, length) => ({ us: length, bytes: bytes.slice(0, length) }));
    const { totals } = await (await openCapture(pcap(cut, { link }))).analyse();
    expect(totals.packets).toBe(bytes.length);
    expect(Object.values(totals.kinds).reduce((sum, count) => sum + count, 0)).toBe(bytes.length);
  }
});

test('nesting ends at a bound', async () => {
  let bytes = inner4;
  for (let i = 0; i < 60; i += 1) bytes = ipv4(4, bytes);
  const { totals } = await (await openCapture(pcap([{ us: 0, bytes: ethernet(0x0800, bytes) }]))).info();
  expect([totals.tooDeep, totals.kinds.broken]).toEqual([1, 1]);
});

test('fragments are counted, those of TCP in their connection', async () => {
  const first = ethernet(0x0800, ipv4(6, segment, { fragment: 0x2000 }));
  const second = ethernet(0x0800, ipv4(6, new Uint8Array(40), { fragment: 5 }));
  const { totals, connections } = await (
    await openCapture(
      pcap([
        { us: 0, bytes: first },
        { us: 1, bytes: second },
      ]),
    )
  ).analyse();
  expect([totals.fragments, totals.kinds.fragment, connections.length]).toEqual([2, 1, 1]);
  const { forward } = connections.at(0)!;
  expect([forward.packets, forward.fragments]).toEqual([2, 2]);
});
