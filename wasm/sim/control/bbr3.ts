// BBR, version 3 (draft-ietf-ccwg-bbr): as version 1 a model of bandwidth and round trip, but one that losses bound. What
// loses more than a fiftieth of a round sets a long-term limit of what may be in flight, of which a part is left to
// others; a round with losses lowers short-term limits until the next probe.
//
//   STARTUP ─▶ DRAIN ─▶ DOWN ── queue and headroom gone ──▶ CRUISE ── 2 to 3 s, or as Reno would ──▶ REFILL ── a round ──▶ UP
//                        ▲                                                                                                │
//                        └────────────────────── loss, or no more bandwidth in 3 rounds ◀─────────────────────────────────┘
//   no lower round trip in 5 s ──▶ PROBE_RTT (half the product, 200 ms) ──▶ CRUISE
//
// What its segments had in flight when they were sent is what was delivered and lost since: the same number where
// paths keep order. The bounds stand in bbr3-bounds.ts.
import { AckSample, Flow, inFlight, LOSS, now, OPEN, RECOVERY } from '../state/index';
import {
  bdpSegments,
  burstSegments,
  deliveryRate,
  excessAcked,
  FULL_GROWTH,
  FULL_ROUNDS,
  firstSegments,
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
import {
  adaptLongTerm,
  adaptShortTerm,
  Bounds,
  isTooHigh,
  REFILLING,
  raiseSlope,
  resetShortTerm,
  STARTING,
  STOPPING,
  startBounds,
  takeLatest,
  targetInFlight,
  withHeadroom,
} from './bbr3-bounds';
import { addToRound, greatest, ROUND_MAX_BYTES, RoundMax, startRoundMax } from './round-max';

const STARTUP: u8 = 0;
const DRAIN: u8 = 1;
const PROBE_RTT: u8 = 2;
const DOWN: u8 = 3;
const CRUISE: u8 = 4;
const REFILL: u8 = 5;
const UP: u8 = 6;

/** 4 ln 2. */
const STARTUP_GAIN: f64 = 2.773;
const DRAIN_GAIN: f64 = 0.5;
const DOWN_GAIN: f64 = 0.9;
const UP_GAIN: f64 = 1.25;
const CWND_GAIN: f64 = 2;
const UP_CWND_GAIN: f64 = 2.25;
const PROBE_RTT_GAIN: f64 = 0.5;
const DRAIN_ROUNDS: u32 = 3;
const STARTUP_LOSS_EVENTS: u32 = 6;
const RENO_ROUNDS: f64 = 63;
const PROBE_WAIT: i64 = 2000000000;
const PROBE_WAIT_SPREAD: f64 = 1e9;
const PROBE_RTT_INTERVAL: i64 = 5000000000;
const EXCESS_ROUNDS: u32 = 10;

@unmanaged
class Bbr3 extends Bounds {
  excesses: RoundMax = changetype<RoundMax>(0);
  excess: f64 = 0;
  /** The bandwidth has stopped growing since it was last looked for. */
  isFullNow: bool = false;
  drainRound: u32 = 0;
  probeRound: u32 = 0;
  probeWait: i64 = 0;
  cycleStart: i64 = 0;
  /** The least round trip of the last 5 s. */
  recentRtt: i64 = 0;
  recentRttAt: i64 = 0;
}

export function bbr3Start(flow: Flow): void {
  const size = (offsetof<Bbr3>() + 7) & ~(<usize>7);
  const block = heap.alloc(size + ROUND_MAX_BYTES);
  memory.fill(block, 0, size);
  const bbr = changetype<Bbr3>(block);
  bbr.excesses = startRoundMax(block + size, EXCESS_ROUNDS);
  flow.control = block;
  startModel(bbr, flow);
  startBounds(bbr, flow);
  bbr.recentRtt = flow.minRtt;
  bbr.recentRttAt = now;
  enterStartup(bbr);
  setFirstPace(flow, STARTUP_GAIN);
}

export function bbr3OnAck(flow: Flow, sample: AckSample): void {
  const bbr = changetype<Bbr3>(flow.control);
  const before = inFlightBefore(flow, sample);
  if (before >= <f64>flow.cwndPackets) bbr.isLimited = true;
  if (sample.delivered > 0) {
    const rate = deliveryRate(flow, sample);
    takeLatest(bbr, flow, sample, rate);
    takeRound(bbr, flow, sample);
    if (!sample.isAppLimited || rate >= bbr.maxBandwidth) addBandwidth(bbr, rate);
    if (bbr.lossRoundStart) adaptShortTerm(bbr, flow, bbr.mode == STARTUP || bbr.mode >= REFILL);
    takeExcess(bbr, flow, sample);
    takeFullness(bbr, sample, rate);
    checkStartup(bbr, flow, sample);
    cycle(bbr, flow, sample, rate);
    if (bbr.lossRoundStart) {
      bbr.latestBandwidth = rate;
      bbr.latestInFlight = sample.delivered;
    }
    if (bbr.roundStart) bbr.isLimited = false;
  } else {
    bbr.roundStart = false;
  }
  takeMinRtt(bbr, flow, sample);
  const bandwidth = min<f64>(bbr.maxBandwidth, bbr.shortBandwidth);
  setPace(bbr, flow, bandwidth, bbr.pacingGain);
  setWindow(bbr, flow, sample, bandwidth);
}

export function bbr3OnCongestion(flow: Flow): void {
  saveWindow(changetype<Bbr3>(flow.control), flow);
}

export function bbr3OnTimeout(flow: Flow): void {
  const bbr = changetype<Bbr3>(flow.control);
  saveWindow(bbr, flow);
  bbr.priorState = LOSS;
  resetFullness(bbr, 0);
  setSegments(flow, 1);
}

export function bbr3OnRestart(flow: Flow): void {
  if (flow.appLimitedUntil == 0) return;
  const bbr = changetype<Bbr3>(flow.control);
  bbr.idleRestart = true;
  bbr.epochStart = now;
  bbr.epochAcked = 0;
  if (bbr.mode >= DOWN) setPace(bbr, flow, min<f64>(bbr.maxBandwidth, bbr.shortBandwidth), 1);
  else if (bbr.mode == PROBE_RTT) endProbeRtt(bbr, flow);
}

/** The greatest of this cycle of probes and of the one before. */
function addBandwidth(bbr: Bbr3, rate: f64): void {
  bbr.cycleBandwidth = max<f64>(bbr.cycleBandwidth, rate);
  bbr.maxBandwidth = max<f64>(bbr.cycleBandwidth, bbr.priorBandwidth);
}

function takeExcess(bbr: Bbr3, flow: Flow, sample: AckSample): void {
  const excess = excessAcked(bbr, flow, sample, min<f64>(bbr.maxBandwidth, bbr.shortBandwidth));
  if (!bbr.isFull) {
    bbr.excess = excess;
    return;
  }
  addToRound(bbr.excesses, bbr.rounds, excess);
  bbr.excess = greatest(bbr.excesses);
}

function takeFullness(bbr: Bbr3, sample: AckSample, rate: f64): void {
  if (bbr.isFullNow || sample.isAppLimited) return;
  if (rate >= bbr.fullBandwidth * FULL_GROWTH) {
    resetFullness(bbr, rate);
    return;
  }
  if (!bbr.roundStart) return;
  bbr.isFullNow = ++bbr.fullRounds >= FULL_ROUNDS;
  if (bbr.isFullNow) bbr.isFull = true;
}

function resetFullness(bbr: Bbr3, rate: f64): void {
  bbr.fullBandwidth = rate;
  bbr.fullRounds = 0;
  bbr.isFullNow = false;
}

/** STARTUP ends with the growth of bandwidth, or with a round of recovery that lost in six places and more than it may. */
function checkStartup(bbr: Bbr3, flow: Flow, sample: AckSample): void {
  if (!bbr.isFull) {
    if (bbr.lossRoundStart) {
      if (flow.recovery == RECOVERY && bbr.lossEvents >= STARTUP_LOSS_EVENTS && isTooHigh(sample)) {
        bbr.longInFlight = max<f64>(bdpSegments(bbr, flow, bbr.maxBandwidth, 1), bbr.latestInFlight);
        bbr.isFull = true;
      }
      bbr.lossEvents = 0;
    }
  }
  if (bbr.mode == STARTUP && bbr.isFull) {
    bbr.mode = DRAIN;
    bbr.pacingGain = DRAIN_GAIN;
    bbr.cwndGain = CWND_GAIN;
    bbr.drainRound = bbr.rounds;
  }
  if (bbr.mode != DRAIN) return;
  if (<f64>inFlight(flow) <= target(bbr, flow, 1) || bbr.rounds > bbr.drainRound + DRAIN_ROUNDS) goDown(bbr, flow);
}

function cycle(bbr: Bbr3, flow: Flow, sample: AckSample, rate: f64): void {
  if (!bbr.isFull) return;
  const isDown = adaptLongTerm(bbr, flow, sample, bbr.mode == UP, bbr.mode >= DOWN);
  switch (bbr.mode) {
    case DOWN:
      if (!probeAgain(bbr, flow) && hasRoom(bbr, flow)) cruise(bbr);
      break;
    case CRUISE:
      probeAgain(bbr, flow);
      break;
    case REFILL:
      if (bbr.roundStart) goUp(bbr, flow, rate);
      break;
    case UP:
      if (isDown || isProbeOver(bbr, flow, rate)) goDown(bbr, flow);
      break;
    default:
      break;
  }
}

/** While the long-term limit holds the window, no growth of bandwidth says nothing. */
function isProbeOver(bbr: Bbr3, flow: Flow, rate: f64): bool {
  if (bbr.isLimited && segmentsOf(flow) >= bbr.longInFlight) {
    resetFullness(bbr, rate);
    return false;
  }
  return bbr.isFullNow;
}

function hasRoom(bbr: Bbr3, flow: Flow): bool {
  const within = <f64>inFlight(flow);
  return within <= withHeadroom(bbr) && within <= target(bbr, flow, 1);
}

/** In two to three seconds, or in the rounds Reno takes to regain what is in flight. */
function probeAgain(bbr: Bbr3, flow: Flow): bool {
  const rounds = min<f64>(RENO_ROUNDS, targetInFlight(bbr, flow));
  if (now <= bbr.cycleStart + bbr.probeWait && <f64>(bbr.rounds - bbr.probeRound) < rounds) return false;
  resetShortTerm(bbr);
  bbr.slopeRounds = 0;
  bbr.slopeAcked = 0;
  bbr.ackPhase = REFILLING;
  bbr.nextRound = flow.delivered;
  setMode(bbr, REFILL, 1, CWND_GAIN);
  return true;
}

function goUp(bbr: Bbr3, flow: Flow, rate: f64): void {
  bbr.isSampling = true;
  bbr.ackPhase = STARTING;
  bbr.nextRound = flow.delivered;
  resetFullness(bbr, rate);
  setMode(bbr, UP, UP_GAIN, UP_CWND_GAIN);
  raiseSlope(bbr, flow);
}

function goDown(bbr: Bbr3, flow: Flow): void {
  bbr.hasLost = false;
  bbr.latestBandwidth = 0;
  bbr.latestInFlight = 0;
  bbr.slopeEvery = Infinity;
  bbr.probeRound = bbr.rounds - (flow.random.next() & 1);
  bbr.probeWait = PROBE_WAIT + <i64>(flow.random.unit() * PROBE_WAIT_SPREAD);
  bbr.cycleStart = now;
  bbr.ackPhase = STOPPING;
  bbr.nextRound = flow.delivered;
  setMode(bbr, DOWN, DOWN_GAIN, CWND_GAIN);
}

function cruise(bbr: Bbr3): void {
  setMode(bbr, CRUISE, 1, CWND_GAIN);
}

function enterStartup(bbr: Bbr3): void {
  setMode(bbr, STARTUP, STARTUP_GAIN, CWND_GAIN);
}

function setMode(bbr: Bbr3, mode: u8, pacingGain: f64, cwndGain: f64): void {
  bbr.mode = mode;
  bbr.pacingGain = pacingGain;
  bbr.cwndGain = cwndGain;
}

function takeMinRtt(bbr: Bbr3, flow: Flow, sample: AckSample): void {
  const isOld = now > bbr.recentRttAt + PROBE_RTT_INTERVAL;
  const rtt = sample.rttLast;
  if (rtt >= 0 && (rtt < bbr.recentRtt || bbr.recentRtt == 0 || isOld)) {
    bbr.recentRtt = rtt;
    bbr.recentRttAt = now;
  }
  if (bbr.recentRtt < bbr.minRtt || bbr.minRtt == 0 || now > bbr.minRttAt + MIN_RTT_WINDOW) {
    bbr.minRtt = bbr.recentRtt;
    bbr.minRttAt = bbr.recentRttAt;
  }
  if (isOld && !bbr.idleRestart && bbr.mode != PROBE_RTT) {
    setMode(bbr, PROBE_RTT, 1, PROBE_RTT_GAIN);
    saveWindow(bbr, flow);
    bbr.probeRttEnd = 0;
    bbr.ackPhase = STOPPING;
    bbr.nextRound = flow.delivered;
  }
  if (bbr.mode == PROBE_RTT) probeRtt(bbr, flow);
  if (sample.delivered > 0) bbr.idleRestart = false;
}

function probeRtt(bbr: Bbr3, flow: Flow): void {
  const within = inFlight(flow);
  flow.appLimitedUntil = max<u32>(1, flow.delivered + within);
  if (bbr.probeRttEnd == 0) {
    if (<f64>within > probeRttWindow(bbr, flow)) return;
    bbr.probeRttEnd = now + PROBE_RTT_TIME;
    bbr.probeRttRound = false;
    bbr.nextRound = flow.delivered;
    return;
  }
  if (bbr.roundStart) bbr.probeRttRound = true;
  if (bbr.probeRttRound) endProbeRtt(bbr, flow);
}

function endProbeRtt(bbr: Bbr3, flow: Flow): void {
  if (bbr.probeRttEnd == 0 || now <= bbr.probeRttEnd) return;
  bbr.recentRttAt = now;
  setSegments(flow, max<f64>(segmentsOf(flow), bbr.priorCwnd));
  resetShortTerm(bbr);
  if (bbr.isFull) {
    goDown(bbr, flow);
    cruise(bbr);
  } else {
    enterStartup(bbr);
  }
}

function probeRttWindow(bbr: Bbr3, flow: Flow): f64 {
  const bandwidth = min<f64>(bbr.maxBandwidth, bbr.shortBandwidth);
  return max<f64>(bdpSegments(bbr, flow, bandwidth, PROBE_RTT_GAIN), MIN_WINDOW);
}

function target(bbr: Bbr3, flow: Flow, gain: f64): f64 {
  return withBudget(bbr, flow, bdpSegments(bbr, flow, bbr.maxBandwidth, gain));
}

/** At least three bursts, so that a host that bunches keeps the path full. */
function withBudget(bbr: Bbr3, flow: Flow, segments: f64): f64 {
  const least = max<f64>(max<f64>(segments, 3 * burstSegments(flow)), MIN_WINDOW);
  return bbr.mode == UP ? least + 2 : least;
}

function setWindow(bbr: Bbr3, flow: Flow, sample: AckSample, bandwidth: f64): void {
  const state = flow.recovery;
  let segments = segmentsOf(flow);
  if (bbr.priorState != OPEN && state == OPEN) segments = max<f64>(segments, bbr.priorCwnd);
  bbr.priorState = state;
  const most = withBudget(bbr, flow, bdpSegments(bbr, flow, bandwidth, bbr.cwndGain) + bbr.excess);
  const acked = <f64>sample.newlyDelivered;
  if (bbr.isFull) segments = min<f64>(segments + acked, most);
  else if (segments < most || flow.delivered < <u32>firstSegments(flow)) segments += acked;
  segments = max<f64>(segments, MIN_WINDOW);
  if (bbr.mode == PROBE_RTT) segments = min<f64>(segments, probeRttWindow(bbr, flow));
  let cap: f64 = Infinity;
  if (bbr.mode == CRUISE || bbr.mode == PROBE_RTT) cap = withHeadroom(bbr);
  else if (bbr.mode >= DOWN) cap = bbr.longInFlight;
  cap = max<f64>(min<f64>(cap, bbr.shortInFlight), MIN_WINDOW);
  setSegments(flow, min<f64>(segments, cap));
}

function saveWindow(bbr: Bbr3, flow: Flow): void {
  const segments = segmentsOf(flow);
  bbr.priorCwnd = bbr.priorState == OPEN && bbr.mode != PROBE_RTT ? segments : max<f64>(bbr.priorCwnd, segments);
}
