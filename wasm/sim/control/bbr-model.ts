// What the versions of BBR have in common: a model of the path, its bandwidth in payload bytes per second and its round
// trip in ns, rounds counted by packets (a round is over when a segment sent after its beginning is delivered), and how
// much ACKs bunch. Windows are in segments.
import { AckSample, Flow, inFlight, now } from '../state/index';
import { initialCwndBytes, setCwnd } from './window';

export const MIN_WINDOW: f64 = 4;
export const PROBE_RTT_TIME: i64 = 200000000;
export const MIN_RTT_WINDOW: i64 = 10000000000;
/** Bandwidth still grows while a round has a quarter more than the best before it; three that have not are enough. */
export const FULL_GROWTH: f64 = 1.25;
export const FULL_ROUNDS: u32 = 3;
/** Paces a hundredth below the model, so that a queue that has built up goes. */
const MARGIN: f64 = 0.99;
const NO_RTT: i64 = 1000000;
/** Below this a burst is one segment, above two at least; else what a millisecond or so holds (tcp_bbr.c). */
const SMALL_BURST_RATE: f64 = 150000;
const BURST_SHARE: f64 = 1.0 / 1024;
const MAX_BURST: f64 = 127;

@unmanaged
export class BbrModel {
  rounds: u32 = 0;
  nextRound: u32 = 0;
  roundStart: bool = false;
  isFull: bool = false;
  idleRestart: bool = false;
  probeRttRound: bool = false;
  mode: u8 = 0;
  /** `recovery` as the last ACK left it. */
  priorState: u8 = 0;
  fullRounds: u32 = 0;
  fullBandwidth: f64 = 0;
  pacingGain: f64 = 1;
  cwndGain: f64 = 1;
  /** 0: not known yet. */
  minRtt: i64 = 0;
  minRttAt: i64 = 0;
  /** 0: the window has not shrunk yet. */
  probeRttEnd: i64 = 0;
  priorCwnd: f64 = 0;
  epochStart: i64 = 0;
  epochAcked: f64 = 0;
}

export function startModel(model: BbrModel, flow: Flow): void {
  model.nextRound = flow.delivered;
  model.minRtt = flow.minRtt;
  model.minRttAt = now;
  model.epochStart = now;
}

/** Counts a round that begins with this ACK. */
export function takeRound(model: BbrModel, flow: Flow, sample: AckSample): void {
  model.roundStart = <i32>(sample.priorDelivered - model.nextRound) >= 0;
  if (!model.roundStart) return;
  model.rounds += 1;
  model.nextRound = flow.delivered;
}

/** In payload bytes per second; there is a sample. */
export function deliveryRate(flow: Flow, sample: AckSample): f64 {
  const interval = max<i64>(1, max<i64>(sample.sendInterval, sample.ackInterval));
  return (<f64>sample.delivered * <f64>flow.group.mss * 1e9) / <f64>interval;
}

/** Segments more than the bandwidth explains that have been acknowledged since an epoch began in which that is so. */
export function excessAcked(model: BbrModel, flow: Flow, sample: AckSample, bandwidth: f64): f64 {
  let expected = (bandwidth * <f64>(now - model.epochStart) * 1e-9) / <f64>flow.group.mss;
  if (model.epochAcked <= expected) {
    model.epochAcked = 0;
    model.epochStart = now;
    expected = 0;
  }
  model.epochAcked += sample.newlyDelivered;
  return min<f64>(model.epochAcked - expected, flow.cwndPackets);
}

/** `gain` times the bandwidth-delay product, in segments. */
export function bdpSegments(model: BbrModel, flow: Flow, bandwidth: f64, gain: f64): f64 {
  const mss = <f64>flow.group.mss;
  if (model.minRtt == 0) return initialCwndBytes(flow) / mss;
  return Math.ceil((gain * bandwidth * <f64>model.minRtt * 1e-9) / mss);
}

/** Segments the sender hands on at once (Linux' tso_segs_goal); here they leave one by one, but the window allows for them. */
export function burstSegments(flow: Flow): f64 {
  const least: f64 = flow.pacingRate < SMALL_BURST_RATE ? 1 : 2;
  return min<f64>(MAX_BURST, max<f64>(least, Math.floor((flow.pacingRate * BURST_SHARE) / <f64>flow.group.mss)));
}

/** In flight once what is paced next has left (Linux' packets_in_net_at_edt). */
export function inFlightAtDeparture(model: BbrModel, flow: Flow, before: f64, bandwidth: f64): f64 {
  const wait = max<i64>(0, flow.nextSend - now);
  const leaves = (bandwidth * <f64>wait * 1e-9) / <f64>flow.group.mss;
  const arrives: f64 = model.pacingGain > 1 ? burstSegments(flow) : 0;
  return max<f64>(0, before + arrives - Math.floor(leaves));
}

/** In flight when the ACK at hand came. */
export function inFlightBefore(flow: Flow, sample: AckSample): f64 {
  return <f64>inFlight(flow) + <f64>sample.newlyDelivered + <f64>sample.newlyLost;
}

/** While it looks for the bandwidth the pace only rises. */
export function setPace(model: BbrModel, flow: Flow, bandwidth: f64, gain: f64): void {
  const rate = bandwidth * gain * MARGIN;
  if (rate > 0 && (model.isFull || rate > flow.pacingRate)) flow.pacingRate = rate;
}

/** The initial window in a round trip. */
export function setFirstPace(flow: Flow, gain: f64): void {
  const rtt = flow.srtt > 0 ? flow.srtt : NO_RTT;
  flow.pacingRate = (gain * MARGIN * flow.cwnd * 1e9) / <f64>rtt;
}

export function segmentsOf(flow: Flow): f64 {
  return flow.cwnd / <f64>flow.group.mss;
}

export function setSegments(flow: Flow, segments: f64): void {
  setCwnd(flow, segments * <f64>flow.group.mss);
}

export function firstSegments(flow: Flow): f64 {
  return initialCwndBytes(flow) / <f64>flow.group.mss;
}
