// Captures built byte by byte, for tests.

export type Bytes = Uint8Array<ArrayBuffer>;

export function join(...parts: ReadonlyArray<Uint8Array | readonly number[]>): Bytes {
  const arrays = parts.map((part) => Uint8Array.from(part));
  const all = new Uint8Array(arrays.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of arrays) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

export const be16 = (value: number): number[] => [(value >> 8) & 255, value & 255];
export const be32 = (value: number): number[] => [...be16(value >>> 16), ...be16(value & 0xffff)];

export interface Tcp {
  readonly src?: string;
  readonly dst?: string;
  readonly srcPort?: number;
  readonly dstPort?: number;
  readonly seq?: number;
  readonly ack?: number;
  readonly flags?: string;
  readonly window?: number;
  readonly length?: number;
  /** [TSval, TSecr] */
  readonly ts?: readonly [number, number];
  readonly sack?: ReadonlyArray<readonly [number, number]>;
  readonly options?: readonly number[];
  readonly ipId?: number;
  readonly ecn?: number;
}

const FLAGS: Record<string, number> = { F: 1, S: 2, R: 4, P: 8, A: 16, U: 32, E: 64, C: 128 };

export function tcp(of: Tcp): Bytes {
  let options = [...(of.options ?? [])];
  if (of.ts) options.push(1, 1, 8, 10, ...be32(of.ts[0]), ...be32(of.ts[1]));
  if (of.sack) options.push(1, 1, 5, 2 + 8 * of.sack.length, ...of.sack.flatMap(([l, r]) => [...be32(l), ...be32(r)]));
  while (options.length % 4) options = [...options, 1];
  const flags = [...(of.flags ?? 'A')].reduce((bits, flag) => bits | FLAGS[flag]!, 0);
  return join(
    be16(of.srcPort ?? 1000),
    be16(of.dstPort ?? 80),
    be32(of.seq ?? 0),
    be32(of.ack ?? 0),
    [(5 + options.length / 4) << 4, flags],
    be16(of.window ?? 1000),
    [0, 0, 0, 0],
    options,
    new Uint8Array(of.length ?? 0),
  );
}

export function udp(srcPort: number, dstPort: number, payload: Uint8Array): Bytes {
  return join(be16(srcPort), be16(dstPort), be16(8 + payload.length), [0, 0], payload);
}

export function echo(six: boolean, reply: boolean, ident: number, seq: number, payload = new Uint8Array(8)): Bytes {
  const type = six ? (reply ? 129 : 128) : reply ? 0 : 8;
  return join([type, 0, 0, 0], be16(ident), be16(seq), payload);
}

export function ipv4(
  protocol: number,
  payload: Uint8Array,
  of: { src?: string; dst?: string; fragment?: number; id?: number; ecn?: number; total?: number } = {},
): Bytes {
  const head = join(
    [0x45, of.ecn ?? 0],
    be16(of.total ?? 20 + payload.length),
    be16(of.id ?? 0),
    be16(of.fragment ?? 0),
    [64, protocol, 0, 0],
    quad(of.src ?? '10.0.0.1'),
    quad(of.dst ?? '10.0.0.2'),
  );
  let sum = 0;
  for (let i = 0; i < 20; i += 2) sum += (head[i]! << 8) | head[i + 1]!;
  while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
  head.set(be16(~sum & 0xffff), 10);
  return join(head, payload);
}

export function ipv6(next: number, payload: Uint8Array, of: { src?: number; dst?: number } = {}): Bytes {
  const address = (last: number): number[] => [0xfd, 0x77, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, last];
  return join([0x60, 0, 0, 0], be16(payload.length), [next, 64], address(of.src ?? 1), address(of.dst ?? 2), payload);
}

export function ethernet(type: number, payload: Uint8Array, mac = [2, 0, 0, 0, 0, 1]): Bytes {
  return join(mac, [2, 0, 0, 0, 0, 2], be16(type), payload);
}

/** A TCP segment over IPv4 over Ethernet. */
export function frame(of: Tcp): Bytes {
  const ends = { ...(of.src ? { src: of.src } : {}), ...(of.dst ? { dst: of.dst } : {}) };
  return ethernet(0x0800, ipv4(6, tcp(of), { ...ends, id: of.ipId ?? 0, ecn: of.ecn ?? 0 }));
}

export interface Packet {
  readonly us: number;
  readonly bytes: Uint8Array;
}

export interface PcapShape {
  readonly big?: boolean;
  readonly nano?: boolean;
  readonly snap?: number;
  readonly link?: number;
}

const EPOCH = 1_700_000_000;

export function pcap(packets: readonly Packet[], { big, nano, snap = 65535, link = 1 }: PcapShape = {}): Bytes {
  const word = words(!big);
  const head = join(
    word(nano ? 0xa1b23c4d : 0xa1b2c3d4),
    word2(!big, 2),
    word2(!big, 4),
    word(0),
    word(0),
    word(snap),
    word(link),
  );
  const records = packets.map(({ us, bytes }) => {
    const fraction = (us % 1e6) * (nano ? 1000 : 1);
    const captured = bytes.subarray(0, snap);
    const times = [word(EPOCH + Math.floor(us / 1e6)), word(Math.floor(fraction))];
    return join(...times, word(captured.length), word(bytes.length), captured);
  });
  return join(head, ...records);
}

export interface NgInterface {
  readonly link?: number;
  /** if_tsresol as stored. */
  readonly resolution?: number;
  readonly offsetSeconds?: number;
  readonly name?: string;
}

/** One section; each packet names its interface. `kind`: enhanced, simple or the obsolete packet block. */
export function pcapng(
  packets: ReadonlyArray<Packet & { readonly face?: number }>,
  faces: readonly NgInterface[] = [{}],
  { big = false, kind = 'enhanced' }: { big?: boolean; kind?: 'enhanced' | 'simple' | 'packet' } = {},
): Bytes {
  const word = words(!big);
  const half = (value: number): number[] => word2(!big, value);
  const block = (type: number, ...body: ReadonlyArray<Uint8Array | readonly number[]>): Bytes => {
    const whole = join(...body);
    const padded = join(whole, new Uint8Array((4 - (whole.length % 4)) % 4));
    return join(word(type), word(padded.length + 12), padded, word(padded.length + 12));
  };
  const option = (code: number, value: readonly number[]): Bytes =>
    join(half(code), half(value.length), value, new Uint8Array((4 - (value.length % 4)) % 4));
  const described = faces.map(({ link = 1, resolution, offsetSeconds, name }) =>
    block(
      1,
      half(link),
      half(0),
      word(0),
      name
        ? option(
            2,
            [...name].map((letter) => letter.charCodeAt(0)),
          )
        : [],
      resolution === undefined ? [] : option(9, [resolution]),
      offsetSeconds === undefined
        ? []
        : option(14, big ? [...word(0), ...word(offsetSeconds)] : [...word(offsetSeconds), ...word(0)]),
      option(0, []),
    ),
  );
  const blocks = packets.map(({ us, bytes, face = 0 }) => {
    if (kind === 'simple') return block(3, word(bytes.length), bytes);
    const { resolution = 6, offsetSeconds = 0 } = faces[face] ?? {};
    const units = resolution & 0x80 ? 2n ** BigInt(resolution & 0x7f) : 10n ** BigInt(resolution);
    const ticks = ((BigInt(EPOCH - offsetSeconds) * 1_000_000n + BigInt(us)) * units) / 1_000_000n;
    const time = [word(Number(ticks >> 32n)), word(Number(ticks & 0xffff_ffffn))];
    if (kind === 'packet') return block(2, half(face), half(0), ...time, word(bytes.length), word(bytes.length), bytes);
    return block(6, word(face), ...time, word(bytes.length), word(bytes.length), bytes);
  });
  const section = block(0x0a0d0d0a, word(0x1a2b3c4d), half(1), half(0), [255, 255, 255, 255, 255, 255, 255, 255]);
  return join(section, ...described, ...blocks);
}

export function tar(members: ReadonlyArray<readonly [string, Uint8Array]>): Bytes {
  const parts = members.map(([name, bytes]) => {
    const head = new Uint8Array(512);
    const write = (text: string, at: number): void =>
      head.set(
        [...text].map((letter) => letter.charCodeAt(0)),
        at,
      );
    write(name, 0);
    write('0000644\0', 100);
    write(`${bytes.length.toString(8).padStart(11, '0')}\0`, 124);
    write('00000000000\0', 136);
    write('0', 156);
    write('ustar\u000000', 257);
    write('        ', 148);
    const sum = head.reduce((total, byte) => total + byte, 0);
    write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    return join(head, bytes, new Uint8Array((512 - (bytes.length % 512)) % 512));
  });
  return join(...parts, new Uint8Array(1024));
}

function words(little: boolean): (value: number) => number[] {
  return (value) => (little ? be32(value).reverse() : be32(value));
}

function word2(little: boolean, value: number): number[] {
  return little ? be16(value).reverse() : be16(value);
}

function quad(text: string): number[] {
  return text.split('.').map(Number);
}
