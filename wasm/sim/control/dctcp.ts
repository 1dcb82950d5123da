// DCTCP (RFC 8257): Reno, but a window in which segments come marked is cut by half the share of them. What the receiver
// echoes for it stands in tcp/receiver.ts.
import { AckSample, Flow } from '../state/index';
import { MarkShare, startMarkShare, takeMarks } from './mark-share';
import { renoOnAck, renoOnCongestion } from './reno';
import { moveWindow } from './window';

export function dctcpStart(flow: Flow): void {
  const share = new MarkShare();
  startMarkShare(share, flow);
  flow.control = changetype<usize>(share);
}

export function dctcpOnAck(flow: Flow, sample: AckSample): void {
  takeMarks(changetype<MarkShare>(flow.control), flow, sample);
  renoOnAck(flow, sample);
}

/** 3.3 for marks; for a loss as any other TCP (3.5). */
export function dctcpOnCongestion(flow: Flow, isMark: bool): void {
  if (!isMark) {
    renoOnCongestion(flow);
    return;
  }
  const alpha = changetype<MarkShare>(flow.control).alpha;
  flow.ssthresh = max<f64>(flow.cwnd * (1 - alpha / 2), 2 * <f64>flow.group.mss);
  moveWindow(flow, flow.ssthresh);
}
