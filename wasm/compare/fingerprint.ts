// What a packet has at both points of a path: its transport header and the first bytes of its payload, without what
// routers change (TTL, tags, outer headers, ECN) and without addresses and ports, which a translator changes.
import { KIND_ICMP, KIND_ICMP6, KIND_TCP, KIND_UDP, NOTE_TRUNCATED } from '../generated/capture';
import { be32, TCP_ACK, TCP_FIN, TCP_RST, TCP_SYN, view } from '../packet/index';
import { finished, mixed } from './hash';
import { Link, linkOf } from './links';

/** Bytes of payload that tell packets without sequence numbers apart; a snap length of 96 has them behind two tags. */
const CONTENT_BYTES: u32 = 16;
/** Not PSH, which segmentation and reassembly move; ECN's bits are for the path to change. */
const TOLD_FLAGS: u32 = TCP_SYN | TCP_RST | TCP_ACK;

/** Of the packet alone. */
export let bareKey: u64 = 0;
/** With addresses and ports. */
export let endsKey: u64 = 0;
/** Of both hosts, the same for either way. */
export let pairKey: u64 = 0;
/** Of the connection, the same for either way. */
export let connectionKey: u64 = 0;
/** Which of the two hosts sent it. */
export let orientation: u32 = 0;
/** A hash of the first bytes of a TCP payload; 0 where they were not captured. */
export let contentHash: u32 = 0;

/** What ties the connection to that at A: none, or of no use, where numbers are the same at both points. */
export let link = changetype<Link>(0);

export const NOT_COMPARED: u32 = 0;
export const CUT: u32 = 1;
export const COMPARED: u32 = 2;

/** Reads the ends of `view`. COMPARED, CUT where too little of the packet was captured, else NOT_COMPARED. */
export function readEnds(): u32 {
  const kind = view.kind;
  if (kind != KIND_TCP && kind != KIND_UDP && kind != KIND_ICMP && kind != KIND_ICMP6) {
    return view.notes & NOTE_TRUNCATED ? CUT : NOT_COMPARED;
  }
  // A part of a datagram has no header of its own, or says another length.
  if (view.moreFragments || view.fragmentOffset || !view.family) return NOT_COMPARED;
  const src = addressHash(view.src);
  const dst = addressHash(view.dst);
  orientation = src > dst ? 1 : 0;
  pairKey = finished(mixed(min(src, dst), max(src, dst)));
  const ported = kind == KIND_TCP || kind == KIND_UDP;
  const ports = ported ? ((<u64>view.srcPort) << 16) | view.dstPort : 0;
  const sorted = orientation ? ((<u64>view.dstPort) << 16) | view.srcPort : ports;
  connectionKey = finished(mixed(pairKey, ported ? (sorted << 8) | kind : kind));
  return COMPARED;
}

/** After `readEnds`: what is known of the connection of `view` at A, if it is of TCP. */
export function readLink(side: u32, timeNs: i64): void {
  link = view.kind == KIND_TCP ? linkOf(connectionKey, side, timeNs) : changetype<Link>(0);
}

/** Of addresses and ports, in their order. */
export function endsOf(): u64 {
  return mixed(mixed(addressHash(view.src), addressHash(view.dst)), ((<u64>view.srcPort) << 16) | view.dstPort);
}

/** The SEQ of `view` as it is at A. */
export function seqAtA(): u32 {
  return view.seq - (changetype<usize>(link) ? (orientationAtA() ? link.delta1 : link.delta0) : 0);
}

function ackAtA(): u32 {
  return view.ack - (changetype<usize>(link) ? (orientationAtA() ? link.delta0 : link.delta1) : 0);
}

function orientationAtA(): u32 {
  return changetype<usize>(link) ? orientation ^ link.flipped : orientation;
}

/** After `readLink`: the keys of `view`, of the `length` bytes from `offset` on where it is read as several segments. */
export function fingerprint(offset: u32, length: u32, withWindow: bool, withOptions: bool): u32 {
  const kind = view.kind;
  let key: u64 = kind;
  contentHash = 0;
  if (kind == KIND_TCP) {
    const told = TOLD_FLAGS | (view.payloadBytes ? 0 : TCP_FIN);
    if (view.payloadBytes && changetype<usize>(link) && link.grid) {
      // Cut differently at the points: a byte alone is the same.
      key = mixed(key, seqAtA() + offset);
    } else {
      key = mixed(key, ((<u64>(seqAtA() + offset)) << 32) | (view.flags & TCP_ACK ? ackAtA() : 0));
      key = mixed(key, ((<u64>length) << 32) | (view.flags & told));
      if (withWindow) key = mixed(key, view.window);
      if (withOptions) key = withTcpOptions(key);
    }
    const payload = view.header + view.headerBytes + offset;
    if (length >= CONTENT_BYTES && payload + CONTENT_BYTES <= view.capturedEnd) {
      contentHash = <u32>(finished(mixed(load<u64>(payload), load<u64>(payload, 8))) >> 32) | 1;
    }
  } else {
    const payload = kind == KIND_UDP ? view.header + view.headerBytes : view.payload;
    const captured: u32 = kind == KIND_UDP ? <u32>max<isize>(view.capturedEnd - payload, 0) : view.payloadCaptured;
    const wanted = min(CONTENT_BYTES, view.payloadBytes);
    if (captured < wanted) return CUT;
    key = mixed(key, ((<u64>view.payloadBytes) << 32) | (view.icmpType << 8) | view.icmpCode);
    // The sequence number of an echo; its identifier is a translator's to change.
    if (kind != KIND_UDP) key = mixed(key, view.dstPort);
    for (let i: u32 = 0; i < wanted; i += 1) key = mixed(key, load<u8>(payload + i));
  }
  bareKey = finished(key);
  if (changetype<usize>(link)) endsKey = finished(mixed(mixed(key, link.other), orientationAtA()));
  else endsKey = finished(mixed(key, endsOf()));
  return COMPARED;
}

// Timestamps tell a segment from its resend, SACK blocks one duplicate ACK from the next.
function withTcpOptions(key: u64): u64 {
  let all = key;
  if (view.hasTimestamps) all = mixed(all, ((<u64>view.tsval) << 32) | view.tsecr);
  for (let i: u32 = 0; i < view.sackCount; i += 1) all = mixed(all, load<u64>(view.sackBlocks + ((<usize>i) << 3)));
  return all;
}

/** Of what `withTcpOptions` adds; to see whether a box rewrites it. */
export function optionsHash(): u32 {
  return view.kind == KIND_TCP ? <u32>withTcpOptions(1) : 0;
}

function addressHash(at: usize): u64 {
  if (view.family == 4) return mixed(4, be32(at));
  return mixed(mixed(6, load<u64>(at)), load<u64>(at, 8));
}
