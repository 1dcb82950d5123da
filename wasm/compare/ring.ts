// Packets that wait for their like at the other point, in the order of time, in a ring of fixed size; those of equal
// hash are chained, the latest first. Whoever is overwritten needs not be unlinked: a chain ends at the first that is
// older than the ring's oldest.
//
//   numbers:  … overwritten | oldest … newest |        place of number n: n mod capacity

/** Within this time a packet seen again at one point is a copy, not a resend. */
export const COPY_NS: i64 = 2_000_000;

export const WAITING: u8 = 0;
export const MATCHED: u8 = 1;
/** Its bytes were sent again. */
export const RESENT: u8 = 2;

@unmanaged
export class Waiting {
  key: u64 = 0;
  /** By the clock of A. */
  timeNs: i64 = 0;
  /** When its like was seen at the other point. */
  otherNs: i64 = 0;
  /** The one before it of equal hash, and of equal flow; numbers. */
  chain: u32 = 0;
  flowChain: u32 = 0;
  pair: u32 = 0;
  flow: u32 = 0;
  flowGeneration: u32 = 0;
  seq: u32 = 0;
  length: u32 = 0;
  content: u32 = 0;
  id: u16 = 0;
  side: u8 = 0;
  orientation: u8 = 0;
  state: u8 = 0;
  /** Its chain was longer than is looked through. */
  crowded: u8 = 0;
  tcp: u8 = 0;
  /** Its connection is tied to that at the other point. */
  linked: u8 = 0;
}

export const WAITING_BYTES: usize = 72;

let ring: usize = 0;
let heads: usize = 0;
let mask: u32 = 0;
/** The number of the oldest, and of the next; 0 is none. */
export let oldest: u32 = 1;
export let next: u32 = 1;

/** Room for 2^`order` packets. */
export function initRing(order: u32): void {
  const capacity: u32 = 1 << order;
  mask = capacity - 1;
  ring = heap.alloc(<usize>capacity * WAITING_BYTES);
  heads = heap.alloc((<usize>capacity) << 2);
  memory.fill(heads, 0, (<usize>capacity) << 2);
}

export function ringFull(): bool {
  return next - oldest > mask;
}

export function ringEmpty(): bool {
  return next == oldest;
}

export function waitingAt(number: u32): Waiting {
  return changetype<Waiting>(ring + <usize>(number & mask) * WAITING_BYTES);
}

/** Whether `number` is still in the ring. */
export function inRing(number: u32): bool {
  return number != 0 && number - oldest < next - oldest;
}

/** The latest with the hash of `key`, or of one that shares its place. */
export function headOf(key: u64): u32 {
  return load<u32>(headPlace(key));
}

/** A place for the next packet; the ring must not be full. */
export function enter(key: u64): Waiting {
  const number = next;
  const entry = waitingAt(number);
  memory.fill(changetype<usize>(entry), 0, WAITING_BYTES);
  entry.key = key;
  entry.chain = headOf(key);
  store<u32>(headPlace(key), number);
  next = number + 1 ? number + 1 : 1;
  return entry;
}

export function dropOldest(): void {
  oldest = oldest + 1 ? oldest + 1 : 1;
}

function headPlace(key: u64): usize {
  return heads + ((<usize>(<u32>(key >> 1) & mask)) << 2);
}
