// The reference engine. One loop over resolved operands; it checks nothing but arithmetic, the
// verifier has done the rest. Semantics are libccp's (spec/isa.md).
import {
  LIBCCP_ADD_INT_OVERFLOW,
  LIBCCP_DIV_BY_ZERO,
  LIBCCP_MUL_INT_OVERFLOW,
  LIBCCP_SUB_INT_UNDERFLOW,
} from '../generated/codes';
import {
  OP_ADD,
  OP_BIND,
  OP_DIV,
  OP_EQUIV,
  OP_EWMA,
  OP_GT,
  OP_IF,
  OP_LT,
  OP_MAX,
  OP_MAXWRAP,
  OP_MIN,
  OP_MUL,
  OP_NOTIF,
  OP_SUB,
} from '../generated/isa';
import { Code, Op, Range } from './code';
import { OFFSET_EVENT_FLAG, OFFSET_SHOULD_CONTINUE } from './state';
import { packStop } from './stops';

/** Runs the program's events on a flow. 0, or the arithmetic error that ended it (`packStop`). */
export function interpret(flow: usize, code: Code): i32 {
  const last = code.rangesEnd;
  for (let at = code.ranges; at < last; at += offsetof<Range>()) {
    const range = changetype<Range>(at);
    let pc = range.condition;
    let end = range.conditionEnd;
    let inBody: u32 = 0;
    while (true) {
      if (pc == end) {
        // Read again after the body, which may have written it.
        if (!load<u64>(flow, OFFSET_EVENT_FLAG)) break;
        if (inBody) {
          // Sticky, as libccp's: once set by an event it is never cleared.
          if (load<u64>(flow, OFFSET_SHOULD_CONTINUE)) break;
          return 0;
        }
        inBody = 1;
        pc = range.body;
        end = range.bodyEnd;
        continue;
      }
      const op = changetype<Op>(pc);
      pc += offsetof<Op>();
      const left = load<u64>((flow & op.leftMask) + op.left);
      const right = load<u64>((flow & op.rightMask) + op.right);
      const result = flow + op.result;
      switch (op.op) {
        case OP_ADD: {
          const sum = left + right;
          if (sum < left) return stopped(LIBCCP_ADD_INT_OVERFLOW, code, op);
          store<u64>(result, sum);
          break;
        }
        case OP_BIND:
          store<u64>(result, right);
          break;
        case OP_DIV:
          if (!right) return stopped(LIBCCP_DIV_BY_ZERO, code, op);
          store<u64>(result, left / right);
          break;
        case OP_EQUIV:
          store<u64>(result, u64(left == right));
          break;
        case OP_EWMA:
          store<u64>(result, ewma(left, load<u64>(result), right));
          break;
        case OP_GT:
          store<u64>(result, u64(left > right));
          break;
        case OP_IF:
          if (left) store<u64>(result, right);
          break;
        case OP_LT:
          store<u64>(result, u64(left < right));
          break;
        case OP_MAX:
          store<u64>(result, max(left, right));
          break;
        case OP_MAXWRAP:
          store<u64>(result, maxWrapped(left, right));
          break;
        case OP_MIN:
          store<u64>(result, min(left, right));
          break;
        case OP_MUL: {
          // Misses many overflows: (2^32 + 1)² passes, as it does in libccp.
          const product = left * right;
          if (product < left && right) return stopped(LIBCCP_MUL_INT_OVERFLOW, code, op);
          store<u64>(result, product);
          break;
        }
        case OP_NOTIF:
          if (!left) store<u64>(result, right);
          break;
        case OP_SUB: {
          const difference = left - right;
          if (difference > left) return stopped(LIBCCP_SUB_INT_UNDERFLOW, code, op);
          store<u64>(result, difference);
          break;
        }
      }
    }
  }
  return 0;
}

function stopped(reason: i32, code: Code, op: Op): i32 {
  return packStop(reason, <u32>(changetype<usize>(op) - code.rangesEnd) / offsetof<Op>());
}

/** `weight` tenths of the old value and the rest of the new; unchecked, wraps above 10. */
function ewma(weight: u64, old: u64, sample: u64): u64 {
  if (!old) return sample;
  return (weight * old + (10 - weight) * sample) / 10;
}

/** The later of two 32-bit sequence numbers; 0 means there is none. */
function maxWrapped(left: u64, right: u64): u64 {
  if (!left) return right;
  if (!right) return left;
  const a = <u32>left;
  const b = <u32>right;
  return distance(b, a) < distance(a, b) ? a : b;
}

// From `from` up to `to`. One short where it wraps, as libccp's dif32 is.
function distance(from: u32, to: u32): u32 {
  return to > from ? to - from : to - from - 1;
}
