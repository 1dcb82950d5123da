// TCP, UDP and ICMP headers. `limit` is the end of the captured bytes, `end` the end of the
// packet by the lengths in its headers; with a short snap length `limit` comes first.
import {
  KIND_BROKEN,
  KIND_ICMP,
  KIND_ICMP6,
  KIND_TCP,
  KIND_UDP,
  NOTE_FIRST_FRAGMENT,
  NOTE_MALFORMED,
  NOTE_TRUNCATED,
} from '../generated/capture';
import { be16, be32 } from './bytes';
import { view } from './view';

// The options every Linux segment carries: NOP NOP Timestamps(10).
const NOP_NOP_TIMESTAMPS: u32 = 0x0a080101;

export function decodeTcp(at: usize, limit: usize, end: usize): void {
  if (at + 20 > limit) {
    broken(NOTE_TRUNCATED);
    return;
  }
  const offset = (<u32>load<u8>(at, 12) >> 4) << 2;
  if (offset < 20) {
    broken(NOTE_MALFORMED);
    return;
  }
  view.kind = KIND_TCP;
  const ports = load<u32>(at);
  view.srcPort = <u32>bswap<u16>(<u16>ports);
  view.dstPort = <u32>bswap<u16>(<u16>(ports >> 16));
  view.seq = be32(at + 4);
  view.ack = be32(at + 8);
  view.flags = load<u8>(at, 13);
  view.window = be16(at + 14);
  if (at + offset <= end) view.payloadBytes = <u32>(end - at) - offset;
  else {
    view.payloadBytes = 0;
    view.notes |= NOTE_MALFORMED;
  }
  if (offset > 20) decodeOptions(at + 20, min(at + offset, limit), at + offset > limit);
}

// spec: RFC 9293 3.1, RFC 2018, RFC 7323
function decodeOptions(from: usize, to: usize, cut: bool): void {
  let at = from;
  if (at + 12 <= to && load<u32>(at) == NOP_NOP_TIMESTAMPS) {
    view.hasTimestamps = 1;
    view.tsval = be32(at + 4);
    view.tsecr = be32(at + 8);
    at += 12;
  }
  while (at < to) {
    const kind = <u32>load<u8>(at);
    if (kind == 0) return;
    if (kind == 1) {
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
    if (kind == 5) {
      const there = min(length, <u32>(to - at));
      view.sackBlocks = at + 2;
      view.sackCount = min<u32>((there - 2) >> 3, 4);
    }
    if (at + length > to) break;
    if (kind == 8 && length == 10) {
      view.hasTimestamps = 1;
      view.tsval = be32(at + 2);
      view.tsecr = be32(at + 6);
    } else if (kind == 2 && length == 4) view.mss = be16(at + 2);
    // spec: RFC 7323 2.3, a shift above 14 is taken as 14
    else if (kind == 3 && length == 3) view.windowScale = min<u32>(load<u8>(at, 2), 14) + 1;
    else if (kind == 4) view.sackPermitted = 1;
    at += length;
  }
  if (at < to || cut) view.notes |= cut ? NOTE_TRUNCATED : NOTE_MALFORMED;
}

export function decodeUdp(at: usize, limit: usize, end: usize): void {
  if (at + 8 > limit) {
    broken(NOTE_TRUNCATED);
    return;
  }
  view.kind = KIND_UDP;
  view.srcPort = be16(at);
  view.dstPort = be16(at + 2);
  const length = be16(at + 4);
  // Length 0 is a jumbogram (RFC 2675 4) or an offloaded datagram: the IP length counts. A first
  // fragment holds less than the datagram's length.
  if (length == 0 || view.notes & NOTE_FIRST_FRAGMENT) view.payloadBytes = at + 8 <= end ? <u32>(end - at) - 8 : 0;
  else if (length < 8) view.notes |= NOTE_MALFORMED;
  else view.payloadBytes = length - 8;
}

export function decodeIcmp(at: usize, limit: usize, end: usize, six: bool): void {
  if (at + 4 > limit) {
    broken(NOTE_TRUNCATED);
    return;
  }
  view.kind = six ? KIND_ICMP6 : KIND_ICMP;
  view.icmpType = load<u8>(at);
  view.icmpCode = load<u8>(at, 1);
  view.payloadBytes = at + 8 <= end ? <u32>(end - at) - 8 : 0;
  if (at + 8 <= limit) {
    view.srcPort = be16(at + 4);
    view.dstPort = be16(at + 6);
    view.payload = at + 8;
    view.payloadCaptured = <u32>(limit - at) - 8;
  } else view.notes |= NOTE_TRUNCATED;
}

export function broken(note: u32): void {
  view.kind = KIND_BROKEN;
  view.notes |= note;
}
