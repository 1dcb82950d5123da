// The order in which things happen: a hierarchical timing wheel (Varghese and Lauck 1987) whose
// finest buckets are kept sorted, so events come out by time and, at one time, in the order they
// were scheduled, but for the end of a transmission: it goes before what else that instant holds. A packet that
// arrives as another leaves finds the room it has made; in hosts of flesh and clocks the two never coincide.
// Both operations cost O(1) whatever lies in the future: far timers sit in coarse
// buckets until their time comes near.
//
//   tick = time >> tickShift; level = the highest 10-bit digit in which tick and cursor differ
//
//   level 0   one bucket per tick of the cursor's block of 1024, each sorted by time, stable
//   level n   one bucket per 1024^n ticks, in the order of scheduling; moved down when reached
//
// Within a block nothing is scheduled at level 0 before the block's coarser bucket was moved down,
// and lists only grow at their end, so stability needs no sequence number.

import { EVENT_LINE } from './kinds';

/** The head of everything that can be scheduled, packets included: in one list at a time. */
@unmanaged
export class Event {
  next: usize = 0;
  /** What it concerns: a flow, a link, a line. */
  owner: usize = 0;
  /** Nanoseconds since the start. While a packet waits in a queue: when it came. */
  time: i64 = 0;
  kind: u8 = 0;
  flags: u8 = 0;
}

const DIGIT: u32 = 10;
const BUCKETS: u32 = 1 << DIGIT;
const LEVELS: u32 = 5;
const WORDS: u32 = BUCKETS / 64;

// Each bucket is the addresses of its first and last event; each level has a bit per bucket in use.
let buckets: usize = 0;
let bitmaps: usize = 0;
let tickShift: i64 = 0;
let cursor: i64 = 0;

/** The present. Only `nextEvent` moves it. */
export let now: i64 = 0;

/** Empties the wheel; a tick is 2^shift ns, best a fraction of the shortest transmission time. */
export function resetEvents(shift: u32): void {
  if (!buckets) {
    buckets = heap.alloc(LEVELS * BUCKETS * 8);
    bitmaps = heap.alloc(LEVELS * WORDS * 8);
  }
  memory.fill(buckets, 0, LEVELS * BUCKETS * 8);
  memory.fill(bitmaps, 0, LEVELS * WORDS * 8);
  tickShift = <i64>shift;
  cursor = 0;
  now = 0;
}

/** Puts `event` on the wheel at `time`, which is not before the present. */
export function schedule(event: Event, time: i64): void {
  event.time = time;
  insert(event);
}

/** Takes the next event off the wheel and makes its time the present. There always is one: the run's end. */
export function nextEvent(): Event {
  while (true) {
    const index = firstSet(0, <u32>cursor & (BUCKETS - 1));
    if (index < BUCKETS) {
      cursor = (cursor & ~(<i64>BUCKETS - 1)) | <i64>index;
      const bucket = buckets + (index << 3);
      const event = changetype<Event>(load<usize>(bucket));
      store<usize>(bucket, event.next);
      if (!event.next) clearBit(0, index);
      now = event.time;
      return event;
    }
    descend();
  }
}

/** Takes an event off the wheel before its time. */
export function unschedule(event: Event): void {
  const tick = event.time >> tickShift;
  const level = levelOf(tick);
  const index = indexAt(tick, level);
  const bucket = buckets + ((level * BUCKETS + index) << 3);
  let earlier: usize = 0;
  let at = load<usize>(bucket);
  while (at != changetype<usize>(event)) {
    earlier = at;
    at = changetype<Event>(at).next;
  }
  if (earlier) changetype<Event>(earlier).next = event.next;
  else store<usize>(bucket, event.next);
  if (load<usize>(bucket, 4) == at) store<usize>(bucket, earlier, 4);
  if (!load<usize>(bucket)) clearBit(level, index);
}

/** Where an event of this tick stands, as the cursor is. */
function levelOf(tick: i64): u32 {
  const differ = tick ^ cursor;
  return differ < <i64>BUCKETS ? 0 : min<u32>((63 - <u32>clz<i64>(differ)) / DIGIT, LEVELS - 1);
}

function indexAt(tick: i64, level: u32): u32 {
  return <u32>(tick >> <i64>(level * DIGIT)) & (BUCKETS - 1);
}

function isBefore(earlier: Event, event: Event): bool {
  if (earlier.time != event.time) return earlier.time < event.time;
  return min<u8>(earlier.kind, EVENT_LINE) <= event.kind;
}

function insert(event: Event): void {
  const tick = event.time >> tickShift;
  event.next = 0;
  const level = levelOf(tick);
  const index = indexAt(tick, level);
  if (level == 0) {
    insertSorted(event, index);
    return;
  }
  const bucket = buckets + ((level * BUCKETS + index) << 3);
  if (load<usize>(bucket)) {
    changetype<Event>(load<usize>(bucket, 4)).next = changetype<usize>(event);
  } else {
    store<usize>(bucket, changetype<usize>(event));
    setBit(level, index);
  }
  store<usize>(bucket, changetype<usize>(event), 4);
}

function insertSorted(event: Event, index: u32): void {
  const bucket = buckets + (index << 3);
  const head = load<usize>(bucket);
  const self = changetype<usize>(event);
  if (!head) {
    store<usize>(bucket, self);
    store<usize>(bucket, self, 4);
    setBit(0, index);
    return;
  }
  const tail = changetype<Event>(load<usize>(bucket, 4));
  if (isBefore(tail, event)) {
    tail.next = self;
    store<usize>(bucket, self, 4);
    return;
  }
  let earlier: usize = 0;
  let at = head;
  while (isBefore(changetype<Event>(at), event)) {
    earlier = at;
    at = changetype<Event>(at).next;
  }
  event.next = at;
  if (earlier) changetype<Event>(earlier).next = self;
  else store<usize>(bucket, self);
}

/** Moves the next coarser bucket in use down to finer ones. */
function descend(): void {
  for (let level: u32 = 1; level < LEVELS; level++) {
    const shift = <i64>(level * DIGIT);
    const index = firstSet(level, <u32>(cursor >> shift) & (BUCKETS - 1));
    if (index == BUCKETS) continue;
    const block = ((<i64>BUCKETS) << shift) - 1;
    cursor = (cursor & ~block) | ((<i64>index) << shift);
    const bucket = buckets + ((level * BUCKETS + index) << 3);
    let at = load<usize>(bucket);
    store<usize>(bucket, 0);
    clearBit(level, index);
    while (at) {
      const event = changetype<Event>(at);
      at = event.next;
      insert(event);
    }
    return;
  }
  unreachable();
}

/** The first bucket in use from `from` on, or BUCKETS. */
function firstSet(level: u32, from: u32): u32 {
  const base = bitmaps + level * (WORDS * 8);
  let word = from >> 6;
  let bits = load<u64>(base + (word << 3)) & (~(<u64>0) << (<u64>(from & 63)));
  while (bits == 0) {
    if (++word == WORDS) return BUCKETS;
    bits = load<u64>(base + (word << 3));
  }
  return (word << 6) + <u32>ctz<u64>(bits);
}

function setBit(level: u32, index: u32): void {
  const at = bitmaps + level * (WORDS * 8) + ((index >> 6) << 3);
  store<u64>(at, load<u64>(at) | ((<u64>1) << (<u64>(index & 63))));
}

function clearBit(level: u32, index: u32): void {
  const at = bitmaps + level * (WORDS * 8) + ((index >> 6) << 3);
  store<u64>(at, load<u64>(at) & ~((<u64>1) << (<u64>(index & 63))));
}
