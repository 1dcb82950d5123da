// Events, checked: every name gets its symbol, every expression its type, and everything that is
// wrong is told. What passes here the generator can translate without a question.
//
// The walk is portus': left to right through conditions and statements, because a local takes its
// register and its type from where it is first met.
import {
  DIAGNOSTIC_ALWAYS_DONE,
  DIAGNOSTIC_ASSIGNED_TO_NOTHING,
  DIAGNOSTIC_CONDITION_COMMAND,
  DIAGNOSTIC_CONDITION_NOT_BOOL,
  DIAGNOSTIC_DIVIDES_BY_ZERO,
  DIAGNOSTIC_EWMA_WEIGHT,
  DIAGNOSTIC_EXPECTED_BOOL,
  DIAGNOSTIC_EXPECTED_NUMBER,
  DIAGNOSTIC_NO_EFFECT,
  DIAGNOSTIC_NO_INITIAL_VALUE,
  DIAGNOSTIC_NO_VALUE,
  DIAGNOSTIC_NOT_ASSIGNABLE,
  DIAGNOSTIC_NUMBER_TOO_BIG,
  DIAGNOSTIC_UNREACHABLE_EVENT,
  DIAGNOSTIC_UNUSED_RESULT,
} from '../generated/diagnostics';
import { LIMIT_MAX_IMMEDIATE } from '../generated/isa';
import { EXTENSION_BOOL_CONDITION, EXTENSION_CONDITIONAL, EXTENSION_STATEFUL_TARGET } from '../generated/lang';
import { COMMAND_GIVES, COMMAND_WORDS, OPERATOR_GIVES, OPERATOR_SIGNS, OPERATOR_TAKES } from '../generated/operators';
import { at, BOOL, COMMAND, childOf, FAULT, FORM, NAME, Node, NUMBER, nextOf } from './ast';
import { INFINITY } from './atoms';
import { argumentBytes, argumentNumber, argumentSlice, argumentText, report } from './diagnostics';
import { extend } from './extensions';
import { openNames, readName, resolve } from './names';
import { ASSIGN, DIV, EWMA, FALLTHROUGH, isConditional, isStateful, matchCommand } from './operators';
import { argumentSuggestion, suggestName } from './suggest';
import {
  Entry,
  KIND_IMPLICIT,
  KIND_LOCAL,
  KIND_PRIMITIVE,
  symbolAt,
  TYPE_BOOL,
  TYPE_FAULT,
  TYPE_NONE,
  TYPE_NUMBER,
  TYPE_UNASSIGNED,
} from './symbols';

export function check(events: usize): void {
  openNames(events);
  let stops = false;
  let told = false;
  for (let item = events; item; item = at(item).next) {
    const event = at(item);
    if (stops && !told) {
      report(DIAGNOSTIC_UNREACHABLE_EVENT, event.start, event.end);
      told = true;
    }
    const condition = childOf(event);
    checkCondition(condition);
    let falls = false;
    for (let statement = condition.next; statement; statement = at(statement).next) {
      checkStatement(at(statement));
      if (holdsCommand(at(statement), FALLTHROUGH)) falls = true;
    }
    // After one (fallthrough) no event stops the others: libccp never clears the flag between events.
    if (falls) told = true;
    if (condition.kind == BOOL && condition.op && !told) stops = true;
  }
}

function checkCondition(node: Node): void {
  const command = holdsCommand(node, 0);
  if (command) {
    report(DIAGNOSTIC_CONDITION_COMMAND, node.start, node.end);
    argumentText(COMMAND_WORDS[command]);
    return;
  }
  const type = valueType(node, true);
  if (type == TYPE_FAULT) return;
  if (type != TYPE_BOOL) {
    report(DIAGNOSTIC_CONDITION_NOT_BOOL, node.start, node.end);
    return;
  }
  // Portus takes literals and computed conditions only (quirk L7).
  if (node.kind == NAME || (isAssign(node) && childOf(node).kind == NAME)) extend(EXTENSION_BOOL_CONDITION);
}

function checkStatement(node: Node): void {
  if (node.kind == FORM && isConditional(node.op)) {
    checkConditional(node);
    return;
  }
  if (node.kind == FORM && node.op == EWMA) {
    reportForm(DIAGNOSTIC_NO_EFFECT, node);
    checkOperands(node);
  } else if (node.kind == FORM) {
    valueType(node, true);
    if (!hasEffect(node)) report(DIAGNOSTIC_UNUSED_RESULT, node.start, node.end);
  } else if (node.kind == NAME || node.kind == NUMBER || node.kind == BOOL) {
    // Portus allocates a register for a lone name and emits nothing.
    if (node.kind == NAME) resolve(node);
    report(DIAGNOSTIC_UNUSED_RESULT, node.start, node.end);
    if (matchCommand(node.start, node.end)) argumentSlice(node.start, node.end);
  }
}

/** `(if c (report))`: a statement done only where the condition holds; portus panics (quirk L5). */
function checkConditional(node: Node): void {
  extend(EXTENSION_CONDITIONAL);
  const condition = childOf(node);
  const statement = nextOf(condition);
  valueType(condition, false);
  const nested = statement.kind == FORM && isConditional(statement.op);
  if (statement.kind == COMMAND || isAssign(statement) || nested) {
    checkStatement(statement);
    return;
  }
  valueType(statement, false);
  if (statement.kind != FAULT) reportForm(DIAGNOSTIC_NO_EFFECT, node);
}

/** The type of an expression. Where `strict`, a local needs a value before it is read. */
function valueType(node: Node, strict: bool): u32 {
  const type = typeOf(node, strict);
  node.type = type;
  return type;
}

function typeOf(node: Node, strict: bool): u32 {
  switch (node.kind) {
    case NUMBER:
      if (node.value > LIMIT_MAX_IMMEDIATE && node.value != INFINITY) {
        report(DIAGNOSTIC_NUMBER_TOO_BIG, node.start, node.end);
        argumentSlice(node.start, node.end);
        argumentNumber(LIMIT_MAX_IMMEDIATE);
      }
      return TYPE_NUMBER;
    case BOOL:
      return TYPE_BOOL;
    case NAME:
      return readName(node, strict);
    case COMMAND:
      // As a value it is the register it sets.
      return COMMAND_GIVES[node.op];
    case FORM:
      return formType(node);
    default:
      return TYPE_FAULT;
  }
}

function formType(node: Node): u32 {
  const operator: u32 = node.op;
  if (operator == ASSIGN) return assignType(node);
  if (isStateful(operator)) {
    reportForm(DIAGNOSTIC_NO_VALUE, node);
    checkOperands(node);
    return TYPE_FAULT;
  }
  const wanted: u32 = OPERATOR_TAKES[operator];
  for (let item = node.child; item; item = at(item).next) {
    const type = valueType(at(item), true);
    if (type == wanted || type == TYPE_FAULT) continue;
    if (type == TYPE_NONE) {
      report(DIAGNOSTIC_NO_INITIAL_VALUE, at(item).start, at(item).end);
      argumentSlice(at(item).start, at(item).end);
      continue;
    }
    report(expected(wanted), at(item).start, at(item).end);
    argumentOperator(node);
  }
  if (operator == DIV) {
    const divisor = nextOf(childOf(node));
    if (divisor.kind == NUMBER && !divisor.value) report(DIAGNOSTIC_DIVIDES_BY_ZERO, node.start, node.end);
  }
  return OPERATOR_GIVES[operator];
}

function expected(type: u32): u32 {
  switch (type) {
    case TYPE_NUMBER:
      return DIAGNOSTIC_EXPECTED_NUMBER;
    case TYPE_BOOL:
      return DIAGNOSTIC_EXPECTED_BOOL;
    default:
      return unreachable();
  }
}

/** `(:= target value)`: its value is the register assigned to. */
function assignType(node: Node): u32 {
  const target = childOf(node);
  const value = nextOf(target);
  const symbol = targetSymbol(target);
  const stateful = value.kind == FORM && isStateful(value.op);
  const type = stateful ? statefulType(value) : valueType(value, false);
  if (!symbol) {
    // The register of another form: `(:= (:= a 1) 2)`, or an intermediate result.
    if (target.kind == FORM && !isAssign(target) && target.type != TYPE_FAULT) {
      if (stateful) reportForm(DIAGNOSTIC_NO_VALUE, value);
      else report(DIAGNOSTIC_ASSIGNED_TO_NOTHING, target.start, target.end);
    }
    return target.type;
  }
  const register = symbolAt(symbol);
  register.assigned = 1;
  if (stateful && (register.kind == KIND_LOCAL || register.kind == KIND_IMPLICIT)) extend(EXTENSION_STATEFUL_TARGET);
  if (register.kind == KIND_LOCAL && (register.type == TYPE_UNASSIGNED || register.type == TYPE_FAULT)) {
    register.type = type;
  }
  return register.type;
}

/** The symbol that is assigned to, 0 where the target is no name; what cannot be a target is told. */
function targetSymbol(target: Node): usize {
  if (target.kind == NAME) {
    const symbol = resolve(target);
    if (symbolAt(symbol).kind != KIND_PRIMITIVE) return symbol;
    reportNotAssignable(target, symbolAt(symbol));
    target.type = TYPE_FAULT;
    return 0;
  }
  const type = valueType(target, true);
  if (target.kind == NUMBER || target.kind == BOOL) {
    report(DIAGNOSTIC_NOT_ASSIGNABLE, target.start, target.end);
    argumentSlice(target.start, target.end);
    target.type = TYPE_FAULT;
  } else {
    target.type = type;
  }
  return 0;
}

function reportNotAssignable(target: Node, symbol: Entry): void {
  report(DIAGNOSTIC_NOT_ASSIGNABLE, target.start, target.end);
  argumentBytes(symbol.name, symbol.size);
  if (suggestName(symbol.name, symbol.size, true)) argumentSuggestion();
}

/** Type of the register that an if, !if or ewma is written to. Portus checks no operand. */
function statefulType(node: Node): u32 {
  const first = childOf(node);
  const second = nextOf(first);
  valueType(first, false);
  const type = valueType(second, false);
  node.type = node.op == EWMA ? TYPE_NUMBER : type;
  if (node.op == EWMA) {
    if (first.kind == NUMBER && first.value > 10 && first.value != INFINITY) {
      report(DIAGNOSTIC_EWMA_WEIGHT, first.start, first.end);
      argumentNumber(first.value);
    }
  } else if (hasEffect(second)) {
    report(DIAGNOSTIC_ALWAYS_DONE, second.start, second.end);
    argumentOperator(node);
  }
  return node.type;
}

function checkOperands(node: Node): void {
  for (let item = node.child; item; item = at(item).next) valueType(at(item), false);
}

function isAssign(node: Node): bool {
  return node.kind == FORM && node.op == ASSIGN;
}

function hasEffect(node: Node): bool {
  if (node.kind == COMMAND || node.kind == FAULT || isAssign(node)) return true;
  if (node.kind != FORM) return false;
  for (let item = node.child; item; item = at(item).next) {
    if (hasEffect(at(item))) return true;
  }
  return false;
}

/** A command in the expression: the given one, or any where `command` is 0. 0 where there is none. */
function holdsCommand(node: Node, command: u32): u32 {
  if (node.kind == COMMAND && (!command || node.op == command)) return node.op;
  if (node.kind != FORM) return 0;
  for (let item = node.child; item; item = at(item).next) {
    const found = holdsCommand(at(item), command);
    if (found) return found;
  }
  return 0;
}

function reportForm(id: u32, node: Node): void {
  report(id, node.start, node.end);
  argumentOperator(node);
}

function argumentOperator(node: Node): void {
  argumentText(OPERATOR_SIGNS[node.op]);
}
