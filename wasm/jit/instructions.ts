// One instruction of a program as WebAssembly: the interpreter's cases (vm/interpreter.ts), spelt out.
// An arithmetic error leaves its code and its place (vm/stops.ts) on the stack and branches to the label that writes back.
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
import { packStop } from '../vm/index';
import {
  BR_IF,
  DROP,
  ELSE,
  END,
  I32_AND,
  I32_LE_U,
  I32_LT_U,
  I32_SUB,
  I32_WRAP_I64,
  I64,
  I64_ADD,
  I64_DIV_U,
  I64_EQ,
  I64_EQZ,
  I64_EXTEND_I32_U,
  I64_GT_U,
  I64_LT_U,
  I64_MUL,
  I64_NE,
  I64_SUB,
  IF,
  i32Const,
  i64Const,
  LOCAL_GET,
  LOCAL_SET,
  LOCAL_TEE,
  op,
  op1,
  SELECT,
} from './assembler';
import { localOf } from './registers';

/** The function's locals: the flow, the code it ends with, scratch, then the registers. */
export const LOCAL_CODE: u32 = 1;
const LOCAL_A: u32 = 2;
const LOCAL_B: u32 = 3;
const LOCAL_WIDE: u32 = 4;
export const FIRST_REGISTER: u32 = 5;

let result: u32 = 0;
let leftType: u32 = 0;
let left: u32 = 0;
let rightType: u32 = 0;
let right: u32 = 0;
let place: u32 = 0;

/** Emits `instruction`, the program's `index`th; `exit` is the label an error branches to, with its code on the stack. */
export function emitInstruction(instruction: Instruction, index: u32, exit: u32): void {
  if (instruction.op == OP_DEF) return;
  place = index;
  result = localOf(instruction.resultType, instruction.result);
  leftType = instruction.leftType;
  left = instruction.left;
  rightType = instruction.rightType;
  right = instruction.right;
  switch (<u32>instruction.op) {
    case OP_ADD:
      emitChecked(I64_ADD, I64_LT_U, LIBCCP_ADD_INT_OVERFLOW, exit);
      return;
    case OP_SUB:
      emitChecked(I64_SUB, I64_GT_U, LIBCCP_SUB_INT_UNDERFLOW, exit);
      return;
    case OP_MUL:
      emitMultiply(exit);
      return;
    case OP_DIV:
      emitDivide(exit);
      return;
    case OP_BIND:
      pushRight();
      break;
    case OP_EQUIV:
      emitCompare(I64_EQ);
      break;
    case OP_GT:
      emitCompare(I64_GT_U);
      break;
    case OP_LT:
      emitCompare(I64_LT_U);
      break;
    case OP_MAX:
      emitSelect(I64_GT_U);
      break;
    case OP_MIN:
      emitSelect(I64_LT_U);
      break;
    case OP_IF:
      emitConditional(false);
      break;
    case OP_NOTIF:
      emitConditional(true);
      break;
    case OP_EWMA:
      emitEwma();
      break;
    case OP_MAXWRAP:
      emitMaxWrapped();
      break;
  }
  op1(LOCAL_SET, result);
}

function pushLeft(): void {
  if (leftType == REG_IMMEDIATE) i64Const(left);
  else op1(LOCAL_GET, localOf(leftType, left));
}

function pushRight(): void {
  if (rightType == REG_IMMEDIATE) i64Const(right);
  else op1(LOCAL_GET, localOf(rightType, right));
}

/** With a condition on the stack above `code`: leaves where it holds. */
function emitError(exit: u32): void {
  op1(BR_IF, exit);
  op(DROP);
}

// code; (wide = left ⊕ right) ⋛ left → leave; result = wide
function emitChecked(operator: u32, wrongWhen: u32, code: i32, exit: u32): void {
  i32Const(packStop(code, place));
  pushLeft();
  pushRight();
  op(operator);
  op1(LOCAL_TEE, LOCAL_WIDE);
  pushLeft();
  op(wrongWhen);
  emitError(exit);
  op1(LOCAL_GET, LOCAL_WIDE);
  op1(LOCAL_SET, result);
}

function emitMultiply(exit: u32): void {
  i32Const(packStop(LIBCCP_MUL_INT_OVERFLOW, place));
  pushLeft();
  pushRight();
  op(I64_MUL);
  op1(LOCAL_TEE, LOCAL_WIDE);
  pushLeft();
  op(I64_LT_U);
  pushRight();
  i64Const(0);
  op(I64_NE);
  op(I32_AND);
  emitError(exit);
  op1(LOCAL_GET, LOCAL_WIDE);
  op1(LOCAL_SET, result);
}

function emitDivide(exit: u32): void {
  if (rightType != REG_IMMEDIATE || right == 0) {
    i32Const(packStop(LIBCCP_DIV_BY_ZERO, place));
    pushRight();
    op(I64_EQZ);
    emitError(exit);
  }
  pushLeft();
  pushRight();
  op(I64_DIV_U);
  op1(LOCAL_SET, result);
}

function emitCompare(operator: u32): void {
  pushLeft();
  pushRight();
  op(operator);
  op(I64_EXTEND_I32_U);
}

function emitSelect(leftWhen: u32): void {
  pushLeft();
  pushRight();
  pushLeft();
  pushRight();
  op(leftWhen);
  op(SELECT);
}

function emitConditional(negated: bool): void {
  pushRight();
  op1(LOCAL_GET, result);
  pushLeft();
  i64Const(0);
  op(negated ? I64_EQ : I64_NE);
  op(SELECT);
}

function emitEwma(): void {
  op1(LOCAL_GET, result);
  op(I64_EQZ);
  op1(IF, I64);
  pushRight();
  op(ELSE);
  pushLeft();
  op1(LOCAL_GET, result);
  op(I64_MUL);
  i64Const(10);
  pushLeft();
  op(I64_SUB);
  pushRight();
  op(I64_MUL);
  op(I64_ADD);
  i64Const(10);
  op(I64_DIV_U);
  op(END);
}

// left == 0 ? right : right == 0 ? left : distance(b, a) < distance(a, b) ? a : b, a and b their low words
function emitMaxWrapped(): void {
  pushLeft();
  op(I64_EQZ);
  op1(IF, I64);
  pushRight();
  op(ELSE);
  pushRight();
  op(I64_EQZ);
  op1(IF, I64);
  pushLeft();
  op(ELSE);
  pushLeft();
  op(I32_WRAP_I64);
  op1(LOCAL_SET, LOCAL_A);
  pushRight();
  op(I32_WRAP_I64);
  op1(LOCAL_SET, LOCAL_B);
  op1(LOCAL_GET, LOCAL_A);
  op1(LOCAL_GET, LOCAL_B);
  emitDistance(LOCAL_B, LOCAL_A);
  emitDistance(LOCAL_A, LOCAL_B);
  op(I32_LT_U);
  op(SELECT);
  op(I64_EXTEND_I32_U);
  op(END);
  op(END);
}

// (to − from) − (to ≤ from)
function emitDistance(from: u32, to: u32): void {
  op1(LOCAL_GET, to);
  op1(LOCAL_GET, from);
  op(I32_SUB);
  op1(LOCAL_GET, to);
  op1(LOCAL_GET, from);
  op(I32_LE_U);
  op(I32_SUB);
}
