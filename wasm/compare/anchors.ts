// What ties the numbers of a connection at one point to those at the other where a box between them rewrites them: payloads,
// SYNs and timestamps that were seen once at each point. Like a survey, with SEQ and ACK of both sides beside the time at B:
// the packets whose hash ends in so many zeros, one zero more where they do not fit.
import {
  ANCHOR_COLUMN_ACK_A,
  ANCHOR_COLUMN_ACK_B,
  ANCHOR_COLUMN_B_US,
  ANCHOR_COLUMN_CONNECTION_A,
  ANCHOR_COLUMN_CONNECTION_B,
  ANCHOR_COLUMN_LENGTH_A,
  ANCHOR_COLUMN_LENGTH_B,
  ANCHOR_COLUMN_ORIENTATION_A,
  ANCHOR_COLUMN_ORIENTATION_B,
  ANCHOR_COLUMN_SEQ_A,
  ANCHOR_COLUMN_SEQ_B,
  COLUMNS_ANCHOR,
} from '../generated/capture';
import { TCP_ACK, TCP_SYN, view } from '../packet/index';
import { connectionKey, endsOf, orientation } from './fingerprint';
import { finished, mixed } from './hash';

const CAPACITY: u32 = 1 << 16;
const FULL: u32 = CAPACITY - (CAPACITY >> 2);
const SAMPLED_AT: u64 = 24;
const MAX_SHIFT: u32 = 24;

/** A payload is told by so many of its bytes: all that begin a request are alike, and a short snap length has no more. */
const LONG: u32 = 64;
const SHORT: u32 = 16;

@unmanaged
class Sight {
  connection: u64 = 0;
  seq: u32 = 0;
  ack: u32 = 0;
  length: u32 = 0;
  /** 0 never, 1 once, or again with the same number; 2 with another. */
  seen: u8 = 0;
  orientation: u8 = 0;
  hasAck: u8 = 0;
  unused: u8 = 0;
}

@unmanaged
class Anchor {
  key: u64 = 0;
  bNs: i64 = 0;
}

const SIGHT_BYTES: usize = 24;
const ANCHOR_BYTES: usize = 16 + 2 * 24;

let table: usize = 0;
let used: u32 = 0;
let shift: u32 = 0;
let rows: usize = 0;

export function initAnchors(): void {
  if (!table) table = heap.alloc(<usize>CAPACITY * ANCHOR_BYTES);
  memory.fill(table, 0, <usize>CAPACITY * ANCHOR_BYTES);
  used = 0;
  shift = 0;
}

/** Takes note of a TCP packet, after `readEnds`. */
export function noteAnchors(side: u32, timeNs: i64): void {
  const ends = endsOf();
  if (view.flags & TCP_SYN) note(mixed(mixed(ends, 1), view.flags & (TCP_SYN | TCP_ACK)), side, timeNs);
  if (view.hasTimestamps) {
    const stamps = ((<u64>view.tsval) << 32) | view.tsecr;
    note(mixed(mixed(mixed(ends, 2), stamps), view.payloadBytes), side, timeNs);
  }
  const payload = view.header + view.headerBytes;
  const captured = min(view.payloadBytes, <u32>max<isize>(view.capturedEnd - payload, 0));
  if (captured < SHORT) return;
  let key = mixed(mixed(3, load<u64>(payload)), load<u64>(payload, 8));
  // Zeros and the like say nothing.
  if (isUniform(payload, SHORT)) key = 0;
  else note(mixed(key, ends), side, timeNs);
  if (captured < LONG || isUniform(payload, LONG)) return;
  let long: u64 = 4;
  for (let at: usize = 0; at < LONG; at += 8) long = mixed(long, load<u64>(payload + at));
  note(long, side, timeNs);
}

/** Payloads seen at each point, each with one number. */
export function anchorCount(): u32 {
  let count: u32 = 0;
  for (let at: u32 = 0; at < CAPACITY; at += 1) count += isTied(at) ? 1 : 0;
  return count;
}

/** Rows of COLUMNS_ANCHOR f64; connections by the upper 52 bits of their keys. */
export function anchorRows(): usize {
  if (rows) heap.free(rows);
  rows = heap.alloc(max<usize>(8, <usize>anchorCount() * COLUMNS_ANCHOR * 8));
  let row = rows;
  for (let at: u32 = 0; at < CAPACITY; at += 1) {
    if (!isTied(at)) continue;
    const a = sightAt(at, 0);
    const b = sightAt(at, 1);
    put(row, ANCHOR_COLUMN_B_US, <f64>anchorAt(at).bNs / 1000);
    put(row, ANCHOR_COLUMN_CONNECTION_A, <f64>(a.connection >> 12));
    put(row, ANCHOR_COLUMN_CONNECTION_B, <f64>(b.connection >> 12));
    put(row, ANCHOR_COLUMN_ORIENTATION_A, <f64>a.orientation);
    put(row, ANCHOR_COLUMN_ORIENTATION_B, <f64>b.orientation);
    put(row, ANCHOR_COLUMN_SEQ_A, <f64>a.seq);
    put(row, ANCHOR_COLUMN_ACK_A, a.hasAck ? <f64>a.ack : NaN);
    put(row, ANCHOR_COLUMN_SEQ_B, <f64>b.seq);
    put(row, ANCHOR_COLUMN_ACK_B, b.hasAck ? <f64>b.ack : NaN);
    put(row, ANCHOR_COLUMN_LENGTH_A, <f64>a.length);
    put(row, ANCHOR_COLUMN_LENGTH_B, <f64>b.length);
    row += <usize>COLUMNS_ANCHOR * 8;
  }
  return rows;
}

function note(unfinished: u64, side: u32, timeNs: i64): void {
  const key = finished(unfinished);
  if (!isSampled(key)) return;
  if (used >= FULL) {
    thin();
    if (!isSampled(key)) return;
  }
  const at = find(key);
  const anchor = anchorAt(at);
  if (!anchor.key) {
    anchor.key = key;
    used += 1;
  }
  const sight = sightAt(at, side);
  if (sight.seen) {
    if (sight.seq != view.seq || sight.connection != connectionKey) sight.seen = 2;
    return;
  }
  sight.seen = 1;
  sight.connection = connectionKey;
  sight.seq = view.seq;
  sight.ack = view.ack;
  sight.hasAck = view.flags & TCP_ACK ? 1 : 0;
  sight.length = view.payloadBytes;
  sight.orientation = <u8>orientation;
  if (side) anchor.bNs = timeNs;
}

function isUniform(at: usize, bytes: u32): bool {
  const first = load<u64>(at);
  if (first != rotl<u64>(first, 8)) return false;
  for (let i: u32 = 8; i < bytes; i += 8) if (load<u64>(at + i) != first) return false;
  return true;
}

function isTied(at: u32): bool {
  return sightAt(at, 0).seen == 1 && sightAt(at, 1).seen == 1;
}

function isSampled(key: u64): bool {
  return ((key >> SAMPLED_AT) & (((<u64>1) << shift) - 1)) == 0;
}

function thin(): void {
  while (used >= FULL) {
    const from = table;
    table = 0;
    const before = shift;
    initAnchors();
    shift = before + 1;
    // Only hashes made to collide come to this.
    if (shift > MAX_SHIFT) shift = 0;
    else {
      for (let i: u32 = 0; i < CAPACITY; i += 1) {
        const key = load<u64>(from + <usize>i * ANCHOR_BYTES);
        if (!key || !isSampled(key)) continue;
        memory.copy(changetype<usize>(anchorAt(find(key))), from + <usize>i * ANCHOR_BYTES, ANCHOR_BYTES);
        used += 1;
      }
    }
    heap.free(from);
  }
}

function find(key: u64): u32 {
  let at = <u32>(key >> 1) & (CAPACITY - 1);
  while (anchorAt(at).key && anchorAt(at).key != key) at = (at + 1) & (CAPACITY - 1);
  return at;
}

function anchorAt(index: u32): Anchor {
  return changetype<Anchor>(table + <usize>index * ANCHOR_BYTES);
}

function sightAt(index: u32, side: u32): Sight {
  return changetype<Sight>(table + <usize>index * ANCHOR_BYTES + 16 + <usize>side * SIGHT_BYTES);
}

function put(row: usize, column: u32, value: f64): void {
  store<f64>(row + ((<usize>column) << 3), value);
}
