// Lists → forms and commands. Each is turned in place; what is wrong in one is told, and its
// operands are read all the same, so that their own faults are told too.
import {
  DIAGNOSTIC_COMMAND_OPERANDS,
  DIAGNOSTIC_MISSING_OPERATOR,
  DIAGNOSTIC_OPERAND_COUNT,
  DIAGNOSTIC_UNKNOWN_OPERATOR,
} from '../generated/diagnostics';
import { EXTENSION_NARY } from '../generated/lang';
import { COMMAND_EXTENSIONS, OPERATOR_EXTENSIONS, OPERATOR_LEAST } from '../generated/operators';
import { at, COMMAND, childOf, createNode, FAULT, FORM, LIST, NAME, Node } from './ast';
import { Chain, createChain, readAtoms, reportBadRun, warnGlued } from './atoms';
import { argumentNumber, argumentSlice, argumentText, report } from './diagnostics';
import { extend } from './extensions';
import { isNary, matchCommand, matchedSize, matchOperator, NO_OPERATOR } from './operators';
import { byteAt, isAlphanumeric, nameCharSize } from './source';
import { argumentSuggestion, suggestOperator } from './suggest';

export function parseList(list: Node): void {
  const head = list.child;
  if (!head || at(head).kind == LIST) {
    // Of (((x))) the innermost says it for all.
    if (!head || !beginsWithList(at(head))) {
      report(DIAGNOSTIC_MISSING_OPERATOR, list.start, min(list.start + 1, list.end));
    }
    parseOperands(list, head, createChain());
    list.kind = FAULT;
    return;
  }
  const start = at(head).start;
  const stop = at(head).end;
  const command = matchCommand(start, stop);
  if (command) {
    parseCommand(list, command);
    return;
  }
  const operator = matchOperator(start, stop);
  const operands = createChain();
  if (operator == NO_OPERATOR) {
    reportUnknownOperator(start, stop);
    parseOperands(list, at(head).next, operands);
    list.kind = FAULT;
    return;
  }
  const rest = start + matchedSize;
  const glued = rest < stop && isAlphanumeric(byteAt(rest - 1)) && nameCharSize(rest) > 0;
  let split: usize = 0;
  if (rest < stop && readAtoms(rest, stop, operands) > 1 && !glued) split = head;
  const splitOperand = parseOperands(list, at(head).next, operands);
  if (!split) split = splitOperand;
  list.kind = FORM;
  list.op = operator;
  list.child = operands.first;
  if (checkCount(list, operator, operands, at(head), glued, split)) return;
  list.kind = FAULT;
}

function beginsWithList(list: Node): bool {
  return list.child != 0 && at(list.child).kind == LIST;
}

// Parses the rest of the list into `operands`; returns the first run that was several atoms.
function parseOperands(list: Node, first: usize, operands: Chain): usize {
  let split: usize = 0;
  for (let item = first; item; ) {
    const node = at(item);
    item = node.next;
    if (node.kind == LIST) {
      parseList(node);
      operands.add(node);
    } else if (readAtoms(node.start, node.end, operands) > 1 && !split) {
      split = changetype<usize>(node);
    }
  }
  list.child = operands.first;
  return split;
}

function parseCommand(list: Node, command: u32): void {
  const head = childOf(list);
  if (head.next) {
    report(DIAGNOSTIC_COMMAND_OPERANDS, list.start, list.end);
    argumentSlice(head.start, head.end);
    parseOperands(list, head.next, createChain());
    list.kind = FAULT;
    return;
  }
  extend(COMMAND_EXTENSIONS[command]);
  list.kind = COMMAND;
  list.op = command;
  list.child = 0;
}

function checkCount(list: Node, operator: u32, operands: Chain, head: Node, glued: bool, split: usize): bool {
  const count = operands.count;
  const wanted: u32 = OPERATOR_LEAST[operator];
  // Where portus has no such operator, what it makes of a glued run does not count.
  const own = OPERATOR_EXTENSIONS[operator] != 0;
  const fits = count == wanted || (count > wanted && isNary(operator));
  if (fits) extend(OPERATOR_EXTENSIONS[operator]);
  if (glued) {
    // What portus accepts so, two operands of an operator of its own, keeps its meaning.
    if (count != 2 || own) {
      reportUnknownOperator(head.start, head.end);
      return false;
    }
    const word = createNode(NAME, head.start, head.start + matchedSizeOf(head));
    word.next = operands.first;
    warnGlued(head.start, head.end, word);
    return true;
  }
  if (split && (count != 2 || own)) {
    // A FAULT among the atoms has been told already.
    if (!holdsFault(operands)) reportBadRun(at(split).start, at(split).end);
    return false;
  }
  if (!fits) {
    report(DIAGNOSTIC_OPERAND_COUNT, list.start, list.end);
    argumentSlice(head.start, head.start + matchedSizeOf(head));
    argumentText(wanted == 1 ? 'one operand' : isNary(operator) ? 'two operands or more' : 'two operands');
    argumentNumber(count);
    return false;
  }
  if (split && at(split) != head && !holdsFault(operands)) warnSplit(operands, at(split));
  if (count > 2) extend(EXTENSION_NARY);
  return true;
}

function matchedSizeOf(head: Node): u32 {
  matchOperator(head.start, head.end);
  return matchedSize;
}

function holdsFault(operands: Chain): bool {
  for (let node = operands.first; node; node = at(node).next) {
    if (at(node).kind == FAULT) return true;
  }
  return false;
}

function warnSplit(operands: Chain, run: Node): void {
  for (let node = operands.first; node; node = at(node).next) {
    if (at(node).start == run.start) {
      warnGlued(run.start, run.end, at(node));
      return;
    }
  }
}

function reportUnknownOperator(start: u32, stop: u32): void {
  report(DIAGNOSTIC_UNKNOWN_OPERATOR, start, stop);
  argumentSlice(start, stop);
  if (suggestOperator(start, stop)) argumentSuggestion();
}
