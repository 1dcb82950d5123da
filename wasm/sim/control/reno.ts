// Reno as RFC 5681 has it: slow start by at most one segment per ACK (2), congestion avoidance by
// SMSS²/cwnd per ACK (3), half of what was in flight after a loss (4). Appropriate byte counting
// (RFC 3465) is off: with delayed ACKs the window grows by one segment in two round trips.
import { Flow } from '../state/flow';

export function renoOnAck(flow: Flow): void {
  const mss = <f64>flow.group.mss;
  if (flow.cwnd < flow.ssthresh) flow.cwnd += mss;
  else flow.cwnd += (mss * mss) / flow.cwnd;
}

/** The new ssthresh, in bytes. */
export function renoReduced(flow: Flow, flightBytes: f64): f64 {
  return max<f64>(min<f64>(flow.cwnd, flightBytes) / 2, 2 * <f64>flow.group.mss);
}
