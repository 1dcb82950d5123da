// Packets: a cache line of 64 bytes each, taken from and given back to one pool, first in
// first out: as packets queue in that order too, neighbours in a queue are neighbours in memory. A data packet that
// reaches the receiver usually travels back as its acknowledgement.
//
//   Event 0…20 | size u32 | path u32 | seq u32 | SACK blocks 3 × (start, end) u32 | ceCount u32
import { Event } from './events';

/** ECN-capable transport (RFC 3168 5). */
export const PACKET_ECT: u8 = 1;
/** Congestion experienced. */
export const PACKET_CE: u8 = 2;
/** On an ACK: the ECE flag (RFC 3168 6.1.2). On data: the CWR flag. */
export const PACKET_ECE: u8 = 4;
export const PACKET_CWR: u8 = 8;
export const PACKET_ACK: u8 = 16;
/** On an ACK: the first SACK block reports a duplicate (RFC 2883). */
export const PACKET_DSACK: u8 = 32;

export const SACK_BLOCKS: u32 = 3;

@unmanaged
export class Packet extends Event {
  /** On the wire, headers included. */
  size: u32 = 0;
  /** Where the element it crosses next stands in its path (network.ts). */
  path: usize = 0;
  /** Data: number of the segment. ACK: the next segment expected. */
  seq: u32 = 0;
  sackStart0: u32 = 0;
  sackEnd0: u32 = 0;
  sackStart1: u32 = 0;
  sackEnd1: u32 = 0;
  sackStart2: u32 = 0;
  sackEnd2: u32 = 0;
  /** ACK: data packets with CE the receiver has seen so far. */
  ceCount: u32 = 0;
}

const LINE: u32 = 64;
const CHUNK: u32 = 255;
let first: usize = 0;
let last: usize = 0;

export function allocatePacket(): Packet {
  if (!first) grow();
  const packet = changetype<Packet>(first);
  first = packet.next;
  return packet;
}

export function freePacket(packet: Packet): void {
  const at = changetype<usize>(packet);
  packet.next = 0;
  if (first) changetype<Packet>(last).next = at;
  else first = at;
  last = at;
}

function grow(): void {
  const block = heap.alloc((CHUNK + 1) * LINE);
  const start = (block + LINE - 1) & ~(<usize>LINE - 1);
  for (let i: u32 = 0; i < CHUNK; i++) freePacket(changetype<Packet>(start + i * LINE));
}
