// One packet captured more than once: a port mirrored both ways, both legs of a router, the trunk and
// the access side. A copy has the same TCP bytes within 2 ms; TTL, tags and outer headers may differ.
//
// Most twins are copies for certain: the same IP identification, a SYN, data sent again with nothing
// from the other side to ask for it. Twins without an identification may be two packets of their
// own (duplicate ACKs of a host without timestamps): they are copies where the connection's packets
// have come in copies so far, as many as each of those had.
import { PacketView, TCP_FIN, TCP_SYN } from '../packet/index';
import { Connection } from './connection';
import { Direction, SEEN } from './direction';

const COPY_NS: i64 = 2_000_000;
/** Times are kept in units of 1024 ns, modulo 2^32: in 73 minutes a fingerprint of 43 bits does not come back. */
const TIME_SHIFT: i64 = 10;
const COPY_UNITS: i32 = <i32>(COPY_NS >> TIME_SHIFT);
/** The packets remembered: those of 2 ms at a million a second, in what a core's first cache holds. */
const SLOTS: usize = 2048;
const SLOT_BITS: u64 = 11;
// | fingerprint u32 | time u32 | IP identification u16 | packets of the peer u16 | own packets u16 | seen u16 |
const SLOT: usize = 16;
const AT_TIME: usize = 4;
const AT_ID: usize = 8;
const AT_PEER: usize = 10;
const AT_OWN: usize = 12;
const AT_SEEN: usize = 14;
/** Odd numbers of 53 bits: of the golden ratio, of pi, of e. */
const MIX: u64 = 0x13_c6ef_372f_e94f;
const FOLD: u64 = 0x19_21fb_5444_2d19;
const TURN: u64 = 0x15_bf0a_8b14_5769;

/** A SYN is worth this many twins, and of so many packets one with a twin shows that they come in copies. */
const SYN_WORTH: u32 = 4;
const ONE_OF: u32 = 4;
/** Without packets of the other side, data again this soon was not asked for. */
const NEAR: u32 = 2;

/** Copies with the same, with another IP identification were seen: bits of `Connection.copyIds`. */
const SAME_ID: u32 = 1;
const OTHER_ID: u32 = 2;

let slots: usize = 0;
let copies: f64 = 0;

/** Packets left out because they had been captured already. */
export function capturedTwicePackets(): f64 {
  return copies;
}

/** True where this packet is another copy of one that was analysed. `tuple` is a hash of its ends. */
export function isCopy(c: Connection, d: Direction, peer: Direction, view: PacketView, tuple: u32, nowNs: i64): bool {
  if (!slots) {
    slots = heap.alloc(SLOTS * SLOT);
    memory.fill(slots, 0, SLOTS * SLOT);
  }
  const ids = c.copyIds;
  const print = fingerprint(view, tuple, ids);
  const slot = slots + <usize>(print >> (64 - SLOT_BITS)) * SLOT;
  const time = <u32>(nowNs >> TIME_SHIFT);
  const elapsed = <i32>(time - load<u32>(slot, AT_TIME));
  if (load<u32>(slot) != <u32>print || elapsed > COPY_UNITS || elapsed < -COPY_UNITS) {
    remember(slot, print, time, d, peer, view);
    return false;
  }
  const takesSequence = view.payloadBytes > 0 || (view.flags & (TCP_SYN | TCP_FIN)) != 0;
  if (!isAnother(c, d, peer, view, slot, takesSequence)) return false;
  copies += 1;
  d.capturedTwice += 1;
  if (takesSequence) d.duplicateFrames += 1;
  if (c.copyIds != ids) {
    // From now on packets are told in another way; more copies of this one may come.
    const next = fingerprint(view, tuple, c.copyIds);
    remember(slots + <usize>(next >> (64 - SLOT_BITS)) * SLOT, next, time, d, peer, view);
  }
  return true;
}

function remember(slot: usize, print: u64, time: u32, d: Direction, peer: Direction, view: PacketView): void {
  store<u64>(slot, ((<u64>time) << 32) | <u32>print);
  store<u64>(
    slot,
    <u64>shortId(view.ipId) | ((<u64>(<u16>peer.packets)) << 16) | ((<u64>(<u16>d.packets)) << 32) | (1 << 48),
    AT_ID,
  );
}

// The packet in `slot` has a twin.
// @seldom
function isAnother(
  c: Connection,
  d: Direction,
  peer: Direction,
  view: PacketView,
  slot: usize,
  takesSequence: bool,
): bool {
  const firstId = <u32>load<u16>(slot, AT_ID);
  const id = shortId(view.ipId);
  const seen = <u32>load<u16>(slot, AT_SEEN);
  const sameId = firstId != 0 && firstId == id;
  const otherId = firstId != id && firstId != 0 && id != 0;
  const asked = peer.packets
    ? <u16>peer.packets != load<u16>(slot, AT_PEER)
    : <u32>(<u16>d.packets - load<u16>(slot, AT_OWN)) > NEAR;
  store<u16>(slot, <u16>min<u32>(seen + 1, 0xffff), AT_SEEN);
  const syn = (view.flags & TCP_SYN) != 0;
  if (sameId || syn || (takesSequence && !asked && !otherId)) {
    d.twins += syn ? SYN_WORTH : 1;
    if (sameId) c.copyIds |= SAME_ID;
    else if (otherId) c.copyIds |= OTHER_ID;
    if (takesSequence && seen + 1 > c.copiesEach) c.copiesEach = seen + 1;
    return true;
  }
  // The first ACK of so much has a twin: an ACK sent twice for a loss would be one of many without.
  if (!takesSequence && peer.flags & SEEN && peer.una == view.ack && peer.dupAckRun == 0) d.twins += 1;
  if (otherId && c.copyIds != OTHER_ID) return false;
  if (d.twins * ONE_OF < d.packets) return false;
  return c.copiesEach < 2 || seen % c.copiesEach != 0;
}

// Ports are in the tuple. The payload is not read: bytes of one number are the same ones, and the checksum covers
// them. A SYN is told by its numbers alone, since routers rewrite the MSS it asks for. Where copies have kept their
// identification, packets without the same one are no copies.
function fingerprint(view: PacketView, tuple: u32, ids: u32): u64 {
  const at = view.header;
  let print = (load<u64>(at, 4) ^ ((<u64>tuple) << 17)) * MIX;
  if (view.flags & TCP_SYN) print += <u64>view.flags * FOLD;
  else {
    print += (load<u64>(at, 12) ^ view.payloadBytes) * FOLD;
    print += (<u64>view.tsval | ((<u64>view.tsecr) << 32)) * TURN;
    if (view.multipath) print += optionsPrint(view);
    if (view.sackCount) print += load<u64>(view.sackBlocks) * (MIX ^ TURN);
  }
  if (ids == SAME_ID) print += <u64>view.ipId * MIX;
  return (print ^ (print >> 32)) * FOLD;
}

// Segments of Multipath TCP say different things with the same numbers of TCP: an address, an ACK of data (RFC 8684 3).
// @seldom
function optionsPrint(view: PacketView): u64 {
  const end = min(view.header + view.headerBytes, view.capturedEnd);
  let print: u64 = 0;
  for (let at = view.header + 20; at + 4 <= end; at += 4) print = (print ^ load<u32>(at)) * MIX;
  return print ^ (print >> 32);
}

// IPv6 has 32 bits, in fragments only.
function shortId(id: u32): u32 {
  return id < 0x1_0000 ? id : (id & 0xffff) | 1;
}
