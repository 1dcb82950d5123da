// A verified program as the part of an eBPF program that its loader puts between an entry and an end of its own:
//
//   in    r6  the flow's map value, its registers as spec/bpf.json says
//   out   r7  0, or the arithmetic error that ended it (vm/stops.ts); falls out behind its last instruction
//
// No loop, no call, no stack: what the kernel's verifier has to prove is that jumps go forward and offsets are inside.
import { BPF_JUMP_EQUAL_IMMEDIATE, BPF_LIMIT_BRANCHES, BPF_LIMIT_INSTRUCTIONS } from '../generated/bpf';
import { IMPLICIT_EVENT_FLAG, IMPLICIT_SHOULD_CONTINUE, REG_IMPLICIT } from '../generated/isa';
import { Program } from '../isa/index';
import { added, begin, branches, branchImmediate, here, land, loadImmediate } from './assembler';
import { emitInstruction, ends, loadOperand, STOP } from './instructions';

const VALUE: u32 = 1;

/** Leaves the instructions in `code`: −1, or the event at which they are too many for the kernel's verifier. */
export function emitProgram(program: Program): i32 {
  begin();
  ends.clear();
  loadImmediate(STOP, 0);
  for (let i: u32 = 0; i < program.eventCount; i++) {
    const event = program.event(i);
    emitRange(program, event.condition, event.conditionCount);
    const noEvent = branchUnless(IMPLICIT_EVENT_FLAG);
    emitRange(program, event.body, event.bodyCount);
    // The body may have written the flag, so it is read again.
    const withdrawn = branchUnless(IMPLICIT_EVENT_FLAG);
    loadOperand(VALUE, REG_IMPLICIT, IMPLICIT_SHOULD_CONTINUE);
    ends.u32(branchImmediate(BPF_JUMP_EQUAL_IMMEDIATE, VALUE, 0));
    land(noEvent);
    land(withdrawn);
    if (here() + added > BPF_LIMIT_INSTRUCTIONS || branches > BPF_LIMIT_BRANCHES) return <i32>i;
  }
  for (let at: u32 = 0; at < ends.length; at += 4) land(load<u32>(ends.data + at));
  return -1;
}

function branchUnless(implicit: u32): u32 {
  loadOperand(VALUE, REG_IMPLICIT, implicit);
  return branchImmediate(BPF_JUMP_EQUAL_IMMEDIATE, VALUE, 0);
}

function emitRange(program: Program, start: u32, count: u32): void {
  for (let i: u32 = start; i < start + count; i++) emitInstruction(program.instruction(i), i);
}
