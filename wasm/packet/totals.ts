// Counts over all packets of a run.
import {
  LIMIT_UNREAD_KINDS,
  NOTE_FIRST_FRAGMENT,
  NOTE_MALFORMED,
  NOTE_TOO_DEEP,
  NOTE_TRUNCATED,
} from '../generated/capture';
import { PacketView } from './view';

const KINDS: u32 = 16;
const BITS: u32 = 32;
// f64 counters: packets by kind, packets by encapsulation bit, by note bit.
const kinds = memory.data(128, 8);
const encapsulations = memory.data(256, 8);
const notes = memory.data(256, 8);
// What nothing here reads: | as in the view u32 | unused u32 | packets f64 |; more kinds than fit are not told apart.
const UNREAD_BYTES: usize = 16;
const unreadKinds = memory.data(LIMIT_UNREAD_KINDS * 16, 8);
let unreadCount: u32 = 0;

export let packets: f64 = 0;
export let wireBytes: f64 = 0;
export let capturedBytes: f64 = 0;
export let matchedPackets: f64 = 0;
export let firstNs: i64 = 0;
export let lastNs: i64 = 0;
/** A packet said when it was captured. */
let clocked: bool = false;
let disordered: f64 = 0;
let previousNs: i64 = 0;
// The largest step back of the time, and the packet it came with.
let stepBackNs: i64 = 0;
let stepBackPacket: f64 = 0;

/** Counts one packet before it is decoded; `timed` where `timeNs` is its own. */
export function countRecord(wire: u32, captured: u32, timeNs: i64, timed: bool): void {
  packets += 1;
  wireBytes += <f64>wire;
  capturedBytes += <f64>captured;
  if (!timed) return;
  if (!clocked) {
    clocked = true;
    firstNs = timeNs;
    lastNs = timeNs;
    previousNs = timeNs;
  }
  if (timeNs < previousNs) {
    disordered += 1;
    if (previousNs - timeNs > stepBackNs) {
      stepBackNs = previousNs - timeNs;
      stepBackPacket = packets;
    }
  }
  if (timeNs > lastNs) lastNs = timeNs;
  previousNs = timeNs;
}

export function countPacket(view: PacketView): void {
  matchedPackets += 1;
  bump(kinds, view.kind);
  if (view.unread) countUnread(view.unread);
  if (view.encapsulations) bumpBits(encapsulations, view.encapsulations);
  if (view.notes) bumpBits(notes, view.notes & (NOTE_TRUNCATED | NOTE_MALFORMED | NOTE_TOO_DEEP | NOTE_FIRST_FRAGMENT));
}

export function totalPackets(): f64 {
  return packets;
}

export function totalWireBytes(): f64 {
  return wireBytes;
}

export function totalCapturedBytes(): f64 {
  return capturedBytes;
}

/** Packets in the time range that passed the filter. */
export function totalMatched(): f64 {
  return matchedPackets;
}

/** Packets whose time is before that of the packet before them. */
export function totalDisordered(): f64 {
  return disordered;
}

/** How far the time went back at most from one packet to the next, µs. */
export function largestStepBackUs(): f64 {
  return <f64>stepBackNs / 1000;
}

/** The packet it came with, 1, 2, …; 0 where time never went back. */
export function largestStepBackPacket(): f64 {
  return stepBackPacket;
}

/** Time of the first packet that has one, µs since 1970; not a number where none has. */
export function startEpochUs(): f64 {
  if (!clocked) return NaN;
  return <f64>(firstNs / 1000) + <f64>(firstNs % 1000) / 1000;
}

/** From the first packet to the latest, µs; not a number where none has a time. */
export function durationUs(): f64 {
  if (!clocked) return NaN;
  return <f64>(lastNs - firstNs) / 1000;
}

export function kindPackets(kind: u32): f64 {
  return load<f64>(kinds + ((<usize>(kind & (KINDS - 1))) << 3));
}

/** Packets with bit `bit` (0 … 31) of their encapsulations set. */
export function encapsulationPackets(bit: u32): f64 {
  return load<f64>(encapsulations + ((<usize>(bit & (BITS - 1))) << 3));
}

export function notePackets(bit: u32): f64 {
  return load<f64>(notes + ((<usize>(bit & (BITS - 1))) << 3));
}

function bump(table: usize, index: u32): void {
  const at = table + ((<usize>index) << 3);
  store<f64>(at, load<f64>(at) + 1);
}

// @seldom
function bumpBits(table: usize, bits: u32): void {
  for (let left = bits; left; left &= left - 1) bump(table, ctz<u32>(left));
}

// @seldom
function countUnread(what: u32): void {
  let at = unreadKinds;
  for (let i: u32 = 0; i < unreadCount; i += 1, at += UNREAD_BYTES) {
    if (load<u32>(at) == what) {
      bump(at, 1);
      return;
    }
  }
  if (unreadCount == LIMIT_UNREAD_KINDS) return;
  unreadCount += 1;
  store<u32>(at, what);
  bump(at, 1);
}

/** Kinds of what nothing here reads. */
export function unreadKindCount(): u32 {
  return unreadCount;
}

/** An UNREAD_ number. */
export function unreadLayer(index: u32): u32 {
  return load<u32>(unreadAt(index)) >> 16;
}

/** The number in the list of its layer. */
export function unreadNumber(index: u32): u32 {
  return load<u32>(unreadAt(index)) & 0xffff;
}

export function unreadPackets(index: u32): f64 {
  return load<f64>(unreadAt(index), 8);
}

function unreadAt(index: u32): usize {
  return unreadKinds + <usize>min<u32>(index, LIMIT_UNREAD_KINDS - 1) * UNREAD_BYTES;
}
