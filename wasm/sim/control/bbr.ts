// BBR, version 1, as Linux has it (Cardwell, Cheng, Gunn, Yeganeh and Jacobson, CACM 60(2), 2017; net/ipv4/tcp_bbr.c):
// paces at the greatest delivery rate of ten rounds, keeps twice the bandwidth-delay product in flight at most.
//
//   STARTUP ── no more bandwidth in 3 rounds ──▶ DRAIN ── queue gone ──▶ PROBE_BW: 5/4, 3/4, 1, 1, 1, 1, 1, 1
//      └──────────────── no lower round trip in 10 s ──▶ PROBE_RTT (4 segments, 200 ms) ──▶ back
//
// Losses move it only in the round they are found in, where it sends what is delivered, and where they come at a steady
// rate above a fifth: that is a policer, whose rate it keeps to (lt_bw).
import { AckSample, Flow, inFlight, LOSS, now, OPEN, RECOVERY } from '../state/index';
import {
  BbrModel,
  bdpSegments,
  burstSegments,
  deliveryRate,
  excessAcked,
  FULL_GROWTH,
  FULL_ROUNDS,
  firstSegments,
  inFlightAtDeparture,
  inFlightBefore,
  MIN_RTT_WINDOW,
  MIN_WINDOW,
  PROBE_RTT_TIME,
  segmentsOf,
  setFirstPace,
  setPace,
  setSegments,
  startModel,
  takeRound,
} from './bbr-model';
import { Policer, policerBandwidth, policerOnTimeout, policerTake } from './policer';
import { addToRound, greatest, ROUND_MAX_BYTES, RoundMax, startRoundMax } from './round-max';

const STARTUP: u8 = 0;
const DRAIN: u8 = 1;
const PROBE_BW: u8 = 2;
const PROBE_RTT: u8 = 3;

// Linux reckons gains in parts of 256.
const HIGH_GAIN: f64 = 739.0 / 256;
const DRAIN_GAIN: f64 = 88.0 / 256;
const PROBE_CWND_GAIN: f64 = 2;
const UP: f64 = 1.25;
const DOWN: f64 = 0.75;
const PHASES: u32 = 8;
const BANDWIDTH_ROUNDS: u32 = 10;
const EXCESS_ROUNDS: u32 = 5;
/** Bunched ACKs are allowed for up to so much time at full rate. */
const MAX_EXCESS_SECONDS: f64 = 0.1;

@unmanaged
class Bbr extends BbrModel {
  bandwidths: RoundMax = changetype<RoundMax>(0);
  maxBandwidth: f64 = 0;
  phase: u32 = 0;
  phaseStart: i64 = 0;
  isConserving: bool = false;
  /** The greatest excess of the rounds at hand and of those before, and how many they are. */
  excess: f64 = 0;
  excessBefore: f64 = 0;
  excessRounds: u32 = 0;
  policer: Policer = changetype<Policer>(0);
}

export function bbrStart(flow: Flow): void {
  const size = (offsetof<Bbr>() + 7) & ~(<usize>7);
  const block = heap.alloc(size + ROUND_MAX_BYTES + offsetof<Policer>());
  memory.fill(block, 0, size + ROUND_MAX_BYTES + offsetof<Policer>());
  const bbr = changetype<Bbr>(block);
  bbr.bandwidths = startRoundMax(block + size, BANDWIDTH_ROUNDS);
  bbr.policer = changetype<Policer>(block + size + ROUND_MAX_BYTES);
  flow.control = block;
  startModel(bbr, flow);
  bbr.mode = STARTUP;
  setGains(bbr);
  setFirstPace(flow, HIGH_GAIN);
}

export function bbrOnAck(flow: Flow, sample: AckSample): void {
  const bbr = changetype<Bbr>(flow.control);
  takeBandwidth(bbr, flow, sample);
  takeExcess(bbr, flow, sample);
  if (bbr.mode == PROBE_BW && isPhaseOver(bbr, flow, sample)) nextPhase(bbr);
  takeFullness(bbr, sample);
  drain(bbr, flow);
  takeMinRtt(bbr, flow, sample);
  setGains(bbr);
  setPace(bbr, flow, bandwidthOf(bbr), bbr.pacingGain);
  setWindow(bbr, flow, sample);
}

/** The window is what it was once the recovery, or what a mark asked for, is over. */
export function bbrOnCongestion(flow: Flow): void {
  saveWindow(changetype<Bbr>(flow.control), flow);
}

export function bbrOnTimeout(flow: Flow): void {
  const bbr = changetype<Bbr>(flow.control);
  saveWindow(bbr, flow);
  setSegments(flow, 1);
  bbr.priorState = LOSS;
  bbr.fullBandwidth = 0;
  bbr.roundStart = true;
  policerOnTimeout(bbr.policer, flow);
}

/** After a silence of the application: at the rate of the model, and what it was silent for bunches no ACKs. */
export function bbrOnRestart(flow: Flow): void {
  if (flow.appLimitedUntil == 0) return;
  const bbr = changetype<Bbr>(flow.control);
  bbr.idleRestart = true;
  bbr.epochStart = now;
  bbr.epochAcked = 0;
  if (bbr.mode == PROBE_BW) setPace(bbr, flow, bandwidthOf(bbr), 1);
  else if (bbr.mode == PROBE_RTT) endProbeRtt(bbr, flow);
}

function takeBandwidth(bbr: Bbr, flow: Flow, sample: AckSample): void {
  bbr.roundStart = false;
  if (sample.delivered == 0) return;
  takeRound(bbr, flow, sample);
  if (bbr.roundStart) bbr.isConserving = false;
  if (policerTake(bbr.policer, flow, sample, bbr.roundStart, bbr.mode == PROBE_BW)) beginProbing(bbr, flow);
  const rate = deliveryRate(flow, sample);
  if (sample.isAppLimited && rate < bbr.maxBandwidth) return;
  addToRound(bbr.bandwidths, bbr.rounds, rate);
  bbr.maxBandwidth = greatest(bbr.bandwidths);
}

function bandwidthOf(bbr: Bbr): f64 {
  const policed = policerBandwidth(bbr.policer);
  return policed > 0 ? policed : bbr.maxBandwidth;
}

function takeExcess(bbr: Bbr, flow: Flow, sample: AckSample): void {
  if (sample.delivered == 0) return;
  if (bbr.roundStart && ++bbr.excessRounds >= EXCESS_ROUNDS) {
    bbr.excessRounds = 0;
    bbr.excessBefore = bbr.excess;
    bbr.excess = 0;
  }
  bbr.excess = max<f64>(bbr.excess, excessAcked(bbr, flow, sample, bandwidthOf(bbr)));
}

/** A phase takes a round trip; the one above until it has filled the path or lost, the one below until the queue is gone. */
function isPhaseOver(bbr: Bbr, flow: Flow, sample: AckSample): bool {
  const isLong = now - bbr.phaseStart > bbr.minRtt;
  if (bbr.pacingGain == 1) return isLong;
  const within = inFlightAtDeparture(bbr, flow, inFlightBefore(flow, sample), bandwidthOf(bbr));
  if (bbr.pacingGain > 1)
    return isLong && (sample.newlyLost > 0 || within >= target(bbr, flow, bbr.maxBandwidth, bbr.pacingGain));
  return isLong || within <= target(bbr, flow, bbr.maxBandwidth, 1);
}

function nextPhase(bbr: Bbr): void {
  bbr.phase = (bbr.phase + 1) % PHASES;
  bbr.phaseStart = now;
}

/** At a phase drawn from all but the one below. */
function beginProbing(bbr: Bbr, flow: Flow): void {
  bbr.mode = PROBE_BW;
  bbr.phase = PHASES - 1 - (flow.random.next() % (PHASES - 1));
  nextPhase(bbr);
}

function takeFullness(bbr: Bbr, sample: AckSample): void {
  if (bbr.isFull || !bbr.roundStart || sample.isAppLimited) return;
  if (bbr.maxBandwidth >= bbr.fullBandwidth * FULL_GROWTH) {
    bbr.fullBandwidth = bbr.maxBandwidth;
    bbr.fullRounds = 0;
    return;
  }
  bbr.isFull = ++bbr.fullRounds >= FULL_ROUNDS;
}

function drain(bbr: Bbr, flow: Flow): void {
  if (bbr.mode == STARTUP && bbr.isFull) {
    bbr.mode = DRAIN;
    flow.ssthresh = target(bbr, flow, bbr.maxBandwidth, 1) * <f64>flow.group.mss;
  }
  if (bbr.mode != DRAIN) return;
  const within = inFlightAtDeparture(bbr, flow, <f64>inFlight(flow), bandwidthOf(bbr));
  if (within <= target(bbr, flow, bbr.maxBandwidth, 1)) beginProbing(bbr, flow);
}

function takeMinRtt(bbr: Bbr, flow: Flow, sample: AckSample): void {
  const isOld = now > bbr.minRttAt + MIN_RTT_WINDOW;
  const mayBeDelayed = sample.newlyDelivered == 1;
  const rtt = sample.rttLast;
  if (rtt >= 0 && (rtt < bbr.minRtt || bbr.minRtt == 0 || (isOld && !mayBeDelayed))) {
    bbr.minRtt = rtt;
    bbr.minRttAt = now;
  }
  if (isOld && !bbr.idleRestart && bbr.mode != PROBE_RTT) {
    bbr.mode = PROBE_RTT;
    saveWindow(bbr, flow);
    bbr.probeRttEnd = 0;
  }
  if (bbr.mode == PROBE_RTT) probeRtt(bbr, flow);
  if (sample.delivered > 0) bbr.idleRestart = false;
}

/** Four segments in flight for 200 ms and a round; what is measured meanwhile says nothing of the bandwidth. */
function probeRtt(bbr: Bbr, flow: Flow): void {
  const within = inFlight(flow);
  flow.appLimitedUntil = max<u32>(1, flow.delivered + within);
  if (bbr.probeRttEnd == 0) {
    if (<f64>within > MIN_WINDOW) return;
    bbr.probeRttEnd = now + PROBE_RTT_TIME;
    bbr.probeRttRound = false;
    bbr.nextRound = flow.delivered;
    return;
  }
  if (bbr.roundStart) bbr.probeRttRound = true;
  if (bbr.probeRttRound) endProbeRtt(bbr, flow);
}

function endProbeRtt(bbr: Bbr, flow: Flow): void {
  if (bbr.probeRttEnd == 0 || now <= bbr.probeRttEnd) return;
  bbr.minRttAt = now;
  setSegments(flow, max<f64>(segmentsOf(flow), bbr.priorCwnd));
  if (bbr.isFull) beginProbing(bbr, flow);
  else bbr.mode = STARTUP;
}

function setGains(bbr: Bbr): void {
  switch (bbr.mode) {
    case STARTUP:
      bbr.pacingGain = HIGH_GAIN;
      bbr.cwndGain = HIGH_GAIN;
      break;
    case DRAIN:
      bbr.pacingGain = DRAIN_GAIN;
      bbr.cwndGain = HIGH_GAIN;
      break;
    case PROBE_BW:
      bbr.pacingGain = policerBandwidth(bbr.policer) > 0 || bbr.phase > 1 ? 1 : bbr.phase == 0 ? UP : DOWN;
      bbr.cwndGain = PROBE_CWND_GAIN;
      break;
    case PROBE_RTT:
      bbr.pacingGain = 1;
      bbr.cwndGain = 1;
      break;
    default:
      unreachable();
  }
}

/** Segments in flight at `gain` times the bandwidth-delay product, with what hosts hold of them. */
function target(bbr: Bbr, flow: Flow, bandwidth: f64, gain: f64): f64 {
  return withBudget(bbr, flow, bdpSegments(bbr, flow, bandwidth, gain));
}

/** Three bursts more, an even number, and in the phase above two more, which keep a small window probing. */
function withBudget(bbr: Bbr, flow: Flow, segments: f64): f64 {
  const even = Math.ceil((segments + 3 * burstSegments(flow)) / 2) * 2;
  return bbr.mode == PROBE_BW && bbr.phase == 0 ? even + 2 : even;
}

function setWindow(bbr: Bbr, flow: Flow, sample: AckSample): void {
  const acked = <f64>sample.newlyDelivered;
  if (acked > 0 && !recoverWindow(bbr, flow, sample)) {
    const bandwidth = bandwidthOf(bbr);
    let most = bdpSegments(bbr, flow, bandwidth, bbr.cwndGain);
    if (bbr.isFull) {
      const cap = (bandwidth * MAX_EXCESS_SECONDS) / <f64>flow.group.mss;
      most += min<f64>(max<f64>(bbr.excess, bbr.excessBefore), cap);
    }
    most = withBudget(bbr, flow, most);
    let segments = segmentsOf(flow);
    if (bbr.isFull) segments = min<f64>(segments + acked, most);
    else if (segments < most || flow.delivered < <u32>firstSegments(flow)) segments += acked;
    setSegments(flow, max<f64>(segments, MIN_WINDOW));
  }
  if (bbr.mode == PROBE_RTT) setSegments(flow, min<f64>(segmentsOf(flow), MIN_WINDOW));
}

/** In the first round of a recovery what is delivered may be sent again; after it the window is what it was. */
function recoverWindow(bbr: Bbr, flow: Flow, sample: AckSample): bool {
  const state = flow.recovery;
  const acked = <f64>sample.newlyDelivered;
  let segments = segmentsOf(flow);
  if (sample.newlyLost > 0) segments = max<f64>(segments - <f64>sample.newlyLost, 1);
  if (state == RECOVERY && bbr.priorState != RECOVERY) {
    bbr.isConserving = true;
    bbr.nextRound = flow.delivered;
    segments = <f64>inFlight(flow) + acked;
  } else if (bbr.priorState != OPEN && state == OPEN) {
    segments = max<f64>(segments, bbr.priorCwnd);
    bbr.isConserving = false;
  }
  bbr.priorState = state;
  if (bbr.isConserving) segments = max<f64>(segments, <f64>inFlight(flow) + acked);
  setSegments(flow, segments);
  return bbr.isConserving;
}

function saveWindow(bbr: Bbr, flow: Flow): void {
  const segments = segmentsOf(flow);
  bbr.priorCwnd = bbr.priorState == OPEN && bbr.mode != PROBE_RTT ? segments : max<f64>(bbr.priorCwnd, segments);
}
