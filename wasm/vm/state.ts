// What the virtual machine keeps: one Datapath, its flows, and each flow's registers.
//
// A flow is one heap block. Its registers stand at fixed offsets, so that a program's operands are
// resolved once, for every flow; only the number of rows is the flow's own: as many as the
// programs it has run, or the updates it was sent, ask for.
//
//   | Flow | implicit × 6 | primitive × 32 | sndCwnd | sndRate | local × 8 | tmp × 16 | row × rows |
//   row    | report u64 | control u64 | staged control u64 |
//
// The host writes the primitives, sndCwnd and sndRate.
import {
  LIMIT_IMPLICIT_REGISTERS,
  LIMIT_PRIMITIVE_REGISTERS,
  LIMIT_VM_LOCAL_REGISTERS,
  LIMIT_VM_TMP_REGISTERS,
  PRIMITIVE_ACK_NOW,
  PRIMITIVE_FLOW_RTT_SAMPLE_US,
  REG_CONTROL,
  REG_CONTROL_VOLATILE,
  REG_IMPLICIT,
  REG_LOCAL,
  REG_PRIMITIVE,
  REG_TMP,
} from '../generated/isa';
import { Bytes } from '../memory/index';

@unmanaged
export class Datapath {
  id: u32 = 0;
  maxFlows: u32 = 0;
  maxPrograms: u32 = 0;
  /** Every slot below this one is taken. */
  firstFree: u32 = 0;
  /** A message could not be sent at `failedAtUs` and no agent has been heard of since. */
  sendFailed: u32 = 0;
  /** Address of maxFlows pointers to flows, 0 where the slot is free. sid = slot + 1. */
  flows: usize = 0;
  /** Address of maxPrograms pointers to Code, 0 where the slot is free. */
  programs: usize = 0;
  /** Messages for the agent, in a row, until the host clears it. */
  outbox: Bytes = changetype<Bytes>(0);
  fallbackUs: u64 = 0;
  failedAtUs: u64 = 0;
  /** Origin of Ack.now. */
  timeZeroUs: u64 = 0;
  /** Bit n: whoever invokes the flows writes primitive n. */
  primitives: u32 = 0;
  /** Those that the program of the last INSTALL reads and `primitives` lacks. */
  missing: u32 = 0;
}

@unmanaged
export class Flow {
  datapath: usize = 0;
  sid: u32 = 0;
  /** The program that runs, and the one that takes over at the next invocation; 0 for none. */
  code: usize = 0;
  stagedCode: usize = 0;
  /** Rows of Report and Control registers this flow has room for. */
  rows: u32 = 0;
  /** The agent has been told of this flow. */
  created: u32 = 0;
  /** A CREATE was sent, or tried, at `createAtUs`. */
  createTried: u32 = 0;
  /** Body of the CREATE message, CREATE_BODY bytes. */
  createBody: usize = 0;
  /** What the last invocation did: OUTCOME_CWND, OUTCOME_RATE, OUTCOME_MESSAGE. The two values follow. */
  outcome: u32 = 0;
  cwndBytes: u32 = 0;
  rateBytesPerSecond: u32 = 0;
  /** Bit n of the two words: control n has a staged value. */
  stagedLow: u64 = 0;
  stagedHigh: u64 = 0;
  stagedCwnd: u64 = 0;
  stagedRate: u64 = 0;
  createAtUs: u64 = 0;
  /** Micros counts from here. */
  timeZeroUs: u64 = 0;
  /** Arithmetic errors of its programs: STOPS records (stops.ts). */
  stops: u64 = 0;
  stops1: u64 = 0;
  stops2: u64 = 0;
  stops3: u64 = 0;
  stops4: u64 = 0;
  stops5: u64 = 0;
}

export const OUTCOME_CWND: u32 = 1;
export const OUTCOME_RATE: u32 = 2;
/** It left a message in the outbox. */
export const OUTCOME_MESSAGE: u32 = 4;

/** In `Flow.stagedHigh`, above the bits of the controls (110 − 64 = 46). */
export const STAGED_CWND: u64 = 1 << 62;
export const STAGED_RATE: u64 = 1 << 63;

export const OFFSET_IMPLICIT: usize = offsetof<Flow>();
export const OFFSET_PRIMITIVE: usize = OFFSET_IMPLICIT + 8 * LIMIT_IMPLICIT_REGISTERS;
export const OFFSET_SND_CWND: usize = OFFSET_PRIMITIVE + 8 * LIMIT_PRIMITIVE_REGISTERS;
export const OFFSET_SND_RATE: usize = OFFSET_SND_CWND + 8;
export const OFFSET_LOCAL: usize = OFFSET_SND_RATE + 8;
export const OFFSET_TMP: usize = OFFSET_LOCAL + 8 * LIMIT_VM_LOCAL_REGISTERS;
export const OFFSET_ROWS: usize = OFFSET_TMP + 8 * LIMIT_VM_TMP_REGISTERS;

export const ROW_BYTES: u32 = 24;
const CONTROL_IN_ROW: u32 = 8;
const STAGED_IN_ROW: u32 = 16;

export const OFFSET_EVENT_FLAG: usize = OFFSET_IMPLICIT;
export const OFFSET_SHOULD_CONTINUE: usize = OFFSET_IMPLICIT + 8;
export const OFFSET_SHOULD_REPORT: usize = OFFSET_IMPLICIT + 16;
export const OFFSET_MICROS: usize = OFFSET_IMPLICIT + 24;
export const OFFSET_CWND: usize = OFFSET_IMPLICIT + 32;
export const OFFSET_RATE: usize = OFFSET_IMPLICIT + 40;
export const OFFSET_NOW: usize = OFFSET_PRIMITIVE + 8 * PRIMITIVE_ACK_NOW;
export const OFFSET_RTT: usize = OFFSET_PRIMITIVE + 8 * PRIMITIVE_FLOW_RTT_SAMPLE_US;

/** Where a register stands in every flow's block. The verifier has judged type and index. */
export function registerOffset(type: u32, index: u32): u32 {
  switch (type) {
    case REG_IMPLICIT:
      return <u32>OFFSET_IMPLICIT + 8 * index;
    case REG_PRIMITIVE:
      return <u32>OFFSET_PRIMITIVE + 8 * index;
    case REG_LOCAL:
      return <u32>OFFSET_LOCAL + 8 * index;
    case REG_TMP:
      return <u32>OFFSET_TMP + 8 * index;
    case REG_CONTROL:
    case REG_CONTROL_VOLATILE:
      return <u32>OFFSET_ROWS + ROW_BYTES * index + CONTROL_IN_ROW;
    default:
      return <u32>OFFSET_ROWS + ROW_BYTES * index;
  }
}

export function controlOffset(index: u32): u32 {
  return <u32>OFFSET_ROWS + ROW_BYTES * index + CONTROL_IN_ROW;
}

export function stagedOffset(index: u32): u32 {
  return <u32>OFFSET_ROWS + ROW_BYTES * index + STAGED_IN_ROW;
}

export function flowBytes(rows: u32): u32 {
  return <u32>OFFSET_ROWS + ROW_BYTES * rows;
}
