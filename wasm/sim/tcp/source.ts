// What the application offers: everything at once, a steady rate, or bursts; and how much in all.
// An offer is a limit on segment numbers, raised as time passes.
import { SOURCE_GREEDY, SOURCE_ONOFF, SOURCE_POISSON, SOURCE_RATE } from '../../generated/sim';
import { EVENT_SOURCE, Flow, Group, logarithm, NO_LIMIT, now, setTimer } from '../state/index';

const MAX_SEGMENTS: f64 = 4e9;

/** Starts the source of a flow of `sizeBytes`, 0 for one without end. */
export function startSource(flow: Flow, sizeBytes: f64): void {
  const mss = <f64>flow.group.mss;
  flow.sized = sizeBytes > 0;
  if (flow.sized) {
    const segments = min<f64>(MAX_SEGMENTS, max<f64>(1, Math.ceil(sizeBytes / mss)));
    flow.totalSegments = <u32>segments;
    flow.lastPayload = <u32>max<f64>(1, min<f64>(mss, sizeBytes - (segments - 1) * mss));
  }
  flow.sndLimit = 0;
  flow.sourceOn = true;
  flow.sourceSince = now;
  flow.sourceBase = 0;
  switch (flow.group.source) {
    case SOURCE_GREEDY:
    case SOURCE_RATE:
      break;
    case SOURCE_POISSON:
      flow.sourceTurn = now + gap(flow);
      break;
    case SOURCE_ONOFF:
      flow.sourceTurn = now + draw(flow, true);
      break;
    default:
      unreachable();
  }
  offer(flow);
}

/** Raises the limit to what has been offered by now, and sets the timer for the next offer. */
export function offer(flow: Flow): void {
  const group = flow.group;
  if (now >= group.stopAt) {
    stop(flow);
    return;
  }
  if (group.source == SOURCE_ONOFF && now >= flow.sourceTurn) turn(flow);
  if (group.source == SOURCE_POISSON) {
    offerAtRandom(flow);
    return;
  }
  let wake: i64 = group.stopAt;
  if (group.source == SOURCE_ONOFF) wake = min<i64>(wake, flow.sourceTurn);
  if (flow.sourceOn) {
    if (isGreedy(group)) {
      // Farther ahead than any window; renewed as the flow moves on.
      setLimit(flow, flow.sndUna, NO_LIMIT);
    } else {
      const perSegment = (<f64>group.mss * 1e9) / group.sourceRate;
      const offered = <u32>(<f64>(now - flow.sourceSince) / perSegment);
      setLimit(flow, flow.sourceBase, offered);
      const next = flow.sourceSince + <i64>Math.ceil(<f64>(offered + 1) * perSegment);
      // Rounding may say of the instant itself that it is not there yet: time has to move on.
      wake = min<i64>(wake, max<i64>(next, now + 1));
    }
  }
  setTimer(flow, EVENT_SOURCE, wake);
}

/** A greedy source's limit has been reached: moves it on. False: there is nothing more to offer now. */
export function renewOffer(flow: Flow): bool {
  if (!flow.sourceOn || !isGreedy(flow.group)) return false;
  setLimit(flow, flow.sndUna, NO_LIMIT);
  return flow.sndNxt != flow.sndLimit;
}

/** While it is on, a source without a rate always has more to offer; one of the greedy kind has none. */
function isGreedy(group: Group): bool {
  return group.sourceRate == 0;
}

function setLimit(flow: Flow, from: u32, ahead: u32): void {
  const limit = <u64>from + ahead;
  flow.sndLimit = flow.sized && limit > <u64>flow.totalSegments ? flow.totalSegments : <u32>limit;
}

/** A segment at a time, with gaps as of a Poisson process. */
function offerAtRandom(flow: Flow): void {
  while (now >= flow.sourceTurn) {
    setLimit(flow, flow.sndLimit, 1);
    flow.sourceTurn += gap(flow);
  }
  setTimer(flow, EVENT_SOURCE, min<i64>(flow.group.stopAt, flow.sourceTurn));
}

function gap(flow: Flow): i64 {
  const mean = (<f64>flow.group.mss * 1e9) / flow.group.sourceRate;
  return max<i64>(1, <i64>(-mean * logarithm(1 - flow.random.unit())));
}

function stop(flow: Flow): void {
  flow.sourceOn = false;
  flow.sndLimit = flow.sndNxt;
}

function turn(flow: Flow): void {
  flow.sourceOn = !flow.sourceOn;
  flow.sourceTurn = now + draw(flow, flow.sourceOn);
  flow.sourceSince = now;
  if (!flow.sourceOn && flow.group.sourceRate == 0) flow.sndLimit = flow.sndNxt;
  flow.sourceBase = flow.sndLimit;
}

/** At least a microsecond, so that a burst of length 0 cannot stop time. */
function draw(flow: Flow, on: bool): i64 {
  const us = (on ? flow.group.onTime : flow.group.offTime).draw(flow.random);
  return <i64>(max<f64>(1, min<f64>(us, 1e12)) * 1000);
}
