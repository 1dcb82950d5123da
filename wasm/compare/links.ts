// Connections of B and what they are at A, where a box between the points rewrites their numbers or cuts their segments
// anew. What B's packets are told by is theirs at A: its connection, its numbers. A connection may have several, one after the
// other: a port that is used again, a gateway that makes a command longer.

/** So many of one connection are remembered; they are walked for each packet. */
const EPOCHS: u32 = 64;
/** One at either point for each payload that is kept in the first look. */
const CAPACITY: u32 = 1 << 17;
const HEADS: u32 = 1 << 16;

@unmanaged
export class Link {
  /** The connection here, the upper 52 bits of its key. */
  key: u64 = 0;
  /** The connection at A. */
  other: u64 = 0;
  /** From when on it holds, by the time of this point. */
  fromNs: i64 = 0;
  /** What is to be taken from the SEQ of packets of A's orientation 0, and 1. */
  delta0: u32 = 0;
  delta1: u32 = 0;
  next: u32 = 0;
  /** A's orientation 0 is 1 here. */
  flipped: u8 = 0;
  unused: u8 = 0;
  /** 0, or the distance of the bytes that are compared: segments are cut differently at the points. */
  grid: u16 = 0;
}

const LINK_BYTES: usize = 40;
let table: usize = 0;
let heads: usize = 0;
let used: u32 = 0;

export function initLinks(): void {
  if (!table) {
    table = heap.alloc(<usize>CAPACITY * LINK_BYTES);
    heads = heap.alloc((<usize>HEADS) << 2);
  }
  memory.fill(heads, 0, (<usize>HEADS) << 2);
  used = 0;
}

export function linksGiven(): bool {
  return used != 0;
}

/** The latest first: give those of one connection in the order of time. Connections as `anchorRows` has them. */
export function addLink(
  side: u32,
  connection: f64,
  other: f64,
  fromNs: i64,
  delta0: u32,
  delta1: u32,
  flipped: bool,
  grid: u32,
): void {
  if (used + 1 >= CAPACITY) return;
  used += 1;
  const link = linkAt(used);
  link.key = ((<u64>connection) << 1) | side;
  link.other = <u64>other;
  link.fromNs = fromNs;
  link.delta0 = delta0;
  link.delta1 = delta1;
  link.flipped = flipped ? 1 : 0;
  link.grid = <u16>min<u32>(grid, 0xffff);
  const head = headPlace(link.key);
  link.next = load<u32>(head);
  store<u32>(head, used);
}

/** The one that holds at `timeNs`, else the first; none where the connection has none. */
export function linkOf(connection: u64, side: u32, timeNs: i64): Link {
  const key = ((connection >> 12) << 1) | side;
  let found = changetype<Link>(0);
  if (!used) return found;
  let steps: u32 = 0;
  for (let number = load<u32>(headPlace(key)); number && steps < EPOCHS * 4; steps += 1) {
    const link = linkAt(number);
    if (link.key == key) {
      found = link;
      if (link.fromNs <= timeNs) break;
    }
    number = link.next;
  }
  return found;
}

function headPlace(key: u64): usize {
  return heads + ((<usize>(<u32>((key >> 1) ^ (key >> 17)) & (HEADS - 1))) << 2);
}

function linkAt(number: u32): Link {
  return changetype<Link>(table + <usize>number * LINK_BYTES);
}
