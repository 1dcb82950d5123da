// The bytes of WebAssembly code (WebAssembly core specification 1.0, chapter 5): opcodes, LEB128
// integers, locals. Operands of a program are either an i64 local or an i64 constant.
import { Bytes, createBytes } from '../memory/index';

export const I32: u32 = 0x7f;
export const I64: u32 = 0x7e;
export const VOID: u32 = 0x40;

export const BLOCK: u32 = 0x02;
export const IF: u32 = 0x04;
export const ELSE: u32 = 0x05;
export const END: u32 = 0x0b;
export const BR_IF: u32 = 0x0d;
export const DROP: u32 = 0x1a;
export const SELECT: u32 = 0x1b;
export const LOCAL_GET: u32 = 0x20;
export const LOCAL_SET: u32 = 0x21;
export const LOCAL_TEE: u32 = 0x22;
export const I64_LOAD: u32 = 0x29;
export const I64_STORE: u32 = 0x37;
export const I32_CONST: u32 = 0x41;
export const I64_CONST: u32 = 0x42;
export const I32_LT_U: u32 = 0x49;
export const I32_LE_U: u32 = 0x4d;
export const I32_SUB: u32 = 0x6b;
export const I32_AND: u32 = 0x71;
export const I64_EQZ: u32 = 0x50;
export const I64_EQ: u32 = 0x51;
export const I64_NE: u32 = 0x52;
export const I64_LT_U: u32 = 0x54;
export const I64_GT_U: u32 = 0x56;
export const I64_ADD: u32 = 0x7c;
export const I64_SUB: u32 = 0x7d;
export const I64_MUL: u32 = 0x7e;
export const I64_DIV_U: u32 = 0x80;
export const I32_WRAP_I64: u32 = 0xa7;
export const I64_EXTEND_I32_U: u32 = 0xad;

/** The function body under construction. */
export const code: Bytes = createBytes();

export function op(opcode: u32): void {
  code.u8(opcode);
}

/** An opcode with one unsigned immediate: a local, a label. */
export function op1(opcode: u32, immediate: u32): void {
  code.u8(opcode);
  unsigned(code, immediate);
}

export function i64Const(value: u64): void {
  code.u8(I64_CONST);
  signed(code, <i64>value);
}

export function i32Const(value: i32): void {
  code.u8(I32_CONST);
  signed(code, value);
}

/** A load or store of 8 aligned bytes at the address on the stack plus `offset`. */
export function memoryOp(opcode: u32, offset: u32): void {
  code.u8(opcode);
  code.u8(3);
  unsigned(code, offset);
}

export function unsigned(into: Bytes, value: u32): void {
  let rest = value;
  while (rest > 0x7f) {
    into.u8((rest & 0x7f) | 0x80);
    rest >>= 7;
  }
  into.u8(rest);
}

function signed(into: Bytes, value: i64): void {
  let rest = value;
  while (rest < -64 || rest > 63) {
    into.u8((<u32>rest & 0x7f) | 0x80);
    rest >>= 7;
  }
  into.u8(<u32>rest & 0x7f);
}
