// Selective acknowledgements (RFC 2018): which segments arrived, which are deemed lost below them
// (RFC 6675), which were duplicates (DSACK, RFC 2883).
import { MARK_DSACK, MARK_SACK } from '../generated/capture';
import { be32, PacketView } from '../packet/index';
import { effect } from './ack-effect';
import { after, before, Direction } from './direction';
import { markRange } from './marks';
import { findSegment, LOST, RETRANSMITTED, SACKED, Segment, segmentAt, splitSegment } from './segments';
import { markSpurious } from './spurious';

/** spec: RFC 5681 3.2 */
export const DUP_THRESH: u32 = 3;

/** What was SACKed is not known to have arrived any longer: the receiver may drop it (RFC 2018 8). @seldom */
export function forgetSacks(d: Direction): void {
  if (d.sacked) {
    for (let i: u32 = 0; i < d.segmentCount; i += 1) segmentAt(d, i).state &= ~SACKED;
    d.sacked = 0;
  }
  d.sackTops = 0;
  d.lossEdge = d.una;
  memory.fill(changetype<usize>(d) + offsetof<Direction>('sackCache0'), 0, 32);
}

/** Takes up the SACK blocks of an ACK that `from` sent for the data of `d`. @seldom */
export function selective(d: Direction, from: Direction, view: PacketView, ack: u32): void {
  from.sackPackets += 1;
  const blocks = view.sackBlocks;
  const count = view.sackCount;
  let first: u32 = 0;
  const left = be32(blocks);
  const right = be32(blocks + 4);
  // spec: RFC 2883 4, below the cumulative ACK or inside the second block
  const below = !after(right, ack);
  const inside = count > 1 && !before(left, be32(blocks + 8)) && !after(right, be32(blocks + 12));
  if (before(left, right) && (below || inside)) {
    from.dsackPackets += 1;
    first = 1;
    if (markSpurious(d, left, right)) d.spuriousByDsack += 1;
    markRange(MARK_DSACK, d, left, right);
  }
  for (let i = first; i < count; i += 1) {
    const from = be32(blocks + ((<usize>i) << 3));
    const to = be32(blocks + ((<usize>i) << 3) + 4);
    if (!before(from, to) || after(to, d.sndMax) || before(from, d.una)) continue;
    const cached = load<u64>(changetype<usize>(d) + offsetof<Direction>('sackCache0') + ((<usize>i) << 3));
    const block = ((<u64>from) << 32) | to;
    if (cached != block) {
      addBlock(d, from, to);
      markRange(MARK_SACK, d, from, to);
    }
  }
  remember(d, blocks, first, count);
  markLosses(d);
}

// A receiver repeats its newest blocks in every ACK (RFC 2018 4), one of them grown: only what a
// block has beyond the ones remembered needs a walk.
function addBlock(d: Direction, left: u32, right: u32): void {
  let from = left;
  let to = right;
  for (let i: u32 = 0; i < 4; i += 1) {
    const known = load<u64>(changetype<usize>(d) + offsetof<Direction>('sackCache0') + ((<usize>i) << 3));
    if (!known) continue;
    const knownLeft = <u32>(known >> 32);
    const knownRight = <u32>known;
    if (!after(knownLeft, from) && after(knownRight, from)) from = knownRight;
    if (!before(knownRight, to) && before(knownLeft, to)) to = knownLeft;
    if (!before(from, to)) return;
  }
  let index = findSegment(d, from);
  while (index < d.segmentCount) {
    let segment = segmentAt(d, index);
    if (!before(segment.start, to)) return;
    if (!(segment.state & SACKED)) {
      if (before(segment.start, from)) {
        splitSegment(d, index, from);
        index += 1;
        if (index >= d.segmentCount) return;
        segment = segmentAt(d, index);
        if (before(segment.start, from)) continue;
      }
      if (after(segment.end, to)) {
        splitSegment(d, index, to);
        segment = segmentAt(d, index);
        if (after(segment.end, to)) return;
      }
      sackSegment(d, segment);
    }
    index += 1;
  }
}

function sackSegment(d: Direction, segment: Segment): void {
  const size = segment.end - segment.start;
  if (segment.state & LOST) {
    segment.state &= ~LOST;
    d.lost -= size;
  }
  segment.state |= SACKED;
  d.sacked += size;
  effect.sackedBytes += size;
  effect.sackedSegments += 1;
  const start = segment.start;
  if (d.sackTops == 0 || after(start, d.sackTop0)) {
    d.sackTop2 = d.sackTop1;
    d.sackTop1 = d.sackTop0;
    d.sackTop0 = start;
  } else if (d.sackTops == 1 || after(start, d.sackTop1)) {
    d.sackTop2 = d.sackTop1;
    d.sackTop1 = start;
  } else if (d.sackTops == 2 || after(start, d.sackTop2)) d.sackTop2 = start;
  if (d.sackTops < 3) d.sackTops += 1;
}

function remember(d: Direction, blocks: usize, first: u32, count: u32): void {
  const cache = changetype<usize>(d) + offsetof<Direction>('sackCache0');
  for (let i: u32 = 0; i < 4; i += 1) {
    const there = i >= first && i < count;
    const at = blocks + ((<usize>i) << 3);
    store<u64>(cache + ((<usize>i) << 3), there ? ((<u64>be32(at)) << 32) | be32(at + 4) : 0);
  }
}

// spec: RFC 6675 4 IsLost: three segments above it arrived
function markLosses(d: Direction): void {
  if (d.sackTops < DUP_THRESH || !before(d.lossEdge, d.sackTop2)) return;
  for (let i = findSegment(d, d.lossEdge); i < d.segmentCount; i += 1) {
    const segment = segmentAt(d, i);
    if (!before(segment.start, d.sackTop2)) break;
    if (segment.state & (SACKED | LOST | RETRANSMITTED)) continue;
    segment.state |= LOST;
    d.lost += segment.end - segment.start;
    effect.lostSegments += 1;
  }
  d.lossEdge = d.sackTop2;
}
