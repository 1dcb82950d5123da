// Frames and captures written byte by byte, for comparing decoders. Big-endian fields, as on the wire.

export type Bytes = readonly number[];

export const u16 = (value: number): Bytes => [(value >> 8) & 255, value & 255];
export const u32 = (value: number): Bytes => [
  (value >>> 24) & 255,
  (value >>> 16) & 255,
  (value >>> 8) & 255,
  value & 255,
];
const le16 = (value: number): Bytes => [value & 255, (value >> 8) & 255];
const le32 = (value: number): Bytes => [value & 255, (value >>> 8) & 255, (value >>> 16) & 255, (value >>> 24) & 255];

export interface Hosts {
  readonly family: 4 | 6;
  readonly src: number;
  readonly dst: number;
}

/** 10.0.0.n or fd00::n. */
const address = (family: 4 | 6, host: number): Bytes =>
  family === 4 ? [10, 0, 0, host] : [0xfd, ...new Array<number>(14).fill(0), host];

const ETHERTYPE = { 4: 0x0800, 6: 0x86dd } as const;

/** As hosts count their packets: what has the same is the same packet, captured again. */
let identification = 0;

export function ip(protocol: number, payload: Bytes, { family, src, dst }: Hosts): Bytes {
  const ends = [...address(family, src), ...address(family, dst)];
  if (family === 6) return [0x60, 0, 0, 0, ...u16(payload.length), protocol, 64, ...ends, ...payload];
  identification = (identification % 0xffff) + 1;
  const head = [0x45, 0, ...u16(20 + payload.length), ...u16(identification), 0x40, 0, 64, protocol, 0, 0, ...ends];
  const sum = checksum(head);
  return [...head.slice(0, 10), ...u16(sum), ...head.slice(12), ...payload];
}

function checksum(bytes: Bytes): number {
  let sum = 0;
  for (let i = 0; i < bytes.length; i += 2) sum += (bytes[i]! << 8) | (bytes[i + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

export interface Segment {
  readonly srcPort: number;
  readonly dstPort: number;
  readonly seq: number;
  readonly ack: number;
  readonly flags: number;
  readonly window: number;
  readonly options: Bytes;
  readonly length: number;
}

export const FIN = 1;
export const SYN = 2;
export const RST = 4;
export const PSH = 8;
export const ACK = 16;

export function tcp({ srcPort, dstPort, seq, ack, flags, window, options, length }: Segment): Bytes {
  const padded = [...options, ...new Array<number>((4 - (options.length % 4)) % 4).fill(1)];
  const offset = (20 + padded.length) / 4;
  const payload = Array.from({ length }, (_, i) => (seq + i) & 255);
  return [
    ...u16(srcPort),
    ...u16(dstPort),
    ...u32(seq),
    ...u32(ack),
    offset << 4,
    flags,
    ...u16(window),
    0,
    0,
    0,
    0,
    ...padded,
    ...payload,
  ];
}

const MAC_A: Bytes = [2, 0, 0, 0, 0, 1];
const MAC_B: Bytes = [2, 0, 0, 0, 0, 2];

export const ethernet = (type: number, payload: Bytes): Bytes => [...MAC_B, ...MAC_A, ...u16(type), ...payload];
const udp = (srcPort: number, dstPort: number, payload: Bytes): Bytes => [
  ...u16(srcPort),
  ...u16(dstPort),
  ...u16(8 + payload.length),
  0,
  0,
  ...payload,
];
const outer: Hosts = { family: 4, src: 101, dst: 102 };

/** One way to carry an IP packet, and the link type of a capture of it. */
export interface Carrier {
  readonly name: string;
  readonly linkType: number;
  readonly wrap: (packet: Bytes, family: 4 | 6) => Bytes;
  /** tshark settings without which it does not look inside. */
  readonly tshark?: readonly string[];
}

const inner = (packet: Bytes, family: 4 | 6): Bytes => ethernet(ETHERTYPE[family], packet);
const mpls = (payload: Bytes, ...labels: number[]): Bytes => [
  ...labels.flatMap((label, i) => u32((label << 12) | (i === labels.length - 1 ? 0x100 : 0) | 64)),
  ...payload,
];

export const carriers: readonly Carrier[] = [
  { name: 'Ethernet', linkType: 1, wrap: inner },
  { name: '802.1Q', linkType: 1, wrap: (p, f) => ethernet(0x8100, [...u16(42), ...u16(ETHERTYPE[f]), ...p]) },
  {
    name: '802.1ad over 802.1Q',
    linkType: 1,
    wrap: (p, f) => ethernet(0x88a8, [...u16(7), ...u16(0x8100), ...u16(42), ...u16(ETHERTYPE[f]), ...p]),
  },
  { name: 'MPLS, one label', linkType: 1, wrap: (p) => ethernet(0x8847, mpls(p, 16)) },
  { name: 'MPLS, three labels', linkType: 1, wrap: (p) => ethernet(0x8847, mpls(p, 16, 17, 18)) },
  {
    name: 'MPLS pseudowire with control word',
    linkType: 1,
    wrap: (p, f) => ethernet(0x8847, mpls([0, 0, 0, 0, ...inner(p, f)], 16, 17)),
    tshark: ['-d', 'mpls.label==17,pwethcw'],
  },
  {
    name: 'MPLS pseudowire without control word',
    linkType: 1,
    wrap: (p, f) => ethernet(0x8847, mpls(inner(p, f), 16, 17)),
    tshark: ['-d', 'mpls.label==17,pwethnocw'],
  },
  {
    name: 'VXLAN',
    linkType: 1,
    wrap: (p, f) => ethernet(0x0800, ip(17, udp(50000, 4789, [8, 0, 0, 0, 0, 0, 5, 0, ...inner(p, f)]), outer)),
  },
  { name: 'GRE', linkType: 1, wrap: (p, f) => ethernet(0x0800, ip(47, [0, 0, ...u16(ETHERTYPE[f]), ...p], outer)) },
  {
    name: 'GRE with key, over 802.1Q',
    linkType: 1,
    wrap: (p, f) =>
      ethernet(0x8100, [
        ...u16(9),
        ...u16(0x0800),
        ...ip(47, [0x20, 0, ...u16(ETHERTYPE[f]), ...u32(77), ...p], outer),
      ]),
  },
  { name: 'IP in IP', linkType: 1, wrap: (p, f) => ethernet(0x0800, ip(f === 4 ? 4 : 41, p, outer)) },
  {
    name: 'Linux cooked v1',
    linkType: 113,
    wrap: (p, f) => [0, 0, 0, 1, 0, 6, ...MAC_A, 0, 0, ...u16(ETHERTYPE[f]), ...p],
  },
  {
    name: 'Linux cooked v2',
    linkType: 276,
    wrap: (p, f) => [...u16(ETHERTYPE[f]), 0, 0, 0, 0, 0, 1, 0, 1, 0, 6, ...MAC_A, 0, 0, ...p],
  },
  { name: 'raw IP', linkType: 101, wrap: (p) => p },
  { name: 'loopback', linkType: 0, wrap: (p, f) => [...le32(f === 4 ? 2 : 24), ...p] },
];

export interface Record {
  readonly timeUs: number;
  readonly frame: Bytes;
}

/** A pcap file with microsecond stamps. */
export function pcap(linkType: number, records: readonly Record[], snapLength = 65535): Uint8Array {
  const head = [
    ...le32(0xa1b2c3d4),
    ...le16(2),
    ...le16(4),
    ...le32(0),
    ...le32(0),
    ...le32(snapLength),
    ...le32(linkType),
  ];
  const parts = records.map(({ timeUs, frame }) => {
    const captured = frame.slice(0, snapLength);
    return Uint8Array.from([
      ...le32(1_700_000_000 + Math.floor(timeUs / 1e6)),
      ...le32(timeUs % 1e6),
      ...le32(captured.length),
      ...le32(frame.length),
      ...captured,
    ]);
  });
  const bytes = new Uint8Array(head.length + parts.reduce((sum, part) => sum + part.length, 0));
  bytes.set(head);
  let at = head.length;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
