// Rows the host has written to `input` as eBPF, in `output`:
//
//   | instructions u32 | branches u32 | reportFields u32 | volatile resets u32 | stable resets u32 |
//   | instruction 8 × instructions | reset × volatile | reset × stable |          reset: | offset u32 | 0 u32 | value u64 |
import { REG_CONTROL, REG_REPORT } from '../generated/isa';
import { Def, decodeProgram, freeProgram, Program } from '../isa/index';
import { input, output } from '../memory/index';
import { branches, code, here } from './assembler';
import { emitProgram } from './program';
import { offsetOf } from './registers';

/** −1 where `output` holds it; −2 where the rows are no program; else the event with which it is too long. */
export function bpfEmitRows(events: u32, instructions: u32): i32 {
  const at = decodeProgram(input.data, input.length, events, instructions, 1);
  if (!at) return -2;
  const program = changetype<Program>(at);
  const tooLong = emitProgram(program);
  if (tooLong < 0) write(program);
  freeProgram(at);
  return tooLong;
}

function write(program: Program): void {
  output.clear();
  output.u32(here());
  output.u32(branches);
  output.u32(program.reportFields);
  output.u32(program.volatileDefCount);
  output.u32(program.stableDefCount);
  output.bytes(code.data, code.length);
  for (let i: u32 = 0; i < program.volatileDefCount; i++) writeReset(program.volatileDef(i));
  for (let i: u32 = 0; i < program.stableDefCount; i++) writeReset(program.stableDef(i));
}

function writeReset(def: Def): void {
  output.u32(offsetOf(def.report ? REG_REPORT : REG_CONTROL, def.index));
  output.u32(0);
  output.u64(def.value);
}
