// Reno: half of what was in flight after a loss (RFC 5681 3.1, 3.2), and in congestion avoidance one segment for
// each window of acknowledged segments, as Linux counts it, or for each window of ACKs, as RFC 5681 does in (3): with
// delayed ACKs that is one segment in two round trips.
import { GROWTH_LINUX } from '../../generated/sim';
import { AckSample, Flow } from '../state/index';
import { slowStart } from './slow-start';
import { collapseWindow, flightBytes, mayGrow, moveWindow, restartWindow } from './window';

export function renoOnAck(flow: Flow, sample: AckSample): void {
  if (!mayGrow(flow, sample)) return;
  const left = slowStart(flow, sample);
  if (left == 0) return;
  const mss = <f64>flow.group.mss;
  const counted: f64 = flow.group.growth == GROWTH_LINUX ? left : 1;
  moveWindow(flow, flow.cwnd + (counted * mss * mss) / flow.cwnd);
}

export function renoOnCongestion(flow: Flow): void {
  flow.ssthresh = reduced(flow);
  moveWindow(flow, flow.ssthresh);
}

export function renoOnTimeout(flow: Flow, isNewRound: bool): void {
  if (isNewRound) flow.ssthresh = reduced(flow);
  collapseWindow(flow);
}

export function renoOnRestart(flow: Flow, idle: i64): void {
  restartWindow(flow, idle);
}

/** The new ssthresh, in bytes. */
function reduced(flow: Flow): f64 {
  return max<f64>(min<f64>(flow.cwnd, flightBytes(flow)) / 2, 2 * <f64>flow.group.mss);
}
