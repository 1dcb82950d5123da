// What keeps a sender from sending more, a round at a time (Zhang, Breslau, Paxson and Shenker, SIGCOMM 2002; Siekkinen,
// Urvoy-Keller, Biersack and Collange, Computer Networks 2008). A round lasts from some data to their ACK; one of silence is
// cut out of it, and so is the repair of losses. What is noted meanwhile decides, in this order:
//
//   RECOVERY            from the first resend until what was out then is acknowledged
//   APPLICATION         nothing is out: the sender had nothing to send
//   RECEIVE_WINDOW      no further segment would have fitted the window, most of the time
//   STARTUP             new data follow at the heels of ACKs, and the flight grows as in slow start
//   CONGESTION_WINDOW   new data follow at the heels of ACKs: each makes room for what goes next
//   APPLICATION         new data come when they please and end what was written (PSH, or a short segment)
//   PACING              new data come when they please, evenly
//
// All of it is told at the sender; elsewhere the heels of ACKs are out of sight, and the host says so.
import {
  CAUSE_APPLICATION,
  CAUSE_CONGESTION_WINDOW,
  CAUSE_PACING,
  CAUSE_RECEIVE_WINDOW,
  CAUSE_RECOVERY,
  CAUSE_STARTUP,
} from '../generated/capture';
import { PacketView, TCP_FIN, TCP_PSH } from '../packet/index';
import { noteCause, Round } from './cause-rows';
import { rtoUs } from './classify';
import { before, Direction, IN_TIMEOUT, pipeOf, SYN_SEEN, WINDOW_SEEN } from './direction';
import { allocState, freeState } from './state';

/** New data within this share of the time between ACKs follow an ACK: an eighth do so by chance. */
const HEELS_SHARE: i64 = 8;
/** What a host needs to answer, at least and at most. */
const HEELS_LEAST_NS: i64 = 20_000;
const HEELS_MOST_NS: i64 = 1_000_000;
/** A round of slow start is larger by this than the one before: by half at least with delayed ACKs (RFC 5681 3.1). */
const GROWS: f64 = 1.25;
/** Of evenly spaced data the largest gap is not larger than this many mean ones. */
const EVEN: i64 = 4;
/** A round without a sample of the RTT. */
const ROUND_NS: i64 = 1_000_000_000;

/** A clock that is set back by so much. */
const SET_BACK_NS: i64 = 1_000_000_000;

let wanted: bool = false;

/** From now on causes are looked for, of every connection. */
export function enableCauses(): void {
  wanted = true;
}

export function causesWanted(): bool {
  return wanted;
}

/** What is noted of the sender of one direction. */
@unmanaged
export class Watch {
  /** What is known of the round under way, and of those before that had the same cause. */
  round: Round = changetype<Round>(0);
  told: Round = changetype<Round>(0);
  lastNs: i64 = 0;
  ackNs: i64 = 0;
  /** Mean time between ACKs of new data, ns. */
  ackGapNs: i64 = 0;
  /** New data left last, and it was on the heels of an ACK. */
  sentNs: i64 = 0;
  clocked: u32 = 0;
  /** The round ends when this is acknowledged. */
  roundEnd: u32 = 0;
  recoveryEnd: u32 = 0;
  recovering: u32 = 0;
  startup: u32 = 0;
  /** Largest flight of the round before. */
  flightBytes: u32 = 0;
  retransmitted: u32 = 0;
  upstream: u32 = 0;
  /** Gaps between new data in this round. */
  gaps: u32 = 0;
  gapMaxNs: i64 = 0;
  gapSumNs: i64 = 0;
}

const SIZE: usize = offsetof<Watch>();

/** A segment of `d` went by; ask for it after `sendSegment`, with what SND.MAX was before. @seldom */
export function watchSend(
  number: u32,
  side: u32,
  d: Direction,
  peer: Direction,
  view: PacketView,
  max0: u32,
  ns: i64,
): void {
  if (!view.payloadBytes) return;
  const begins = !d.watch;
  const w = begins ? begin(d, ns) : changetype<Watch>(d.watch);
  const nowNs = clock(number, side, d, w, ns);
  const resent = d.retransmittedPackets - d.tailLossProbes - d.unneededRetransmissions + d.upstreamRetransmissions;
  const idle = !begins && max0 == d.una;
  pass(number, side, d, peer, w, begins ? 0 : between(d.una, max0), nowNs);
  const round = w.round;
  if (resent > w.retransmitted) {
    w.retransmitted = resent;
    if (!w.recovering) {
      // The silence before a timeout is of the loss too; else what went before is not.
      if (nowNs - w.sentNs < srttNs(d) * 2) close(number, side, d, w, nowNs);
      w.recovering = 1;
      w.startup = d.flags & IN_TIMEOUT ? 1 : 0;
      w.recoveryEnd = d.sndMax;
    }
  }
  const fresh = before(max0, d.sndMax) ? d.sndMax - max0 : 0;
  w.round.sentBytes += view.payloadBytes;
  if (!fresh) w.round.resentPackets += 1;
  else {
    const heels = min(HEELS_MOST_NS, max(HEELS_LEAST_NS, w.ackGapNs / HEELS_SHARE));
    const sinceSentNs = nowNs - w.sentNs;
    const follows = w.ackNs > 0 && nowNs - w.ackNs <= heels;
    // The rest of a burst goes where its first went.
    const goesOn = w.clocked && sinceSentNs <= heels;
    if (w.sentNs && !goesOn && !idle) {
      w.gaps += 1;
      w.gapSumNs += sinceSentNs;
      if (sinceSentNs > w.gapMaxNs) w.gapMaxNs = sinceSentNs;
    }
    w.clocked = follows || goesOn ? 1 : 0;
    if (w.clocked) round.clockedBytes += fresh;
    const segment = d.maxSegmentBytes;
    if (view.flags & (TCP_PSH | TCP_FIN) || fresh < segment) w.round.pushedBytes += min(fresh, segment);
    w.round.newBytes += fresh;
    w.sentNs = nowNs;
  }
  const pipe = pipeOf(d);
  if (pipe > w.round.flightMaxBytes) w.round.flightMaxBytes = pipe;
}

/** An ACK for the data of `d` came by; ask for it after `acknowledge`, with what SND.UNA was before. @seldom */
export function watchAck(number: u32, side: u32, d: Direction, peer: Direction, una0: u32, ns: i64): void {
  if (!d.watch) return;
  const w = changetype<Watch>(d.watch);
  const nowNs = clock(number, side, d, w, ns);
  pass(number, side, d, peer, w, between(una0, d.sndMax), nowNs);
  if (d.una == una0) return;
  if (w.ackNs) {
    const gap = nowNs - w.ackNs;
    w.ackGapNs = w.ackGapNs ? (w.ackGapNs * 7 + gap) / 8 : gap;
  }
  w.ackNs = nowNs;
  if (w.recovering && isPast(d, w.recoveryEnd)) {
    close(number, side, d, w, nowNs);
    w.recovering = 0;
  } else if (isPast(d, w.roundEnd)) close(number, side, d, w, nowNs);
}

/** Nothing more comes of `d`. @seldom */
export function watchEnd(number: u32, side: u32, d: Direction): void {
  if (!d.watch) return;
  const w = changetype<Watch>(d.watch);
  close(number, side, d, w, w.lastNs);
  if (w.told.endNs > w.told.startNs) noteCause(number, side, w.told);
  freeState(changetype<usize>(w.round), offsetof<Round>());
  freeState(changetype<usize>(w.told), offsetof<Round>());
  freeState(d.watch, SIZE);
  d.watch = 0;
}

function begin(d: Direction, nowNs: i64): Watch {
  const w = changetype<Watch>(allocState(SIZE));
  d.watch = changetype<usize>(w);
  w.round = changetype<Round>(allocState(offsetof<Round>()));
  w.told = changetype<Round>(allocState(offsetof<Round>()));
  w.round.clear(nowNs);
  w.lastNs = nowNs;
  w.roundEnd = d.sndMax;
  w.startup = d.flags & SYN_SEEN ? 1 : 0;
  return w;
}

// What is a little early is of the last instant; where the clock was set back, times begin again.
function clock(number: u32, side: u32, d: Direction, w: Watch, ns: i64): i64 {
  if (ns >= w.lastNs) return ns;
  if (w.lastNs - ns < SET_BACK_NS) return w.lastNs;
  close(number, side, d, w, w.lastNs);
  w.round.clear(ns);
  w.lastNs = ns;
  w.ackNs = 0;
  w.sentNs = 0;
  return ns;
}

// Acknowledged, or of a stream that has begun again since.
function isPast(d: Direction, seq: u32): bool {
  return !before(d.una, seq) || before(d.sndMax, seq);
}

function between(from: u32, to: u32): u32 {
  return before(from, to) ? to - from : 0;
}

// The time since the last packet, with so much out.
function pass(number: u32, side: u32, d: Direction, peer: Direction, w: Watch, outBytes: u32, nowNs: i64): void {
  const passedNs = nowNs - w.lastNs;
  if (passedNs <= 0) return;
  if (!outBytes) {
    if (passedNs > srttNs(d)) {
      close(number, side, d, w, w.lastNs);
      w.round.idleNs = passedNs;
      close(number, side, d, w, nowNs);
      w.flightBytes = 0;
      // spec: RFC 5681 4.1, a window not used for a timeout is opened again.
      if (<f64>passedNs > 1000 * rtoUs(d)) w.startup = 1;
    } else w.round.idleNs += passedNs;
  } else if (peer.flags & WINDOW_SEEN) {
    if (outBytes + d.maxSegmentBytes > w.round.heldWindow(peer.window)) w.round.windowFullNs += passedNs;
  }
  w.lastNs = nowNs;
}

function srttNs(d: Direction): i64 {
  return d.srttUs > 0 ? <i64>(d.srttUs * 1000) : ROUND_NS;
}

// The round ends: says why, and begins the next.
function close(number: u32, side: u32, d: Direction, w: Watch, nowNs: i64): void {
  const round = w.round;
  if (nowNs > round.startNs) {
    round.endNs = nowNs;
    round.rounds = 1;
    round.srttUs = d.srttUs;
    round.cause = causeOf(w, round);
    const told = w.told;
    if (told.endNs == round.startNs && told.cause == round.cause && told.endNs > told.startNs) told.add(round);
    else {
      if (told.endNs > told.startNs) noteCause(number, side, told);
      told.copy(round);
    }
    if (round.newBytes) w.flightBytes = round.flightMaxBytes;
  } else if (round.sentBytes) {
    // Of no length: what was sent belongs to the next.
    w.roundEnd = d.sndMax;
    return;
  }
  round.clear(nowNs);
  w.gaps = 0;
  w.gapMaxNs = 0;
  w.gapSumNs = 0;
  w.roundEnd = d.sndMax;
}

function causeOf(w: Watch, round: Round): u32 {
  const half = (round.endNs - round.startNs) / 2;
  if (w.recovering) return CAUSE_RECOVERY;
  if (round.idleNs > half) return CAUSE_APPLICATION;
  if (round.windowFullNs > half) return CAUSE_RECEIVE_WINDOW;
  const grows = <f64>round.flightMaxBytes >= GROWS * <f64>w.flightBytes;
  const pushed = 2 * round.pushedBytes >= round.newBytes;
  if (!round.newBytes) return w.startup && !w.flightBytes ? CAUSE_STARTUP : CAUSE_APPLICATION;
  // The first flight is the initial window, whatever comes after it.
  const clocked = 8 * round.clockedBytes >= 3 * round.newBytes || (w.flightBytes == 0 && !pushed);
  if (clocked && !(pushed && round.idleNs > 0)) {
    if (w.startup && grows) return CAUSE_STARTUP;
    w.startup = 0;
    return CAUSE_CONGESTION_WINDOW;
  }
  if (pushed) return CAUSE_APPLICATION;
  if (w.startup && grows) return CAUSE_STARTUP;
  w.startup = 0;
  return w.gaps > 0 && w.gapMaxNs * <i64>w.gaps <= EVEN * w.gapSumNs ? CAUSE_PACING : CAUSE_APPLICATION;
}
