// The rows of a program body as they stand in an INSTALL (spec/isa.md): little-endian, packed.
//
//   event        | condition u32 | conditionCount u32 | body u32 | bodyCount u32 |
//   instruction  | op u8 | resultType u8 | result u32 | leftType u8 | left u32 | rightType u8 | right u32 |
//   offset         0       1               2            6             7          11             12
//
// Event indices count instructions from the first, DEFs included.
import {
  LIMIT_ROW_BYTES,
  ROW_LEFT,
  ROW_LEFT_TYPE,
  ROW_OP,
  ROW_RESULT,
  ROW_RESULT_TYPE,
  ROW_RIGHT,
  ROW_RIGHT_TYPE,
} from '../generated/isa';

/** One `when`: which instructions decide it and which it runs. Same bytes as on the wire. */
@unmanaged
export class Event {
  condition: u32 = 0;
  conditionCount: u32 = 0;
  body: u32 = 0;
  bodyCount: u32 = 0;
}

/** One instruction, widened to aligned fields. For an immediate the index is the value. */
@unmanaged
export class Instruction {
  op: u8 = 0;
  resultType: u8 = 0;
  leftType: u8 = 0;
  rightType: u8 = 0;
  result: u32 = 0;
  left: u32 = 0;
  right: u32 = 0;
}

export function readEvent(row: usize, into: Event): void {
  memory.copy(changetype<usize>(into), row, LIMIT_ROW_BYTES);
}

export function writeEvent(row: usize, event: Event): void {
  memory.copy(row, changetype<usize>(event), LIMIT_ROW_BYTES);
}

export function readInstruction(row: usize, into: Instruction): void {
  into.op = load<u8>(row, ROW_OP);
  into.resultType = load<u8>(row, ROW_RESULT_TYPE);
  into.result = load<u32>(row, ROW_RESULT);
  into.leftType = load<u8>(row, ROW_LEFT_TYPE);
  into.left = load<u32>(row, ROW_LEFT);
  into.rightType = load<u8>(row, ROW_RIGHT_TYPE);
  into.right = load<u32>(row, ROW_RIGHT);
}

export function writeInstruction(
  row: usize,
  op: u32,
  resultType: u32,
  result: u32,
  leftType: u32,
  left: u32,
  rightType: u32,
  right: u32,
): void {
  store<u8>(row, <u8>op, ROW_OP);
  store<u8>(row, <u8>resultType, ROW_RESULT_TYPE);
  store<u32>(row, result, ROW_RESULT);
  store<u8>(row, <u8>leftType, ROW_LEFT_TYPE);
  store<u32>(row, left, ROW_LEFT);
  store<u8>(row, <u8>rightType, ROW_RIGHT_TYPE);
  store<u32>(row, right, ROW_RIGHT);
}
