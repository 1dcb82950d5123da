// The rows of a program body as they stand in an INSTALL (spec/isa.md): little-endian, packed.
//
//   event        | condition u32 | conditionCount u32 | body u32 | bodyCount u32 |
//   instruction  | op u8 | resultType u8 | result u32 | leftType u8 | left u32 | rightType u8 | right u32 |
//   offset         0       1               2            6             7          11             12
//
// Event indices count instructions from the first, DEFs included.
import { LIMIT_ROW_BYTES } from '../generated/isa';

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
  into.op = load<u8>(row);
  into.resultType = load<u8>(row, 1);
  into.result = load<u32>(row, 2);
  into.leftType = load<u8>(row, 6);
  into.left = load<u32>(row, 7);
  into.rightType = load<u8>(row, 11);
  into.right = load<u32>(row, 12);
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
  store<u8>(row, <u8>op);
  store<u8>(row, <u8>resultType, 1);
  store<u32>(row, result, 2);
  store<u8>(row, <u8>leftType, 6);
  store<u32>(row, left, 7);
  store<u8>(row, <u8>rightType, 11);
  store<u32>(row, right, 12);
}
