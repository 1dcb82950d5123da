// One invocation, instruction by instruction. The interpreter runs each as a program of its own, so
// there is no second reading of what an instruction does; compiled code is passed over.
//
//   step   | event u16 | part u8 | 0 u8 | instruction u32 | left u64 | right u64 | result u64 |
//   part   0 condition, 1 body; left and right as they were read, result as the register stands after
import { output } from '../memory/index';
import { Code, Op, Range } from './code';
import { interpret } from './interpreter';
import { invoke } from './invoke';
import { Flow, OFFSET_EVENT_FLAG, OFFSET_SHOULD_CONTINUE } from './state';
import { packStop, stopCode } from './stops';

// A program of one event whose condition is one instruction.
const single: usize = heap.alloc(offsetof<Code>() + offsetof<Range>());

/** As `invoke`, and leaves a step for each instruction that ran in `output`. */
export function trace(at: usize, nowUs: u64): i32 {
  const flow = changetype<Flow>(at);
  output.clear();
  const next = flow.stagedCode ? flow.stagedCode : flow.code;
  if (!next) return invoke(at, nowUs);
  const code = changetype<Code>(next);
  const entry = code.entry;
  const traced: (at: usize) => i32 = runEvents;
  code.entry = traced.index;
  const result = invoke(at, nowUs);
  code.entry = entry;
  return result;
}

// Stands in the function table where compiled code would.
function runEvents(at: usize): i32 {
  const code = changetype<Code>(changetype<Flow>(at).code);
  const events = <u32>(code.rangesEnd - code.ranges) / offsetof<Range>();
  for (let event: u32 = 0; event < events; event++) {
    const range = changetype<Range>(code.ranges + event * offsetof<Range>());
    let result = runOps(at, code, event, 0, range.condition, range.conditionEnd);
    if (result) return result;
    if (!load<u64>(at, OFFSET_EVENT_FLAG)) continue;
    result = runOps(at, code, event, 1, range.body, range.bodyEnd);
    if (result) return result;
    if (load<u64>(at, OFFSET_EVENT_FLAG) && !load<u64>(at, OFFSET_SHOULD_CONTINUE)) return 0;
  }
  return 0;
}

function runOps(at: usize, code: Code, event: u32, part: u32, from: usize, to: usize): i32 {
  const one = changetype<Code>(single);
  const range = changetype<Range>(single + <usize>offsetof<Code>());
  one.ranges = changetype<usize>(range);
  one.rangesEnd = one.ranges + offsetof<Range>();
  range.body = 0;
  range.bodyEnd = 0;
  for (let pc = from; pc < to; pc += offsetof<Op>()) {
    const op = changetype<Op>(pc);
    output.u16(event);
    output.u16(part);
    const instruction = <u32>((pc - code.rangesEnd) / offsetof<Op>());
    output.u32(instruction);
    output.u64(load<u64>((at & op.leftMask) + op.left));
    output.u64(load<u64>((at & op.rightMask) + op.right));
    range.condition = pc;
    range.conditionEnd = pc + offsetof<Op>();
    const result = interpret(at, one);
    output.u64(load<u64>(at + op.result));
    if (result) return packStop(stopCode(result), instruction);
  }
  return 0;
}
