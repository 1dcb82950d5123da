// How much is sent while losses are repaired, and the one cut a round trip.
//
// Proportional rate reduction (RFC 6937bis) spreads the cut of a built-in controller over the round trip of the
// recovery; the cut for a mark is made at once, as ns-3 makes it. A flow with an agent keeps the agent's window and sends at most one segment more than each ACK has
// delivered, the bound by which PRR grows again: a window far above what is in flight does not become a burst of
// retransmissions that a full queue drops again. BBR, which paces, has a window of its own in recovery.
import { CONTROLLER_CCP, ECN_CLASSIC } from '../../generated/sim';
import { controllerOnCongestion, isScalable, ownsRecovery, setCwnd } from '../control/index';
import { ackSample, Flow, inFlight, LOSS, OPEN, RECOVERY } from '../state/index';
import { rackOnRecoveryEnd } from './rack';
import { unmarkLost } from './scoreboard';
import { before, trimSegments } from './segments';

const NO_BUDGET: u32 = 0x7fffffff;

/** The cut of a round: losses and marks of what was sent before it set off no other. */
export function cut(flow: Flow, isMark: bool): void {
  noteCut(flow);
  controllerOnCongestion(flow, isMark);
}

export function noteCut(flow: Flow): void {
  flow.hasCut = true;
  flow.cutPoint = flow.sndNxt;
  flow.cwrPending = flow.group.ecn == ECN_CLASSIC;
}

/** Until something above the cut is acknowledged, marks tell of the round that was cut (RFC 3168 6.1.2). */
export function endCut(flow: Flow): void {
  if (flow.hasCut && before(flow.cutPoint, flow.sndUna)) flow.hasCut = false;
}

/** What is unacknowledged was sent before the last cut. */
export function isCut(flow: Flow): bool {
  return flow.hasCut && before(flow.sndUna, flow.cutPoint);
}

export function enterRecovery(flow: Flow): void {
  const known = isCut(flow);
  flow.recovery = RECOVERY;
  flow.recoveryPoint = flow.sndNxt;
  flow.recoveryBudget = 0;
  flow.recoveries += 1;
  flow.prrDelivered = 0;
  flow.prrOut = 0;
  flow.prrFlight = flow.sndNxt - flow.sndUna - flow.sackedOut + ackSample.newlyDelivered;
  // A controller that gives little way to a mark has not given way to a loss by it (RFC 8257 3.5).
  if (!known || isScalable(flow)) cut(flow, false);
}

/** Everything up to the recovery point has arrived: the window is what the cut made of it. */
export function leaveRecovery(flow: Flow): void {
  if (flow.recovery == RECOVERY && !ownsRecovery(flow)) setCwnd(flow, flow.ssthresh);
  flow.recovery = OPEN;
  flow.inDoubt = false;
  flow.newFirst = 0;
  rackOnRecoveryEnd(flow);
  trimSegments(flow);
}

/** What may be sent for an ACK, or for a timer that has found losses. */
export function setBudget(flow: Flow): void {
  // What the pace has held back is not lost by the next ACK: they may come in clumps, as over Wi-Fi.
  const held = flow.recovery != OPEN && flow.paceDeadline >= 0 ? flow.recoveryBudget : 0;
  flow.recoveryBudget = held + ackSample.newlyDelivered + 1;
  if (flow.recovery != RECOVERY || flow.group.controller == CONTROLLER_CCP) return;
  flow.recoveryBudget = NO_BUDGET;
  if (ownsRecovery(flow)) return;
  const mss = <f64>flow.group.mss;
  const delivered = max<u32>(1, ackSample.newlyDelivered);
  flow.prrDelivered += delivered;
  const pipe = inFlight(flow);
  const target = max<u32>(1, <u32>(flow.ssthresh / mss));
  let count: i32;
  if (pipe > target) {
    const share = <f64>flow.prrDelivered * <f64>target;
    count = <i32>Math.ceil(share / <f64>max<u32>(1, flow.prrFlight)) - <i32>flow.prrOut;
  } else {
    count = max<i32>(<i32>(flow.prrDelivered - flow.prrOut), <i32>delivered);
    // Grows back while acknowledgements tell of progress and of no further loss.
    if (ackSample.newlyAcked > 0 && ackSample.newlyLost == 0) count += 1;
    count = min<i32>(count, <i32>(target - pipe));
  }
  // The first lost segment is sent at once (RFC 5681 3.2, RFC 6675 5 step 4.3).
  count = max<i32>(count, flow.prrOut == 0 ? 1 : 0);
  setCwnd(flow, <f64>(pipe + <u32>count) * mss);
}

/** The first lost segment of a recovery waits for no room in the window. */
export function mustRetransmit(flow: Flow): bool {
  return flow.recovery == RECOVERY && flow.prrOut == 0 && flow.lostPending > 0;
}

/** Before a timeout takes the window: what would be restored if it turned out to be spurious. */
export function doubt(flow: Flow): void {
  if (flow.recovery != LOSS) {
    flow.priorCwnd = flow.cwnd;
    flow.priorSsthresh = flow.ssthresh;
  }
  flow.inDoubt = true;
  flow.newFirst = 0;
}

/**
 * F-RTO with SACK (RFC 5682 3): where what was sent once before the timeout arrives, nothing was lost but time. The
 * first acknowledgement lets two new segments go, lest retransmissions hide what the next one tells.
 */
export function resolveDoubt(flow: Flow): void {
  if (ackSample.deliversOriginal) {
    undoTimeout(flow);
  } else if (flow.newFirst == 0 && ackSample.newlyAcked > 0) {
    flow.newFirst = 3;
  } else {
    flow.inDoubt = false;
    flow.newFirst = 0;
  }
}

function undoTimeout(flow: Flow): void {
  unmarkLost(flow);
  flow.recovery = OPEN;
  flow.inDoubt = false;
  flow.newFirst = 0;
  flow.hasCut = false;
  if (ownsRecovery(flow)) return;
  flow.ssthresh = flow.priorSsthresh;
  setCwnd(flow, max<f64>(flow.cwnd, flow.priorCwnd));
}
