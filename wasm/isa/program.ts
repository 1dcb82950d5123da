// A verified program, decoded once for whatever runs it. One heap block:
//
//   | Program | Event × events | Instruction × instructions | Def × volatileDefs | Def × stableDefs |
//
// Both Def lists keep the order of the DEFs, so that of two on one register the later wins.
import {
  LIMIT_ROW_BYTES,
  OP_DEF,
  REG_CONTROL,
  REG_CONTROL_VOLATILE,
  REG_IMMEDIATE,
  REG_PRIMITIVE,
  REG_REPORT,
  REG_REPORT_VOLATILE,
  VALUE_DEF_INFINITY_SENTINEL,
  VALUE_INFINITY,
} from '../generated/isa';
import { Event, Instruction, readEvent, readInstruction } from './row';
import { isControl, isReport, verify } from './verify';

/** The first value of a Report or Control register. */
@unmanaged
export class Def {
  /** 1 for a Report register, 0 for a Control register. */
  report: u32 = 0;
  index: u32 = 0;
  /** DEF immediate with libccp's infinity sentinel already turned into 2^32 − 1. */
  value: u64 = 0;
}

@unmanaged
export class Program {
  uid: u32 = 0;
  eventCount: u32 = 0;
  instructionCount: u32 = 0;
  /** Report and control registers the program can touch: the highest index + 1. */
  reportRegisters: u32 = 0;
  controlRegisters: u32 = 0;
  /** Bit n: it reads primitive n. */
  primitives: u32 = 0;
  /** How many Report registers a MEASURE carries (libccp: num_to_return). ≤ reportRegisters. */
  reportFields: u32 = 0;
  /** Set when a program is switched in, and again after each report. */
  volatileDefCount: u32 = 0;
  /** Set only when a program is switched in, after the volatile ones. */
  stableDefCount: u32 = 0;
  eventsAt: usize = 0;
  instructionsAt: usize = 0;
  volatileDefsAt: usize = 0;
  stableDefsAt: usize = 0;

  event(i: u32): Event {
    return changetype<Event>(this.eventsAt + i * offsetof<Event>());
  }

  instruction(i: u32): Instruction {
    return changetype<Instruction>(this.instructionsAt + i * offsetof<Instruction>());
  }

  volatileDef(i: u32): Def {
    return changetype<Def>(this.volatileDefsAt + i * offsetof<Def>());
  }

  stableDef(i: u32): Def {
    return changetype<Def>(this.stableDefsAt + i * offsetof<Def>());
  }
}

/** Why `decodeProgram` gave 0: a libccp code. */
export let decodeCode: i32 = 0;

/** Verifies and decodes rows into a new program, freed with `freeProgram`; 0 where `decodeCode` says why not. */
export function decodeProgram(rows: usize, size: u32, events: u32, instructions: u32, uid: u32): usize {
  decodeCode = verify(rows, size, events, instructions);
  if (decodeCode) return 0;
  const eventsSize: u32 = events * offsetof<Event>();
  const instructionsSize: u32 = instructions * offsetof<Instruction>();
  const at = heap.alloc(offsetof<Program>() + eventsSize + instructionsSize + instructions * offsetof<Def>());
  memory.fill(at, 0, offsetof<Program>());
  const program = changetype<Program>(at);
  program.uid = uid;
  program.eventCount = events;
  program.instructionCount = instructions;
  program.eventsAt = at + offsetof<Program>();
  program.instructionsAt = program.eventsAt + eventsSize;
  for (let i: u32 = 0; i < events; i++) readEvent(rows + i * LIMIT_ROW_BYTES, program.event(i));
  const instructionRows = rows + events * LIMIT_ROW_BYTES;
  for (let i: u32 = 0; i < instructions; i++) {
    const instruction = program.instruction(i);
    readInstruction(instructionRows + i * LIMIT_ROW_BYTES, instruction);
    count(program, instruction);
  }
  collectDefs(program, program.instructionsAt + instructionsSize);
  return at;
}

export function freeProgram(program: usize): void {
  heap.free(program);
}

function count(program: Program, instruction: Instruction): void {
  use(program, instruction.resultType, instruction.result);
  use(program, instruction.leftType, instruction.left);
  use(program, instruction.rightType, instruction.right);
}

function use(program: Program, type: u32, index: u32): void {
  switch (type) {
    case REG_REPORT:
    case REG_REPORT_VOLATILE:
      program.reportRegisters = max(program.reportRegisters, index + 1);
      break;
    case REG_PRIMITIVE:
      program.primitives |= 1 << index;
      break;
    case REG_CONTROL:
    case REG_CONTROL_VOLATILE:
      program.controlRegisters = max(program.controlRegisters, index + 1);
      break;
  }
}

// libccp looks only at the DEFs before the first other instruction, names the register by the
// left operand, and counts the fields of a report while it does; a program of nothing but DEFs
// never gets that count (ccp.md 3.5).
function collectDefs(program: Program, at: usize): void {
  program.volatileDefsAt = at;
  const leading = leadingDefs(program);
  for (let i: u32 = 0; i < leading; i++) {
    const def = program.instruction(i);
    if (def.leftType == REG_REPORT_VOLATILE || def.leftType == REG_CONTROL_VOLATILE) {
      writeDef(program.volatileDef(program.volatileDefCount++), def);
    }
    if (isReport(def.leftType)) program.reportFields++;
  }
  program.stableDefsAt = at + program.volatileDefCount * offsetof<Def>();
  for (let i: u32 = 0; i < leading; i++) {
    const def = program.instruction(i);
    if (def.leftType == REG_REPORT || def.leftType == REG_CONTROL) {
      writeDef(program.stableDef(program.stableDefCount++), def);
    }
  }
  if (leading == program.instructionCount) program.reportFields = 0;
  program.reportRegisters = max(program.reportRegisters, program.reportFields);
}

function leadingDefs(program: Program): u32 {
  let i: u32 = 0;
  while (i < program.instructionCount && program.instruction(i).op == OP_DEF) i++;
  return i;
}

function writeDef(into: Def, def: Instruction): void {
  into.report = isControl(def.leftType) ? 0 : 1;
  into.index = def.left;
  const value = def.rightType == REG_IMMEDIATE ? def.right : 0;
  into.value = value == VALUE_DEF_INFINITY_SENTINEL ? VALUE_INFINITY : value;
}
