// A datapath: its flows, its program table, its outbox, and what changes them.
import { LIBCCP_UNKNOWN_CONNECTION } from '../generated/codes';
import {
  LIMIT_VM_REPORT_REGISTERS,
  PRIMITIVE_FLOW_MIN_RTT_US,
  PRIMITIVE_FLOW_SRTT_US,
  PRIMITIVES_OF_LIBCCP,
  VALUE_INFINITY,
} from '../generated/isa';
import {
  AT_CREATE_INIT_CWND,
  BYTES_HEADER,
  BYTES_MEASURE_HEAD,
  MESSAGE_CREATE,
  MESSAGE_MEASURE,
} from '../generated/wire';
import { Bytes, createBytes } from '../memory/index';
import { CREATE_BODY, isClose, messageSid, messageType, writeClose, writeReady } from '../wire/index';
import { Code, release } from './code';
import { announce } from './invoke';
import { Datapath, Flow, flowBytes, OFFSET_PRIMITIVE, OFFSET_ROWS, OFFSET_SND_CWND, ROW_BYTES } from './state';

const LONGEST_MESSAGE: u32 = BYTES_MEASURE_HEAD + 8 * LIMIT_VM_REPORT_REGISTERS;

/** A datapath for flows 1 … maxFlows and up to maxPrograms programs, freed with `destroyDatapath`. */
export function createDatapath(id: u32, maxFlows: u32, maxPrograms: u32, fallbackUs: u64, nowUs: u64): usize {
  const at = allocate(offsetof<Datapath>());
  const datapath = changetype<Datapath>(at);
  datapath.id = id;
  datapath.maxFlows = maxFlows;
  datapath.maxPrograms = maxPrograms;
  datapath.fallbackUs = fallbackUs;
  datapath.timeZeroUs = nowUs;
  datapath.primitives = PRIMITIVES_OF_LIBCCP;
  datapath.flows = allocate(maxFlows * sizeof<usize>());
  datapath.programs = allocate(maxPrograms * sizeof<usize>());
  datapath.outbox = createBytes();
  // One invocation leaves at most one message; with room for it, it never asks for memory.
  datapath.outbox.reserve(LONGEST_MESSAGE);
  return at;
}

/** Which primitives the host writes before an invocation, libccp's among them: bit n for number n. */
export function offerPrimitives(at: usize, primitives: u32): void {
  changetype<Datapath>(at).primitives = PRIMITIVES_OF_LIBCCP | primitives;
}

export function destroyDatapath(at: usize): void {
  const datapath = changetype<Datapath>(at);
  for (let slot: u32 = 0; slot < datapath.maxFlows; slot++) freeFlow(datapath, slot);
  clearPrograms(datapath);
  const outbox = datapath.outbox;
  if (outbox.data) heap.free(outbox.data);
  heap.free(changetype<usize>(outbox));
  heap.free(datapath.flows);
  heap.free(datapath.programs);
  heap.free(at);
}

/** Messages for the agent, in a row. The host sends them and calls `clear`. */
export function outboxOf(at: usize): Bytes {
  return changetype<Datapath>(at).outbox;
}

export function sendReady(at: usize): void {
  const datapath = changetype<Datapath>(at);
  writeReady(datapath.outbox, datapath.id);
}

/**
 * A new flow, announced in the outbox. `createBody` is read at once: the CREATE_BODY bytes after
 * the header of a CREATE. Returns the sid, the lowest that is free, or 0 where there is none.
 */
export function startFlow(at: usize, createBody: usize, nowUs: u64): u32 {
  const datapath = changetype<Datapath>(at);
  let slot = datapath.firstFree;
  while (slot < datapath.maxFlows && load<usize>(slotAddress(datapath, slot))) slot++;
  datapath.firstFree = slot;
  if (slot == datapath.maxFlows) return 0;
  const flow = changetype<Flow>(allocate(flowBytes(0)));
  flow.datapath = at;
  flow.sid = slot + 1;
  flow.timeZeroUs = datapath.timeZeroUs;
  flow.createBody = heap.alloc(CREATE_BODY);
  memory.copy(flow.createBody, createBody, CREATE_BODY);
  // Infinity until there is a sample, as Flow.rtt_sample_us.
  const primitives = changetype<usize>(flow) + OFFSET_PRIMITIVE;
  store<u64>(primitives + 8 * PRIMITIVE_FLOW_SRTT_US, VALUE_INFINITY);
  store<u64>(primitives + 8 * PRIMITIVE_FLOW_MIN_RTT_US, VALUE_INFINITY);
  store<u64>(changetype<usize>(flow), load<u32>(createBody - BYTES_HEADER, AT_CREATE_INIT_CWND), OFFSET_SND_CWND);
  store<usize>(slotAddress(datapath, slot), changetype<usize>(flow));
  announce(flow, datapath, nowUs);
  return flow.sid;
}

/** The flow ends: its close stands in the outbox, its memory is free. A libccp code. */
export function endFlow(at: usize, sid: u32): i32 {
  const datapath = changetype<Datapath>(at);
  if (!flowOf(at, sid)) return LIBCCP_UNKNOWN_CONNECTION;
  freeFlow(datapath, sid - 1);
  datapath.firstFree = min(datapath.firstFree, sid - 1);
  writeClose(datapath.outbox, sid);
  return 0;
}

/** The flow's block, or 0. It may move in `handleMessages` and nowhere else. */
export function flowOf(at: usize, sid: u32): usize {
  const slot = slotOf(at, sid);
  return slot ? load<usize>(slot) : 0;
}

/** The address that always holds the flow's block, as long as the datapath lives; 0 for no such sid. */
export function slotOf(at: usize, sid: u32): usize {
  const datapath = changetype<Datapath>(at);
  return sid - 1 < datapath.maxFlows ? slotAddress(datapath, sid - 1) : 0;
}

/**
 * The host could not send `message`, which came from the outbox: the fallback timer starts unless
 * it runs, and a CREATE is sent again after 100 ms.
 */
export function sendFailed(at: usize, message: usize, nowUs: u64): void {
  const datapath = changetype<Datapath>(at);
  const type = messageType(message);
  if (type == MESSAGE_CREATE) {
    const flow = flowOf(at, messageSid(message));
    if (flow) changetype<Flow>(flow).created = 0;
  } else if (type != MESSAGE_MEASURE || isClose(message)) {
    return; // READY and close: libccp does not start its timer for these
  }
  if (datapath.sendFailed) return;
  datapath.sendFailed = 1;
  datapath.failedAtUs = nowUs;
}

/** Makes room for `rows` rows of registers. Returns the flow's block, which may have moved. */
export function growFlow(datapath: Datapath, sid: u32, rows: u32): Flow {
  const slot = slotAddress(datapath, sid - 1);
  const at = load<usize>(slot);
  const old = changetype<Flow>(at).rows;
  if (rows <= old) return changetype<Flow>(at);
  const grown = heap.realloc(at, flowBytes(rows));
  memory.fill(grown + OFFSET_ROWS + ROW_BYTES * old, 0, ROW_BYTES * (rows - old));
  changetype<Flow>(grown).rows = rows;
  store<usize>(slot, grown);
  return changetype<Flow>(grown);
}

export function programSlot(datapath: Datapath, index: u32): usize {
  return datapath.programs + index * sizeof<usize>();
}

/** The slot that holds program `uid`, or 0. */
export function findProgram(datapath: Datapath, uid: u32): usize {
  for (let i: u32 = 0; i < datapath.maxPrograms; i++) {
    const slot = programSlot(datapath, i);
    const code = load<usize>(slot);
    if (code && changetype<Code>(code).uid == uid) return slot;
  }
  return 0;
}

export function clearPrograms(datapath: Datapath): void {
  for (let i: u32 = 0; i < datapath.maxPrograms; i++) {
    const slot = programSlot(datapath, i);
    release(load<usize>(slot));
    store<usize>(slot, 0);
  }
}

function slotAddress(datapath: Datapath, slot: u32): usize {
  return datapath.flows + slot * sizeof<usize>();
}

function freeFlow(datapath: Datapath, slot: u32): void {
  const address = slotAddress(datapath, slot);
  const at = load<usize>(address);
  if (!at) return;
  const flow = changetype<Flow>(at);
  release(flow.code);
  release(flow.stagedCode);
  heap.free(flow.createBody);
  heap.free(at);
  store<usize>(address, 0);
}

function allocate(size: usize): usize {
  const at = heap.alloc(size);
  memory.fill(at, 0, size);
  return at;
}
