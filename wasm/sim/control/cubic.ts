// CUBIC as RFC 9438 has it, with fast convergence and the Reno-friendly region. Windows are in segments, times in seconds.
//
//   W_cubic(t) = C·(t − K)³ + W_max,  K = ∛((W_max − cwnd_epoch)/C)
import { AckSample, cubeRoot, Flow, now } from '../state/index';
import { slowStart } from './slow-start';
import { collapseWindow, flightBytes, mayGrow, moveWindow, restartWindow } from './window';

const C: f64 = 0.4;
const BETA: f64 = 0.7;
/** α_cubic of 4.3, which gives Reno's average rate with β = 0.7. */
const ALPHA: f64 = (3 * (1 - BETA)) / (1 + BETA);

export function cubicStart(flow: Flow): void {
  flow.cubicEpoch = -1;
  flow.cubicMax = 0;
  flow.cubicPrior = 0;
}

export function cubicOnAck(flow: Flow, sample: AckSample): void {
  if (!mayGrow(flow, sample)) return;
  const left = slowStart(flow, sample);
  if (left > 0) moveWindow(flow, grown(flow, left));
}

/** 4.6, and the present window becomes W_max. */
export function cubicOnCongestion(flow: Flow): void {
  flow.ssthresh = reduced(flow);
  moveWindow(flow, flow.ssthresh);
}

/** 4.8: the first congestion avoidance after a timeout starts with K = 0. ssthresh as in RFC 5681 3.1. */
export function cubicOnTimeout(flow: Flow, isNewRound: bool): void {
  if (isNewRound) flow.ssthresh = reduced(flow);
  flow.cubicMax = 0;
  collapseWindow(flow);
}

/** 5.8: time in which the application sent nothing does not count. */
export function cubicOnRestart(flow: Flow, idle: i64): void {
  if (flow.cubicEpoch >= 0) flow.cubicEpoch += idle;
  restartWindow(flow, idle);
}

/** The window after an ACK in congestion avoidance, in bytes. */
function grown(flow: Flow, acked: u32): f64 {
  const mss = <f64>flow.group.mss;
  const cwnd = flow.cwnd / mss;
  if (flow.cubicEpoch < 0) beginEpoch(flow, cwnd);
  const elapsed = <f64>(now - flow.cubicEpoch) * 1e-9;
  // 4.3: until it reaches the window of the last loss, as if Reno; then by one segment per round trip.
  const alpha: f64 = flow.cubicEstimate < flow.cubicPrior ? ALPHA : 1;
  flow.cubicEstimate += (alpha * <f64>acked) / cwnd;
  if (windowAt(flow, elapsed) < flow.cubicEstimate) return max<f64>(flow.cwnd, flow.cubicEstimate * mss);
  // 4.4, 4.5: towards the window one round trip ahead, at most half as much again.
  const target = windowAt(flow, elapsed + <f64>flow.srtt * 1e-9);
  const bounded = min<f64>(max<f64>(target, cwnd), 1.5 * cwnd);
  return flow.cwnd + ((bounded - cwnd) / cwnd) * <f64>acked * mss;
}

/** The new ssthresh, in bytes; the present window becomes W_max. */
function reduced(flow: Flow): f64 {
  const mss = <f64>flow.group.mss;
  const cwnd = flow.cwnd / mss;
  // 4.7: a flow that loses below its last W_max gives way to newer ones.
  flow.cubicMax = cwnd < flow.cubicMax ? (cwnd * (1 + BETA)) / 2 : cwnd;
  flow.cubicPrior = cwnd;
  flow.cubicEpoch = -1;
  return max<f64>(min<f64>(flow.cwnd, flightBytes(flow)) * BETA, 2 * mss);
}

function beginEpoch(flow: Flow, cwnd: f64): void {
  flow.cubicEpoch = now;
  flow.cubicEstimate = cwnd;
  if (cwnd < flow.cubicMax) {
    flow.cubicK = cubeRoot((flow.cubicMax - cwnd) / C);
  } else {
    flow.cubicK = 0;
    flow.cubicMax = cwnd;
  }
}

function windowAt(flow: Flow, elapsed: f64): f64 {
  const t = elapsed - flow.cubicK;
  return C * t * t * t + flow.cubicMax;
}
