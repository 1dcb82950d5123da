// What an ACK says of the data the other side sent: cumulative acknowledgement, RTT samples,
// duplicate ACKs, SACK and DSACK.
import { MARK_CWND, MARK_DSACK, MARK_GAP, MARK_RTT, MARK_SACK, SERIES_ACKED, SERIES_RTT } from '../generated/capture';
import { be32, PacketView, TCP_FIN, TCP_RST, TCP_SYN } from '../packet/index';
import { clearEffect, effect } from './ack-effect';
import { addToBin } from './binned';
import { updateSrtt } from './classify';
import {
  advanceUna,
  after,
  before,
  Direction,
  FIN_ACKED,
  FIN_SEEN,
  IN_TIMEOUT,
  pipeOf,
  SEEN,
  SYN_SEEN,
  startAt,
} from './direction';
import { noteGap } from './gaps';
import { mark, markRange } from './marks';
import { addRtt, createRttStats } from './rtt';
import {
  dropHead,
  findSegment,
  forgetSegment,
  LOST,
  RETRANSMITTED,
  SACKED,
  Segment,
  segmentAt,
  splitSegment,
} from './segments';
import { markSpurious } from './spurious';

/** spec: RFC 5681 3.2 */
const DUP_THRESH: u32 = 3;
const FAR: u32 = 1 << 30;

/** `d` sent the data, `from` this ACK; `window` is what it advertises, scaled. */
export function acknowledge(d: Direction, from: Direction, view: PacketView, window: u32, nowNs: i64): void {
  const ack = view.ack;
  clearEffect();
  if (!(d.flags & SEEN)) {
    startAt(d, ack);
    return;
  }
  const advance = <i32>(ack - d.una);
  if (advance > 0) {
    if (after(ack, d.sndMax) && ack - d.sndMax > FAR) {
      from.outOfWindowPackets += 1;
      return;
    }
    settle(d, view, ack, nowNs);
  } else if (advance == 0) {
    if (d.sndMax != d.una && view.payloadBytes == 0 && !(view.flags & (TCP_SYN | TCP_FIN | TCP_RST))) {
      // spec: RFC 5681 2, "duplicate acknowledgment"
      if (window == from.window) {
        from.duplicateAcks += 1;
        d.dupAckRun += 1;
        if (d.dupAckRun == DUP_THRESH) from.tripleDuplicateAcks += 1;
      } else if (view.sackCount) d.dupAckRun += 1;
    }
  }
  if (view.sackCount) selective(d, from, view, ack);
  d.lastAckNs = nowNs;
}

function settle(d: Direction, view: PacketView, ack: u32, nowNs: i64): void {
  let at = d.una;
  let newestNs = d.settledSentNs;
  while (d.segmentCount) {
    const segment = segmentAt(d, 0);
    if (!before(segment.start, ack)) break;
    if (after(segment.start, at)) gap(d, at, segment.start);
    if (segment.sentNs > newestNs) newestNs = segment.sentNs;
    if (after(segment.end, ack)) {
      // Part of it, as with segments captured before segmentation offload: the rest stays.
      const part = ack - segment.start;
      if (segment.state & SACKED) d.sacked -= part;
      if (segment.state & LOST) d.lost -= part;
      segment.start = ack;
      at = ack;
      break;
    }
    at = segment.end;
    effect.ackedSegments += 1;
    if (segment.state & RETRANSMITTED) checkEifel(d, segment, view);
    if (at == ack) sample(d, segment, newestNs, nowNs);
    forgetSegment(d, segment);
    dropHead(d);
  }
  if (after(ack, at)) gap(d, at, ack);
  d.settledSentNs = newestNs;
  const ackedBytes = ack - d.una;
  effect.ackedBytes = ackedBytes;
  d.ackedBytes += ackedBytes;
  addToBin(SERIES_ACKED, <f64>ackedBytes);
  if (d.flags & SYN_SEEN && d.una == d.isn) {
    d.ackedBytes -= 1;
    handshake(d, nowNs);
  }
  advanceUna(d, ack);
  if (after(ack, d.sndMax)) d.sndMax = ack;
  if (d.flags & FIN_SEEN && !before(ack, d.finEnd) && !(d.flags & FIN_ACKED)) {
    d.flags |= FIN_ACKED;
    d.ackedBytes -= 1;
  }
  d.dupAckRun = 0;
  if (d.sacked == 0) d.sackTops = 0;
  if (before(d.lossEdge, ack)) d.lossEdge = ack;
  if (d.flags & IN_TIMEOUT && !before(ack, d.timeoutEnd)) d.flags &= ~IN_TIMEOUT;
  if (!before(ack, d.roundEnd)) endRound(d);
}

// One sample for an ACK that ends exactly at a segment sent once (Karn and Partridge, 1987), and
// none when something before it was sent later: the ACK then tells of that repair.
function sample(d: Direction, segment: Segment, newestNs: i64, nowNs: i64): void {
  const us = <f64>(nowNs - segment.sentNs) / 1000;
  if (newestNs > segment.sentNs) {
    d.postLossAcks += 1;
    return;
  }
  if (segment.state & RETRANSMITTED) {
    d.ambiguousAcks += 1;
    return;
  }
  if (us < 0) return;
  if (!changetype<usize>(d.rtt)) d.rtt = createRttStats();
  addRtt(d.rtt, us);
  updateSrtt(d, us);
  effect.rttUs = us;
  effect.deliveredBytes = segment.end + d.sacked - segment.delivered;
  effect.sentSinceBytes = d.sndMax - segment.end;
  mark(MARK_RTT, us, 0);
  addToBin(SERIES_RTT, us);
}

function handshake(d: Direction, nowNs: i64): void {
  d.handshakeNs = d.syns == 1 ? nowNs - d.synNs : -1;
}

// A round is one flight: the largest amount seen in flight during it is what the sender's window
// allowed at least.
function endRound(d: Direction): void {
  if (d.roundMaxBytes) {
    d.cwndLastBytes = d.roundMaxBytes;
    d.cwndMaxBytes = max(d.cwndMaxBytes, d.roundMaxBytes);
    d.cwndSumBytes += <f64>d.roundMaxBytes;
    d.rounds += 1;
    mark(MARK_CWND, <f64>d.roundMaxBytes, 0);
  }
  d.roundMaxBytes = pipeOf(d);
  d.roundEnd = d.sndMax;
}

// spec: RFC 3522 3.2, an ACK that echoes a time before the retransmission is for the original
function checkEifel(d: Direction, segment: Segment, view: PacketView): void {
  if (!view.hasTimestamps || view.tsecr == 0 || segment.tsval == 0) return;
  if (before(view.tsecr, segment.tsval) && markSpurious(d, segment.start, segment.end)) d.spuriousByTimestamps += 1;
}

function gap(d: Direction, start: u32, end: u32): void {
  noteGap(d, start, end);
  markRange(MARK_GAP, d, start, end);
}

function selective(d: Direction, from: Direction, view: PacketView, ack: u32): void {
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
