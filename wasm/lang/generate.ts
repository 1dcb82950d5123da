// A checked program → rows: DEFs, then of each event its condition and its body. Operands are
// emitted left, then right, then the operator, each operator into the next temporary, as portus
// does; what portus has no form for is lowered to the same fifteen instructions.
import {
  DIAGNOSTIC_MANY_TEMPORARIES,
  DIAGNOSTIC_TOO_MANY_INSTRUCTIONS,
  DIAGNOSTIC_TOO_MANY_TEMPORARIES,
} from '../generated/diagnostics';
import {
  IMPLICIT_CWND,
  IMPLICIT_EVENT_FLAG,
  IMPLICIT_RATE,
  LIMIT_INSTRUCTIONS,
  LIMIT_LIBCCP_TMP_REGISTERS,
  LIMIT_TMP_REGISTERS,
  OP_ADD,
  OP_BIND,
  OP_DEF,
  OP_EQUIV,
  OP_GT,
  OP_IF,
  OP_MUL,
  REG_IMMEDIATE,
  REG_IMPLICIT,
  REG_TMP,
} from '../generated/isa';
import {
  COMMAND_VALUES,
  COMMAND_WRITES,
  LOWERING,
  OPERATOR_STATEFUL,
  OPERATOR_STEPS,
  STEP_A,
  STEP_B,
  STEP_FIRST,
  STEP_ZERO,
} from '../generated/operators';
import { arenaAlloc, createBytes } from '../memory/index';
import { at, BOOL, COMMAND, childOf, FORM, NAME, Node, NUMBER, nextOf } from './ast';
import { argumentNumber, report } from './diagnostics';
import {
  emit,
  instructionCount,
  markPlace,
  openExpression,
  openSection,
  redirectLast,
  resetCode,
  takeTemporary,
  temporaries,
  wroteCwnd,
  wroteRate,
} from './emit';
import { ASSIGN, isConditional, isStateful } from './operators';
import { compareNames, controlCount, firstSymbol, reportCount, symbolAt } from './symbols';

/** Event rows. */
export const eventRows = createBytes();

/** The operand that the last `value` left: a register or an immediate. */
let operandType: u32 = 0;
let operand: u32 = 0;

/** What the steps of an operator work on, by STEP_…, and what they left. */
const stepTypes = new StaticArray<u32>(STEP_FIRST + LOWERING.length);
const stepIndices = new StaticArray<u32>(STEP_FIRST + LOWERING.length);

/** The condition that statements are under, as OP_IF or OP_NOTIF of a register; 0 where there is none. */
let guardOp: u32 = 0;
let guardType: u32 = 0;
let guard: u32 = 0;

/** The first of the two hidden report fields, or 0. */
let hidden: usize = 0;

export function generate(events: usize, hiddenFields: usize): void {
  resetCode();
  eventRows.clear();
  hidden = hiddenFields;
  guardOp = 0;
  emitDefs();
  let told = false;
  for (let item = events; item; item = at(item).next) {
    emitEvent(at(item), item == events);
    if (instructionCount > LIMIT_INSTRUCTIONS && !told) {
      told = true;
      const event = at(item);
      while (at(item).next) {
        item = at(item).next;
        emitEvent(at(item), false);
      }
      report(DIAGNOSTIC_TOO_MANY_INSTRUCTIONS, event.start, event.end);
      argumentNumber(instructionCount);
      argumentNumber(LIMIT_INSTRUCTIONS);
    }
  }
}

// Portus keeps its registers in a vector sorted by full name, and puts a second of one name before
// the first.
function emitDefs(): void {
  const defs = arenaAlloc((reportCount + controlCount) * sizeof<usize>());
  let count: u32 = 0;
  for (let item = firstSymbol; item; item = symbolAt(item).listNext) {
    const symbol = symbolAt(item);
    if (!symbol.hasDef) continue;
    let place = count++;
    for (; place > 0; place--) {
      const before = load<usize>(defs + (place - 1) * sizeof<usize>());
      if (compareNames(symbolAt(before), symbol) < 0) break;
      store<usize>(defs + place * sizeof<usize>(), before);
    }
    store<usize>(defs + place * sizeof<usize>(), item);
  }
  for (let i: u32 = 0; i < count; i++) {
    const symbol = symbolAt(load<usize>(defs + i * sizeof<usize>()));
    const type = symbol.registerType();
    markPlace(symbol.start, symbol.end);
    emit(OP_DEF, type, symbol.index, type, symbol.index, REG_IMMEDIATE, <u32>symbol.init);
  }
}

function emitEvent(event: Node, isFirst: bool): void {
  const start = instructionCount;
  const condition = childOf(event);
  openSection();
  emitCondition(condition);
  emitHidden(isFirst);
  const body = instructionCount;
  openSection();
  for (let item = condition.next; item; item = at(item).next) {
    openExpression();
    statement(at(item));
    checkTemporaries(at(item));
  }
  emitHidden(false);
  eventRows.u32(start);
  eventRows.u32(body - start);
  eventRows.u32(body);
  eventRows.u32(instructionCount - body);
}

function emitCondition(condition: Node): void {
  openExpression();
  value(condition);
  markPlace(condition.start, condition.end);
  if (operandType == REG_TMP) redirectLast(REG_IMPLICIT, IMPLICIT_EVENT_FLAG);
  else if (operandType == REG_IMMEDIATE) assign(REG_IMPLICIT, IMPLICIT_EVENT_FLAG, operandType, operand);
  // As (|| x false) does.
  else emit(OP_ADD, REG_IMPLICIT, IMPLICIT_EVENT_FLAG, operandType, operand, REG_IMMEDIATE, 0);
  checkTemporaries(condition);
}

// The hidden fields follow Cwnd and Rate wherever these may have changed, so that they are right
// whichever event reports. The condition of the first event runs on every ACK. A value of 0 is
// not applied by the datapath, and so not copied.
function emitHidden(always: bool): void {
  if (!hidden) return;
  const field = symbolAt(hidden);
  const type = field.registerType();
  if (always || wroteCwnd) {
    emit(OP_IF, type, field.index, REG_IMPLICIT, IMPLICIT_CWND, REG_IMPLICIT, IMPLICIT_CWND);
  }
  if (always || wroteRate) {
    emit(OP_IF, type, field.index + 1, REG_IMPLICIT, IMPLICIT_RATE, REG_IMPLICIT, IMPLICIT_RATE);
  }
}

function checkTemporaries(node: Node): void {
  if (temporaries <= LIMIT_LIBCCP_TMP_REGISTERS) return;
  const over = temporaries > LIMIT_TMP_REGISTERS;
  report(over ? DIAGNOSTIC_TOO_MANY_TEMPORARIES : DIAGNOSTIC_MANY_TEMPORARIES, node.start, node.end);
  argumentNumber(temporaries);
  argumentNumber(over ? LIMIT_TMP_REGISTERS : LIMIT_LIBCCP_TMP_REGISTERS);
}

function statement(node: Node): void {
  markPlace(node.start, node.end);
  if (node.kind == FORM && isConditional(node.op)) conditional(node);
  else value(node);
}

/** `(if c statement)`: every register the statement writes is written by an IF on `c` (quirk L5). */
function conditional(node: Node): void {
  const op: u32 = OPERATOR_STATEFUL[node.op];
  const condition = childOf(node);
  const done = nextOf(condition);
  value(condition);
  markPlace(node.start, node.end);
  const outerOp = guardOp;
  const outerType = guardType;
  const outer = guard;
  if (guardOp) {
    guard = combined(op, operandType, operand);
    guardType = REG_TMP;
    guardOp = OP_IF;
  } else if (effects(done) > 1) {
    // The first effect may change what the condition read.
    guard = truth(op, operandType, operand);
    guardType = REG_TMP;
    guardOp = OP_IF;
  } else {
    guard = operand;
    guardType = operandType;
    guardOp = op;
  }
  statement(done);
  guardOp = outerOp;
  guardType = outerType;
  guard = outer;
}

/** A temporary that is 1 where the guard and the condition hold, else 0. */
function combined(op: u32, type: u32, index: u32): u32 {
  const outer = truth(guardOp, guardType, guard);
  const inner = truth(op, type, index);
  const both = takeTemporary();
  emit(OP_MUL, REG_TMP, both, REG_TMP, outer, REG_TMP, inner);
  return both;
}

/** A temporary that is 1 where OP_IF (or OP_NOTIF) of the register would write, else 0. */
function truth(op: u32, type: u32, index: u32): u32 {
  const result = takeTemporary();
  emit(op == OP_IF ? OP_GT : OP_EQUIV, REG_TMP, result, type, index, REG_IMMEDIATE, 0);
  return result;
}

function effects(node: Node): u32 {
  if (node.kind == COMMAND) return 1;
  if (node.kind != FORM) return 0;
  let count: u32 = node.op == ASSIGN ? 1 : 0;
  for (let item = node.child; item; item = at(item).next) count += effects(at(item));
  return count;
}

/** Emits what computes `node` and leaves where its value is in `operandType`, `operand`. */
function value(node: Node): void {
  switch (node.kind) {
    case NUMBER:
      // +infinity, 2^64 − 1 here, is 2^32 − 1 on the wire.
      leave(REG_IMMEDIATE, <u32>node.value);
      return;
    case BOOL:
      leave(REG_IMMEDIATE, node.op);
      return;
    case NAME:
      leave(symbolAt(node.symbol).registerType(), symbolAt(node.symbol).index);
      return;
    case COMMAND:
      command(node.op);
      return;
    default:
      form(node);
  }
}

function leave(type: u32, index: u32): void {
  operandType = type;
  operand = index;
}

function command(which: u32): void {
  const register: u32 = COMMAND_WRITES[which];
  assign(REG_IMPLICIT, register, REG_IMMEDIATE, COMMAND_VALUES[which]);
  leave(REG_IMPLICIT, register);
}

function form(node: Node): void {
  const operator: u32 = node.op;
  if (operator == ASSIGN) {
    assignment(node);
    return;
  }
  const first = childOf(node);
  value(first);
  markPlace(node.start, node.end);
  if (!first.next) lower(operator, operandType, operand);
  for (let item = first.next; item; item = at(item).next) {
    const leftType = operandType;
    const left = operand;
    value(at(item));
    markPlace(node.start, node.end);
    lower(operator, leftType, left);
  }
}

/** The steps of an operator: `a` is the operand given here, `b` the one that `value` left. */
function lower(operator: u32, leftType: u32, left: u32): void {
  stepTypes[STEP_A] = leftType;
  stepIndices[STEP_A] = left;
  stepTypes[STEP_B] = operandType;
  stepIndices[STEP_B] = operand;
  stepTypes[STEP_ZERO] = REG_IMMEDIATE;
  stepIndices[STEP_ZERO] = 0;
  let result: u32 = STEP_FIRST;
  const end: u32 = OPERATOR_STEPS[operator + 1];
  for (let step: u32 = OPERATOR_STEPS[operator]; step < end; step++, result++) {
    const a = LOWERING[3 * step + 1];
    const b = LOWERING[3 * step + 2];
    const temporary = takeTemporary();
    emit(LOWERING[3 * step], REG_TMP, temporary, stepTypes[a], stepIndices[a], stepTypes[b], stepIndices[b]);
    stepTypes[result] = REG_TMP;
    stepIndices[result] = temporary;
  }
  leave(stepTypes[result - 1], stepIndices[result - 1]);
}

function assignment(node: Node): void {
  const target = childOf(node);
  const source = nextOf(target);
  value(target);
  const type = operandType;
  const index = operand;
  if (source.kind == FORM && isStateful(source.op)) {
    stateful(source, type, index);
  } else {
    value(source);
    markPlace(node.start, node.end);
    assign(type, index, operandType, operand);
  }
  leave(type, index);
}

/** if, !if, ewma: they write the register straight, without a BIND. */
function stateful(node: Node, type: u32, index: u32): void {
  const first = childOf(node);
  value(first);
  const leftType = operandType;
  const left = operand;
  value(nextOf(first));
  const rightType = operandType;
  const right = operand;
  const op: u32 = OPERATOR_STATEFUL[node.op];
  markPlace(node.start, node.end);
  if (!guardOp) {
    emit(op, type, index, leftType, left, rightType, right);
    return;
  }
  if (isConditional(node.op)) {
    emit(OP_IF, type, index, REG_TMP, combined(op, leftType, left), rightType, right);
    return;
  }
  // EWMA reads what it writes: of a copy, which is then assigned.
  const average = takeTemporary();
  emit(OP_BIND, REG_TMP, average, REG_TMP, average, type, index);
  emit(op, REG_TMP, average, leftType, left, rightType, right);
  assign(type, index, REG_TMP, average);
}

function assign(type: u32, index: u32, sourceType: u32, source: u32): void {
  if (guardOp) emit(guardOp, type, index, guardType, guard, sourceType, source);
  else emit(OP_BIND, type, index, type, index, sourceType, source);
}
