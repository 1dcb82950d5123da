// Packets: half a cache line each, a block of the pool (pool.ts). With thousands of flows what a packet costs is the
// memory it lies in, so what only some acknowledgements say stands in a block of its own, of the same
// pool. A data packet that reaches the receiver usually travels back as its acknowledgement.
//
//   packet  | next u32 | owner u32 | time i64 | kind u8 | flags u8 | size u16 | path u32 | seq u32 | echo u32 |
//   echo    | ceCount u32 | SACK blocks 3 × (start, end) u32 | unread u32 |
import { Event } from './events';
import { EVENT_PACKET } from './kinds';
import { BLOCK, giveBlockBack, takeBlock } from './pool';

/** ECN-capable transport (RFC 3168 5). */
export const PACKET_ECT: u8 = 1;
/** Congestion experienced. */
export const PACKET_CE: u8 = 2;
/** On an ACK: the ECE flag (RFC 3168 6.1.2). On data: the CWR flag. */
export const PACKET_ECE: u8 = 4;
export const PACKET_CWR: u8 = 8;
export const PACKET_ACK: u8 = 16;
/** On an ACK: the first SACK block reports a duplicate (RFC 2883). On data: it is the last there is (RFC 9293 3.9.1.2). */
export const PACKET_DSACK: u8 = 32;
export const PACKET_PSH: u8 = 32;
/** Beside ECT: the codepoint is ECT(1), of a sender that a queue for low latency may take (RFC 9331 4.1). */
export const PACKET_L4S: u8 = 128;
/** Opens a connection; on an ACK, the answer. `seq` counts how often it was sent. */
export const PACKET_SYN: u8 = 64;

@unmanaged
export class Packet extends Event {
  /** On the wire, headers included. */
  size: u16 = 0;
  /** Where the element it crosses next stands in its path (network.ts). */
  path: usize = 0;
  /** Data: number of the segment. ACK: the next segment expected. */
  seq: u32 = 0;
  /** ACK: what it says beyond; 0 where it says nothing. */
  echo: Echo = changetype<Echo>(0);
}

@unmanaged
export class Echo {
  /** Data packets with CE the receiver has seen so far. */
  ceCount: u32 = 0;
  sackStart0: u32 = 0;
  sackEnd0: u32 = 0;
  sackStart1: u32 = 0;
  sackEnd1: u32 = 0;
  sackStart2: u32 = 0;
  sackEnd2: u32 = 0;
  /** Written to ask for the line, as in a flow (flow.ts). */
  unread: u32 = 0;
}

/** A packet with nothing to say; its other fields are as somebody left them. */
export function allocatePacket(): Packet {
  const packet = changetype<Packet>(takeBlock());
  packet.kind = EVENT_PACKET;
  packet.echo = changetype<Echo>(0);
  return packet;
}

/** Room in an acknowledgement for what it says beyond its number, all 0. Given back with it. */
export function addEcho(ack: Packet): Echo {
  const at = takeBlock();
  // By stores: a fill of so few bytes is a call out of the module, which costs more than all of them.
  for (let i: usize = 0; i < BLOCK; i += 8) store<u64>(at + i, 0);
  ack.echo = changetype<Echo>(at);
  return ack.echo;
}

export function freePacket(packet: Packet): void {
  if (changetype<usize>(packet.echo)) giveBlockBack(changetype<usize>(packet.echo));
  giveBlockBack(changetype<usize>(packet));
}

/**
 * Says that the packet at this address will be needed. Writing what stands there anyway asks for its
 * cache line and waits for nothing, where reading would.
 */
export function fetchSoon(packet: usize): void {
  changetype<Packet>(packet).kind = EVENT_PACKET;
}
