// The sending end: what to do when an acknowledgement or a timer comes, and what to send next.
//
//            loss detected                    una ≥ recoveryPoint
//   OPEN ───────────────────────▶ RECOVERY ────────────────────────▶ OPEN
//     └────── timeout ──▶ LOSS ◀── timeout ──┘   LOSS ── una ≥ recoveryPoint ──▶ OPEN
import { CONTROLLER_UDP, ECN_ACCURATE } from '../../generated/sim';
import { controllerOnAck, controllerOnRestart, controllerOnTimeout } from '../control/index';
import { leaveHost } from '../path/index';
import {
  ackSample,
  allocatePacket,
  clearTimer,
  EVENT_PACE,
  EVENT_REORDER,
  EVENT_RTO,
  Flow,
  inFlight,
  LOSS,
  now,
  OPEN,
  PACKET_CWR,
  PACKET_DSACK,
  PACKET_ECE,
  PACKET_PSH,
  Packet,
  recordState,
  setTimer,
  tapsState,
} from '../state/index';
import { rackDetect, rackOnDsack, rackOnRetransmit, rackOnTimeout, startRack } from './rack';
import {
  cut,
  doubt,
  endCut,
  enterRecovery,
  isCut,
  leaveRecovery,
  mustRetransmit,
  noteCut,
  resolveDoubt,
  setBudget,
} from './recovery';
import { addRttSample, retransmissionTimeout, startRtt } from './rtt';
import { acknowledge, markAllLost, markLostBySacks, startScoreboard } from './scoreboard';
import {
  before,
  flagsOf,
  recordSend,
  reserveSegment,
  SEGMENT_EVER_RETRANSMITTED,
  SEGMENT_LOST,
  SEGMENT_RETRANSMITTED,
  segmentAt,
} from './segments';
import { renewOffer } from './source';

const PROBE_WITHOUT_RTT: i64 = 1000000000;
/** Delayed-ACK allowance of a probe when one segment is in flight (RFC 8985 7.2: WCDelAckT). */
const WORST_DELAYED_ACK: i64 = 200000000;

/** Makes a flow as one that has just been established. */
export function startSender(flow: Flow): void {
  startRtt(flow);
  startScoreboard(flow);
  startRack(flow);
  flow.recovery = OPEN;
  flow.recoveryPoint = 0;
  flow.sndNxt = 0;
  flow.probeTimer = false;
  flow.probeOut = false;
  flow.lastSentTime = -1;
  flow.nextSend = 0;
  flow.cwrPending = false;
  flow.hasCut = false;
  flow.inDoubt = false;
  flow.newFirst = 0;
  flow.hostFree = 0;
}

export function onAck(flow: Flow, ack: Packet): void {
  if (!acknowledge(flow, ack)) return;
  const group = flow.group;
  const dsack = (ack.flags & PACKET_DSACK) != 0;
  if (ackSample.rttFirst > 0) {
    addRttSample(flow, ackSample.rttFirst);
    flow.rtt.add(ackSample.rttLast);
  }
  const acked = ackSample.newlyAcked;
  flow.ackedBytes += <f64>acked * <f64>group.mss;
  if (flow.sized && flow.sndUna == flow.totalSegments && acked > 0) flow.ackedBytes -= group.mss - flow.lastPayload;
  if (dsack && group.rack) rackOnDsack(flow);
  detectLosses(flow);
  if (flow.probeOut) endProbe(flow, dsack);
  endCut(flow);
  if (flow.inDoubt) resolveDoubt(flow);
  if (flow.recovery != OPEN && !before(flow.sndUna, flow.recoveryPoint)) leaveRecovery(flow);
  if (ackSample.newlyLost > 0) reactToLoss(flow);
  if (group.ecn) onEcho(flow, ack);
  setBudget(flow);

  controllerOnAck(flow, ackSample);
  if (acked > 0) restartTimer(flow);
  const latestRtt = ackSample.rttFirst;
  trySend(flow);
  if (tapsState) recordState(flow, latestRtt);
}

export function onRetransmissionTimer(flow: Flow): void {
  if (flow.sndUna == flow.sndNxt) return;
  if (flow.probeTimer) {
    sendProbe(flow);
    return;
  }
  flow.timeouts += 1;
  ackSample.clear();
  doubt(flow);
  markAllLost(flow);
  rackOnTimeout(flow);
  countLosses(flow);
  controllerOnTimeout(flow, !isCut(flow));
  if (!isCut(flow)) noteCut(flow);
  flow.recovery = LOSS;
  flow.recoveryPoint = flow.sndNxt;
  flow.recoveryBudget = 1;
  flow.probeOut = false;
  flow.backoff += 1;
  flow.nextSend = now;
  restartTimer(flow);
  trySend(flow);
  if (tapsState) recordState(flow, 0);
}

/** RACK's reordering window has passed for some segment. */
export function onReorderTimer(flow: Flow): void {
  ackSample.clear();
  detectLosses(flow);
  if (ackSample.newlyLost == 0) return;
  reactToLoss(flow);
  setBudget(flow);
  trySend(flow);
  if (tapsState) recordState(flow, 0);
}

/** Sends what the window, the receiver, the pace and the application allow. */
export function trySend(flow: Flow): void {
  if (flow.group.controller == CONTROLLER_UDP) {
    sendDatagrams(flow);
    return;
  }
  while (true) {
    const isFull = inFlight(flow) >= flow.cwndPackets || (flow.recovery != OPEN && flow.recoveryBudget == 0);
    if (isFull && !mustRetransmit(flow)) {
      flow.cwndLimited = true;
      return;
    }
    const isNew = flow.lostPending == 0 || (flow.newFirst > 1 && hasNewSegment(flow));
    if (isNew && !hasNewSegment(flow)) {
      flow.cwndLimited = false;
      if (flow.sndNxt == flow.sndLimit) flow.appLimitedUntil = max<u32>(1, flow.delivered + inFlight(flow));
      return;
    }
    if (flow.pacingRate > 0) {
      if (flow.nextSend > now) {
        setTimer(flow, EVENT_PACE, flow.nextSend);
        return;
      }
      flow.nextSend = now + <i64>((<f64>flow.group.mss * 1e9) / flow.pacingRate);
    }
    flow.recoveryBudget -= 1;
    if (isNew) sendNew(flow);
    else retransmitNext(flow);
  }
}

/** What the application offers, as it offers it; nobody acknowledges it. */
function sendDatagrams(flow: Flow): void {
  while (flow.sndNxt != flow.sndLimit) {
    const seq = flow.sndNxt++;
    flow.sndUna = flow.sndNxt;
    transmit(flow, seq, 0);
  }
}

function hasNewSegment(flow: Flow): bool {
  if (flow.sndNxt == flow.sndLimit && !renewOffer(flow)) return false;
  return flow.sndNxt - flow.sndUna < flow.group.receiveWindow;
}

function sendNew(flow: Flow): void {
  if (flow.sndNxt == flow.sndUna) {
    if (flow.lastSentTime >= 0) controllerOnRestart(flow, now - flow.lastSentTime);
    flow.firstSentTime = now;
    flow.deliveredTime = now;
  }
  reserveSegment(flow);
  const seq = flow.sndNxt;
  recordSend(flow, segmentAt(flow, seq), now, 0);
  flow.sndNxt = seq + 1;
  if (flow.newFirst > 1) flow.newFirst -= 1;
  const last = seq + 1 == flow.sndLimit && !renewOffer(flow);
  transmit(flow, seq, (flow.cwrPending ? PACKET_CWR : 0) | (last ? PACKET_PSH : 0));
  flow.cwrPending = false;
  if (flow.rtoDeadline < 0 || flow.probeTimer) restartTimer(flow);
}

/** The first lost segment that has not been sent again (RFC 6675 NextSeg rule 1). */
function retransmitNext(flow: Flow): void {
  let seq = flow.retransmitFrom;
  while ((flagsOf(segmentAt(flow, seq)) & (SEGMENT_LOST | SEGMENT_RETRANSMITTED)) != SEGMENT_LOST) seq++;
  flow.retransmitFrom = seq + 1;
  flow.lostPending -= 1;
  retransmit(flow, seq, SEGMENT_LOST);
}

function retransmit(flow: Flow, seq: u32, flags: u32): void {
  const at = segmentAt(flow, seq);
  recordSend(flow, at, now, flags | SEGMENT_RETRANSMITTED | SEGMENT_EVER_RETRANSMITTED);
  flow.retransOut += 1;
  flow.retransmitted += 1;
  if (flow.group.rack) rackOnRetransmit(flow, seq);
  transmit(flow, seq, 0);
  if (flow.rtoDeadline < 0) restartTimer(flow);
}

function transmit(flow: Flow, seq: u32, flags: u8): void {
  const group = flow.group;
  const packet = allocatePacket();
  packet.owner = changetype<usize>(flow);
  packet.path = group.path;
  packet.flags = flags | group.ect;
  packet.seq = seq;
  const isLast = flow.sized && seq + 1 == flow.totalSegments;
  packet.size = <u16>(group.headerBytes + (isLast ? flow.lastPayload : group.mss));
  flow.inNetwork += 1;
  flow.sentPackets += 1;
  flow.prrOut += 1;
  flow.lastSentTime = now;
  leaveHost(flow, packet);
}

function detectLosses(flow: Flow): void {
  if (flow.sackedOut == 0 && flow.retransOut == 0) return;
  if (!flow.group.rack) {
    markLostBySacks(flow);
    return;
  }
  const wait = rackDetect(flow);
  if (wait > 0) setTimer(flow, EVENT_REORDER, now + wait);
  else if (flow.reorderDeadline >= 0) clearTimer(flow, EVENT_REORDER);
}

function reactToLoss(flow: Flow): void {
  countLosses(flow);
  if (flow.recovery != OPEN) return;
  enterRecovery(flow);
  if (flow.probeTimer) restartTimer(flow);
}

function countLosses(flow: Flow): void {
  ackSample.lost += <u16>ackSample.newlyLost;
  flow.lostTotal += ackSample.newlyLost;
  flow.lost += ackSample.newlyLost;
  flow.lostSince += ackSample.newlyLost;
}

/** RFC 3168 6.1.2: as a loss, once per round trip, and said in the next new segment. Accurate feedback counts instead (RFC 9768). */
function onEcho(flow: Flow, ack: Packet): void {
  const isMarked = flow.group.ecn == ECN_ACCURATE ? ackSample.newlyMarked > 0 : (ack.flags & PACKET_ECE) != 0;
  if (isMarked && flow.recovery == OPEN && !flow.hasCut) cut(flow, true);
}

/** RFC 6298 5.1–5.3; while no loss is known, the tail loss probe of RFC 8985 7.2 comes first. */
function restartTimer(flow: Flow): void {
  flow.probeTimer = false;
  if (flow.sndUna == flow.sndNxt) {
    clearTimer(flow, EVENT_RTO);
    return;
  }
  let wait = retransmissionTimeout(flow);
  if (flow.group.rack && flow.recovery == OPEN && flow.sackedOut == 0 && !flow.probeOut) {
    let probe = flow.srtt > 0 ? flow.srtt << 1 : PROBE_WITHOUT_RTT;
    if (flow.sndNxt - flow.sndUna == 1) probe += WORST_DELAYED_ACK;
    if (probe < wait) {
      wait = probe;
      flow.probeTimer = true;
    }
  }
  setTimer(flow, EVENT_RTO, now + wait);
}

/** RFC 8985 7.3: new data if there is any, else the last segment again. */
function sendProbe(flow: Flow): void {
  flow.probeTimer = false;
  flow.probeOut = true;
  if (hasNewSegment(flow)) {
    flow.probeRetransmitted = false;
    sendNew(flow);
  } else {
    flow.probeRetransmitted = true;
    retransmit(flow, flow.sndNxt - 1, 0);
  }
  flow.probeEnd = flow.sndNxt;
  restartTimer(flow);
}

/** RFC 8985 7.4: a probe that filled a hole means a loss that nothing else has told of. */
function endProbe(flow: Flow, dsack: bool): void {
  if (before(flow.sndUna, flow.probeEnd)) return;
  if (flow.probeRetransmitted && !dsack) {
    if (flow.sndUna == flow.probeEnd) return;
    if (flow.recovery == OPEN && !isCut(flow)) {
      flow.recoveries += 1;
      cut(flow, false);
    }
  }
  flow.probeOut = false;
}
