// Flows with an agent: the datapath program runs at each ACK, in this module; its messages travel
// to the agent and back as events that take the agent's reaction time. As in the Linux datapath, only
// program and agent move such a flow's window, in recovery and after a timeout too.
import {
  PRIMITIVE_ACK_BYTES_ACKED,
  PRIMITIVE_ACK_BYTES_MISORDERED,
  PRIMITIVE_ACK_DELIVERED,
  PRIMITIVE_ACK_ECN_BYTES,
  PRIMITIVE_ACK_ECN_PACKETS,
  PRIMITIVE_ACK_LOST_PKTS_SAMPLE,
  PRIMITIVE_ACK_PACKETS_ACKED,
  PRIMITIVE_ACK_PACKETS_MISORDERED,
  PRIMITIVE_FLOW_APP_LIMITED,
  PRIMITIVE_FLOW_BYTES_IN_FLIGHT,
  PRIMITIVE_FLOW_BYTES_PENDING,
  PRIMITIVE_FLOW_ECN_CE,
  PRIMITIVE_FLOW_MIN_RTT_US,
  PRIMITIVE_FLOW_PACKETS_IN_FLIGHT,
  PRIMITIVE_FLOW_RATE_INCOMING,
  PRIMITIVE_FLOW_RATE_OUTGOING,
  PRIMITIVE_FLOW_RTT_SAMPLE_US,
  PRIMITIVE_FLOW_SRTT_US,
  PRIMITIVE_FLOW_WAS_TIMEOUT,
  PRIMITIVES_NAMED,
  VALUE_INFINITY,
} from '../../generated/isa';
import {
  AT_CREATE_CONG_ALG,
  AT_CREATE_DST_IP,
  AT_CREATE_DST_PORT,
  AT_CREATE_INIT_CWND,
  AT_CREATE_MSS,
  AT_CREATE_SRC_IP,
  AT_CREATE_SRC_PORT,
  AT_HEADER_LENGTH,
  AT_HEADER_TYPE,
  BYTES_CREATE,
  BYTES_HEADER,
  MESSAGE_INSTALL,
} from '../../generated/wire';
import { Bytes, createBytes } from '../../memory/index';
import * as vm from '../../vm/index';
import {
  AckSample,
  allocateEvent,
  Distribution,
  EVENT_ANSWER,
  EVENT_REPORT,
  Flow,
  inFlight,
  now,
  Random,
  schedule,
} from '../state/index';
import { invokeTraced, isTraced } from './ack-trace';
import { setCwnd } from './window';

const MAX_PROGRAMS: u32 = 256;
//   block of a message: | length u32 | delay of the answer i64 (at 8) | bytes |
export const MESSAGE_HEAD: usize = 16;

let datapath: usize = 0;
let reaction: Distribution = changetype<Distribution>(0);
let random: Random = changetype<Random>(0);
/** Messages keep their order, whatever each would take. */
let lastReport: i64 = 0;
let lastAnswer: i64 = 0;
/** Half of the reaction time drawn for the message last handed to the agent. */
let answerDelay: i64 = 0;
/** Arithmetic errors of the programs of flows that have ended. */
const stops = createBytes();

export function createCcp(maxFlows: u32, fallbackUs: f64, delay: Distribution, stream: Random): void {
  // libccp's fallback cannot be switched off; a time beyond the run's end comes to the same.
  const fallback = fallbackUs > 0 ? <u64>fallbackUs : (<u64>1) << 52;
  datapath = vm.createDatapath(1, maxFlows, MAX_PROGRAMS, fallback, 0);
  reaction = delay;
  random = stream;
  vm.offerPrimitives(datapath, PRIMITIVES_NAMED);
  vm.sendReady(datapath);
  sendMessages();
}

export function ccpStart(flow: Flow): void {
  const group = flow.group;
  const message = heap.alloc(BYTES_CREATE);
  memory.fill(message, 0, BYTES_CREATE);
  store<u32>(message, group.initialCwnd * group.mss, AT_CREATE_INIT_CWND);
  store<u32>(message, group.mss, AT_CREATE_MSS);
  store<u32>(message, 0x0a000001, AT_CREATE_SRC_IP);
  store<u32>(message, flow.id, AT_CREATE_SRC_PORT);
  store<u32>(message, 0x0a000002, AT_CREATE_DST_IP);
  store<u32>(message, 5001, AT_CREATE_DST_PORT);
  memory.copy(message + AT_CREATE_CONG_ALG, group.congAlg, group.congAlgLength);
  flow.sid = vm.startFlow(datapath, message + BYTES_HEADER, <u64>now / 1000);
  heap.free(message);
  flow.slot = vm.slotOf(datapath, flow.sid);
  flow.lostSince = 0;
  sendMessages();
}

export function ccpOnEnd(flow: Flow): void {
  putStops(flow, stops);
  vm.endFlow(datapath, flow.sid);
  flow.sid = 0;
  flow.slot = 0;
  sendMessages();
}

/** Puts the arithmetic errors of all flows that have ended into `to`. */
export function ccpEndedStops(to: Bytes): void {
  to.bytes(stops.data, stops.length);
}

/** Puts a flow's: its number u32, then a record of vm/stops.ts, for each. */
export function putStops(flow: Flow, to: Bytes): void {
  if (!flow.slot) return;
  const first = load<usize>(flow.slot) + vm.OFFSET_STOPS;
  for (let i: u32 = 0; i < vm.STOPS; i++) {
    const at = first + i * vm.STOP_BYTES;
    if (!load<u32>(at, 8)) return;
    to.u32(flow.id);
    to.bytes(at, vm.STOP_BYTES);
  }
}

/** Runs the flow's program for an ACK that delivered something. */
export function ccpOnAck(flow: Flow, sample: AckSample): void {
  if (sample.newlyDelivered == 0) return;
  const at = load<usize>(flow.slot);
  const mss = flow.group.mss;
  setPrimitive(at, PRIMITIVE_ACK_BYTES_ACKED, sample.newlyAcked * mss);
  setPrimitive(at, PRIMITIVE_ACK_PACKETS_ACKED, sample.newlyAcked);
  setPrimitive(at, PRIMITIVE_ACK_BYTES_MISORDERED, sample.newlySacked * mss);
  setPrimitive(at, PRIMITIVE_ACK_PACKETS_MISORDERED, sample.newlySacked);
  setPrimitive(at, PRIMITIVE_ACK_ECN_BYTES, sample.newlyMarked * mss);
  setPrimitive(at, PRIMITIVE_ACK_ECN_PACKETS, sample.newlyMarked);
  setPrimitive(at, PRIMITIVE_ACK_DELIVERED, sample.newlyDelivered * mss);
  setPrimitive(at, PRIMITIVE_FLOW_APP_LIMITED, sample.isAppLimited ? 1 : 0);
  setPrimitive(at, PRIMITIVE_FLOW_ECN_CE, flow.ceSeen);
  setPrimitive(at, PRIMITIVE_FLOW_RTT_SAMPLE_US, sample.rttLast > 0 ? sample.rttLast / 1000 : 0);
  if (sample.delivered > 0 && sample.ackInterval > 0) {
    const bytes = <f64>(sample.delivered * mss) * 1e9;
    setPrimitive(at, PRIMITIVE_FLOW_RATE_INCOMING, <u64>(bytes / <f64>sample.ackInterval));
    const sendInterval = max<i64>(sample.sendInterval, 1);
    setPrimitive(at, PRIMITIVE_FLOW_RATE_OUTGOING, <u64>(bytes / <f64>sendInterval));
  }
  run(flow, at);
}

/** After a timeout the program runs at once, with nothing acknowledged and was_timeout set. */
export function ccpOnTimeout(flow: Flow): void {
  const at = load<usize>(flow.slot);
  setPrimitive(at, PRIMITIVE_ACK_BYTES_ACKED, 0);
  setPrimitive(at, PRIMITIVE_ACK_PACKETS_ACKED, 0);
  setPrimitive(at, PRIMITIVE_ACK_BYTES_MISORDERED, 0);
  setPrimitive(at, PRIMITIVE_ACK_PACKETS_MISORDERED, 0);
  setPrimitive(at, PRIMITIVE_ACK_ECN_BYTES, 0);
  setPrimitive(at, PRIMITIVE_ACK_ECN_PACKETS, 0);
  setPrimitive(at, PRIMITIVE_ACK_DELIVERED, 0);
  setPrimitive(at, PRIMITIVE_FLOW_RTT_SAMPLE_US, 0);
  setPrimitive(at, PRIMITIVE_FLOW_WAS_TIMEOUT, 1);
  run(flow, at);
  setPrimitive(at, PRIMITIVE_FLOW_WAS_TIMEOUT, 0);
}

/** What the agent has set during a silence is in force before it ends; in the Linux datapath the first ACK after it is. */
export function ccpOnRestart(flow: Flow): void {
  const at = load<usize>(flow.slot);
  vm.takeStaged(at);
  obey(flow, at);
}

/** A message has reached the agent; what it answers takes as long again. */
export function ccpArrive(block: usize): void {
  answerDelay = load<i64>(block, 8);
}

/** The agent speaks of its own accord: what it sends takes half a reaction time. */
export function ccpWake(): void {
  answerDelay = <i64>(reaction.draw(random) * 500);
}

/** Sends the agent's messages, `size` bytes at `from`, to the datapath. */
export function ccpAnswer(from: usize, size: u32): void {
  lastAnswer = max<i64>(lastAnswer, now + answerDelay);
  const event = allocateEvent(EVENT_ANSWER, copyMessage(from, size, 0));
  schedule(event, lastAnswer);
}

/** The agent's messages have reached the datapath. True where one may have brought a program. */
export function ccpHandle(block: usize): bool {
  const bytes = block + MESSAGE_HEAD;
  const brought = load<u16>(bytes, AT_HEADER_TYPE) == <u16>MESSAGE_INSTALL;
  vm.handleMessages(datapath, bytes, load<u32>(block));
  heap.free(block);
  return brought;
}

function run(flow: Flow, at: usize): void {
  const mss = flow.group.mss;
  const packets = inFlight(flow);
  setPrimitive(at, PRIMITIVE_ACK_LOST_PKTS_SAMPLE, flow.lostSince);
  flow.lostSince = 0;
  setPrimitive(at, PRIMITIVE_FLOW_PACKETS_IN_FLIGHT, packets);
  setPrimitive(at, PRIMITIVE_FLOW_BYTES_IN_FLIGHT, packets * mss);
  const pending = <u64>(flow.sndLimit - flow.sndNxt) * mss;
  if (flow.srtt > 0) {
    setPrimitive(at, PRIMITIVE_FLOW_SRTT_US, flow.srtt / 1000);
    setPrimitive(at, PRIMITIVE_FLOW_MIN_RTT_US, flow.minRtt / 1000);
  }
  setPrimitive(at, PRIMITIVE_FLOW_BYTES_PENDING, min<u64>(pending, u32.MAX_VALUE));
  if (isTraced(flow)) invokeTraced(at, <u64>now / 1000);
  else vm.invoke(at, <u64>now / 1000);
  obey(flow, at);
  if (changetype<vm.Flow>(at).outcome & vm.OUTCOME_MESSAGE) {
    flow.reports += 1;
    sendMessages();
  }
}

/** The window and the rate that the machine has just set. */
function obey(flow: Flow, at: usize): void {
  const state = changetype<vm.Flow>(at);
  if (state.outcome & vm.OUTCOME_CWND) setCwnd(flow, <f64>state.cwndBytes);
  if (state.outcome & vm.OUTCOME_RATE) {
    // Infinity, as the wire has it, paces nothing.
    flow.pacingRate = state.rateBytesPerSecond == VALUE_INFINITY ? 0 : <f64>state.rateBytesPerSecond;
  }
}

// A message of the datapath takes half of the agent's reaction time to get there, the answer the
// other half back.
function sendMessages(): void {
  const outbox = vm.outboxOf(datapath);
  let at = outbox.data;
  let rest = outbox.length;
  while (rest > 0) {
    const length: u32 = load<u16>(at, AT_HEADER_LENGTH);
    const half = <i64>(reaction.draw(random) * 500);
    lastReport = max<i64>(lastReport, now + half);
    schedule(allocateEvent(EVENT_REPORT, copyMessage(at, length, half)), lastReport);
    at += length;
    rest -= length;
  }
  outbox.clear();
}

function copyMessage(from: usize, size: u32, delay: i64): usize {
  const block = heap.alloc(MESSAGE_HEAD + size);
  store<u32>(block, size);
  store<i64>(block, delay, 8);
  memory.copy(block + MESSAGE_HEAD, from, size);
  return block;
}

function setPrimitive(at: usize, index: u32, value: u64): void {
  store<u64>(at + vm.OFFSET_PRIMITIVE + ((<usize>index) << 3), value);
}
