// What happened on the one connection in focus, for plots and replay: a list of marks the host
// takes away between steps. Nothing is written while no connection is in focus.
// What stands where in a mark is the layout `mark` of spec/capture.json.
//
// MARK_ kinds and their a and b; bytes are relative to the direction's first:
//   DATA, RETRANSMISSION, REORDERED, UPSTREAM   first byte, last byte + 1
//   ACK         first byte not acknowledged, right edge of the window
//   SACK, DSACK first byte, last byte + 1
//   RTT         µs
//   IN_FLIGHT   in flight after the packet, sent and not acknowledged
//   GAP         first byte, last byte + 1 acknowledged but never seen
//   CWND        estimate for the round that ended
//   PRIMITIVE   index of the value, value (replay.ts)

import {
  BYTES_MARK,
  MARK_AT_A,
  MARK_AT_B,
  MARK_AT_DIRECTION,
  MARK_AT_KIND,
  MARK_AT_TIME_US,
} from '../generated/capture';
import { Direction, relative } from './direction';
import { focused, side, sinceStartUs } from './focus';

const CAPACITY: u32 = 32768;
/** Room one packet may need. */
const RESERVE: u32 = 256;

let buffer: usize = 0;
let count: u32 = 0;
let enabled: bool = false;
let wantPrimitives: bool = false;

export function enableMarks(primitives: u32): void {
  if (!buffer) buffer = heap.alloc(<usize>CAPACITY * BYTES_MARK);
  enabled = true;
  wantPrimitives = primitives != 0;
}

export function primitivesWanted(): bool {
  return wantPrimitives;
}

/** Notes what happened, where the packet is of the connection in focus. */
export function mark(kind: u32, a: f64, b: f64): void {
  if (focused) write(kind, a, b);
}

/** The same of a range of sequence numbers, from `start` to `end`. */
export function markRange(kind: u32, d: Direction, start: u32, end: u32): void {
  if (focused) write(kind, relative(d, start), relative(d, end));
}

// @seldom
function write(kind: u32, a: f64, b: f64): void {
  if (!enabled || count == CAPACITY) return;
  const at = buffer + <usize>count * BYTES_MARK;
  store<f64>(at, sinceStartUs, MARK_AT_TIME_US);
  store<f64>(at, a, MARK_AT_A);
  store<f64>(at, b, MARK_AT_B);
  store<u32>(at, kind, MARK_AT_KIND);
  store<u32>(at, side, MARK_AT_DIRECTION);
  count += 1;
}

export function marksFull(): bool {
  return count + RESERVE > CAPACITY;
}

export function marksAddress(): usize {
  return buffer;
}

export function marksCount(): u32 {
  return count;
}

export function clearMarks(): void {
  count = 0;
}
