// What an ACK says of the data the other side sent: cumulative acknowledgement, RTT samples,
// duplicate ACKs; sack.ts reads the blocks.
import { MARK_CWND, MARK_GAP, MARK_RTT, SERIES_ACKED, SERIES_RTT } from '../generated/capture';
import { PacketView, TCP_FIN, TCP_SYN } from '../packet/index';
import { effect } from './ack-effect';
import { addToBin } from './binned';
import { updateSrtt } from './classify';
import { timed } from './clock';
import {
  advanceUna,
  after,
  before,
  Direction,
  FIN_ACKED,
  FIN_SEEN,
  IN_TIMEOUT,
  NO_NS,
  pipeOf,
  RST_SEEN,
  SEEN,
  SYN_SEEN,
  startAt,
} from './direction';
import { noteGap } from './gaps';
import { mark, markRange } from './marks';
import { addRtt, createRttStats } from './rtt';
import { DUP_THRESH, forgetSacks, selective } from './sack';
import {
  dropHead,
  forgetSegment,
  freeSegments,
  HAS_SYN,
  LOST,
  payloadOf,
  RETRANSMITTED,
  SACKED,
  Segment,
  segmentAt,
  UNTIMED,
} from './segments';
import { markSpurious } from './spurious';

/** No window is larger: numbers further apart are of no one stream. */
export const FAR: u32 = 1 << 30;

/** `d` sent the data, `from` this ACK; `window` is what it advertises, scaled. */
export function acknowledge(d: Direction, from: Direction, view: PacketView, window: u32, nowNs: i64): void {
  const ack = view.ack;
  if (!(d.flags & SEEN)) {
    startAt(d, ack);
    return;
  }
  const advance = <i32>(ack - d.una);
  if (advance > 0) {
    if (after(ack, d.sndMax) && ack - d.sndMax > FAR) {
      startAgain(d, ack);
      return;
    }
    settle(d, from, view, ack, nowNs);
  } else if (advance == 0) {
    // An ACK that closes the window answers a probe of it.
    if (d.sndMax != d.una && view.payloadBytes == 0 && window != 0 && !(view.flags & (TCP_SYN | TCP_FIN))) {
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

function settle(d: Direction, from: Direction, view: PacketView, ack: u32, nowNs: i64): void {
  let at = d.una;
  let newestNs = d.settledSentNs;
  // Payload only: a SYN and a FIN have sequence numbers too.
  let payloadBytes: u32 = 0;
  while (d.segmentCount) {
    const segment = segmentAt(d, 0);
    if (!before(segment.start, ack)) break;
    if (after(segment.start, at)) payloadBytes += gap(d, at, segment.start);
    if (segment.sentNs > newestNs) newestNs = segment.sentNs;
    if (after(segment.end, ack)) {
      // Part of it, as with segments captured before segmentation offload: the rest stays.
      const part = ack - segment.start;
      if (segment.state & SACKED) d.sacked -= part;
      if (segment.state & LOST) d.lost -= part;
      payloadBytes += segment.state & HAS_SYN ? part - 1 : part;
      segment.state &= ~HAS_SYN;
      segment.start = ack;
      at = ack;
      break;
    }
    at = segment.end;
    payloadBytes += payloadOf(segment);
    effect.ackedSegments += 1;
    if (segment.state & RETRANSMITTED) checkEifel(d, segment, view);
    if (at == ack) sample(d, segment, newestNs, nowNs);
    forgetSegment(d, segment);
    dropHead(d);
  }
  if (after(ack, at)) payloadBytes += gap(d, at, ack);
  // The side that sent a reset has not reset: it takes what was sent since.
  if (from.flags & RST_SEEN && newestNs > from.lastResetNs) from.flags &= ~RST_SEEN;
  d.settledSentNs = newestNs;
  const ackedBytes = ack - d.una;
  effect.ackedBytes = ackedBytes;
  d.ackedBytes += payloadBytes;
  addToBin(SERIES_ACKED, <f64>payloadBytes);
  if (d.flags & SYN_SEEN && d.una == d.isn) handshake(d, nowNs);
  advanceUna(d, ack);
  if (after(ack, d.sndMax)) d.sndMax = ack;
  if (d.flags & FIN_SEEN && !before(ack, d.finEnd)) d.flags |= FIN_ACKED;
  d.dupAckRun = 0;
  // spec: RFC 2018 8, an ACK that stops short of a block takes it back
  if (d.sacked && d.segmentCount && segmentAt(d, 0).state & SACKED && segmentAt(d, 0).start == ack) forgetSacks(d);
  if (d.sacked == 0) d.sackTops = 0;
  if (before(d.lossEdge, ack)) d.lossEdge = ack;
  if (d.flags & IN_TIMEOUT && !before(ack, d.timeoutEnd)) d.flags &= ~IN_TIMEOUT;
  if (!before(ack, d.roundEnd)) endRound(d);
}

/** What the sender sent next lies beyond every window: all before was acknowledged, and the capture missed it. @seldom */
export function skipTo(d: Direction, seq: u32): void {
  let at = d.una;
  let payloadBytes: u32 = 0;
  while (d.segmentCount) {
    const segment = segmentAt(d, 0);
    if (after(segment.start, at)) payloadBytes += gap(d, at, segment.start);
    payloadBytes += payloadOf(segment);
    at = segment.end;
    dropHead(d);
  }
  if (after(seq, at)) payloadBytes += gap(d, at, seq);
  d.ackedBytes += payloadBytes;
  advanceUna(d, seq);
  goOnAt(d, seq);
}

/** Nothing of what was sent before can be told from here on: the stream begins again at `seq`. @seldom */
export function startAgain(d: Direction, seq: u32): void {
  freeSegments(d);
  startAt(d, seq);
  d.gapNext = 0;
  goOnAt(d, seq);
}

function goOnAt(d: Direction, seq: u32): void {
  d.sndMax = seq;
  d.sacked = 0;
  d.lost = 0;
  d.sackTops = 0;
  d.lossEdge = seq;
  d.dupAckRun = 0;
  d.roundEnd = seq;
  d.roundMaxBytes = 0;
  d.flags &= ~IN_TIMEOUT;
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
  if (us < 0 || !timed || segment.state & UNTIMED) return;
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
  d.handshakeNs = d.syns == 1 && timed && d.synNs != NO_NS ? nowNs - d.synNs : -1;
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
// @seldom
function checkEifel(d: Direction, segment: Segment, view: PacketView): void {
  if (!view.hasTimestamps || view.tsecr == 0 || segment.tsval == 0) return;
  if (before(view.tsecr, segment.tsval) && markSpurious(d, segment.start, segment.end)) d.spuriousByTimestamps += 1;
}

// @seldom
function gap(d: Direction, start: u32, end: u32): u32 {
  noteGap(d, start, end);
  markRange(MARK_GAP, d, start, end);
  return end - start;
}
