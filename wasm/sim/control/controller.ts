// The senders built into the engine, chosen per group. A flow with an agent (CONTROLLER_CCP) is
// left alone here: as in the Linux datapath, only its program and its agent move its window, in
// recovery and after a timeout too.
import { CONTROLLER_CCP, CONTROLLER_CUBIC } from '../../generated/sim';
import { Flow, LOSS, RECOVERY } from '../state/flow';
import { cubicOnAck, cubicOnIdle, cubicOnTimeout, cubicReduced } from './cubic';
import { renoOnAck, renoReduced } from './reno';

/** Bytes a flow may have in flight, and the same in whole segments, at least one. */
export function setCwnd(flow: Flow, bytes: f64): void {
  flow.cwnd = bytes;
  const packets = bytes / <f64>flow.group.mss;
  flow.cwndPackets = packets < 1 ? 1 : <u32>min<f64>(packets, 1e9);
}

export function controllerOnAck(flow: Flow, acked: u32): void {
  if (flow.recovery == RECOVERY || !flow.cwndLimited) return;
  if (flow.group.controller == CONTROLLER_CUBIC) cubicOnAck(flow, acked);
  else renoOnAck(flow);
  setCwnd(flow, flow.cwnd);
  updatePacing(flow);
}

/** A loss, or an ECN echo: once per window. */
export function controllerOnCongestion(flow: Flow): void {
  if (flow.group.controller == CONTROLLER_CCP) return;
  flow.ssthresh = reduced(flow);
  setCwnd(flow, flow.ssthresh);
  updatePacing(flow);
}

/** RFC 5681 3.1: one segment; ssthresh only for the first timeout of a segment. */
export function controllerOnTimeout(flow: Flow): void {
  if (flow.group.controller == CONTROLLER_CCP) return;
  if (flow.recovery != LOSS) flow.ssthresh = reduced(flow);
  if (flow.group.controller == CONTROLLER_CUBIC) cubicOnTimeout(flow);
  setCwnd(flow, <f64>flow.group.mss);
}

/** The flow sends again after `idle` ns of silence. RFC 5681 4.1: not with an old window after an RTO. */
export function controllerOnRestart(flow: Flow, idle: i64): void {
  if (flow.group.controller == CONTROLLER_CCP) return;
  if (flow.group.controller == CONTROLLER_CUBIC) cubicOnIdle(flow, idle);
  if (idle <= flow.rto) return;
  setCwnd(flow, min<f64>(flow.cwnd, <f64>flow.group.initialCwnd * <f64>flow.group.mss));
}

function reduced(flow: Flow): f64 {
  const flight = <f64>(flow.sndNxt - flow.sndUna) * <f64>flow.group.mss;
  return flow.group.controller == CONTROLLER_CUBIC ? cubicReduced(flow, flight) : renoReduced(flow, flight);
}

/** Where built-in senders are paced: twice cwnd/srtt in slow start, 1.2 times after, as Linux does. */
function updatePacing(flow: Flow): void {
  if (!flow.group.pacing || flow.srtt == 0) return;
  const gain: f64 = flow.cwnd < flow.ssthresh ? 2 : 1.2;
  flow.pacingRate = (gain * flow.cwnd * 1e9) / <f64>flow.srtt;
}
