// TCP, UDP and ICMP headers. `limit` is the end of the captured bytes, `end` the end of the
// packet by the lengths in its headers; with a short snap length `limit` comes first.
import {
  KIND_BROKEN,
  KIND_TCP,
  KIND_UDP,
  NOTE_FIRST_FRAGMENT,
  NOTE_MALFORMED,
  NOTE_TRUNCATED,
  TCP_OPTION_ACC_ECN_0,
  TCP_OPTION_ACC_ECN_1,
  TCP_OPTION_END,
  TCP_OPTION_MSS,
  TCP_OPTION_MULTIPATH,
  TCP_OPTION_NOP,
  TCP_OPTION_SACK,
  TCP_OPTION_SACK_PERMITTED,
  TCP_OPTION_TIMESTAMPS,
  TCP_OPTION_WINDOW_SCALE,
} from '../generated/capture';
import { be16, be32 } from './bytes';
import { ICMP_BYTES, ICMP_ECHO_BYTES, TCP_BYTES, UDP_BYTES } from './headers';
import { view } from './view';

// The options every Linux segment carries: NOP NOP Timestamps(10).
const NOP_NOP_TIMESTAMPS: u32 = 0x0a080101;
const NOP_NOP_TIMESTAMPS_BYTES: u32 = 12;
/** Lengths of options, kind and length included. */
const TIMESTAMPS_BYTES: u32 = 10;
const MSS_BYTES: u32 = 4;
const WINDOW_SCALE_BYTES: u32 = 3;
/** spec: RFC 2018 3, as many blocks as fit beside nothing else */
const MAX_SACK_BLOCKS: u32 = 4;
/** spec: RFC 7323 2.3, a shift above is taken as this */
const MAX_WINDOW_SHIFT: u32 = 14;

export function decodeTcp(at: usize, limit: usize, end: usize): void {
  if (at + TCP_BYTES > limit) {
    broken(NOTE_TRUNCATED);
    return;
  }
  const offset = (<u32>load<u8>(at, 12) >> 4) << 2;
  if (offset < TCP_BYTES) {
    broken(NOTE_MALFORMED);
    return;
  }
  // A header longer than its packet is of no connection: its flags are as broken as its length.
  if (at + offset > end) {
    broken(NOTE_MALFORMED);
    return;
  }
  view.kind = KIND_TCP;
  view.header = at;
  view.headerBytes = offset;
  view.capturedEnd = limit;
  const ports = load<u32>(at);
  view.srcPort = <u32>bswap<u16>(<u16>ports);
  view.dstPort = <u32>bswap<u16>(<u16>(ports >> 16));
  view.seq = be32(at + 4);
  view.ack = be32(at + 8);
  view.flags = <u32>load<u8>(at, 13) | ((<u32>load<u8>(at, 12) & 1) << 8);
  view.window = be16(at + 14);
  view.payloadBytes = <u32>(end - at) - offset;
  if (offset > TCP_BYTES) decodeOptions(at + TCP_BYTES, at + offset, limit);
}

// spec: RFC 9293 3.1, RFC 2018, RFC 7323
function decodeOptions(from: usize, end: usize, limit: usize): void {
  const to = min(end, limit);
  let at = from;
  if (at + NOP_NOP_TIMESTAMPS_BYTES <= to && load<u32>(at) == NOP_NOP_TIMESTAMPS) {
    view.hasTimestamps = 1;
    view.tsval = be32(at + 4);
    view.tsecr = be32(at + 8);
    at += NOP_NOP_TIMESTAMPS_BYTES;
  }
  if (at < end) decodeOtherOptions(at, to, end, limit);
}

// @seldom
function decodeOtherOptions(from: usize, to: usize, end: usize, limit: usize): void {
  let at = from;
  while (at < to) {
    const kind = <u32>load<u8>(at);
    if (kind == TCP_OPTION_END) return;
    if (kind == TCP_OPTION_NOP) {
      at += 1;
      continue;
    }
    if (at + 2 > to) break;
    const length = <u32>load<u8>(at, 1);
    if (length < 2) {
      view.notes |= NOTE_MALFORMED;
      return;
    }
    // A SACK option cut by the snap length still gives its whole blocks.
    if (kind == TCP_OPTION_SACK) {
      const there = min(length, <u32>(to - at));
      view.sackBlocks = at + 2;
      view.sackCount = min<u32>((there - 2) >> 3, MAX_SACK_BLOCKS);
    }
    if (at + length > to) break;
    if (kind == TCP_OPTION_TIMESTAMPS && length == TIMESTAMPS_BYTES) {
      view.hasTimestamps = 1;
      view.tsval = be32(at + 2);
      view.tsecr = be32(at + 6);
    } else if (kind == TCP_OPTION_MSS && length == MSS_BYTES) view.mss = be16(at + 2);
    else if (kind == TCP_OPTION_WINDOW_SCALE && length == WINDOW_SCALE_BYTES) {
      view.windowScale = min<u32>(load<u8>(at, 2), MAX_WINDOW_SHIFT) + 1;
    } else if (kind == TCP_OPTION_SACK_PERMITTED) view.sackPermitted = 1;
    else if (kind == TCP_OPTION_ACC_ECN_0 || kind == TCP_OPTION_ACC_ECN_1) view.accurateEcn = at;
    else if (kind == TCP_OPTION_MULTIPATH) view.multipath = 1;
    at += length;
  }
  if (end > limit) view.notes |= NOTE_TRUNCATED;
  else if (at < to) view.notes |= NOTE_MALFORMED;
}

export function decodeUdp(at: usize, limit: usize, end: usize): void {
  if (at + UDP_BYTES > limit) {
    broken(NOTE_TRUNCATED);
    return;
  }
  view.kind = KIND_UDP;
  view.header = at;
  view.headerBytes = UDP_BYTES;
  view.capturedEnd = limit;
  view.srcPort = be16(at);
  view.dstPort = be16(at + 2);
  const length = be16(at + 4);
  // Length 0 is a jumbogram (RFC 2675 4) or an offloaded datagram: the IP length counts. A first
  // fragment holds less than the datagram's length.
  if (length == 0 || view.notes & NOTE_FIRST_FRAGMENT)
    view.payloadBytes = at + UDP_BYTES <= end ? <u32>(end - at) - UDP_BYTES : 0;
  else if (length < UDP_BYTES) view.notes |= NOTE_MALFORMED;
  else view.payloadBytes = length - UDP_BYTES;
}

export function decodeIcmp(at: usize, limit: usize, end: usize, kind: u32): void {
  if (at + ICMP_BYTES > limit) {
    broken(NOTE_TRUNCATED);
    return;
  }
  view.kind = kind;
  view.icmpType = load<u8>(at);
  view.icmpCode = load<u8>(at, 1);
  view.payloadBytes = at + ICMP_ECHO_BYTES <= end ? <u32>(end - at) - ICMP_ECHO_BYTES : 0;
  if (at + ICMP_ECHO_BYTES <= limit) {
    view.srcPort = be16(at + 4);
    view.dstPort = be16(at + 6);
    view.payload = at + ICMP_ECHO_BYTES;
    view.payloadCaptured = <u32>(limit - at) - ICMP_ECHO_BYTES;
  } else view.notes |= NOTE_TRUNCATED;
}

export function broken(note: u32): void {
  view.kind = KIND_BROKEN;
  view.notes |= note;
}
