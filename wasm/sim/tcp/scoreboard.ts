// What an acknowledgement says about the segments in flight (RFC 2018, RFC 6675), and what is
// thereby delivered or lost, and how fast (draft-cheng-iccrg-delivery-rate-estimation). It keeps the counts
// of a flow and fills the one AckSample.
import { ackSample, Echo, Flow, now, PACKET_DSACK, Packet, recordLoss, tapsState } from '../state/index';
import {
  before,
  deliveredAt,
  deliveredTimeAt,
  firstSentAt,
  flagsOf,
  lostSinceSent,
  SEGMENT_APP_LIMITED,
  SEGMENT_EVER_RETRANSMITTED,
  SEGMENT_LOST,
  SEGMENT_RETRANSMITTED,
  SEGMENT_SACKED,
  segmentAt,
  sentTime,
  setFlags,
} from './segments';

// The newest segment this ACK delivered: of the draft's rate sample what is needed until it is whole.
let hasPrior: bool = false;
let priorTime: i64 = 0;
let priorSent: i64 = 0;
let priorFirstSent: i64 = 0;
let priorFlags: u32 = 0;
/** The highest segment sacked by ACKs before this one: its own blocks come newest first, which is no reordering. */
let highestBefore: u32 = 0;
/** When the earliest and the latest sent of the segments delivered by this ACK, of those sent once, were sent. */
let firstSent: i64 = 0;
let lastSent: i64 = 0;

export function startScoreboard(flow: Flow): void {
  flow.sndUna = 0;
  flow.sackedOut = 0;
  flow.lostOut = 0;
  flow.retransOut = 0;
  flow.lostPending = 0;
  flow.highestSacked = 0;
  flow.retransmitFrom = 0;
  flow.lossScan = 0;
  flow.sackedBelowScan = 0;
  flow.sackStart0 = 0;
  flow.sackEnd0 = 0;
  flow.sackStart1 = 0;
  flow.sackEnd1 = 0;
  flow.sackStart2 = 0;
  flow.sackEnd2 = 0;
  flow.reorderingSeen = false;
  flow.delivered = 0;
  flow.appLimitedUntil = 0;
  flow.ceSeen = 0;
  flow.lostTotal = 0;
}

/** Takes in an ACK. False: it is older than one already seen and says nothing. */
export function acknowledge(flow: Flow, ack: Packet): bool {
  ackSample.clear();
  firstSent = -1;
  lastSent = -1;
  hasPrior = false;
  highestBefore = flow.highestSacked;
  const upTo = ack.seq;
  if (before(upTo, flow.sndUna)) return false;
  acknowledgeUpTo(flow, upTo);
  if (changetype<usize>(ack.echo)) {
    takeSackBlocks(flow, ack.echo, (ack.flags & PACKET_DSACK) != 0);
    ackSample.newlyMarked = ack.echo.ceCount - flow.ceSeen;
    flow.ceSeen = ack.echo.ceCount;
  }
  if (ackSample.newlyDelivered > 0) {
    flow.deliveredTime = now;
    if (firstSent >= 0) {
      ackSample.rttFirst = now - firstSent;
      ackSample.rttLast = now - lastSent;
    }
    sampleRate(flow);
    if (before(flow.appLimitedUntil, flow.delivered)) flow.appLimitedUntil = 0;
  }
  return true;
}

/** Marks a segment lost, or its retransmission lost again. */
export function markLost(flow: Flow, seq: u32): void {
  const at = segmentAt(flow, seq);
  const flags = flagsOf(at);
  if (flags & SEGMENT_LOST) {
    if (!(flags & SEGMENT_RETRANSMITTED)) return;
  } else {
    flow.lostOut += 1;
  }
  if (flags & SEGMENT_RETRANSMITTED) flow.retransOut -= 1;
  setFlags(at, (flags | SEGMENT_LOST) & ~SEGMENT_RETRANSMITTED);
  flow.lostPending += 1;
  if (before(seq, flow.retransmitFrom)) flow.retransmitFrom = seq;
  ackSample.newlyLost += 1;
  if (tapsState) recordLoss(flow, seq, false);
}

/** RFC 6675 IsLost: a segment above which DupThresh = 3 have been sacked is lost. */
export function markLostBySacks(flow: Flow): void {
  if (before(flow.lossScan, flow.sndUna)) {
    flow.lossScan = flow.sndUna;
    flow.sackedBelowScan = 0;
  }
  while (flow.sackedOut - flow.sackedBelowScan >= 3) {
    const flags = flagsOf(segmentAt(flow, flow.lossScan));
    if (flags & SEGMENT_SACKED) {
      if (flow.sackedOut - flow.sackedBelowScan == 3) return;
      flow.sackedBelowScan += 1;
    } else if (!(flags & SEGMENT_LOST)) {
      markLost(flow, flow.lossScan);
    }
    flow.lossScan += 1;
  }
}

/** What was marked lost and not sent again is on its way after all. */
export function unmarkLost(flow: Flow): void {
  for (let seq = flow.sndUna; seq != flow.sndNxt; seq++) {
    const at = segmentAt(flow, seq);
    const flags = flagsOf(at);
    setFlags(at, flags & ~(SEGMENT_LOST | SEGMENT_RETRANSMITTED));
  }
  flow.lostOut = 0;
  flow.lostPending = 0;
  flow.retransOut = 0;
  ackSample.newlyLost = 0;
  flow.lossScan = flow.sndUna;
  flow.sackedBelowScan = 0;
  flow.rackScan = flow.sndUna;
}

/** After a timeout everything not sacked counts as lost (RFC 6675 5.1). */
export function markAllLost(flow: Flow): void {
  for (let seq = flow.sndUna; seq != flow.sndNxt; seq++) {
    const at = segmentAt(flow, seq);
    const flags = flagsOf(at);
    if (flags & SEGMENT_SACKED) continue;
    if (!(flags & SEGMENT_LOST)) {
      ackSample.newlyLost += 1;
      if (tapsState) recordLoss(flow, seq, true);
    }
    setFlags(at, (flags | SEGMENT_LOST) & ~SEGMENT_RETRANSMITTED);
  }
  flow.lostOut = flow.sndNxt - flow.sndUna - flow.sackedOut;
  flow.lostPending = flow.lostOut;
  flow.retransOut = 0;
  flow.retransmitFrom = flow.sndUna;
  flow.lossScan = flow.sndNxt;
  flow.sackedBelowScan = flow.sackedOut;
}

function acknowledgeUpTo(flow: Flow, upTo: u32): void {
  for (let seq = flow.sndUna; seq != upTo; seq++) {
    const at = segmentAt(flow, seq);
    const flags = flagsOf(at);
    if (flags & SEGMENT_SACKED) {
      flow.sackedOut -= 1;
      if (before(seq, flow.lossScan)) flow.sackedBelowScan -= 1;
    } else {
      deliver(flow, seq, at, flags);
    }
    ackSample.newlyAcked += 1;
  }
  flow.sndUna = upTo;
  if (before(flow.retransmitFrom, upTo)) flow.retransmitFrom = upTo;
}

function takeSackBlocks(flow: Flow, echo: Echo, dsack: bool): void {
  if (echo.sackStart0 == echo.sackEnd0) return;
  if (!dsack) takeBlock(flow, echo.sackStart0, echo.sackEnd0);
  takeBlock(flow, echo.sackStart1, echo.sackEnd1);
  takeBlock(flow, echo.sackStart2, echo.sackEnd2);
  flow.sackStart0 = echo.sackStart0;
  flow.sackEnd0 = dsack ? echo.sackStart0 : echo.sackEnd0;
  flow.sackStart1 = echo.sackStart1;
  flow.sackEnd1 = echo.sackEnd1;
  flow.sackStart2 = echo.sackStart2;
  flow.sackEnd2 = echo.sackEnd2;
}

// A block usually extends one of the last ACK's: only what is new is looked at.
function takeBlock(flow: Flow, start: u32, end: u32): void {
  if (start == end) return;
  let knownStart = flow.sackStart0;
  let knownEnd = flow.sackEnd0;
  if (!covers(start, end, knownStart, knownEnd)) {
    knownStart = flow.sackStart1;
    knownEnd = flow.sackEnd1;
    if (!covers(start, end, knownStart, knownEnd)) {
      knownStart = flow.sackStart2;
      knownEnd = flow.sackEnd2;
      if (!covers(start, end, knownStart, knownEnd)) {
        sackRange(flow, start, end);
        return;
      }
    }
  }
  sackRange(flow, start, knownStart);
  sackRange(flow, knownEnd, end);
}

function covers(start: u32, end: u32, knownStart: u32, knownEnd: u32): bool {
  return knownStart != knownEnd && !before(knownStart, start) && !before(end, knownEnd);
}

function sackRange(flow: Flow, start: u32, end: u32): void {
  let seq = before(start, flow.sndUna) ? flow.sndUna : start;
  const stop = before(flow.sndNxt, end) ? flow.sndNxt : end;
  for (; before(seq, stop); seq++) {
    const at = segmentAt(flow, seq);
    const flags = flagsOf(at);
    if (flags & SEGMENT_SACKED) continue;
    deliver(flow, seq, at, flags);
    setFlags(at, flagsOf(at) | SEGMENT_SACKED);
    flow.sackedOut += 1;
    if (before(seq, flow.lossScan)) flow.sackedBelowScan += 1;
    if (before(flow.highestSacked, seq + 1)) flow.highestSacked = seq + 1;
    ackSample.newlySacked += 1;
  }
}

/** A segment has reached the receiver, as far as the sender knows for the first time. */
function deliver(flow: Flow, seq: u32, at: usize, flags: u32): void {
  const sent = sentTime(at);
  flow.delivered += 1;
  ackSample.newlyDelivered += 1;
  if (flags & SEGMENT_LOST) {
    flow.lostOut -= 1;
    if (!(flags & SEGMENT_RETRANSMITTED)) flow.lostPending -= 1;
    setFlags(at, flags & ~(SEGMENT_LOST | SEGMENT_RETRANSMITTED));
  }
  if (flags & SEGMENT_RETRANSMITTED) {
    flow.retransOut -= 1;
    setFlags(at, flagsOf(at) & ~SEGMENT_RETRANSMITTED);
  }
  if (!(flags & SEGMENT_EVER_RETRANSMITTED)) {
    if (firstSent < 0 || sent < firstSent) firstSent = sent;
    if (sent > lastSent) lastSent = sent;
    if (before(seq + 1, highestBefore)) flow.reorderingSeen = true;
    if (flow.inDoubt && before(seq, flow.recoveryPoint)) ackSample.deliversOriginal = true;
  }
  // RACK: the most recently sent segment delivered so far; a sample shorter than any RTT is of an earlier copy.
  const rtt = now - sent;
  if (
    (sent > flow.rackXmit || (sent == flow.rackXmit && before(flow.rackEnd, seq + 1))) &&
    (!(flags & SEGMENT_EVER_RETRANSMITTED) || rtt >= flow.minRtt)
  ) {
    flow.rackXmit = sent;
    flow.rackEnd = seq + 1;
    flow.rackRtt = rtt;
  }
  const prior = deliveredAt(at);
  if (!hasPrior || before(ackSample.priorDelivered, prior) || (prior == ackSample.priorDelivered && sent > priorSent)) {
    hasPrior = true;
    ackSample.priorDelivered = prior;
    ackSample.isAppLimited = (flags & SEGMENT_APP_LIMITED) != 0;
    priorTime = deliveredTimeAt(at);
    priorSent = sent;
    priorFirstSent = firstSentAt(at);
    priorFlags = flags;
  }
}

function sampleRate(flow: Flow): void {
  flow.firstSentTime = priorSent;
  ackSample.delivered = flow.delivered - ackSample.priorDelivered;
  ackSample.lost = lostSinceSent(flow, priorFlags);
  ackSample.sendInterval = priorSent - priorFirstSent;
  ackSample.ackInterval = now - priorTime;
}
