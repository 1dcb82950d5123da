// Which registers of a flow a program holds in locals. A register is known by its offset in the
// flow's block, so every kind is treated alike.
import { OP_DEF, REG_IMMEDIATE } from '../generated/isa';
import { Instruction, Program } from '../isa/index';
import { OFFSET_EVENT_FLAG, OFFSET_SHOULD_CONTINUE, OFFSET_SHOULD_REPORT, registerOffset } from '../vm/index';
import { I64_LOAD, I64_STORE, LOCAL_GET, LOCAL_SET, memoryOp, op1 } from './assembler';

// One u16 for each u64 of the largest flow: the local that holds it (0: none), and two marks.
const SLOTS: u32 = 1024;
const LOCAL_MASK: u32 = 0x3fff;
const LOADED: u32 = 0x4000;
const WRITTEN: u32 = 0x8000;
const slots: usize = heap.alloc(2 * SLOTS);

/** Locals given to registers so far. */
export let registerCount: u32 = 0;
let firstLocal: u32 = 0;

/** Gives a local, from `first` on, to each register the program's events touch. */
export function assignRegisters(program: Program, first: u32): void {
  memory.fill(slots, 0, 2 * SLOTS);
  registerCount = 0;
  firstLocal = first;
  assign(<u32>OFFSET_EVENT_FLAG, 0);
  assign(<u32>OFFSET_SHOULD_CONTINUE, 0);
  for (let i: u32 = 0; i < program.eventCount; i++) {
    const event = program.event(i);
    assignRange(program, event.condition, event.conditionCount);
    assignRange(program, event.body, event.bodyCount);
  }
}

/** The local that holds a register. */
export function localOf(type: u32, index: u32): u32 {
  return localAt(registerOffset(type, index));
}

export function localAt(offset: u32): u32 {
  return load<u16>(slots + (offset >> 2)) & LOCAL_MASK;
}

/** Fills the locals from the flow in local 0. The three flags were just cleared, as locals are. */
export function loadRegisters(): void {
  for (let slot: u32 = 0; slot < SLOTS; slot++) {
    const mark: u32 = load<u16>(slots + 2 * slot);
    const offset = 8 * slot;
    if (!(mark & LOADED)) continue;
    if (offset == OFFSET_EVENT_FLAG || offset == OFFSET_SHOULD_CONTINUE || offset == OFFSET_SHOULD_REPORT) continue;
    op1(LOCAL_GET, 0);
    memoryOp(I64_LOAD, offset);
    op1(LOCAL_SET, mark & LOCAL_MASK);
  }
}

/** Writes back what the program writes, on whatever way it ends. */
export function storeRegisters(): void {
  for (let slot: u32 = 0; slot < SLOTS; slot++) {
    const mark: u32 = load<u16>(slots + 2 * slot);
    if (!(mark & WRITTEN)) continue;
    op1(LOCAL_GET, 0);
    op1(LOCAL_GET, mark & LOCAL_MASK);
    memoryOp(I64_STORE, 8 * slot);
  }
}

function assignRange(program: Program, start: u32, count: u32): void {
  for (let i: u32 = start; i < start + count; i++) assignInstruction(program.instruction(i));
}

function assignInstruction(instruction: Instruction): void {
  if (instruction.op == OP_DEF) return;
  assignOperand(instruction.leftType, instruction.left);
  assignOperand(instruction.rightType, instruction.right);
  // What may be left unwritten has to be loaded, for the write-back stores it all the same.
  assign(registerOffset(instruction.resultType, instruction.result), LOADED | WRITTEN);
}

function assignOperand(type: u32, index: u32): void {
  if (type != REG_IMMEDIATE) assign(registerOffset(type, index), LOADED);
}

function assign(offset: u32, marks: u32): void {
  const slot = slots + (offset >> 2);
  let mark: u32 = load<u16>(slot);
  if (!(mark & LOCAL_MASK)) mark |= firstLocal + registerCount++;
  store<u16>(slot, <u16>(mark | marks));
}
