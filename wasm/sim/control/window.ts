// The window as the built-in controllers move it, and what RFC 5681 asks of each of them alike.
import { AckSample, ackSample, Flow, RECOVERY } from '../state/index';

/** Bytes a flow may have in flight, and the same in whole segments, at least one. */
export function setCwnd(flow: Flow, bytes: f64): void {
  flow.cwnd = bytes;
  const packets = bytes / <f64>flow.group.mss;
  flow.cwndPackets = packets < 1 ? 1 : <u32>min<f64>(packets, 1e9);
}

export function initialCwndBytes(flow: Flow): f64 {
  return <f64>flow.group.initialCwnd * <f64>flow.group.mss;
}

/** FlightSize (RFC 5681 2) when the acknowledgement at hand came, in bytes: what it takes out was in flight until then. */
export function flightBytes(flow: Flow): f64 {
  return <f64>(flow.sndNxt - flow.sndUna + ackSample.newlyAcked) * <f64>flow.group.mss;
}

/** A window grows with what is acknowledged, while it is what limits the flow and nothing is being repaired. */
export function mayGrow(flow: Flow, sample: AckSample): bool {
  return sample.newlyAcked > 0 && flow.recovery != RECOVERY && flow.cwndLimited;
}

/** As setCwnd; where built-in senders are paced, at twice cwnd/srtt in slow start and 1.2 times after, as Linux does. */
export function moveWindow(flow: Flow, bytes: f64): void {
  setCwnd(flow, bytes);
  if (!flow.group.pacing || flow.srtt == 0) return;
  const gain: f64 = flow.cwnd < flow.ssthresh ? 2 : 1.2;
  flow.pacingRate = (gain * flow.cwnd * 1e9) / <f64>flow.srtt;
}

/** RFC 5681 3.1: one segment after a timeout. */
export function collapseWindow(flow: Flow): void {
  setCwnd(flow, <f64>flow.group.mss);
}

/** RFC 5681 4.1: after an RTO of silence no more than the initial window. */
export function restartWindow(flow: Flow, idle: i64): void {
  if (idle <= flow.rto) return;
  setCwnd(flow, min<f64>(flow.cwnd, initialCwndBytes(flow)));
}
