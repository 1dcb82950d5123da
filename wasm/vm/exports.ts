// The machine's door for the host. Times are f64 µs; the host gives finite, non-negative ones.
import { LIBCCP_NULL_ARG } from '../generated/codes';
import { input } from '../memory/index';
import { CREATE_BODY } from '../wire/index';
import * as datapaths from './datapath';
import * as messages from './handle';
import { invoke, isInFallback } from './invoke';
import { RECORD_BYTES, replay } from './replay';
import { Datapath, Flow, OFFSET_PRIMITIVE, registerOffset } from './state';
import { OFFSET_STOPS } from './stops';
import { trace } from './trace';

/** A datapath, to be freed with `vmDestroy`. */
export function vmCreate(id: u32, maxFlows: u32, maxPrograms: u32, fallbackUs: f64, nowUs: f64): usize {
  return datapaths.createDatapath(id, maxFlows, maxPrograms, micros(fallbackUs), micros(nowUs));
}

/** Bit n of `primitives`: the host writes primitive n beyond libccp's as well. */
export function vmOffer(datapath: usize, primitives: u32): void {
  datapaths.offerPrimitives(datapath, primitives);
}

/** The primitives that the last program to install reads and nobody writes: bit n for number n. */
export function vmMissing(datapath: usize): u32 {
  return changetype<Datapath>(datapath).missing;
}

export function vmDestroy(datapath: usize): void {
  datapaths.destroyDatapath(datapath);
}

/** Puts READY in the outbox. */
export function vmReady(datapath: usize): void {
  datapaths.sendReady(datapath);
}

/** A flow from the body of a CREATE in `input`; its sid, or 0 where the table is full. */
export function vmStartFlow(datapath: usize, nowUs: f64): u32 {
  return input.length == CREATE_BODY ? datapaths.startFlow(datapath, input.data, micros(nowUs)) : 0;
}

export function vmEndFlow(datapath: usize, sid: u32): i32 {
  return datapaths.endFlow(datapath, sid);
}

/** Handles the agent's messages in `input`: 0, or the code of the first that was refused. */
export function vmHandle(datapath: usize): i32 {
  return messages.handleMessages(datapath, input.data, input.length);
}

/** The message in `input`, from the outbox, could not be sent. */
export function vmSendFailed(datapath: usize, nowUs: f64): void {
  datapaths.sendFailed(datapath, input.data, micros(nowUs));
}

export function vmInFallback(datapath: usize, nowUs: f64): u32 {
  return isInFallback(changetype<Datapath>(datapath), micros(nowUs)) ? 1 : 0;
}

/** Empties the outbox, then runs the program of the flow in a slot (`vmSlot`). */
export function vmInvoke(slot: usize, nowUs: f64): i32 {
  const flow: usize = slot ? load<usize>(slot) : 0;
  if (!flow) return LIBCCP_NULL_ARG;
  changetype<Datapath>(changetype<Flow>(flow).datapath).outbox.clear();
  return invoke(flow, micros(nowUs));
}

/** As `vmInvoke` on the interpreter, with every step left in `output` (wasm/vm/trace.ts draws it). */
export function vmTrace(slot: usize, nowUs: f64): i32 {
  const flow: usize = slot ? load<usize>(slot) : 0;
  if (!flow) return LIBCCP_NULL_ARG;
  changetype<Datapath>(changetype<Flow>(flow).datapath).outbox.clear();
  return trace(flow, micros(nowUs));
}

/** The address that holds a flow's address as long as the datapath lives; 0 for no such sid. */
export function vmSlot(datapath: usize, sid: u32): usize {
  return datapaths.slotOf(datapath, sid);
}

/**
 * Invokes the flow once for each record of libccp's 15 primitives, a u64 each, in `input`, `stepUs` apart. Messages
 * are dropped; returns how many there were.
 */
export function vmReplay(flow: usize, firstUs: f64, stepUs: f64): u32 {
  return flow ? replay(flow, input.data, input.length / RECORD_BYTES, micros(firstUs), micros(stepUs)) : 0;
}

/** Address of the flow's block, 0 where there is none; `vmHandle` may move it. */
export function vmFlow(datapath: usize, sid: u32): usize {
  return datapaths.flowOf(datapath, sid);
}

export function vmOutboxPointer(datapath: usize): usize {
  return datapaths.outboxOf(datapath).data;
}

export function vmOutboxLength(datapath: usize): u32 {
  return datapaths.outboxOf(datapath).length;
}

export function vmOutboxClear(datapath: usize): void {
  datapaths.outboxOf(datapath).clear();
}

/** Offset of a register in a flow's block. */
export function vmRegisterOffset(type: u32, index: u32): u32 {
  return registerOffset(type, index);
}

/** Rows of Report and Control registers a flow has room for. */
export function vmRegisterRows(flow: usize): u32 {
  return changetype<Flow>(flow).rows;
}

/** Offset of what the host writes: 32 primitives in index order, then sndCwnd and sndRate, a u64 each. */
export const VM_PRIMITIVES: usize = OFFSET_PRIMITIVE;
/** Offset of what an invocation did: outcome bits (1 cwnd, 2 rate, 4 message), cwndBytes, rateBytesPerSecond, a u32 each. */
export const VM_OUTCOME: usize = offsetof<Flow>('outcome');

/** Offset of a flow's arithmetic errors: four records of a program's uid u32, instruction u16, −code u16 and count u32. */
export const VM_STOPS: usize = OFFSET_STOPS;

// A float-to-integer conversion traps on what is no time; there the clock stands at 0. By way of i64,
// which is one machine instruction.
function micros(us: f64): u64 {
  return us >= 0 && us <= <f64>F64.MAX_SAFE_INTEGER ? <u64>(<i64>us) : 0;
}
