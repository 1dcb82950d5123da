// One packet captured more than once: a port mirrored both ways, both legs of a router, the trunk and
// the access side. A copy has the same TCP bytes within 2 ms; TTL, tags and outer headers may differ.
//
// Most twins are copies for certain: the same IP identification, a SYN, data sent again with nothing
// from the other side to ask for it. Twins without an identification may be two packets of their
// own (duplicate ACKs of a host without timestamps): they are copies where the connection's packets
// have come in copies so far, as many as each of those had.
import { PacketView, TCP_ACK, TCP_FIN, TCP_SYN } from '../packet/index';
import { Connection } from './connection';
import { after, Direction, SEEN } from './direction';

const COPY_NS: i64 = 2_000_000;
/** The packets remembered, a power of two: those of 2 ms at two million a second. */
const SLOTS: usize = 4096;
const SLOT_BITS: u64 = 12;
// | fingerprint u64 | ns i64 | connection u32 | IP identification u32 | packets of the peer u32 | seen u16 | own packets u16 |
const SLOT: usize = 32;
/** Odd numbers of 53 bits: of the golden ratio, of pi. */
const MIX: u64 = 0x13_c6ef_372f_e94f;
const FOLD: u64 = 0x19_21fb_5444_2d19;
/** Bytes of payload that tell, where they were captured. */
const PAYLOAD_BYTES: u32 = 8;

/** Bounds of `Direction.copyScore`, above 0 where packets come in copies. */
const SCORE_MOST: i32 = 16;
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
  const print = fingerprint(view, tuple);
  const slot = slots + <usize>(print >> (64 - SLOT_BITS)) * SLOT;
  const takesSequence = view.payloadBytes > 0 || (view.flags & (TCP_SYN | TCP_FIN)) != 0;
  const elapsed = nowNs - load<i64>(slot, 8);
  if (load<u64>(slot) != print || load<u32>(slot, 16) != c.number || elapsed > COPY_NS || elapsed < -COPY_NS) {
    const tells = takesSequence || (view.flags & TCP_ACK && peer.flags & SEEN && after(view.ack, peer.una));
    if (tells && d.copyScore > -SCORE_MOST) d.copyScore -= 1;
    store<u64>(slot, print);
    store<i64>(slot, nowNs, 8);
    store<u32>(slot, c.number, 16);
    store<u32>(slot, view.ipId, 20);
    store<u32>(slot, peer.packets, 24);
    store<u16>(slot, 1, 28);
    store<u16>(slot, <u16>d.packets, 30);
    return false;
  }
  if (!isAnother(c, d, peer, view, slot, takesSequence)) return false;
  copies += 1;
  d.capturedTwice += 1;
  if (takesSequence) d.duplicateFrames += 1;
  return true;
}

// The packet in `slot` has a twin.
function isAnother(
  c: Connection,
  d: Direction,
  peer: Direction,
  view: PacketView,
  slot: usize,
  takesSequence: bool,
): bool {
  const firstId = load<u32>(slot, 20);
  const seen = <u32>load<u16>(slot, 28);
  const sameId = firstId != 0 && firstId == view.ipId;
  const otherId = firstId != view.ipId && firstId != 0 && view.ipId != 0;
  const asked = peer.packets ? peer.packets != load<u32>(slot, 24) : <u32>(<u16>d.packets - load<u16>(slot, 30)) > NEAR;
  store<u16>(slot, <u16>min<u32>(seen + 1, 0xffff), 28);
  const syn = (view.flags & TCP_SYN) != 0;
  if (sameId || syn || (takesSequence && !asked && !otherId)) {
    d.copyScore = min(SCORE_MOST, d.copyScore + (syn ? SCORE_MOST : 2));
    if (sameId) c.copyIds |= SAME_ID;
    else if (otherId) c.copyIds |= OTHER_ID;
    if (takesSequence && seen + 1 > c.copiesEach) c.copiesEach = seen + 1;
    return true;
  }
  // The first ACK of so much has a twin: an ACK sent twice for a loss would be one of many without.
  if (!takesSequence && peer.flags & SEEN && peer.una == view.ack && peer.dupAckRun == 0) d.copyScore += 2;
  if (d.copyScore > SCORE_MOST) d.copyScore = SCORE_MOST;
  if (otherId && c.copyIds != OTHER_ID) return false;
  if (d.copyScore <= 0) return false;
  return c.copiesEach < 2 || seen % c.copiesEach != 0;
}

// Ports are in the tuple; the checksum covers what was not captured. A SYN is told by its numbers
// alone, since routers rewrite the MSS it asks for.
function fingerprint(view: PacketView, tuple: u32): u64 {
  const at = view.header;
  let print = mix(load<u64>(at, 4) ^ ((<u64>tuple) << 17), view.payloadBytes);
  if (view.flags & TCP_SYN) return mix(print, view.flags);
  print = mix(print, load<u64>(at, 12));
  const bytes = at + view.headerBytes;
  const options = min(bytes, view.capturedEnd);
  let from = at + 20;
  for (; from + 8 <= options; from += 8) print = mix(print, load<u64>(from));
  if (from + 4 <= options) print = mix(print, load<u32>(from));
  if (view.payloadBytes >= PAYLOAD_BYTES && bytes + PAYLOAD_BYTES <= view.capturedEnd) {
    print = mix(print, load<u64>(bytes));
  }
  return print;
}

function mix(print: u64, value: u64): u64 {
  const product = (print ^ value) * MIX;
  return (product ^ (product >> 29)) * FOLD;
}
