// Parts of packets that the host reads itself, where it asked for them: options of Multipath TCP, and the heads of
// datagrams that may be QUIC. Their bytes wait in a queue, the layouts are in spec/capture.json.
//
//   | multipathExcerpt | options of the segment …      | quicExcerpt | bytes of the datagram …      |
import {
  EXCERPT_BYTES_MULTIPATH_EXCERPT,
  EXCERPT_BYTES_QUIC_EXCERPT,
  EXCERPT_MULTIPATH,
  EXCERPT_QUIC,
  MULTIPATH_EXCERPT_AT_BYTES,
  MULTIPATH_EXCERPT_AT_CONNECTION,
  MULTIPATH_EXCERPT_AT_DIRECTION,
  MULTIPATH_EXCERPT_AT_FLAGS,
  MULTIPATH_EXCERPT_AT_KIND,
  MULTIPATH_EXCERPT_AT_OFFSET,
  MULTIPATH_EXCERPT_AT_OPTION_BYTES,
  MULTIPATH_EXCERPT_AT_PAYLOAD_BYTES,
  MULTIPATH_EXCERPT_AT_SEQ,
  MULTIPATH_EXCERPT_AT_TIME_US,
  QUIC_EXCERPT_AT_DST,
  QUIC_EXCERPT_AT_ECN,
  QUIC_EXCERPT_AT_EXCERPT_BYTES,
  QUIC_EXCERPT_AT_PAYLOAD_BYTES,
  QUIC_EXCERPT_AT_PORTS,
  QUIC_EXCERPT_AT_SRC,
  QUIC_EXCERPT_AT_WIRE_BYTES,
} from '../generated/capture';
import { PacketView } from '../packet/index';
import { timed } from './clock';
import { Direction, SYN_SEEN } from './direction';

const CAPACITY: usize = 1 << 18;
/** What one packet may add: of QUIC a datagram up to this, of TCP two segments where a held one is let go. */
const LONGEST: u32 = 2048;
const RESERVE: usize = 4096;
/** spec: RFC 9293 3.1, the fixed part of the header; what follows up to the data offset are options. */
const TCP_BYTES: u32 = 20;
const UDP_BYTES: u32 = 8;

/** spec: RFC 9000 17.2: form and fixed bit, version, length of the connection ID. */
const LONG_FORM: u32 = 0x80;
const LONG_LEAST: u32 = 7;
/** spec: RFC 9000 17.3: the first byte, and a connection ID of up to 20. */
const SHORT_MOST: u32 = 21;
const VERSION_1: u32 = 1;
const VERSION_2: u32 = 0x6b33_43cf;
/** Drafts are 0xff0000NN, versions of mvfst 0xfaceb0NN. */
const VERSION_DRAFT: u32 = 0xff_0000;
const VERSION_MVFST: u32 = 0xfa_ceb0;
/** spec: RFC 9000 15: 0x?a?a?a?a makes the other side negotiate. */
const VERSION_RESERVED: u32 = 0x0a0a_0a0a;
const RESERVED_BITS: u32 = 0x0f0f_0f0f;

// Ends (address and port) that sent or got a long header, as bits by their hash: what comes to one of them with a short
// header may be of its connection. However many there are, it has this size; where it is full, all of UDP passes.
const END_BITS: u32 = 1 << 16;
const ends = memory.data(8192, 8);
const MIX: u32 = 0x9e37_79b1;

let queue: usize = 0;
let used: usize = 0;
let originNs: i64 = 0;

export function enableExcerpts(): void {
  if (!queue) queue = heap.alloc(CAPACITY);
}

export function excerptsWanted(): bool {
  return queue != 0;
}

/** The time of the first packet of the capture. */
export function setExcerptOrigin(ns: i64): void {
  originNs = ns;
}

export function excerptsFull(): bool {
  return used + RESERVE > CAPACITY;
}

export function excerptsAddress(): usize {
  return queue;
}

export function excerptsBytes(): u32 {
  return <u32>used;
}

export function clearExcerpts(): void {
  used = 0;
}

/** The options of a segment that `sender` of this connection sent in the direction `side`. @seldom */
export function excerptMultipath(connection: u32, side: u32, sender: Direction, view: PacketView, nowNs: i64): void {
  const from = view.header + TCP_BYTES;
  const bytes = min(view.headerBytes - TCP_BYTES, <u32>(view.capturedEnd - from));
  const at = begin(EXCERPT_MULTIPATH, EXCERPT_BYTES_MULTIPATH_EXCERPT, from, bytes, nowNs);
  store<u32>(at + MULTIPATH_EXCERPT_AT_CONNECTION, connection);
  store<u32>(at + MULTIPATH_EXCERPT_AT_DIRECTION, side);
  store<u32>(at + MULTIPATH_EXCERPT_AT_SEQ, view.seq);
  // From the SYN, whose number is 0 (RFC 8684 3.3.1); 0 where it is not known.
  store<u32>(at + MULTIPATH_EXCERPT_AT_OFFSET, sender.flags & SYN_SEEN ? view.seq - sender.isn : 0);
  store<u32>(at + MULTIPATH_EXCERPT_AT_PAYLOAD_BYTES, view.payloadBytes);
  store<u32>(at + MULTIPATH_EXCERPT_AT_FLAGS, view.flags);
  store<u32>(at + MULTIPATH_EXCERPT_AT_OPTION_BYTES, bytes);
}

/** The head of a datagram that may be QUIC: all of it with a long header, for others may follow in it. @seldom */
export function excerptQuic(view: PacketView, wireBytes: u32, nowNs: i64): void {
  const from = view.header + UDP_BYTES;
  if (from >= view.capturedEnd) return;
  const captured = min(view.payloadBytes, <u32>(view.capturedEnd - from));
  if (!captured) return;
  const source = endOf(view.src, view.family, view.srcPort);
  const target = endOf(view.dst, view.family, view.dstPort);
  let most = SHORT_MOST;
  if (load<u8>(from) & LONG_FORM) {
    if (captured < LONG_LEAST) return;
    if (isVersion(bswap<u32>(load<u32>(from, 1)))) {
      remember(source);
      remember(target);
    }
    most = LONGEST;
  }
  if (!isKnown(source) && !isKnown(target)) return;
  const bytes = min(captured, most);
  const at = begin(EXCERPT_QUIC, EXCERPT_BYTES_QUIC_EXCERPT, from, bytes, nowNs);
  store<u32>(at + QUIC_EXCERPT_AT_WIRE_BYTES, wireBytes);
  store<u32>(at + QUIC_EXCERPT_AT_PAYLOAD_BYTES, view.payloadBytes);
  store<u32>(at + QUIC_EXCERPT_AT_EXCERPT_BYTES, bytes);
  store<u32>(at + QUIC_EXCERPT_AT_PORTS, (view.srcPort << 16) | view.dstPort);
  store<u32>(at + QUIC_EXCERPT_AT_ECN, view.ecn);
  putEnd(at + QUIC_EXCERPT_AT_SRC, view.src, view.family);
  putEnd(at + QUIC_EXCERPT_AT_DST, view.dst, view.family);
}

// The head of an excerpt and the bytes behind it; what comes next is aligned again.
function begin(kind: u32, head: u32, from: usize, bytes: u32, nowNs: i64): usize {
  const at = queue + used;
  const size = (head + bytes + 7) & ~7;
  store<u32>(at + MULTIPATH_EXCERPT_AT_BYTES, size);
  store<u32>(at + MULTIPATH_EXCERPT_AT_KIND, kind);
  store<f64>(at + MULTIPATH_EXCERPT_AT_TIME_US, timed ? <f64>(nowNs - originNs) / 1000 : NaN);
  memory.copy(at + head, from, bytes);
  used += size;
  return at;
}

// IPv4 as ::ffff:a.b.c.d (RFC 4291 2.5.5.2).
function putEnd(at: usize, from: usize, family: u32): void {
  if (family == 6) {
    store<u64>(at, load<u64>(from));
    store<u64>(at, load<u64>(from, 8), 8);
  } else {
    store<u64>(at, 0);
    store<u64>(at, ((<u64>load<u32>(from)) << 32) | 0xffff_0000, 8);
  }
}

function isVersion(version: u32): bool {
  return (
    version == VERSION_1 ||
    version == VERSION_2 ||
    version >> 8 == VERSION_DRAFT ||
    version >> 8 == VERSION_MVFST ||
    (version & RESERVED_BITS) == VERSION_RESERVED
  );
}

function endOf(address: usize, family: u32, port: u32): u32 {
  let h = port * MIX;
  const bytes: usize = family == 6 ? 16 : 4;
  for (let i: usize = 0; i < bytes; i += 4) {
    h = (h ^ load<u32>(address + i)) * MIX;
    h ^= h >> 15;
  }
  return h >> 16;
}

function isKnown(end: u32): bool {
  return ((load<u8>(ends + (end >> 3)) >> (end & 7)) & 1) != 0;
}

function remember(end: u32): void {
  const at = ends + ((end & (END_BITS - 1)) >> 3);
  store<u8>(at, <u8>(<u32>load<u8>(at) | (1 << (end & 7))));
}
