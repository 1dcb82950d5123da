// Decoded packets as columns: each column is an array of one type, so that the host takes a batch
// with a few copies. The columns and their order are spec/capture.json's `packet`.
import { be32 } from './bytes';
import { PacketView } from './view';

export const BATCH_PACKETS: u32 = 8192;

const WIDE: u32 = 2;
const WORDS: u32 = 10;
const HALVES: u32 = 3;
const BYTES: u32 = 8;
const ADDRESSES: u32 = 2;
const BYTES_PER_PACKET: u32 = WIDE * 8 + WORDS * 4 + HALVES * 2 + BYTES + ADDRESSES * 16;

const AT_WORDS: u32 = WIDE * 8 * BATCH_PACKETS;
const AT_HALVES: u32 = AT_WORDS + WORDS * 4 * BATCH_PACKETS;
const AT_BYTES: u32 = AT_HALVES + HALVES * 2 * BATCH_PACKETS;
const AT_ADDRESSES: u32 = AT_BYTES + BYTES * BATCH_PACKETS;

let base: usize = 0;
let count: u32 = 0;

export function batchCount(): u32 {
  return count;
}

export function clearBatch(): void {
  count = 0;
}

export function batchFull(): bool {
  return count == BATCH_PACKETS;
}

/** Where the column starts; columns follow each other without a gap, wide ones first. */
export function batchAddress(): usize {
  return base;
}

export function addToBatch(
  view: PacketView,
  number: f64,
  timeUs: f64,
  wire: u32,
  captured: u32,
  connection: u32,
  interfaceId: u32,
): void {
  if (!base) base = heap.alloc(<usize>BATCH_PACKETS * BYTES_PER_PACKET);
  const i = <usize>count;
  count += 1;
  store<f64>(base + (i << 3), number);
  store<f64>(base + BATCH_PACKETS * 8 + (i << 3), timeUs);
  word(0, wire);
  word(1, captured);
  word(2, view.payloadBytes);
  word(3, view.seq);
  word(4, view.ack);
  word(5, view.window);
  word(6, view.tsval);
  word(7, view.tsecr);
  word(8, connection);
  word(9, interfaceId);
  half(0, view.srcPort);
  half(1, view.dstPort);
  half(2, view.vlan);
  byte(0, view.kind);
  byte(1, view.family);
  byte(2, view.protocol);
  byte(3, view.flags);
  byte(4, view.ecn);
  byte(5, view.encapsulations);
  byte(6, view.notes);
  byte(7, view.sackCount);
  address(0, view.src, view.family);
  address(1, view.dst, view.family);
}

function word(column: u32, value: u32): void {
  store<u32>(base + AT_WORDS + (column * BATCH_PACKETS + count - 1) * 4, value);
}

function half(column: u32, value: u32): void {
  store<u16>(base + AT_HALVES + (column * BATCH_PACKETS + count - 1) * 2, <u16>value);
}

function byte(column: u32, value: u32): void {
  store<u8>(base + AT_BYTES + column * BATCH_PACKETS + count - 1, <u8>value);
}

// IPv4 as ::ffff:a.b.c.d (RFC 4291 2.5.5.2); all zeros where there is no address.
function address(column: u32, from: usize, family: u32): void {
  const at = base + AT_ADDRESSES + (column * BATCH_PACKETS + count - 1) * 16;
  if (family == 6) {
    store<u64>(at, load<u64>(from));
    store<u64>(at, load<u64>(from, 8), 8);
  } else {
    store<u64>(at, 0);
    store<u64>(at, family == 4 ? ((<u64>bswap<u32>(be32(from))) << 32) | 0xffff_0000 : 0, 8);
  }
}
