// Segments sent and not yet acknowledged, in sequence order: a ring that grows by doubling. New
// data goes to the tail, ACKs take from the head, retransmissions find theirs by bisection.
import { advanceUna, before, Direction } from './direction';
import { allocState, freeState } from './state';

const FIRST: u32 = 8;
/** More than this outstanding and unacknowledged in a capture means its ACKs are not in it. */
const MOST: u32 = 32768;

export const SACKED: u32 = 0x100;
export const LOST: u32 = 0x200;
/** Its first number is a SYN's, its last a FIN's: they are no payload. */
export const HAS_SYN: u32 = 0x400;
export const HAS_FIN: u32 = 0x800;
/** A byte that probed a closed window: refused, so that it is sent once more. */
export const PROBE: u32 = 0x1000;
/** When it was sent is not known. */
export const UNTIMED: u32 = 0x2000;
/** Retransmissions counted in the low byte. */
export const RETRANSMITTED: u32 = 0xff;

@unmanaged
export class Segment {
  start: u32 = 0;
  end: u32 = 0;
  sentNs: i64 = 0;
  firstSentNs: i64 = 0;
  /** TSval of the transmission, once retransmitted that of the first retransmission. */
  tsval: u32 = 0;
  state: u32 = 0;
  /** Bytes delivered (acknowledged or SACKed) when it was sent, modulo 2^32. */
  delivered: u32 = 0;
}

const SIZE: usize = 40;

export function segmentAt(d: Direction, index: u32): Segment {
  return changetype<Segment>(d.segments + <usize>((d.segmentHead + index) & (d.segmentCapacity - 1)) * SIZE);
}

/** The end of the first segment; any number where there is none. */
export function oldestEnd(d: Direction): u32 {
  return segmentAt(d, 0).end;
}

export function appendSegment(d: Direction): Segment {
  if (d.segmentCount == d.segmentCapacity) makeRoom(d);
  d.segmentCount += 1;
  return segmentAt(d, d.segmentCount - 1);
}

/** True while another segment can be put between. */
export function roomToInsert(d: Direction): bool {
  return d.segmentCount < MOST;
}

/** Opens a place at `index` by moving what follows; ask `roomToInsert` first. */
export function insertSegment(d: Direction, index: u32): Segment {
  appendSegment(d);
  for (let i = d.segmentCount - 1; i > index; i -= 1) {
    memory.copy(changetype<usize>(segmentAt(d, i)), changetype<usize>(segmentAt(d, i - 1)), SIZE);
  }
  return segmentAt(d, index);
}

export function dropHead(d: Direction): void {
  d.segmentHead = (d.segmentHead + 1) & (d.segmentCapacity - 1);
  d.segmentCount -= 1;
}

/** Index of the first segment that ends after `seq`; the count where none does. */
export function findSegment(d: Direction, seq: u32): u32 {
  let low: u32 = 0;
  let high = d.segmentCount;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (before(seq, segmentAt(d, middle).end)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Cuts the segment at `index` in two at `seq`, which lies inside it. */
export function splitSegment(d: Direction, index: u32, seq: u32): void {
  if (!roomToInsert(d)) return;
  const second = insertSegment(d, index + 1);
  const first = segmentAt(d, index);
  memory.copy(changetype<usize>(second), changetype<usize>(first), SIZE);
  first.end = seq;
  first.state &= ~HAS_FIN;
  second.start = seq;
  second.state &= ~HAS_SYN;
}

/** Bytes of it that are no SYN and no FIN. */
export function payloadOf(segment: Segment): u32 {
  return segment.end - segment.start - ((segment.state & HAS_SYN) >> 10) - ((segment.state & HAS_FIN) >> 11);
}

export function forgetSegment(d: Direction, segment: Segment): void {
  const size = segment.end - segment.start;
  if (segment.state & SACKED) d.sacked -= size;
  if (segment.state & LOST) d.lost -= size;
}

export function freeSegments(d: Direction): void {
  freeState(d.segments, <usize>d.segmentCapacity * SIZE);
  d.segments = 0;
  d.segmentCapacity = 0;
  d.segmentCount = 0;
  d.segmentHead = 0;
  d.sacked = 0;
  d.lost = 0;
  d.sackTops = 0;
}

// @seldom
function makeRoom(d: Direction): void {
  if (d.segmentCapacity >= MOST) {
    const oldest = segmentAt(d, 0);
    forgetSegment(d, oldest);
    advanceUna(d, oldest.end);
    dropHead(d);
    return;
  }
  const capacity = d.segmentCapacity ? d.segmentCapacity << 1 : FIRST;
  const moved = allocState(<usize>capacity * SIZE);
  const tail = d.segmentCapacity - d.segmentHead;
  if (d.segments) {
    memory.copy(moved, d.segments + <usize>d.segmentHead * SIZE, <usize>tail * SIZE);
    memory.copy(moved + <usize>tail * SIZE, d.segments, <usize>d.segmentHead * SIZE);
    freeState(d.segments, <usize>d.segmentCapacity * SIZE);
  }
  d.segments = moved;
  d.segmentCapacity = capacity;
  d.segmentHead = 0;
}
