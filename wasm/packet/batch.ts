// Decoded packets as columns: each column is an array of one type, so that the host takes a batch
// with a few copies. The columns and their order are the layout `packet` of spec/capture.json.
import {
  BYTES_PACKET,
  LIMIT_BATCH_PACKETS,
  PACKET_AT_ACK,
  PACKET_AT_CAPTURED_BYTES,
  PACKET_AT_CONNECTION,
  PACKET_AT_DST,
  PACKET_AT_DST_PORT,
  PACKET_AT_ECN,
  PACKET_AT_ENCAPSULATIONS,
  PACKET_AT_FAMILY,
  PACKET_AT_FLAGS,
  PACKET_AT_INTERFACE_ID,
  PACKET_AT_KIND,
  PACKET_AT_NOTES,
  PACKET_AT_NUMBER,
  PACKET_AT_PAYLOAD_BYTES,
  PACKET_AT_PROTOCOL,
  PACKET_AT_SACK_BLOCKS,
  PACKET_AT_SEQ,
  PACKET_AT_SRC,
  PACKET_AT_SRC_PORT,
  PACKET_AT_TIME_US,
  PACKET_AT_TSECR,
  PACKET_AT_TSVAL,
  PACKET_AT_VLAN,
  PACKET_AT_WINDOW,
  PACKET_AT_WIRE_BYTES,
} from '../generated/capture';
import { be32 } from './bytes';
import { PacketView } from './view';

let base: usize = 0;
let count: u32 = 0;

export function batchCount(): u32 {
  return count;
}

export function clearBatch(): void {
  count = 0;
}

export function batchFull(): bool {
  return count == LIMIT_BATCH_PACKETS;
}

/** Where the column starts; columns follow each other without a gap, wide ones first. */
export function batchAddress(): usize {
  return base;
}

// @seldom
export function addToBatch(
  view: PacketView,
  number: f64,
  timeUs: f64,
  wire: u32,
  captured: u32,
  connection: u32,
  interfaceId: u32,
): void {
  if (!base) base = heap.alloc(<usize>LIMIT_BATCH_PACKETS * BYTES_PACKET);
  count += 1;
  double(PACKET_AT_NUMBER, number);
  double(PACKET_AT_TIME_US, timeUs);
  word(PACKET_AT_WIRE_BYTES, wire);
  word(PACKET_AT_CAPTURED_BYTES, captured);
  word(PACKET_AT_PAYLOAD_BYTES, view.payloadBytes);
  word(PACKET_AT_SEQ, view.seq);
  word(PACKET_AT_ACK, view.ack);
  word(PACKET_AT_WINDOW, view.window);
  word(PACKET_AT_TSVAL, view.tsval);
  word(PACKET_AT_TSECR, view.tsecr);
  word(PACKET_AT_CONNECTION, connection);
  word(PACKET_AT_INTERFACE_ID, interfaceId);
  word(PACKET_AT_ENCAPSULATIONS, view.encapsulations);
  half(PACKET_AT_SRC_PORT, view.srcPort);
  half(PACKET_AT_DST_PORT, view.dstPort);
  half(PACKET_AT_VLAN, view.vlan);
  byte(PACKET_AT_KIND, view.kind);
  byte(PACKET_AT_FAMILY, view.family);
  byte(PACKET_AT_PROTOCOL, view.protocol);
  byte(PACKET_AT_FLAGS, view.flags);
  byte(PACKET_AT_ECN, view.ecn);
  byte(PACKET_AT_NOTES, view.notes);
  byte(PACKET_AT_SACK_BLOCKS, view.sackCount);
  address(PACKET_AT_SRC, view.src, view.family);
  address(PACKET_AT_DST, view.dst, view.family);
}

// The last packet's place in the column that has `before` bytes of each packet in front of it.
function place(before: u32, width: u32): usize {
  return base + before * LIMIT_BATCH_PACKETS + (count - 1) * width;
}

function double(before: u32, value: f64): void {
  store<f64>(place(before, 8), value);
}

function word(before: u32, value: u32): void {
  store<u32>(place(before, 4), value);
}

function half(before: u32, value: u32): void {
  store<u16>(place(before, 2), <u16>value);
}

function byte(before: u32, value: u32): void {
  store<u8>(place(before, 1), <u8>value);
}

// IPv4 as ::ffff:a.b.c.d (RFC 4291 2.5.5.2); all zeros where there is no address.
function address(before: u32, from: usize, family: u32): void {
  const at = place(before, 16);
  if (family == 6) {
    store<u64>(at, load<u64>(from));
    store<u64>(at, load<u64>(from, 8), 8);
  } else {
    store<u64>(at, 0);
    store<u64>(at, family == 4 ? ((<u64>bswap<u32>(be32(from))) << 32) | 0xffff_0000 : 0, 8);
  }
}
