// The bytes of eBPF instructions (RFC 9669 section 3), 8 each:
//
//   | opcode u8 | source u4, destination u4 | offset i16 | immediate i32 |
//
// Jumps go forward only, over at most 32,767 instructions, and to places that are not known yet.
import {
  BPF_BYTES_INSTRUCTION,
  BPF_DIV64,
  BPF_JUMP,
  BPF_LOAD64,
  BPF_MOV32_IMMEDIATE,
  BPF_STORE64,
} from '../generated/bpf';
import { Bytes, createBytes } from '../memory/index';

/** The instructions so far. */
export const code: Bytes = createBytes();
/** Conditional jumps so far: the verifier keeps what lies behind each in mind until it has gone there. */
export let branches: u32 = 0;
/** Instructions the kernel adds when it loads these, over which jumps have to reach as well. */
export let added: u32 = 0;

/** Its check of a divisor: 4 on x86-64 in Linux 6.18; twice as many leave room for others. */
const ADDED_BY_DIVISION: u32 = 8;

export function begin(): void {
  code.clear();
  branches = 0;
  added = 0;
}

export function instruction(opcode: u32, destination: u32, source: u32, offset: i32, immediate: i32): void {
  code.u8(opcode);
  code.u8((source << 4) | destination);
  code.u16(<u32>offset);
  code.u32(<u32>immediate);
}

/** destination ⊕= source */
export function alu(opcode: u32, destination: u32, source: u32): void {
  instruction(opcode, destination, source, 0, 0);
}

export function aluImmediate(opcode: u32, destination: u32, immediate: i32): void {
  instruction(opcode, destination, 0, 0, immediate);
}

/** destination ∕= source */
export function divide(destination: u32, source: u32): void {
  added += ADDED_BY_DIVISION;
  alu(BPF_DIV64, destination, source);
}

/** All 32 bits of `value`, and nothing above them. */
export function loadImmediate(destination: u32, value: u32): void {
  aluImmediate(BPF_MOV32_IMMEDIATE, destination, <i32>value);
}

export function load64(destination: u32, base: u32, offset: u32): void {
  instruction(BPF_LOAD64, destination, base, <i32>offset, 0);
}

export function store64(base: u32, offset: u32, source: u32): void {
  instruction(BPF_STORE64, base, source, <i32>offset, 0);
}

/** A jump to where `land` will be told it goes. */
export function jump(): u32 {
  instruction(BPF_JUMP, 0, 0, 0, 0);
  return here() - 1;
}

export function branch(opcode: u32, left: u32, right: u32): u32 {
  branches++;
  instruction(opcode, left, right, 0, 0);
  return here() - 1;
}

export function branchImmediate(opcode: u32, left: u32, right: i32): u32 {
  branches++;
  instruction(opcode, left, 0, 0, right);
  return here() - 1;
}

/** The jump `from` goes to what comes next. */
export function land(from: u32): void {
  store<u16>(code.data + from * BPF_BYTES_INSTRUCTION, <u16>(here() - from - 1), 2);
}

/** The number of the next instruction. */
export function here(): u32 {
  return code.length / BPF_BYTES_INSTRUCTION;
}
