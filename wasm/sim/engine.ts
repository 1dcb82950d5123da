// The loop: takes the next event and lets it happen, until the time asked for or until an agent
// has a message to answer.
import { SIM_MAX_LINKS, STOP_MESSAGE, STOP_PROGRAM, STOP_TIME, STOP_WAKE } from '../generated/sim';
import { ccpArrive, ccpHandle, ccpWake, MESSAGE_HEAD } from './control/index';
import { applyStep, forward, Line, Link, linePop, linkCountCapacity, linkFire, RECEIVER, Step } from './path/index';
import { carryCounts, sample } from './sampler';
import {
  allocateEvent,
  EVENT_ANSWER,
  EVENT_ARRIVAL,
  EVENT_DELAYED_ACK,
  EVENT_LINE,
  EVENT_LINK,
  EVENT_MEASURE,
  EVENT_PACE,
  EVENT_PACKET,
  EVENT_REORDER,
  EVENT_REPORT,
  EVENT_RTO,
  EVENT_SAMPLE,
  EVENT_SOURCE,
  EVENT_START,
  EVENT_STEP,
  EVENT_STOP,
  EVENT_WAKE,
  Event,
  Flow,
  fetchSoon,
  freeEvent,
  freePacket,
  Group,
  LAST_TIMER,
  nextEvent,
  now,
  PACKET_ACK,
  PACKET_SYN,
  Packet,
  recordPacket,
  recycle,
  resetEvents,
  schedule,
  TAP_RECEIVER,
  TAP_SENDER,
  tapsReceiver,
  tapsSender,
  timerExpires,
} from './state/index';
import {
  arrive,
  createFlows,
  endFlow,
  fetchSegment,
  flowAt,
  flowCount,
  isOver,
  offer,
  onAck,
  onAnswer,
  onDelayedAck,
  onReorderTimer,
  onRetransmissionTimer,
  onSynTimer,
  receive,
  startFlow,
  trySend,
} from './tcp/index';

/** Those of the path, and that of the way back. */
const MAX_LINKS: u32 = SIM_MAX_LINKS + 1;

let events: f64 = 0;
let runEnd: i64 = 0;
let stopping: Event = changetype<Event>(0);
let links: usize = 0;
export let linkCount: u32 = 0;
/** The message an agent is to answer, and the address of the one it has had, to be freed. */
let message: usize = 0;

export function createEngine(seed: u32, tickShift: u32, maxFlows: u32, endTime: i64): void {
  resetEvents(tickShift);
  createFlows(maxFlows, seed);
  links = heap.alloc(MAX_LINKS << 2);
  stopping = new Event();
  stopping.kind = EVENT_STOP;
  // The first event of all: what falls on the end itself does not happen, however the run is stepped.
  runEnd = endTime;
  schedule(allocateEvent(EVENT_STOP, 0), runEnd);
}

export function addLink(link: Link): u32 {
  store<usize>(links + (linkCount << 2), changetype<usize>(link));
  return linkCount++;
}

export function linkAt(index: u32): Link {
  return changetype<Link>(load<usize>(links + (index << 2)));
}

export function measureAt(time: i64): void {
  schedule(allocateEvent(EVENT_MEASURE, 0), time);
}

/** Sets the time at which `run` gives control back; at the end of the run it does so anyway. */
export function stopAt(time: i64): void {
  if (time < runEnd) schedule(stopping, time);
}

/** Sets a time at which `run` gives the agent its turn. */
export function wakeAt(time: i64): void {
  schedule(allocateEvent(EVENT_WAKE, 0), time);
}

/**
 * Runs to the time of `stopAt` (STOP_TIME), to a message for an agent (STOP_MESSAGE), to a time of `wakeAt`
 * (STOP_WAKE) or to the installation of a program, which the host may compile (STOP_PROGRAM); after these it goes on.
 */
export function run(): u32 {
  if (message) {
    heap.free(message);
    message = 0;
  }
  while (true) {
    const event = nextEvent();
    const kind = event.kind;
    if (kind == EVENT_STOP) return STOP_TIME;
    events += 1;
    if (kind == EVENT_LINE) {
      const packet = linePop(changetype<Line>(event));
      if (packet.next) fetchAhead(changetype<Packet>(packet.next));
      arrivePacket(packet);
    } else if (kind == EVENT_LINK) {
      linkFire(changetype<Link>(event));
    } else if (kind == EVENT_PACKET) {
      arrivePacket(changetype<Packet>(event));
    } else if (kind >= EVENT_RTO && kind <= LAST_TIMER) {
      flowTimer(changetype<Flow>(event.owner), event, kind);
    } else if (kind == EVENT_REPORT) {
      message = event.owner;
      freeEvent(event);
      ccpArrive(message);
      return STOP_MESSAGE;
    } else if (kind == EVENT_ANSWER) {
      const answer = event.owner;
      freeEvent(event);
      if (ccpHandle(answer)) return STOP_PROGRAM;
    } else if (kind == EVENT_WAKE) {
      freeEvent(event);
      ccpWake();
      return STOP_WAKE;
    } else {
      rare(event, kind);
    }
  }
}

export function messageBytes(): usize {
  return message + MESSAGE_HEAD;
}

export function messageLength(): u32 {
  return load<u32>(message);
}

/** Packets, timers and messages handled so far. */
export function eventCount(): f64 {
  return events;
}

function arrivePacket(packet: Packet): void {
  const reached = forward(packet);
  if (reached == 0) return;
  const flow = changetype<Flow>(packet.owner);
  const opens = (packet.flags & PACKET_SYN) != 0;
  if (reached == RECEIVER) {
    if (tapsReceiver) recordPacket(packet, TAP_RECEIVER, now);
    if (!opens) {
      receive(flow, packet);
    } else {
      // The SYN goes back as its own answer.
      packet.flags |= PACKET_ACK;
      if (tapsReceiver) recordPacket(packet, TAP_RECEIVER, now);
      forward(packet);
    }
    return;
  }
  if (tapsSender) recordPacket(packet, TAP_SENDER, now);
  flow.inNetwork -= 1;
  if (opens) onAnswer(flow, packet);
  else onAck(flow, packet);
  freePacket(packet);
  settle(flow);
}

// The next packets of a line are needed soon, with their flows and what these remember of them. Asking
// for that now hides most of what fetching it costs when thousands of flows do not fit the caches. Each
// step takes its address from what was asked for a packet earlier.
function fetchAhead(first: Packet): void {
  const isAck = (first.flags & PACKET_ACK) != 0;
  if (isAck) {
    fetchSegment(changetype<Flow>(first.owner));
    if (changetype<usize>(first.echo)) first.echo.unread = 0;
  }
  if (!first.next) return;
  const second = changetype<Packet>(first.next);
  const flow = changetype<Flow>(second.owner);
  if (isAck) flow.fetchSender();
  else flow.fetchReceiver();
  if (second.next) fetchSoon(second.next);
}

function flowTimer(flow: Flow, event: Event, kind: u8): void {
  if (!timerExpires(flow, event)) return;
  switch (kind) {
    case EVENT_PACE:
      trySend(flow);
      break;
    case EVENT_DELAYED_ACK:
      onDelayedAck(flow);
      break;
    case EVENT_RTO:
      if (flow.established) {
        onRetransmissionTimer(flow);
      } else {
        onSynTimer(flow);
        settle(flow);
      }
      break;
    case EVENT_REORDER:
      onReorderTimer(flow);
      break;
    case EVENT_SOURCE:
      offer(flow);
      trySend(flow);
      settle(flow);
      break;
    default:
      unreachable();
  }
}

function rare(event: Event, kind: u8): void {
  const owner = event.owner;
  if (kind == EVENT_SAMPLE) {
    sample();
    return;
  }
  freeEvent(event);
  switch (kind) {
    case EVENT_START:
      startFlow(changetype<Flow>(owner), changetype<Flow>(owner).group.sizeBytes);
      break;
    case EVENT_ARRIVAL:
      arrive(changetype<Group>(owner));
      break;
    case EVENT_STEP:
      applyStep(changetype<Step>(owner));
      break;
    case EVENT_MEASURE:
      beginMeasuring();
      break;
    default:
      unreachable();
  }
}

/** Ends a flow that is over, and gives it back when its packets have left the network. */
function settle(flow: Flow): void {
  if (isOver(flow)) endFlow(flow);
  if (flow.hasEnded()) recycle(flow);
}

/** From here on the counters count. */
function beginMeasuring(): void {
  carryCounts();
  for (let i: u32 = 0; i < flowCount; i++) flowAt(i).clearCounters();
  for (let i: u32 = 0; i < linkCount; i++) {
    const link = linkAt(i);
    linkCountCapacity(link);
    link.clearCounters();
  }
}
