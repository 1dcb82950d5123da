// What losses tell BBR (version 3) of how much the path bears, in the long term and until the next probe
// (draft-ietf-ccwg-bbr 5.3.3, 5.5.10).
import { AckSample, Flow } from '../state/index';
import { BbrModel, bdpSegments, MIN_WINDOW, segmentsOf } from './bbr-model';

/** Of what was in flight: more, and that was too much. */
const LOSS_SHARE: f64 = 0.02;
const BETA: f64 = 0.7;
const HEADROOM: f64 = 0.15;
const MAX_SLOPE_ROUNDS: u32 = 30;

// Of what do ACKs tell: of segments before the probe's, of its own, or of those after it.
export const NOTHING: u8 = 0;
export const REFILLING: u8 = 1;
export const STARTING: u8 = 2;
export const FEEDBACK: u8 = 3;
export const STOPPING: u8 = 4;

@unmanaged
export class Bounds extends BbrModel {
  ackPhase: u8 = 0;
  /** Losses are those of a probe, which moves the long-term limit. */
  isSampling: bool = false;
  /** The window was full in this round. */
  isLimited: bool = false;
  hasLost: bool = false;
  lossRoundStart: bool = false;
  lossRound: u32 = 0;
  lossEvents: u32 = 0;
  /** `lostTotal` of the flow at the last ACK. */
  lostSeen: u32 = 0;
  maxBandwidth: f64 = 0;
  cycleBandwidth: f64 = 0;
  priorBandwidth: f64 = 0;
  /** The greatest of the round at hand. */
  latestBandwidth: f64 = 0;
  latestInFlight: f64 = 0;
  shortBandwidth: f64 = 0;
  shortInFlight: f64 = 0;
  longInFlight: f64 = 0;
  /** UP adds a segment to the long-term limit for so many acknowledged, twice as many each round. */
  slopeEvery: f64 = 0;
  slopeAcked: f64 = 0;
  slopeRounds: u32 = 0;
}

export function startBounds(bounds: Bounds, flow: Flow): void {
  bounds.longInFlight = Infinity;
  bounds.slopeEvery = Infinity;
  bounds.lostSeen = flow.lostTotal;
  resetShortTerm(bounds);
}

/** What the round has delivered at best, and whether one begins in which losses are counted. */
export function takeLatest(bounds: Bounds, flow: Flow, sample: AckSample, rate: f64): void {
  if (flow.lostTotal != bounds.lostSeen) {
    bounds.lostSeen = flow.lostTotal;
    bounds.lossEvents += 1;
    if (!bounds.hasLost) bounds.lossRound = flow.delivered;
    bounds.hasLost = true;
  }
  bounds.latestBandwidth = max<f64>(bounds.latestBandwidth, rate);
  bounds.latestInFlight = max<f64>(bounds.latestInFlight, sample.delivered);
  bounds.lossRoundStart = <i32>(sample.priorDelivered - bounds.lossRound) >= 0;
  if (bounds.lossRoundStart) bounds.lossRound = flow.delivered;
}

/** At the end of a round: where it has lost and was no probe, what is sent is what arrived, or seven tenths. */
export function adaptShortTerm(bounds: Bounds, flow: Flow, isProbing: bool): void {
  if (bounds.hasLost && !isProbing) {
    if (bounds.shortBandwidth == Infinity) bounds.shortBandwidth = bounds.maxBandwidth;
    if (bounds.shortInFlight == Infinity) bounds.shortInFlight = segmentsOf(flow);
    bounds.shortBandwidth = max<f64>(bounds.latestBandwidth, BETA * bounds.shortBandwidth);
    bounds.shortInFlight = max<f64>(bounds.latestInFlight, Math.floor(BETA * bounds.shortInFlight));
  }
  bounds.hasLost = false;
}

export function resetShortTerm(bounds: Bounds): void {
  bounds.shortBandwidth = Infinity;
  bounds.shortInFlight = Infinity;
}

/** Segments that were in flight when that of the rate sample was sent. */
function sentWith(sample: AckSample): f64 {
  return <f64>sample.delivered + <f64>sample.lost;
}

export function isTooHigh(sample: AckSample): bool {
  return <f64>sample.lost > LOSS_SHARE * sentWith(sample);
}

/** True where a probe is over because it has lost too much. */
export function adaptLongTerm(bounds: Bounds, flow: Flow, sample: AckSample, isUp: bool, isCycling: bool): bool {
  if (bounds.roundStart) {
    if (bounds.ackPhase == STARTING) {
      bounds.ackPhase = FEEDBACK;
    } else if (bounds.ackPhase == STOPPING) {
      bounds.isSampling = false;
      bounds.ackPhase = NOTHING;
      if (isCycling && !sample.isAppLimited && bounds.cycleBandwidth > 0) {
        bounds.priorBandwidth = bounds.cycleBandwidth;
        bounds.cycleBandwidth = 0;
      }
    }
  }
  if (isTooHigh(sample)) return bounds.isSampling && sample.newlyLost > 0 && lowerLongTerm(bounds, flow, sample, isUp);
  if (bounds.longInFlight == Infinity) return false;
  bounds.longInFlight = max<f64>(bounds.longInFlight, sentWith(sample));
  if (isUp) raiseLongTerm(bounds, flow, sample);
  return false;
}

/** To where the losses of the probe passed what is borne. */
function lowerLongTerm(bounds: Bounds, flow: Flow, sample: AckSample, isUp: bool): bool {
  bounds.isSampling = false;
  if (!sample.isAppLimited) {
    const lost = <f64>sample.newlyLost;
    const before = max<f64>(0, sentWith(sample) - lost);
    const lostBefore = <f64>sample.lost - lost;
    const borne = before + max<f64>(0, LOSS_SHARE * before - lostBefore) / (1 - LOSS_SHARE);
    bounds.longInFlight = max<f64>(borne, BETA * targetInFlight(bounds, flow));
  }
  return isUp;
}

/** Slowly at first, in case others probe too. */
function raiseLongTerm(bounds: Bounds, flow: Flow, sample: AckSample): void {
  if (!bounds.isLimited || segmentsOf(flow) < bounds.longInFlight) return;
  bounds.slopeAcked += sample.newlyDelivered;
  if (bounds.slopeAcked >= bounds.slopeEvery) {
    const more = Math.floor(bounds.slopeAcked / bounds.slopeEvery);
    bounds.slopeAcked -= more * bounds.slopeEvery;
    bounds.longInFlight += more;
  }
  if (bounds.roundStart) raiseSlope(bounds, flow);
}

export function raiseSlope(bounds: Bounds, flow: Flow): void {
  const growth = <f64>((<u32>1) << bounds.slopeRounds);
  bounds.slopeRounds = min<u32>(bounds.slopeRounds + 1, MAX_SLOPE_ROUNDS);
  bounds.slopeEvery = max<f64>(segmentsOf(flow) / growth, 1);
}

export function targetInFlight(bounds: Bounds, flow: Flow): f64 {
  const bandwidth = min<f64>(bounds.maxBandwidth, bounds.shortBandwidth);
  return min<f64>(bdpSegments(bounds, flow, bandwidth, 1), segmentsOf(flow));
}

/** The long-term limit, but for what is left to others. */
export function withHeadroom(bounds: Bounds): f64 {
  if (bounds.longInFlight == Infinity) return Infinity;
  const room = max<f64>(1, HEADROOM * bounds.longInFlight);
  return max<f64>(bounds.longInFlight - room, MIN_WINDOW);
}
