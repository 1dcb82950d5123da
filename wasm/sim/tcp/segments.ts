// What the sender remembers of each segment in flight: a ring indexed by segment number, grown
// when the window outgrows it.
//
//   | sentTime i64 | deliveredTime i64 | firstSentTime i64 | delivered u32 | flags u8, lost u16, 0 u8 |   32 bytes
//
// The three in the middle, the flag of the application's limit and how many had been lost, modulo 2^16, are the
// connection's state when the segment was last sent, as the delivery rate estimate asks
// (draft-cheng-iccrg-delivery-rate-estimation 3.2, draft-ietf-ccwg-bbr 4.1.2).
import { Flow } from '../state/index';

export const SEGMENT_SACKED: u32 = 1;
export const SEGMENT_LOST: u32 = 2;
/** Its retransmission is in flight. */
export const SEGMENT_RETRANSMITTED: u32 = 4;
/** It was sent more than once: its RTT says nothing (Karn). */
export const SEGMENT_EVER_RETRANSMITTED: u32 = 8;
/** It was sent while the application, not the window, was the limit. */
export const SEGMENT_APP_LIMITED: u32 = 16;

export const SEGMENT_BYTES: u32 = 32;
const DELIVERED_TIME: usize = 8;
const FIRST_SENT: usize = 16;
const DELIVERED: usize = 24;
const FLAGS: usize = 28;
const LOST_SHIFT: u32 = 8;
const FIRST_CAPACITY: u32 = 16;

export function segmentAt(flow: Flow, seq: u32): usize {
  return flow.ring + ((seq & flow.ringMask) << 5);
}

export function sentTime(at: usize): i64 {
  return load<i64>(at);
}

export function deliveredTimeAt(at: usize): i64 {
  return load<i64>(at, DELIVERED_TIME);
}

export function firstSentAt(at: usize): i64 {
  return load<i64>(at, FIRST_SENT);
}

export function deliveredAt(at: usize): u32 {
  return load<u32>(at, DELIVERED);
}

export function flagsOf(at: usize): u32 {
  return load<u32>(at, FLAGS);
}

/** Segments counted as lost since this one was last sent. */
export function lostSinceSent(flow: Flow, flags: u32): u16 {
  return <u16>(flow.lostTotal - (flags >> LOST_SHIFT));
}

export function setFlags(at: usize, flags: u32): void {
  store<u32>(at, flags, FLAGS);
}

/** Says that the first segment in flight will be needed, as fetchSoon does of packets. Flags take one byte of four. */
export function fetchSegment(flow: Flow): void {
  if (flow.ring) store<u8>(segmentAt(flow, flow.sndUna), 0, FLAGS + 3);
}

/** Notes that the segment is sent now. */
export function recordSend(flow: Flow, at: usize, time: i64, flags: u32): void {
  store<i64>(at, time);
  store<i64>(at, flow.deliveredTime, DELIVERED_TIME);
  store<i64>(at, flow.firstSentTime, FIRST_SENT);
  store<u32>(at, flow.delivered, DELIVERED);
  const state = flags | ((flow.lostTotal & 0xffff) << LOST_SHIFT);
  store<u32>(at, flow.appLimitedUntil != 0 ? state | SEGMENT_APP_LIMITED : state, FLAGS);
}

/** Room for one more segment after the last. */
export function reserveSegment(flow: Flow): void {
  if (!flow.ring) resize(flow, FIRST_CAPACITY);
  else if (flow.sndNxt - flow.sndUna > flow.ringMask) resize(flow, (flow.ringMask + 1) << 1);
}

/** Gives back what a large window has left behind: a ring is gone through from end to end, however few segments are in it. */
export function trimSegments(flow: Flow): void {
  const room = max<u32>(FIRST_CAPACITY, (flow.sndNxt - flow.sndUna) << 1);
  let capacity = flow.ringMask + 1;
  while (capacity >> 1 >= room) capacity >>= 1;
  if (capacity <= flow.ringMask) resize(flow, capacity);
}

function resize(flow: Flow, capacity: u32): void {
  const ring = heap.alloc(capacity * SEGMENT_BYTES);
  const mask = capacity - 1;
  if (flow.ring) {
    for (let seq = flow.sndUna; seq != flow.sndNxt; seq++) {
      memory.copy(ring + ((seq & mask) << 5), segmentAt(flow, seq), SEGMENT_BYTES);
    }
    heap.free(flow.ring);
  }
  flow.ring = ring;
  flow.ringMask = mask;
}

/** True where `a` comes before `b`. */
export function before(a: u32, b: u32): bool {
  return <i32>(a - b) < 0;
}
