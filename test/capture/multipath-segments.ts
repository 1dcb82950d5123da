import { createHash, createHmac } from 'node:crypto';
import { frame, type Packet, type Tcp } from './build.js';

// Segments of Multipath TCP, built from the RFC's figures; hashes by Node's own crypto.

const bytes = (value: bigint, count: number): number[] =>
  Array.from({ length: count }, (_, i) => Number((value >> BigInt(8 * (count - 1 - i))) & 255n));
export const be64 = (value: bigint): number[] => bytes(value, 8);
export const be32 = (value: number): number[] => bytes(BigInt(value >>> 0), 4);

export function hashOf(version: number, key: bigint): Buffer {
  return createHash(version === 0 ? 'sha1' : 'sha256')
    .update(Uint8Array.from(be64(key)))
    .digest();
}
export const tokenOf = (version: number, key: bigint): number => hashOf(version, key).readUInt32BE(0);
/** The data sequence number of the first byte. */
export const firstOf = (version: number, key: bigint): bigint =>
  BigInt.asUintN(64, hashOf(version, key).subarray(-8).readBigUInt64BE(0) + 1n);

export function hmacOf(version: number, keys: readonly [bigint, bigint], nonces: readonly [number, number]): number[] {
  const hmac = createHmac(version === 0 ? 'sha1' : 'sha256', Uint8Array.from(keys.flatMap(be64)));
  return [...hmac.update(Uint8Array.from(nonces.flatMap(be32))).digest()];
}

export const option = {
  capable: (version: number, ...keys: readonly bigint[]): number[] => [
    ...[30, 4 + 8 * keys.length, version, 0x81],
    ...keys.flatMap(be64),
  ],
  capableWithData: (keys: readonly [bigint, bigint], dataBytes: number): number[] => [
    ...[30, 22, 1, 0x81],
    ...keys.flatMap(be64),
    ...bytes(BigInt(dataBytes), 2),
  ],
  joinSyn: (id: number, token: number, nonce: number, backup = false): number[] => [
    ...[30, 12, 0x10 | (backup ? 1 : 0), id],
    ...be32(token),
    ...be32(nonce),
  ],
  joinAnswer: (id: number, hmac: readonly number[], nonce: number): number[] => [
    ...[30, 16, 0x10, id],
    ...hmac.slice(0, 8),
    ...be32(nonce),
  ],
  joinAck: (hmac: readonly number[]): number[] => [30, 24, 0x10, 0, ...hmac.slice(0, 20)],
  dss: (of: {
    ack?: bigint;
    start?: bigint;
    offset?: number;
    length?: number;
    fin?: boolean;
    short?: boolean;
  }): number[] => {
    const long = of.short ? 0 : 1;
    const sequence = (value: bigint): number[] => (long ? be64(value) : bytes(value & 0xffff_ffffn, 4));
    const flags =
      (of.ack === undefined ? 0 : 1 | (long * 2)) | (of.start === undefined ? 0 : 4 | (long * 8)) | (of.fin ? 16 : 0);
    const body = [
      ...(of.ack === undefined ? [] : sequence(of.ack)),
      ...(of.start === undefined
        ? []
        : [...sequence(of.start), ...be32(of.offset ?? 1), ...bytes(BigInt(of.length ?? 0), 2)]),
    ];
    return [30, 4 + body.length, 0x20, flags, ...body];
  },
  addAddress: (id: number, address: readonly number[], port?: number): number[] => [
    ...[30, 4 + address.length + (port === undefined ? 0 : 2) + 8, 0x30, id],
    ...address,
    ...(port === undefined ? [] : bytes(BigInt(port), 2)),
    ...Array<number>(8).fill(7),
  ],
  removeAddress: (...ids: readonly number[]): number[] => [30, 3 + ids.length, 0x40, ...ids],
  priority: (backup: boolean): number[] => [30, 3, 0x50 | (backup ? 1 : 0)],
  fail: (at: bigint): number[] => [30, 12, 0x60, 0, ...be64(at)],
  fastclose: (key: bigint): number[] => [30, 12, 0x70, 0, ...be64(key)],
  reset: (reason: number): number[] => [30, 4, 0x80, reason],
};

/** One subflow: segments with options, at a clock in ms. Its numbers begin at 0 and 5000. */
export class SubflowTalk {
  readonly packets: Packet[] = [];
  readonly #ends: readonly [Tcp, Tcp];

  constructor(src: string, srcPort: number, dst = '10.0.9.1', dstPort = 80) {
    this.#ends = [
      { src, dst, srcPort, dstPort },
      { src: dst, dst: src, srcPort: dstPort, dstPort: srcPort },
    ];
  }

  out(ms: number, options: readonly number[], of: Tcp = {}): this {
    return this.#add(ms, { ...this.#ends[0], seq: 1, ack: 5001, options, ...of });
  }

  back(ms: number, options: readonly number[], of: Tcp = {}): this {
    return this.#add(ms, { ...this.#ends[1], seq: 5001, ack: 1, options, ...of });
  }

  handshake(ms: number, options: readonly [readonly number[], readonly number[], readonly number[]]): this {
    this.out(ms, options[0], { flags: 'S', seq: 0 });
    this.back(ms + 10, options[1], { flags: 'SA', seq: 5000 });
    return this.out(ms + 10.1, options[2]);
  }

  #add(ms: number, of: Tcp): this {
    this.packets.push({ us: Math.round(ms * 1000), bytes: frame(of) });
    return this;
  }
}
