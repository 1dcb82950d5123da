// Reno as RFC 5681 has it: slow start by at most one segment per ACK (2), congestion avoidance by
// SMSS²/cwnd per ACK (3), half of what was in flight after a loss (4). Appropriate byte counting
// (RFC 3465) is off: with delayed ACKs the window grows by one segment in two round trips.
import { AckSample, Flow, LOSS } from '../state/index';
import { collapseWindow, flightBytes, mayGrow, moveWindow, restartWindow } from './window';

export function renoOnAck(flow: Flow, sample: AckSample): void {
  if (!mayGrow(flow, sample)) return;
  const mss = <f64>flow.group.mss;
  moveWindow(flow, flow.cwnd + (flow.cwnd < flow.ssthresh ? mss : (mss * mss) / flow.cwnd));
}

export function renoOnCongestion(flow: Flow): void {
  flow.ssthresh = reduced(flow);
  moveWindow(flow, flow.ssthresh);
}

/** RFC 5681 3.1: ssthresh only for the first timeout of a segment. */
export function renoOnTimeout(flow: Flow): void {
  if (flow.recovery != LOSS) flow.ssthresh = reduced(flow);
  collapseWindow(flow);
}

export function renoOnRestart(flow: Flow, idle: i64): void {
  restartWindow(flow, idle);
}

/** The new ssthresh, in bytes. */
function reduced(flow: Flow): f64 {
  return max<f64>(min<f64>(flow.cwnd, flightBytes(flow)) / 2, 2 * <f64>flow.group.mss);
}
