import type { CaptureInstance } from '../core/index.js';
import { ENCAP, KIND, LIMIT, NOTE, PACKET_FIELDS } from '../generated/capture.js';
import { formatAddress } from './address.js';

const ADDRESS_BYTES = 16;
/** How the host holds a column, and the bytes of one packet in it. */
const ARRAYS = {
  f64: [Float64Array, 8],
  u32: [Uint32Array, 4],
  u16: [Uint16Array, 2],
  u8: [Uint8Array, 1],
  address: [Uint8Array, ADDRESS_BYTES],
} as const;

/** What a packet's innermost header is: the numbers of `PacketBatch.kind`. */
export const PACKET_KIND = KIND;
/** Bits of `PacketBatch.encapsulations`: headers around the innermost packet. */
export const ENCAPSULATION = ENCAP;
/** Bits of `PacketBatch.notes`: what is odd about a packet. */
export const PACKET_NOTE = NOTE;

/**
 * Decoded packets as columns of equal length. `kind`, `encapsulations` and `notes` hold the numbers
 * of `PACKET_KIND`, `ENCAPSULATION` and `PACKET_NOTE`; `flags` is the byte of the TCP header; `connection` the number of the
 * TCP connection, 0 for other packets; `vlan` the outermost tag + 1, 0 without one. `srcPort` and
 * `dstPort` of an ICMP echo are its identifier and sequence number. `seq`, `ack`, `window` (unscaled)
 * stand as in the header. `src` and `dst` are 16 bytes a packet, IPv4 as ::ffff:a.b.c.d.
 */
export interface PacketBatch {
  readonly length: number;
  /** 1, 2, … in the order of the run. */
  readonly number: Float64Array;
  readonly timeUs: Float64Array;
  readonly wireBytes: Uint32Array;
  readonly capturedBytes: Uint32Array;
  readonly payloadBytes: Uint32Array;
  readonly seq: Uint32Array;
  readonly ack: Uint32Array;
  readonly window: Uint32Array;
  readonly tsval: Uint32Array;
  readonly tsecr: Uint32Array;
  readonly connection: Uint32Array;
  readonly interfaceId: Uint32Array;
  readonly encapsulations: Uint32Array;
  readonly srcPort: Uint16Array;
  readonly dstPort: Uint16Array;
  readonly vlan: Uint16Array;
  readonly kind: Uint8Array;
  readonly family: Uint8Array;
  readonly protocol: Uint8Array;
  readonly flags: Uint8Array;
  readonly ecn: Uint8Array;
  readonly notes: Uint8Array;
  readonly sackBlocks: Uint8Array;
  readonly src: Uint8Array;
  readonly dst: Uint8Array;
}

/** Takes the batch out of the module: a copy of each column. */
export function takeBatch(wasm: CaptureInstance): PacketBatch {
  const length = wasm.batchCount();
  const batch: Record<string, unknown> = { length };
  const base = wasm.batchAddress() >>> 0;
  for (const [name, type, before] of PACKET_FIELDS) {
    const [Column, bytes] = ARRAYS[type];
    const at = base + before * LIMIT.BATCH_PACKETS;
    batch[name] = new Column(wasm.memory.buffer.slice(at, at + length * bytes));
  }
  wasm.clearBatch();
  return batch as unknown as PacketBatch;
}

/**
 * The source or destination address of packet `index` as text; empty without an IP header.
 *
 * @example
 * ```ts
 * // A pcap header and nothing after it; usually the bytes come from a file.
 * const bytes = new Uint8Array(24);
 * new DataView(bytes.buffer).setUint32(0, 0xa1b2c3d4, true);
 * new DataView(bytes.buffer).setUint32(20, 1, true);
 * const capture = await openCapture(bytes);
 * for await (const batch of capture.batches()) console.log(batchAddress(batch, 'src', 0));
 * ```
 */
export function batchAddress(batch: PacketBatch, side: 'src' | 'dst', index: number): string {
  return batch.family[index] ? formatAddress(batch[side], index * ADDRESS_BYTES) : '';
}
