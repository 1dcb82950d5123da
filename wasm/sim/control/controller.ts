// What a controller is. Each stands in a file of its own, keeps its own fields of a flow, and gives the
// functions below under its own name; a name of spec/sim.json that is not matched here ends the run.
//
//   start(flow)            Once, when the flow is established and before its first segment. The window is the initial one, ssthresh is
//                          infinite and nothing is paced; the controller sets its own fields, all of them:
//                          the flow may have been another's before.
//   onAck(flow, sample)    At every ACK that is not older than one before, after the scoreboard has taken it in,
//                          losses are marked and recovery has been entered or left. May move the window and the
//                          pace. An ACK that sets off onCongestion has its onAck after that.
//   onCongestion(flow, isMark)
//                          At most once a round trip: at the segment loss that begins a recovery, at a loss
//                          that only a probe told of (RFC 8985 7.4), at the first echoed mark (RFC 3168 6.1.2).
//                          `recovery` is already RECOVERY where that begins. Sets ssthresh and the window. A scalable
//                          one is told of a loss in a round in which it has answered a mark, too.
//   onTimeout(flow, isNewRound)
//                          At each expiry of the retransmission timer, everything not sacked marked lost and
//                          counted. Sets the window, and ssthresh in a new round: one in which it has not been cut.
//   onRestart(flow, idle)  Before a flow with nothing in flight sends again, after `idle` ns in which it sent
//                          nothing. May lower the window and move what it remembers of time.
//   onEnd(flow)            Once, when the flow is over. Gives back what start has taken.
//
// A controller writes `ssthresh`, `pacingRate` and, by setCwnd, the window, besides its own fields; it reads
// the rest of the flow and the sample. It sends nothing and sets no timer of the flow: the sender asks for
// what the window allows after each of these. Between an ACK and the next, the sender keeps to the budget of
// recovery (recovery.ts) whatever the window. In a recovery the sender moves the window to ssthresh, but where the
// controller owns it (`ownsRecovery`). What does not fit a flow's own fields stands in a block that `control` points to.
import {
  CONTROLLER_BBR,
  CONTROLLER_BBR3,
  CONTROLLER_CCP,
  CONTROLLER_CUBIC,
  CONTROLLER_DCTCP,
  CONTROLLER_PRAGUE,
  CONTROLLER_RENO,
  CONTROLLER_UDP,
} from '../../generated/sim';
import { AckSample, Flow } from '../state/index';
import { bbrOnAck, bbrOnCongestion, bbrOnRestart, bbrOnTimeout, bbrStart } from './bbr';
import { bbr3OnAck, bbr3OnCongestion, bbr3OnRestart, bbr3OnTimeout, bbr3Start } from './bbr3';
import { ccpOnAck, ccpOnEnd, ccpOnRestart, ccpOnTimeout, ccpStart } from './ccp';
import { cubicOnAck, cubicOnCongestion, cubicOnRestart, cubicOnTimeout, cubicStart } from './cubic';
import { dctcpOnAck, dctcpOnCongestion, dctcpStart } from './dctcp';
import { pragueOnAck, pragueOnCongestion, pragueStart } from './prague';
import { renoOnAck, renoOnCongestion, renoOnRestart, renoOnTimeout } from './reno';
import { slowStartBegin } from './slow-start';
import { initialCwndBytes, setCwnd } from './window';

export function controllerStart(flow: Flow): void {
  flow.ssthresh = Infinity;
  flow.pacingRate = 0;
  setCwnd(flow, initialCwndBytes(flow));
  switch (flow.group.controller) {
    case CONTROLLER_CCP:
      ccpStart(flow);
      break;
    case CONTROLLER_RENO:
      slowStartBegin(flow);
      break;
    case CONTROLLER_CUBIC:
      slowStartBegin(flow);
      cubicStart(flow);
      break;
    case CONTROLLER_DCTCP:
      slowStartBegin(flow);
      dctcpStart(flow);
      break;
    case CONTROLLER_PRAGUE:
      slowStartBegin(flow);
      pragueStart(flow);
      break;
    case CONTROLLER_BBR:
      bbrStart(flow);
      break;
    case CONTROLLER_BBR3:
      bbr3Start(flow);
      break;
    case CONTROLLER_UDP:
      // Nothing moves its rate but its source; a window it has none.
      flow.cwnd = NaN;
      break;
    default:
      unreachable();
  }
}

export function controllerOnAck(flow: Flow, sample: AckSample): void {
  const kind = flow.group.controller;
  if (kind == CONTROLLER_CCP) ccpOnAck(flow, sample);
  else if (kind == CONTROLLER_CUBIC) cubicOnAck(flow, sample);
  else if (kind == CONTROLLER_RENO) renoOnAck(flow, sample);
  else if (kind == CONTROLLER_BBR) bbrOnAck(flow, sample);
  else if (kind == CONTROLLER_BBR3) bbr3OnAck(flow, sample);
  else if (kind == CONTROLLER_DCTCP) dctcpOnAck(flow, sample);
  else if (kind == CONTROLLER_PRAGUE) pragueOnAck(flow, sample);
  else unreachable();
}

export function controllerOnCongestion(flow: Flow, isMark: bool): void {
  switch (flow.group.controller) {
    case CONTROLLER_CCP:
      break;
    case CONTROLLER_RENO:
      renoOnCongestion(flow);
      break;
    case CONTROLLER_CUBIC:
      cubicOnCongestion(flow);
      break;
    case CONTROLLER_DCTCP:
      dctcpOnCongestion(flow, isMark);
      break;
    case CONTROLLER_PRAGUE:
      pragueOnCongestion(flow, isMark);
      break;
    case CONTROLLER_BBR:
      bbrOnCongestion(flow);
      break;
    case CONTROLLER_BBR3:
      bbr3OnCongestion(flow);
      break;
    default:
      unreachable();
  }
}

export function controllerOnTimeout(flow: Flow, isNewRound: bool): void {
  switch (flow.group.controller) {
    case CONTROLLER_CCP:
      ccpOnTimeout(flow);
      break;
    case CONTROLLER_RENO:
    case CONTROLLER_DCTCP:
    case CONTROLLER_PRAGUE:
      renoOnTimeout(flow, isNewRound);
      break;
    case CONTROLLER_CUBIC:
      cubicOnTimeout(flow, isNewRound);
      break;
    case CONTROLLER_BBR:
      bbrOnTimeout(flow);
      break;
    case CONTROLLER_BBR3:
      bbr3OnTimeout(flow);
      break;
    default:
      unreachable();
  }
}

export function controllerOnRestart(flow: Flow, idle: i64): void {
  switch (flow.group.controller) {
    case CONTROLLER_CCP:
      ccpOnRestart(flow);
      break;
    case CONTROLLER_RENO:
    case CONTROLLER_DCTCP:
    case CONTROLLER_PRAGUE:
      renoOnRestart(flow, idle);
      break;
    case CONTROLLER_CUBIC:
      cubicOnRestart(flow, idle);
      break;
    case CONTROLLER_BBR:
      bbrOnRestart(flow);
      break;
    case CONTROLLER_BBR3:
      bbr3OnRestart(flow);
      break;
    default:
      unreachable();
  }
}

export function controllerOnEnd(flow: Flow): void {
  switch (flow.group.controller) {
    case CONTROLLER_CCP:
      ccpOnEnd(flow);
      break;
    case CONTROLLER_RENO:
    case CONTROLLER_CUBIC:
    case CONTROLLER_UDP:
      break;
    case CONTROLLER_DCTCP:
    case CONTROLLER_PRAGUE:
    case CONTROLLER_BBR:
    case CONTROLLER_BBR3:
      heap.free(flow.control);
      flow.control = 0;
      break;
    default:
      unreachable();
  }
}

/** Whether the controller moves the window in recovery, and the sender does not. */
export function ownsRecovery(flow: Flow): bool {
  const kind = flow.group.controller;
  return kind == CONTROLLER_CCP || kind == CONTROLLER_BBR || kind == CONTROLLER_BBR3;
}

/** Whether it answers marks by how many there are: little to few. */
export function isScalable(flow: Flow): bool {
  const kind = flow.group.controller;
  return kind == CONTROLLER_DCTCP || kind == CONTROLLER_PRAGUE;
}
