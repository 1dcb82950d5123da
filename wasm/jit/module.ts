// A verified program as one WebAssembly module (docs/decisions/0021-jit-in-locals.md):
//
//   (module
//     (import "mooring" "memory" (memory 0))
//     (func (export "run") (param $flow i32) (result i32)
//       …load registers into locals…
//       (block $exit (result i32)
//         (block $done
//           …condition…                                error: (br $exit (i32.const code))
//           (if flag (then …body…
//             (br_if $done flag and not shouldContinue)))
//           …the other events…)
//         (i32.const 0))
//       (local.set $code) …store registers… (local.get $code)))
//
// `run` is entered through the function table, with the flow's address; before and after it stands
// vm/invoke.ts, as around the interpreter.

import { Program } from '../isa/index';
import { output } from '../memory/index';
import { OFFSET_EVENT_FLAG, OFFSET_SHOULD_CONTINUE } from '../vm/index';
import {
  BLOCK,
  BR_IF,
  code,
  END,
  I32,
  I32_AND,
  I64,
  I64_EQZ,
  I64_NE,
  IF,
  i32Const,
  i64Const,
  LOCAL_GET,
  LOCAL_SET,
  op,
  op1,
  unsigned,
  VOID,
} from './assembler';
import { emitInstruction, FIRST_REGISTER, LOCAL_CODE } from './instructions';
import { assignRegisters, loadRegisters, localAt, registerCount, storeRegisters } from './registers';

/** Events may share instructions, so few rows can ask for much code; beyond this the interpreter runs them. */
const MOST_INSTRUCTIONS: u32 = 4096;

/** Leaves the module in `output`; false where the program is too long to be worth it. */
export function emitModule(program: Program): bool {
  if (executed(program) > MOST_INSTRUCTIONS) return false;
  emitBody(program);
  output.clear();
  output.u32(0x6d736100); // \0asm
  output.u32(1);
  // type 0: (i32) → i32
  section(1, 6);
  output.u8(1);
  output.u8(0x60);
  output.u8(1);
  output.u8(I32);
  output.u8(1);
  output.u8(I32);
  // import "mooring" "memory", a memory of any size
  section(2, 19);
  output.u8(1);
  name('mooring');
  name('memory');
  output.u8(2);
  output.u8(0);
  output.u8(0);
  // function 0 has type 0
  section(3, 2);
  output.u8(1);
  output.u8(0);
  // export "run"
  section(7, 7);
  output.u8(1);
  name('run');
  output.u8(0);
  output.u8(0);
  section(10, 1 + lebBytes(code.length) + code.length);
  output.u8(1);
  unsigned(output, code.length);
  output.bytes(code.data, code.length);
  return true;
}

function emitBody(program: Program): void {
  assignRegisters(program, FIRST_REGISTER);
  code.clear();
  op(2); // groups of locals
  op1(FIRST_REGISTER - 2, I32);
  unsigned(code, 1 + registerCount);
  op(I64);
  loadRegisters();
  op1(BLOCK, I32);
  op1(BLOCK, VOID);
  for (let i: u32 = 0; i < program.eventCount; i++) {
    const event = program.event(i);
    emitRange(program, event.condition, event.conditionCount, 1);
    pushFlagSet();
    op1(IF, VOID);
    emitRange(program, event.body, event.bodyCount, 2);
    // The body may have written the flag, so it is read again.
    pushFlagSet();
    op1(LOCAL_GET, localAt(<u32>OFFSET_SHOULD_CONTINUE));
    op(I64_EQZ);
    op(I32_AND);
    op1(BR_IF, 1);
    op(END);
  }
  op(END);
  i32Const(0);
  op(END);
  op1(LOCAL_SET, LOCAL_CODE);
  storeRegisters();
  op1(LOCAL_GET, LOCAL_CODE);
  op(END);
}

function emitRange(program: Program, start: u32, count: u32, exit: u32): void {
  for (let i: u32 = start; i < start + count; i++) emitInstruction(program.instruction(i), i, exit);
}

function pushFlagSet(): void {
  op1(LOCAL_GET, localAt(<u32>OFFSET_EVENT_FLAG));
  i64Const(0);
  op(I64_NE);
}

function executed(program: Program): u32 {
  let count: u32 = 0;
  for (let i: u32 = 0; i < program.eventCount; i++) {
    count += program.event(i).conditionCount + program.event(i).bodyCount;
  }
  return count;
}

function section(id: u32, size: u32): void {
  output.u8(id);
  unsigned(output, size);
}

function name(text: string): void {
  output.u8(text.length);
  for (let i = 0; i < text.length; i++) output.u8(text.charCodeAt(i));
}

function lebBytes(value: u32): u32 {
  let count: u32 = 1;
  for (let rest = value >> 7; rest; rest >>= 7) count++;
  return count;
}
