// Prague (draft-briscoe-iccrg-prague-congestion-control), a scalable controller for low latency (RFC 9331): DCTCP's
// answer to marks, by accurate feedback (RFC 9768), with ECT(1) and always paced. What came marked adds nothing to the
// window. Flows of short round trips act as if theirs were REFERENCE_RTT, so that they leave others as much as those:
// the window grows by (RTT/reference)² a round trip and is cut once in a reference.
import { AckSample, Flow, now, OPEN } from '../state/index';
import { MarkShare, startMarkShare, takeMarks } from './mark-share';
import { renoOnCongestion } from './reno';
import { slowStart } from './slow-start';
import { mayGrow, setCwnd } from './window';

const REFERENCE_RTT: i64 = 25000000;

@unmanaged
class Prague extends MarkShare {
  /** When the window was cut last. */
  cutAt: i64 = 0;
}

export function pragueStart(flow: Flow): void {
  const prague = new Prague();
  startMarkShare(prague, flow);
  flow.control = changetype<usize>(prague);
  pace(flow);
}

export function pragueOnAck(flow: Flow, sample: AckSample): void {
  takeMarks(changetype<Prague>(flow.control), flow, sample);
  if (sample.newlyMarked > 0 && flow.recovery == OPEN) answer(flow);
  if (mayGrow(flow, sample)) grow(flow, sample);
  pace(flow);
}

export function pragueOnCongestion(flow: Flow, isMark: bool): void {
  // Marks are answered with the ACK that brings them: their round is not the sender's.
  if (isMark) return;
  renoOnCongestion(flow);
  pace(flow);
}

function answer(flow: Flow): void {
  const prague = changetype<Prague>(flow.control);
  if (flow.ssthresh < Infinity && now - prague.cutAt < max<i64>(flow.srtt, REFERENCE_RTT)) return;
  prague.cutAt = now;
  flow.ssthresh = max<f64>(flow.cwnd * (1 - prague.alpha / 2), 2 * <f64>flow.group.mss);
  setCwnd(flow, flow.ssthresh);
}

function grow(flow: Flow, sample: AckSample): void {
  const left = slowStart(flow, sample);
  if (left <= sample.newlyMarked) return;
  const mss = <f64>flow.group.mss;
  const ratio = min<f64>(1, <f64>flow.srtt / <f64>REFERENCE_RTT);
  setCwnd(flow, flow.cwnd + (ratio * ratio * <f64>(left - sample.newlyMarked) * mss * mss) / flow.cwnd);
}

function pace(flow: Flow): void {
  if (flow.srtt == 0) return;
  const gain: f64 = flow.cwnd < flow.ssthresh / 2 ? 2 : 1;
  flow.pacingRate = (gain * flow.cwnd * 1e9) / <f64>flow.srtt;
}
