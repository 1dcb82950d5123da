import { type Bytes, be32, ethernet, ipv4, join, type Packet, udp } from './build.js';

// Datagrams of QUIC as far as they are not encrypted; what is, is filled up.

const TYPES = { initial: 0, zeroRtt: 1, handshake: 2, retry: 3 } as const;
const TYPES_2 = { initial: 1, zeroRtt: 2, handshake: 3, retry: 0 } as const;
export type LongType = keyof typeof TYPES;

export interface Long {
  readonly type?: LongType;
  readonly version?: number;
  readonly destination?: readonly number[];
  readonly source?: readonly number[];
  readonly token?: number;
  /** Bytes behind the length. */
  readonly body?: number;
}

const variable = (value: number): number[] => [0x40 | (value >> 8), value & 255];

export function long({
  type = 'initial',
  version = 1,
  destination = [],
  source = [],
  token = 0,
  body = 60,
}: Long): Bytes {
  const code = (version === 0x6b3343cf ? TYPES_2 : TYPES)[type];
  return join(
    [0xc0 | (code << 4) | 3],
    be32(version),
    [destination.length, ...destination],
    [source.length, ...source],
    type === 'initial' ? [...variable(token), ...Array<number>(token).fill(0x55)] : [],
    type === 'retry' ? Array<number>(body).fill(0xaa) : [...variable(body), ...Array<number>(body).fill(0xee)],
  );
}

export function short(destination: readonly number[], spin: 0 | 1, body = 40, fixed = true): Bytes {
  return join([(fixed ? 0x40 : 0) | (spin << 5) | 1, ...destination], new Uint8Array(body).fill(0xdd));
}

/** Supported versions follow the names (RFC 9000 17.2.1). */
export function negotiation(
  destination: readonly number[],
  source: readonly number[],
  versions: readonly number[],
): Bytes {
  return join(
    [0x80, 0, 0, 0, 0, destination.length, ...destination, source.length, ...source],
    versions.flatMap((version) => be32(version)),
  );
}

/** A first flight is filled up to 1200 bytes (RFC 9000 14.1), behind the packet. */
export function filled(...packets: readonly Uint8Array[]): Bytes {
  const bytes = packets.reduce((sum, packet) => sum + packet.length, 0);
  return join(...packets, new Uint8Array(Math.max(0, 1200 - bytes)));
}

export const CLIENT = { address: '10.0.0.1', port: 50_000 } as const;
export const SERVER = { address: '10.0.0.2', port: 443 } as const;

export interface Way {
  readonly from?: { readonly address: string; readonly port: number };
  readonly to?: { readonly address: string; readonly port: number };
  readonly ecn?: number;
}

export function out(ms: number, payload: Uint8Array, { from = CLIENT, to = SERVER, ecn = 0 }: Way = {}): Packet {
  const ends = { src: from.address, dst: to.address, ecn };
  return { us: Math.round(ms * 1000), bytes: ethernet(0x0800, ipv4(17, udp(from.port, to.port, payload), ends)) };
}

export function back(ms: number, payload: Uint8Array, { from = SERVER, to = CLIENT, ecn = 0 }: Way = {}): Packet {
  return out(ms, payload, { from, to, ecn });
}

export const ODCID = [1, 2, 3, 4, 5, 6, 7, 8];
export const CID_C = [0xc1, 0xc2, 0xc3, 0xc4];
export const CID_S = [0x51, 0x52, 0x53, 0x54, 0x55, 0x56, 0x57, 0x58];

/** First flights of both sides: 20 ms to the server and back, 6 ms to the client and back. */
export function handshake(version = 1, way: Way = {}): Packet[] {
  const turned = { ...(way.to ? { from: way.to } : {}), ...(way.from ? { to: way.from } : {}) };
  const of = { version };
  return [
    out(0, filled(long({ ...of, destination: ODCID, source: CID_C })), way),
    back(
      20,
      filled(
        long({ ...of, destination: CID_C, source: CID_S }),
        long({ ...of, type: 'handshake', destination: CID_C, source: CID_S }),
      ),
      turned,
    ),
    out(26, join(long({ ...of, type: 'handshake', destination: CID_S, source: CID_C }), short(CID_S, 0)), way),
  ];
}
