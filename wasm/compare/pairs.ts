// Pairs of hosts: which of the two is on the side of point A, and whether their packets pass both points at all. One
// table for both captures; where a translator stands between them a pair has an entry under the addresses of each.
//
// The hosts of `key` are told apart by the order of their hashes: orientation 0 is what the lower one sends.

const CAPACITY: u32 = 1 << 16;
const PROBES: u32 = 16;

@unmanaged
export class Pair {
  key: u64 = 0;
  /** Packets of it that were seen at both points. */
  matched: u32 = 0;
  /** 1 where orientation 0 travels from A to B, −1 where it travels from B to A, 0 while that is not known. */
  way: i32 = 0;
  /** Until it is: packets that say so, minus packets that say the contrary. */
  votes: i32 = 0;
  unused: u32 = 0;
  /** Largest payload of a TCP segment, by side and orientation. */
  largest00: u32 = 0;
  largest01: u32 = 0;
  largest10: u32 = 0;
  largest11: u32 = 0;
}

const PAIR_BYTES: usize = offsetof<Pair>();
let table: usize = 0;
/** Packets of pairs that found no place. */
export let crowdedPackets: f64 = 0;

export function initPairs(): void {
  if (table) return;
  table = heap.alloc(<usize>CAPACITY * PAIR_BYTES);
  memory.fill(table, 0, <usize>CAPACITY * PAIR_BYTES);
}

/** Its number, from 1 on; 0 where there is no place. */
export function pairOf(key: u64): u32 {
  let at = <u32>(key >> 20) & (CAPACITY - 1);
  for (let probe: u32 = 0; probe < PROBES; probe += 1, at = (at + 1) & (CAPACITY - 1)) {
    const pair = pairAt(at + 1);
    if (pair.key == key) return at + 1;
    if (pair.key == 0) {
      pair.key = key;
      return at + 1;
    }
  }
  crowdedPackets += 1;
  return 0;
}

export function pairAt(number: u32): Pair {
  return changetype<Pair>(table + <usize>(number - 1) * PAIR_BYTES);
}

/** Where the largest segment of a side and orientation stands. */
export function largestAt(number: u32, side: u32, way: u32): usize {
  return changetype<usize>(pairAt(number)) + offsetof<Pair>('largest00') + ((<usize>((side << 1) | way)) << 2);
}

/** The host's word on a pair, before packets are matched. */
export function setPairWay(number: u32, way: i32): void {
  if (number == 0 || number > CAPACITY) return;
  const pair = pairAt(number);
  pair.way = way;
  if (!pair.matched) pair.matched = 1;
}
