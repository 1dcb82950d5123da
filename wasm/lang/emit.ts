// Instruction rows as they are made, and the temporaries of the expression at hand.
import {
  IMPLICIT_CWND,
  IMPLICIT_RATE,
  LIMIT_ROW_BYTES,
  REG_IMPLICIT,
  REG_TMP,
  ROW_RESULT,
  ROW_RESULT_TYPE,
} from '../generated/isa';
import { writeInstruction } from '../isa/index';
import { createBytes } from '../memory/index';

/** Instruction rows. */
export const code = createBytes();
/** Where in the source each instruction comes from: a record `place` of spec/lang.json each. */
export const places = createBytes();
let placeStart: u32 = 0;
let placeEnd: u32 = 0;
export let instructionCount: u32 = 0;
/** Temporaries taken since `openExpression`. */
export let temporaries: u32 = 0;
/** Whether Cwnd or Rate was written since `openSection`. */
export let wroteCwnd = false;
export let wroteRate = false;

export function resetCode(): void {
  code.clear();
  places.clear();
  instructionCount = 0;
}

export function openSection(): void {
  wroteCwnd = wroteRate = false;
}

/** What is emitted from here on comes from this stretch of the source. */
export function markPlace(start: u32, end: u32): void {
  placeStart = start;
  placeEnd = end;
}

export function openExpression(): void {
  temporaries = 0;
}

/** The index of a new temporary. Portus reuses none within an expression. */
export function takeTemporary(): u32 {
  return temporaries++;
}

export function emit(
  op: u32,
  resultType: u32,
  result: u32,
  leftType: u32,
  left: u32,
  rightType: u32,
  right: u32,
): void {
  const row = code.reserve(LIMIT_ROW_BYTES);
  code.length += LIMIT_ROW_BYTES;
  writeInstruction(row, op, resultType, result, leftType, left, rightType, right);
  places.u32(placeStart);
  places.u32(placeEnd);
  instructionCount++;
  note(resultType, result);
}

/** Makes the last instruction write another register: the temporary it took is given back. */
export function redirectLast(resultType: u32, result: u32): void {
  const row = code.data + code.length - LIMIT_ROW_BYTES;
  if (load<u8>(row, ROW_RESULT_TYPE) == REG_TMP) temporaries--;
  store<u8>(row, <u8>resultType, ROW_RESULT_TYPE);
  store<u32>(row, result, ROW_RESULT);
}

function note(resultType: u32, result: u32): void {
  if (resultType != REG_IMPLICIT) return;
  if (result == IMPLICIT_CWND) wroteCwnd = true;
  if (result == IMPLICIT_RATE) wroteRate = true;
}
