// Micros only grows until a program writes it, so an event that reports once it is large enough and does not start
// it again reports on every ACK from then on.
import { DIAGNOSTIC_REPORT_WITHOUT_RESET } from '../generated/diagnostics';
import { IMPLICIT_MICROS } from '../generated/isa';
import {
  COMMAND_REPORT,
  COMMAND_RESET,
  OPERATOR_GREATER,
  OPERATOR_GREATER_EQUAL,
  OPERATOR_LESS,
  OPERATOR_LESS_EQUAL,
} from '../generated/lang';
import { at, COMMAND, childOf, FORM, NAME, Node, nextOf } from './ast';
import { report } from './diagnostics';
import { ASSIGN, FALLTHROUGH } from './operators';
import { KIND_IMPLICIT, symbolAt } from './symbols';

/** After `check`, which finds what each name stands for. */
export function checkClock(events: usize): void {
  let falls = false;
  for (let item = events; item; item = at(item).next) {
    const condition = childOf(at(item));
    const body = condition.next;
    // Sticky: after one (fallthrough) every event is followed by the next.
    if (holds(body, FALLTHROUGH)) falls = true;
    if (!waits(condition) || !holds(body, COMMAND_REPORT) || restarts(body)) continue;
    if (falls && restartsLater(at(item).next)) continue;
    report(DIAGNOSTIC_REPORT_WITHOUT_RESET, condition.start, condition.end);
  }
}

/** Whether it asks for Micros beyond something. */
function waits(node: Node): bool {
  if (node.kind != FORM) return false;
  const first = childOf(node);
  if ((node.op == OPERATOR_GREATER || node.op == OPERATOR_GREATER_EQUAL) && isMicros(first)) return true;
  if ((node.op == OPERATOR_LESS || node.op == OPERATOR_LESS_EQUAL) && isMicros(nextOf(first))) return true;
  for (let item = node.child; item; item = at(item).next) {
    if (waits(at(item))) return true;
  }
  return false;
}

function restartsLater(events: usize): bool {
  for (let item = events; item; item = at(item).next) {
    if (restarts(childOf(at(item)).next)) return true;
  }
  return false;
}

/** Whether one of the statements writes Micros. */
function restarts(statements: usize): bool {
  for (let item = statements; item; item = at(item).next) {
    const node = at(item);
    if (node.kind == COMMAND && node.op == COMMAND_RESET) return true;
    if (node.kind != FORM) continue;
    if (node.op == ASSIGN && isMicros(childOf(node))) return true;
    if (restarts(node.child)) return true;
  }
  return false;
}

function holds(statements: usize, command: u32): bool {
  for (let item = statements; item; item = at(item).next) {
    const node = at(item);
    if (node.kind == COMMAND && <u32>node.op == command) return true;
    if (node.kind == FORM && holds(node.child, command)) return true;
  }
  return false;
}

function isMicros(node: Node): bool {
  if (node.kind != NAME || !node.symbol) return false;
  const symbol = symbolAt(node.symbol);
  return symbol.kind == KIND_IMPLICIT && symbol.index == IMPLICIT_MICROS;
}
