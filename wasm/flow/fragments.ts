// IP fragments of TCP segments. The first has the header; what follows is data of the same segment
// further on, so it is analysed as such, whichever comes first. Lengths are enough: no bytes are kept.
import { PacketView, TCP_FIN, TCP_SYN, VIEW_BYTES } from '../packet/index';
import { analyseTcp } from './tcp';

/** Datagrams remembered, a power of two; another with the same hash takes the place. */
const DATAGRAMS: usize = 64;
const DATAGRAM_BITS: u64 = 6;
/** An odd number of 53 bits, of the golden ratio. */
const MIX: u64 = 0x13_c6ef_372f_e94f;
/** spec: RFC 1122 3.3.2, what a host waits for the rest at most */
const OLD_NS: i64 = 60_000_000_000;
/** A datagram that is whole is over once no copy of a part can come. */
const COPY_NS: i64 = 2_000_000;
/** Parts of a datagram that are told apart, and kept where they come before the first. */
const PARTS: u32 = 16;

@unmanaged
class Datagram {
  key: u64 = 0;
  ns: i64 = 0;
  /** The view of the first fragment was kept. */
  begun: u32 = 0;
  interfaceId: u32 = 0;
  /** Parts seen: | offset u32 | bytes u32 | more u32 | bytes on the wire u32 |. */
  parts: u32 = 0;
  /** Parts analysed. */
  told: u32 = 0;
  fin: u32 = 0;
  haveBytes: u32 = 0;
  /** Known once the last fragment was seen. */
  totalBytes: u32 = 0;
}

const PART: usize = 16;
const LIST: usize = (offsetof<Datagram>() + 7) & ~7;
const VIEW: usize = LIST + <usize>PARTS * PART;
const SOURCE: usize = (VIEW + VIEW_BYTES + 7) & ~7;
const TARGET: usize = SOURCE + 16;
const SIZE: usize = TARGET + 16;

let datagrams: usize = 0;

/** The fragment with the TCP header: what follows of its datagram is data of the same segment. @seldom */
export function analyseFirstFragment(view: PacketView, wireBytes: u32, nowNs: i64, interfaceId: u32): u32 {
  const flags = view.flags;
  // The FIN stands behind the last byte of the segment.
  view.flags = flags & ~TCP_FIN;
  const number = analyseTcp(view, wireBytes, nowNs, interfaceId, true);
  const datagram = datagramOf(view, nowNs);
  if (!datagram.begun) {
    const at = changetype<usize>(datagram);
    datagram.begun = 1;
    datagram.interfaceId = interfaceId;
    datagram.fin = flags & TCP_FIN;
    datagram.haveBytes += view.fragmentBytes;
    memory.copy(at + VIEW, changetype<usize>(view), VIEW_BYTES);
    const bytes: usize = view.family == 4 ? 4 : 16;
    memory.copy(at + SOURCE, view.src, bytes);
    memory.copy(at + TARGET, view.dst, bytes);
    tell(datagram, nowNs);
  }
  view.flags = flags;
  return number;
}

/** A later fragment; returns the number of its connection, 0 while that is not known. @seldom */
export function analyseFragment(view: PacketView, wireBytes: u32, nowNs: i64): u32 {
  const datagram = datagramOf(view, nowNs);
  const list = changetype<usize>(datagram) + LIST;
  for (let i: u32 = 0; i < datagram.parts; i += 1) {
    // The same part again: captured twice.
    if (load<u32>(list + <usize>i * PART) == view.fragmentOffset) return 0;
  }
  if (datagram.parts == PARTS) return 0;
  const part = list + <usize>datagram.parts * PART;
  datagram.parts += 1;
  store<u32>(part, view.fragmentOffset);
  store<u32>(part, view.fragmentBytes, 4);
  store<u32>(part, view.moreFragments, 8);
  store<u32>(part, wireBytes, 12);
  datagram.haveBytes += view.fragmentBytes;
  if (!view.moreFragments) datagram.totalBytes = view.fragmentOffset + view.fragmentBytes;
  return datagram.begun ? tell(datagram, nowNs) : 0;
}

// Analyses the parts that wait, as segments of the connection of the first.
function tell(datagram: Datagram, nowNs: i64): u32 {
  const at = changetype<usize>(datagram);
  const first = changetype<PacketView>(at + VIEW);
  const seq = first.seq;
  const flags = first.flags;
  const payloadBytes = first.payloadBytes;
  let number: u32 = 0;
  first.src = at + SOURCE;
  first.dst = at + TARGET;
  first.sackCount = 0;
  first.accurateEcn = 0;
  first.multipath = 0;
  for (; datagram.told < datagram.parts; datagram.told += 1) {
    const part = at + LIST + <usize>datagram.told * PART;
    const offset = load<u32>(part);
    if (offset < first.headerBytes) continue;
    first.fragmentOffset = offset;
    first.seq = seq + (offset - first.headerBytes);
    first.payloadBytes = load<u32>(part, 4);
    // The FIN of a segment stands behind its last byte.
    first.flags = (flags & ~(TCP_SYN | TCP_FIN)) | (load<u32>(part, 8) ? 0 : datagram.fin);
    number = analyseTcp(first, load<u32>(part, 12), nowNs, datagram.interfaceId, false);
  }
  first.seq = seq;
  first.flags = flags;
  first.payloadBytes = payloadBytes;
  return number;
}

// The datagram of a fragment: its addresses and its identification tell it (RFC 791 3.2, RFC 8200 4.5).
function datagramOf(view: PacketView, nowNs: i64): Datagram {
  if (!datagrams) {
    datagrams = heap.alloc(DATAGRAMS * SIZE);
    memory.fill(datagrams, 0, DATAGRAMS * SIZE);
  }
  let key = ((<u64>view.ipId) << 8) | view.family;
  const words: usize = view.family == 4 ? 4 : 16;
  for (let i: usize = 0; i < words; i += 4) {
    key = (key ^ load<u32>(view.src + i)) * MIX;
    key = (key ^ (key >> 32) ^ load<u32>(view.dst + i)) * MIX;
  }
  const datagram = changetype<Datagram>(datagrams + <usize>(key >> (64 - DATAGRAM_BITS)) * SIZE);
  const elapsed = nowNs - datagram.ns;
  const whole = datagram.totalBytes != 0 && datagram.haveBytes >= datagram.totalBytes;
  if (datagram.key != key || elapsed > OLD_NS || (whole && elapsed > COPY_NS)) {
    memory.fill(changetype<usize>(datagram), 0, SIZE);
    datagram.key = key;
    datagram.ns = nowNs;
  }
  return datagram;
}
