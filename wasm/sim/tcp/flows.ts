// The life of flows: declared ones start at their time, others arrive as a Poisson process and
// use again what ended ones left behind.
//
//   allocated ── start ──▶ running ── last byte acknowledged, or stopped ──▶ done ──▶ idle, to be used again
//
// A running flow is established once its SYN is answered; its time counts from its first SYN.
import { CONTROLLER_UDP, FLOW_STATE_DONE, FLOW_STATE_RUNNING, FLOW_STATE_WAITING } from '../../generated/sim';
import { controllerOnEnd, controllerStart, setCwnd } from '../control/index';
import {
  allocateEvent,
  allocateFlow,
  EVENT_ARRIVAL,
  EVENT_START,
  Flow,
  Group,
  Histogram,
  nanoseconds,
  now,
  Packet,
  Random,
  recordState,
  schedule,
  tapsState,
} from '../state/index';
import { beginsAnew, onSynAnswer, sendSyn } from './handshake';
import { startReceiver } from './receiver';
import { addRttSample } from './rtt';
import { startSender, trySend } from './sender';
import { startSource } from './source';

/** Completions remembered per group, first come. */
const MAX_COMPLETIONS: u32 = 100000;
const COMPLETION_BYTES: u32 = 16;
/** Streams of random numbers above those of links. */
const FLOW_STREAMS: u32 = 0x10000;

let flows: usize = 0;
let capacity: u32 = 0;
export let flowCount: u32 = 0;
export let runningCount: u32 = 0;
let runSeed: u32 = 0;

export function createFlows(maxFlows: u32, seed: u32): void {
  flows = heap.alloc(maxFlows << 2);
  capacity = maxFlows;
  runSeed = seed;
}

export function flowAt(index: u32): Flow {
  return changetype<Flow>(load<usize>(flows + (index << 2)));
}

/** A flow of `group` that starts at `at` or up to its group's jitter later, or with −1 when told. */
export function createFlow(group: Group, at: i64): Flow | null {
  if (flowCount == capacity) return null;
  const flow = allocateFlow();
  flow.group = group;
  flow.id = flowCount;
  flow.rtt = new Histogram();
  flow.random = new Random();
  flow.random.seed(runSeed, FLOW_STREAMS + flow.id);
  flow.state = <u8>FLOW_STATE_WAITING;
  store<usize>(flows + (flowCount << 2), changetype<usize>(flow));
  flowCount += 1;
  if (at < 0) return flow;
  let late = group.startJitter > 0 ? <i64>(flow.random.unit() * <f64>group.startJitter) : 0;
  if (changetype<usize>(group.start)) late += nanoseconds(min<f64>(group.start.draw(flow.random), 1e12));
  schedule(allocateEvent(EVENT_START, changetype<usize>(flow)), at + late);
  return flow;
}

export function startFlow(flow: Flow, sizeBytes: f64): void {
  flow.state = <u8>FLOW_STATE_RUNNING;
  flow.started = now;
  flow.ended = -1;
  runningCount += 1;
  flow.group.started += 1;
  flow.sizeBytes = sizeBytes;
  flow.established = false;
  flow.synsSent = 0;
  startSender(flow);
  if (flow.group.handshake && flow.group.controller != CONTROLLER_UDP) {
    sendSyn(flow);
    return;
  }
  if (flow.group.baseRtt > 0) addRttSample(flow, flow.group.baseRtt);
  establish(flow);
}

/** An answer to a SYN is here; the first of them lets the data go. */
export function onAnswer(flow: Flow, answer: Packet): void {
  if (flow.established || flow.state != FLOW_STATE_RUNNING) return;
  onSynAnswer(flow, answer);
  establish(flow);
}

function establish(flow: Flow): void {
  flow.established = true;
  controllerStart(flow);
  if (beginsAnew(flow)) setCwnd(flow, <f64>flow.group.mss);
  startSource(flow, flow.sizeBytes);
  startReceiver(flow);
  trySend(flow);
  if (tapsState) recordState(flow, 0);
}

/** True where the sender has nothing left to send or to wait for. */
export function isOver(flow: Flow): bool {
  if (flow.state != FLOW_STATE_RUNNING || flow.sndUna != flow.sndNxt) return false;
  return isComplete(flow) || now >= flow.group.stopAt;
}

/** Its last byte is acknowledged. */
function isComplete(flow: Flow): bool {
  return flow.established && flow.sized && flow.sndUna == flow.totalSegments;
}

export function endFlow(flow: Flow): void {
  const group = flow.group;
  flow.state = <u8>FLOW_STATE_DONE;
  flow.rtoDeadline = -1;
  flow.reorderDeadline = -1;
  flow.paceDeadline = -1;
  flow.ackDeadline = -1;
  flow.sourceDeadline = -1;
  runningCount -= 1;
  if (flow.established) controllerOnEnd(flow);
  if (flow.sizeBytes == 0) {
    flow.ended = now;
  } else if (isComplete(flow)) {
    flow.ended = now;
    group.finished += 1;
    rememberCompletion(group, flow);
  }
  if (group.maxActive > 0) group.active -= 1;
}

/** A flow of a group with arrivals comes, and the next is scheduled. */
export function arrive(group: Group): void {
  if (now >= group.stopAt || (group.maxStarted > 0 && group.started >= group.maxStarted)) return;
  const size = max<f64>(1, group.arrivalSize.draw(group.arrivalRandom));
  if (group.active < group.maxActive) {
    const flow = reuse(group);
    if (flow) {
      group.active += 1;
      startFlow(flow, size);
    } else {
      group.refused += 1;
    }
  } else {
    group.refused += 1;
  }
  scheduleArrivals(group, now);
}

/** The next arrival comes one gap after `from`. */
export function scheduleArrivals(group: Group, from: i64): void {
  const gap = <i64>(min<f64>(group.arrivalGap.draw(group.arrivalRandom), 1e12) * 1000);
  schedule(allocateEvent(EVENT_ARRIVAL, changetype<usize>(group)), from + gap);
}

function reuse(group: Group): Flow | null {
  if (!group.idle) return createFlow(group, -1);
  const flow = changetype<Flow>(group.idle);
  group.idle = flow.nextIdle;
  flow.isIdle = false;
  return flow;
}

function rememberCompletion(group: Group, flow: Flow): void {
  if (group.completionCount == MAX_COMPLETIONS) return;
  if ((group.completionCount & (group.completionCount - 1)) == 0) {
    const room = max<u32>(16, group.completionCount << 1);
    group.completions = group.completions
      ? heap.realloc(group.completions, room * COMPLETION_BYTES)
      : heap.alloc(room * COMPLETION_BYTES);
  }
  const at = group.completions + group.completionCount * COMPLETION_BYTES;
  store<f64>(at, flow.sizeBytes);
  store<f64>(at, <f64>(flow.ended - flow.started) / 1000, 8);
  group.completionCount += 1;
}
