// What a name in an expression stands for, and the findings about names: undefined, without a
// value yet, never read, never reported, too many.
import {
  DIAGNOSTIC_MAYBE_NO_VALUE,
  DIAGNOSTIC_NEVER_READ,
  DIAGNOSTIC_NO_VALUE_YET,
  DIAGNOSTIC_NOT_REPORTED,
  DIAGNOSTIC_TOO_MANY_LOCALS,
  DIAGNOSTIC_UNDEFINED_NAME,
} from '../generated/diagnostics';
import { LIMIT_LOCAL_REGISTERS } from '../generated/isa';
import { EXTENSION_PRIMITIVE } from '../generated/lang';
import { at, childOf, FORM, NAME, Node } from './ast';
import { argumentBytes, argumentNumber, errorCount, report } from './diagnostics';
import { extend } from './extensions';
import { ASSIGN } from './operators';
import { startsWith, text } from './source';
import { argumentSuggestion, suggestName } from './suggest';
import {
  addSymbol,
  Entry,
  findSymbol,
  firstSymbol,
  KIND_CONTROL,
  KIND_LOCAL,
  symbolAt,
  TYPE_FAULT,
  TYPE_UNASSIGNED,
} from './symbols';

/** How many names are looked for in the whole program; the rest is taken to be assigned somewhere. */
const MAX_SEARCHES: u32 = 128;

let program: usize = 0;
let searches: u32 = 0;

export function openNames(events: usize): void {
  program = events;
  searches = 0;
}

/** The symbol of a NAME. One that nothing defines is a local from here on. */
export function resolve(node: Node): usize {
  const size = node.end - node.start;
  let symbol = findSymbol(text + node.start, size);
  if (!symbol || isTakenForLocal(symbolAt(symbol))) {
    const local = addSymbol(text + node.start, size, KIND_LOCAL, TYPE_UNASSIGNED);
    local.start = node.start;
    local.end = node.end;
    symbol = changetype<usize>(local);
  }
  node.symbol = symbol;
  return symbol;
}

/**
 * Portus knows no such input: a program that assigns to its name means a local. The first look at the name decides, and
 * the local hides the input afterwards.
 */
function isTakenForLocal(symbol: Entry): bool {
  if (!symbol.isExtra()) return false;
  if (!symbol.told && holdsAssignment(symbol)) return true;
  symbol.told = 1;
  extend(EXTENSION_PRIMITIVE);
  return false;
}

/**
 * The type of a NAME that is read. A name no form assigns to is an error, whatever portus makes
 * of it (quirk L20); so is, where `strict`, one that is assigned to only further on.
 */
export function readName(node: Node, strict: bool): u32 {
  const symbol = symbolAt(resolve(node));
  symbol.read = 1;
  if (symbol.type != TYPE_UNASSIGNED) return symbol.type;
  if (!symbol.assigned && !isAssignedSomewhere(symbol)) {
    symbol.type = TYPE_FAULT;
    tell(DIAGNOSTIC_UNDEFINED_NAME, node, symbol);
    if (suggestName(symbol.name, symbol.size, false)) argumentSuggestion();
    return TYPE_FAULT;
  }
  if (strict) {
    tell(DIAGNOSTIC_NO_VALUE_YET, node, symbol);
    const field = variableOf(symbol);
    if (field) argumentVariable(symbolAt(field));
    return TYPE_FAULT;
  }
  if (!symbol.told) tell(DIAGNOSTIC_MAYBE_NO_VALUE, node, symbol);
  symbol.told = 1;
  return TYPE_UNASSIGNED;
}

/** What can be said only when the whole program has been seen. */
export function checkLocals(): void {
  let tooMany = false;
  for (let item = firstSymbol; item; item = symbolAt(item).listNext) {
    const symbol = symbolAt(item);
    if (symbol.kind != KIND_LOCAL || !(symbol.assigned | symbol.read)) continue;
    if (symbol.index >= LIMIT_LOCAL_REGISTERS && !tooMany && !errorCount) {
      report(DIAGNOSTIC_TOO_MANY_LOCALS, symbol.start, symbol.end);
      argumentNumber(LIMIT_LOCAL_REGISTERS);
      tooMany = true;
    }
    if (!symbol.assigned) continue;
    const asField = startsWith(symbol.start, symbol.end, 'Report.');
    if (symbol.read && !asField) continue;
    report(asField ? DIAGNOSTIC_NOT_REPORTED : DIAGNOSTIC_NEVER_READ, symbol.start, symbol.end);
    argumentBytes(symbol.name, symbol.size);
    const field = asField ? variableOf(symbol) : 0;
    if (field) argumentVariable(symbolAt(field));
    else if (suggestName(symbol.name, symbol.size, true)) argumentSuggestion();
  }
}

/** The variable `foo` for `Report.foo`; 0 where there is none. */
function variableOf(symbol: Entry): usize {
  const head: u32 = 7;
  if (symbol.size <= head || !startsWith(symbol.start, symbol.end, 'Report.')) return 0;
  const variable = findSymbol(symbol.name + head, symbol.size - head);
  return variable && symbolAt(variable).kind == KIND_CONTROL ? variable : 0;
}

/** As the third argument: the second is a suggestion. */
function argumentVariable(variable: Entry): void {
  argumentBytes(variable.name, 0);
  argumentBytes(variable.name, variable.size);
}

function tell(id: u32, node: Node, symbol: Entry): void {
  report(id, node.start, node.end);
  argumentBytes(symbol.name, symbol.size);
}

function isAssignedSomewhere(symbol: Entry): bool {
  return searches++ >= MAX_SEARCHES || holdsAssignment(symbol);
}

function holdsAssignment(symbol: Entry): bool {
  for (let event = program; event; event = at(event).next) {
    for (let item = at(event).child; item; item = at(item).next) {
      if (assigns(at(item), symbol)) return true;
    }
  }
  return false;
}

function assigns(node: Node, symbol: Entry): bool {
  if (node.kind != FORM) return false;
  if (node.op == ASSIGN) {
    const target = childOf(node);
    if (target.kind == NAME && target.end - target.start == symbol.size) {
      if (memory.compare(text + target.start, symbol.name, symbol.size) == 0) return true;
    }
  }
  for (let item = node.child; item; item = at(item).next) {
    if (assigns(at(item), symbol)) return true;
  }
  return false;
}
