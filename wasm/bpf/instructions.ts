// One instruction of a program as eBPF: the interpreter's cases (vm/interpreter.ts), spelt out. Operands are loaded from
// the flow's map value and results stored there at once, so that an error leaves what was written before it.
import {
  BPF_ADD64,
  BPF_DIV64_IMMEDIATE,
  BPF_JUMP_EQUAL,
  BPF_JUMP_EQUAL_IMMEDIATE,
  BPF_JUMP_GREATER,
  BPF_JUMP_GREATER_EQUAL,
  BPF_JUMP_LESS,
  BPF_JUMP_LESS_EQUAL,
  BPF_JUMP_NOT_EQUAL_IMMEDIATE,
  BPF_JUMP32_GREATER,
  BPF_JUMP32_LESS,
  BPF_MOV32,
  BPF_MOV64,
  BPF_MOV64_IMMEDIATE,
  BPF_MUL64,
  BPF_SUB32,
  BPF_SUB32_IMMEDIATE,
  BPF_SUB64,
} from '../generated/bpf';
import {
  LIBCCP_ADD_INT_OVERFLOW,
  LIBCCP_DIV_BY_ZERO,
  LIBCCP_MUL_INT_OVERFLOW,
  LIBCCP_SUB_INT_UNDERFLOW,
} from '../generated/codes';
import {
  OP_ADD,
  OP_BIND,
  OP_DEF,
  OP_DIV,
  OP_EQUIV,
  OP_EWMA,
  OP_GT,
  OP_IF,
  OP_LT,
  OP_MAX,
  OP_MAXWRAP,
  OP_MIN,
  OP_MUL,
  OP_NOTIF,
  OP_SUB,
  REG_IMMEDIATE,
} from '../generated/isa';
import { Instruction } from '../isa/index';
import { Bytes, createBytes } from '../memory/index';
import { packStop } from '../vm/index';
import {
  alu,
  aluImmediate,
  branch,
  branchImmediate,
  divide,
  jump,
  land,
  load64,
  loadImmediate,
  store64,
} from './assembler';
import { offsetOf } from './registers';

/** Operands and scratch; no call is made in between, so those that a call would spoil will do. */
const LEFT: u32 = 1;
const RIGHT: u32 = 2;
const RESULT: u32 = 3;
const SCRATCH: u32 = 4;
/** The flow's map value, and what the program ends with: registers that a call leaves alone. */
export const FLOW: u32 = 6;
export const STOP: u32 = 7;

/** Jumps to the program's end, for `land`: u32 each. */
export const ends: Bytes = createBytes();

/** Emits `instruction`, the program's `index`th. */
export function emitInstruction(instruction: Instruction, index: u32): void {
  const op: u32 = instruction.op;
  if (op == OP_DEF) return;
  const at = offsetOf(instruction.resultType, instruction.result);
  if (op != OP_BIND) loadOperand(LEFT, instruction.leftType, instruction.left);
  loadOperand(RIGHT, instruction.rightType, instruction.right);
  switch (op) {
    case OP_ADD:
      alu(BPF_MOV64, RESULT, LEFT);
      alu(BPF_ADD64, RESULT, RIGHT);
      stopUnless(BPF_JUMP_GREATER_EQUAL, RESULT, LEFT, packStop(LIBCCP_ADD_INT_OVERFLOW, index));
      break;
    case OP_SUB:
      alu(BPF_MOV64, RESULT, LEFT);
      alu(BPF_SUB64, RESULT, RIGHT);
      stopUnless(BPF_JUMP_LESS_EQUAL, RESULT, LEFT, packStop(LIBCCP_SUB_INT_UNDERFLOW, index));
      break;
    case OP_MUL:
      emitMultiply(packStop(LIBCCP_MUL_INT_OVERFLOW, index));
      break;
    case OP_DIV:
      emitDivide(instruction, packStop(LIBCCP_DIV_BY_ZERO, index));
      break;
    case OP_BIND:
      store64(FLOW, at, RIGHT);
      return;
    case OP_EQUIV:
      emitCompare(BPF_JUMP_EQUAL);
      break;
    case OP_GT:
      emitCompare(BPF_JUMP_GREATER);
      break;
    case OP_LT:
      emitCompare(BPF_JUMP_LESS);
      break;
    case OP_MAX:
      emitSelect(BPF_JUMP_GREATER);
      break;
    case OP_MIN:
      emitSelect(BPF_JUMP_LESS);
      break;
    case OP_IF:
      storeIf(BPF_JUMP_EQUAL_IMMEDIATE, at);
      return;
    case OP_NOTIF:
      storeIf(BPF_JUMP_NOT_EQUAL_IMMEDIATE, at);
      return;
    case OP_EWMA:
      emitEwma(at);
      break;
    case OP_MAXWRAP:
      emitMaxWrapped();
      break;
  }
  store64(FLOW, at, RESULT);
}

/** To the program's end, with 0 or an error in STOP. */
function jumpToEnd(): void {
  ends.u32(jump());
}

export function loadOperand(register: u32, type: u32, index: u32): void {
  if (type == REG_IMMEDIATE) loadImmediate(register, index);
  else load64(register, FLOW, offsetOf(type, index));
}

function stop(reason: i32): void {
  aluImmediate(BPF_MOV64_IMMEDIATE, STOP, reason);
  jumpToEnd();
}

function stopUnless(holds: u32, left: u32, right: u32, reason: i32): void {
  const goesOn = branch(holds, left, right);
  stop(reason);
  land(goesOn);
}

// Wrong where the product is less than the left operand and the right one is not 0.
function emitMultiply(reason: i32): void {
  alu(BPF_MOV64, RESULT, LEFT);
  alu(BPF_MUL64, RESULT, RIGHT);
  const isZero = branchImmediate(BPF_JUMP_EQUAL_IMMEDIATE, RIGHT, 0);
  stopUnless(BPF_JUMP_GREATER_EQUAL, RESULT, LEFT, reason);
  land(isZero);
}

// The verifier refuses what no way leads to, so that a divisor known not to be 0 has no stop. Immediates are signed.
function emitDivide(instruction: Instruction, reason: i32): void {
  const isKnown = instruction.rightType == REG_IMMEDIATE && instruction.right != 0;
  if (!isKnown) {
    const goesOn = branchImmediate(BPF_JUMP_NOT_EQUAL_IMMEDIATE, RIGHT, 0);
    stop(reason);
    land(goesOn);
  }
  alu(BPF_MOV64, RESULT, LEFT);
  if (isKnown && <i32>instruction.right > 0) aluImmediate(BPF_DIV64_IMMEDIATE, RESULT, <i32>instruction.right);
  else divide(RESULT, RIGHT);
}

function emitCompare(holds: u32): void {
  loadImmediate(RESULT, 1);
  const isTrue = branch(holds, LEFT, RIGHT);
  loadImmediate(RESULT, 0);
  land(isTrue);
}

function emitSelect(leftWhen: u32): void {
  alu(BPF_MOV64, RESULT, LEFT);
  const isLeft = branch(leftWhen, LEFT, RIGHT);
  alu(BPF_MOV64, RESULT, RIGHT);
  land(isLeft);
}

function storeIf(skipWhen: u32, at: u32): void {
  const skip = branchImmediate(skipWhen, LEFT, 0);
  store64(FLOW, at, RIGHT);
  land(skip);
}

// old == 0 ? sample : (weight · old + (10 − weight) · sample) / 10, wrapping
function emitEwma(at: u32): void {
  load64(SCRATCH, FLOW, at);
  alu(BPF_MOV64, RESULT, RIGHT);
  const isFirst = branchImmediate(BPF_JUMP_EQUAL_IMMEDIATE, SCRATCH, 0);
  alu(BPF_MUL64, SCRATCH, LEFT);
  loadImmediate(RESULT, 10);
  alu(BPF_SUB64, RESULT, LEFT);
  alu(BPF_MUL64, RESULT, RIGHT);
  alu(BPF_ADD64, RESULT, SCRATCH);
  aluImmediate(BPF_DIV64_IMMEDIATE, RESULT, 10);
  land(isFirst);
}

// left == 0 ? right : right == 0 ? left : distance(b, a) < distance(a, b) ? a : b, a and b their low words
function emitMaxWrapped(): void {
  alu(BPF_MOV64, RESULT, RIGHT);
  const noLeft = branchImmediate(BPF_JUMP_EQUAL_IMMEDIATE, LEFT, 0);
  alu(BPF_MOV64, RESULT, LEFT);
  const noRight = branchImmediate(BPF_JUMP_EQUAL_IMMEDIATE, RIGHT, 0);
  emitDistance(RESULT, RIGHT, LEFT);
  emitDistance(SCRATCH, LEFT, RIGHT);
  const isLeft = branch(BPF_JUMP32_LESS, RESULT, SCRATCH);
  alu(BPF_MOV32, LEFT, RIGHT);
  land(isLeft);
  alu(BPF_MOV32, RESULT, LEFT);
  land(noLeft);
  land(noRight);
}

// into = (to − from) − (to ≤ from), of 32 bits
function emitDistance(into: u32, from: u32, to: u32): void {
  alu(BPF_MOV32, into, to);
  alu(BPF_SUB32, into, from);
  const ahead = branch(BPF_JUMP32_GREATER, to, from);
  aluImmediate(BPF_SUB32_IMMEDIATE, into, 1);
  land(ahead);
}
