// Rounds of one cause, as rows of float64 for the host (spec/capture.json); they wait in a queue it empties between steps.
import {
  CAUSE_COLUMN_CAUSE,
  CAUSE_COLUMN_CLOCKED_BYTES,
  CAUSE_COLUMN_CONNECTION,
  CAUSE_COLUMN_DIRECTION,
  CAUSE_COLUMN_END_US,
  CAUSE_COLUMN_FLIGHT_MAX_BYTES,
  CAUSE_COLUMN_IDLE_US,
  CAUSE_COLUMN_PUSHED_BYTES,
  CAUSE_COLUMN_RESENT_PACKETS,
  CAUSE_COLUMN_ROUNDS,
  CAUSE_COLUMN_SENT_BYTES,
  CAUSE_COLUMN_SRTT_US,
  CAUSE_COLUMN_START_US,
  CAUSE_COLUMN_WINDOW_BYTES,
  CAUSE_COLUMN_WINDOW_FULL_US,
  COLUMNS_CAUSE,
} from '../generated/capture';
import { beginRow, put } from './row';

const NONE: u32 = 0xffff_ffff;
const CAPACITY: u32 = 4096;
/** Rows one packet, or a turn of `finish`, may need: some for each of 64 connections. */
const RESERVE: u32 = 2048;

/** Rounds that follow each other, and what was noted in them. */
@unmanaged
export class Round {
  startNs: i64 = 0;
  endNs: i64 = 0;
  idleNs: i64 = 0;
  windowFullNs: i64 = 0;
  sentBytes: u64 = 0;
  newBytes: u64 = 0;
  /** New data on the heels of an ACK, and those that ended what was written. */
  clockedBytes: u64 = 0;
  pushedBytes: u64 = 0;
  srttUs: f64 = 0;
  rounds: u32 = 0;
  resentPackets: u32 = 0;
  flightMaxBytes: u32 = 0;
  /** The least window advertised. */
  windowBytes: u32 = 0;
  cause: u32 = 0;

  clear(nowNs: i64): void {
    memory.fill(changetype<usize>(this), 0, offsetof<Round>());
    this.startNs = nowNs;
    this.windowBytes = NONE;
  }

  /** Notes the window that held, and returns it. */
  heldWindow(window: u32): u32 {
    if (window < this.windowBytes) this.windowBytes = window;
    return window;
  }

  copy(from: Round): void {
    memory.copy(changetype<usize>(this), changetype<usize>(from), offsetof<Round>());
  }

  add(next: Round): void {
    this.endNs = next.endNs;
    this.idleNs += next.idleNs;
    this.windowFullNs += next.windowFullNs;
    this.sentBytes += next.sentBytes;
    this.newBytes += next.newBytes;
    this.clockedBytes += next.clockedBytes;
    this.pushedBytes += next.pushedBytes;
    this.srttUs = next.srttUs;
    this.rounds += next.rounds;
    this.resentPackets += next.resentPackets;
    this.flightMaxBytes = max(this.flightMaxBytes, next.flightMaxBytes);
    this.windowBytes = min(this.windowBytes, next.windowBytes);
  }
}

let rows: usize = 0;
let count: u32 = 0;
let originNs: i64 = 0;

export function setCauseOrigin(ns: i64): void {
  originNs = ns;
}

export function causesFull(): bool {
  return count + RESERVE > CAPACITY;
}

export function causesAddress(): usize {
  return rows;
}

export function causesCount(): u32 {
  return count;
}

export function clearCauses(): void {
  count = 0;
}

export function noteCause(number: u32, side: u32, round: Round): void {
  if (!rows) rows = heap.alloc(<usize>CAPACITY * COLUMNS_CAUSE * 8);
  if (count == CAPACITY) return;
  beginRow(rows + <usize>count * COLUMNS_CAUSE * 8, COLUMNS_CAUSE);
  count += 1;
  put(CAUSE_COLUMN_CONNECTION, number);
  put(CAUSE_COLUMN_DIRECTION, side);
  put(CAUSE_COLUMN_CAUSE, round.cause);
  put(CAUSE_COLUMN_START_US, us(round.startNs - originNs));
  put(CAUSE_COLUMN_END_US, us(round.endNs - originNs));
  put(CAUSE_COLUMN_ROUNDS, round.rounds);
  put(CAUSE_COLUMN_SENT_BYTES, <f64>round.sentBytes);
  put(CAUSE_COLUMN_CLOCKED_BYTES, <f64>round.clockedBytes);
  put(CAUSE_COLUMN_PUSHED_BYTES, <f64>round.pushedBytes);
  put(CAUSE_COLUMN_RESENT_PACKETS, round.resentPackets);
  put(CAUSE_COLUMN_IDLE_US, us(round.idleNs));
  put(CAUSE_COLUMN_WINDOW_FULL_US, us(round.windowFullNs));
  put(CAUSE_COLUMN_FLIGHT_MAX_BYTES, round.flightMaxBytes);
  put(CAUSE_COLUMN_WINDOW_BYTES, round.windowBytes == NONE ? -1 : <f64>round.windowBytes);
  put(CAUSE_COLUMN_SRTT_US, round.srttUs > 0 ? round.srttUs : -1);
}

function us(ns: i64): f64 {
  return <f64>ns / 1000;
}
