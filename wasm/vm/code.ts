// A program made ready to run: operands resolved to byte offsets in a flow's block, DEFs to lists of
// stores. Made once at INSTALL, shared by the flows that run it, freed with the last of them.
//
//   | Code | Range × events | Op × instructions | Reset × volatile | Reset × stable | constant u64 … |
//
// An operand is read at (flow & mask) + offset: the mask is all ones for a register, and zero for
// an immediate, whose offset is then the address of its constant.
import { REG_CONTROL, REG_IMMEDIATE, REG_REPORT } from '../generated/isa';
import { Def, freeProgram, Program } from '../isa/index';
import { registerOffset } from './state';

@unmanaged
export class Code {
  program: Program = changetype<Program>(0);
  uid: u32 = 0;
  /** Flows that run or have staged it, and the program table. */
  references: u32 = 0;
  /** Index of compiled code in the module's function table; 0 while it is interpreted. */
  entry: u32 = 0;
  /** Rows of registers a flow needs to run it. */
  rows: u32 = 0;
  reportFields: u32 = 0;
  ranges: usize = 0;
  rangesEnd: usize = 0;
  /** Applied when the program is switched in, and the first list also after each report. */
  volatileResets: usize = 0;
  stableResets: usize = 0;
  stableResetsEnd: usize = 0;
  /** The next in the list of programs no compiler has seen. */
  nextUncompiled: usize = 0;
}

/** The instructions of one `when`, as addresses. */
@unmanaged
export class Range {
  condition: usize = 0;
  conditionEnd: usize = 0;
  body: usize = 0;
  bodyEnd: usize = 0;
}

@unmanaged
export class Op {
  op: u32 = 0;
  result: u32 = 0;
  left: usize = 0;
  leftMask: usize = 0;
  right: usize = 0;
  rightMask: usize = 0;
}

@unmanaged
export class Reset {
  offset: usize = 0;
  value: u64 = 0;
}

let uncompiled: usize = 0;

/** Takes over `program`. The caller holds the first reference. */
export function createCode(program: Program): Code {
  const ranges = program.eventCount * offsetof<Range>();
  const ops = program.instructionCount * offsetof<Op>();
  const resets = (program.volatileDefCount + program.stableDefCount) * offsetof<Reset>();
  const head = (offsetof<Code>() + 7) & ~7;
  const at = heap.alloc(head + ranges + ops + resets + 16 * program.instructionCount);
  memory.fill(at, 0, offsetof<Code>());
  const code = changetype<Code>(at);
  code.program = program;
  code.uid = program.uid;
  code.references = 1;
  code.rows = max(program.reportRegisters, program.controlRegisters);
  code.reportFields = program.reportFields;
  code.ranges = at + head;
  code.rangesEnd = code.ranges + ranges;
  code.volatileResets = code.rangesEnd + ops;
  code.stableResets = code.volatileResets + program.volatileDefCount * offsetof<Reset>();
  code.stableResetsEnd = code.volatileResets + resets;
  resolve(code);
  code.nextUncompiled = uncompiled;
  uncompiled = at;
  return code;
}

export function retain(code: usize): void {
  changetype<Code>(code).references++;
}

export function release(at: usize): void {
  if (!at) return;
  const code = changetype<Code>(at);
  if (--code.references) return;
  forget(at);
  if (code.entry) freeEntry(code.entry);
  freeProgram(changetype<usize>(code.program));
  heap.free(at);
}

export function applyResets(flow: usize, from: usize, to: usize): void {
  for (let at = from; at < to; at += offsetof<Reset>()) {
    const reset = changetype<Reset>(at);
    store<u64>(flow + reset.offset, reset.value);
  }
}

/** A program no compiler has seen yet, taken off the list; 0 where there is none. */
export function takeUncompiled(): usize {
  const code = uncompiled;
  if (code) uncompiled = changetype<Code>(code).nextUncompiled;
  return code;
}

// Table entries whose program is gone, for the next to use.
let freeEntries: usize = 0;
let freeEntryCount: u32 = 0;
let freeEntryCapacity: u32 = 0;

/** An entry of the function table that is free again; 0 where the table has to grow. */
export function takeFreeEntry(): u32 {
  return freeEntryCount ? load<u32>(freeEntries + 4 * --freeEntryCount) : 0;
}

function freeEntry(entry: u32): void {
  if (freeEntryCount == freeEntryCapacity) {
    freeEntryCapacity = max<u32>(16, freeEntryCapacity << 1);
    freeEntries = heap.realloc(freeEntries ? freeEntries : heap.alloc(4), 4 * freeEntryCapacity);
  }
  store<u32>(freeEntries + 4 * freeEntryCount++, entry);
}

function forget(at: usize): void {
  if (uncompiled == at) {
    uncompiled = changetype<Code>(at).nextUncompiled;
    return;
  }
  for (let previous = uncompiled; previous; previous = changetype<Code>(previous).nextUncompiled) {
    if (changetype<Code>(previous).nextUncompiled == at) {
      changetype<Code>(previous).nextUncompiled = changetype<Code>(at).nextUncompiled;
      return;
    }
  }
}

function resolve(code: Code): void {
  const program = code.program;
  const ops = code.rangesEnd;
  let constant = code.stableResetsEnd;
  for (let i: u32 = 0; i < program.instructionCount; i++) {
    const from = program.instruction(i);
    const op = changetype<Op>(ops + i * offsetof<Op>());
    op.op = from.op;
    op.result = registerOffset(from.resultType, from.result);
    const leftIsConstant = from.leftType == REG_IMMEDIATE;
    if (leftIsConstant) store<u64>(constant, from.left);
    op.left = leftIsConstant ? constant : registerOffset(from.leftType, from.left);
    op.leftMask = leftIsConstant ? 0 : ~0;
    constant += 8;
    const rightIsConstant = from.rightType == REG_IMMEDIATE;
    if (rightIsConstant) store<u64>(constant, from.right);
    op.right = rightIsConstant ? constant : registerOffset(from.rightType, from.right);
    op.rightMask = rightIsConstant ? 0 : ~0;
    constant += 8;
  }
  for (let i: u32 = 0; i < program.eventCount; i++) {
    const event = program.event(i);
    const range = changetype<Range>(code.ranges + i * offsetof<Range>());
    range.condition = ops + event.condition * offsetof<Op>();
    range.conditionEnd = range.condition + event.conditionCount * offsetof<Op>();
    range.body = ops + event.body * offsetof<Op>();
    range.bodyEnd = range.body + event.bodyCount * offsetof<Op>();
  }
  for (let i: u32 = 0; i < program.volatileDefCount; i++) {
    resolveDef(code.volatileResets + i * offsetof<Reset>(), program.volatileDef(i));
  }
  for (let i: u32 = 0; i < program.stableDefCount; i++) {
    resolveDef(code.stableResets + i * offsetof<Reset>(), program.stableDef(i));
  }
}

function resolveDef(at: usize, def: Def): void {
  const reset = changetype<Reset>(at);
  reset.offset = registerOffset(def.report ? REG_REPORT : REG_CONTROL, def.index);
  reset.value = def.value;
}
