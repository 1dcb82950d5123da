// What keeps a sender from sending at this instant, told from its state as `trySend` would decide: the truth that an
// analysis of its packets has to find again.
import {
  FLOW_LIMIT_APPLICATION,
  FLOW_LIMIT_CONGESTION_WINDOW,
  FLOW_LIMIT_NONE,
  FLOW_LIMIT_PACING,
  FLOW_LIMIT_RECEIVE_WINDOW,
  FLOW_LIMIT_RECOVERY,
  FLOW_LIMIT_STARTUP,
  FLOW_STATE_RUNNING,
} from '../../generated/sim';
import { Flow, inFlight, now, OPEN } from '../state/index';

/** A FLOW_LIMIT_ number. */
export function limitOf(flow: Flow): u32 {
  if (flow.state != FLOW_STATE_RUNNING || !flow.established) return FLOW_LIMIT_NONE;
  if (flow.recovery != OPEN) return FLOW_LIMIT_RECOVERY;
  if (inFlight(flow) >= flow.cwndPackets) {
    const slow = flow.ssthresh == Infinity || flow.cwnd < flow.ssthresh;
    return slow ? FLOW_LIMIT_STARTUP : FLOW_LIMIT_CONGESTION_WINDOW;
  }
  const greedy = flow.sourceOn && flow.group.sourceRate == 0;
  if (flow.sndNxt == flow.sndLimit && (!greedy || flow.sized)) return FLOW_LIMIT_APPLICATION;
  if (flow.sndNxt - flow.sndUna >= flow.group.receiveWindow) return FLOW_LIMIT_RECEIVE_WINDOW;
  return flow.pacingRate > 0 && flow.nextSend > now ? FLOW_LIMIT_PACING : FLOW_LIMIT_NONE;
}
