// Definitions → symbols. Portus gives Report registers first to the fields of (Report …), then to
// flat `Report.x`, each in order of writing; everything else is a Control register.
import {
  DIAGNOSTIC_DUPLICATE_DEFINITION,
  DIAGNOSTIC_HIDES_BUILTIN,
  DIAGNOSTIC_INFINITY_SENTINEL,
  DIAGNOSTIC_NOT_INITIALISED,
  DIAGNOSTIC_NUMBER_TOO_BIG,
  DIAGNOSTIC_RESERVED_FIELD,
  DIAGNOSTIC_TOO_MANY_CONTROLS,
  DIAGNOSTIC_TOO_MANY_REPORTS,
  DIAGNOSTIC_UNREACHABLE_NAME,
} from '../generated/diagnostics';
import {
  LIMIT_CONTROL_REGISTERS,
  LIMIT_MAX_IMMEDIATE,
  LIMIT_REPORT_REGISTERS,
  VALUE_DEF_INFINITY_SENTINEL,
  VALUE_INFINITY,
} from '../generated/isa';
import { REPORT_MEMBERS } from '../generated/lang';
import { at, BOOL, childOf, DECLARATION, NAME, Node, nextOf, REPORT_STRUCT } from './ast';
import { INFINITY } from './atoms';
import { argumentBytes, argumentNumber, argumentSlice, related, report } from './diagnostics';
import { byteAt, isDigit, startsWith, text } from './source';
import {
  addSymbol,
  controlCount,
  Entry,
  findSymbol,
  firstSymbol,
  joinName,
  KIND_CONTROL,
  KIND_IMPLICIT,
  KIND_PRIMITIVE,
  KIND_REPORT,
  reportCount,
  symbolAt,
  TYPE_BOOL,
  TYPE_NONE,
  TYPE_NUMBER,
} from './symbols';

export function declare(definitions: usize): void {
  for (let item = definitions; item; item = at(item).next) {
    if (at(item).kind != REPORT_STRUCT) continue;
    for (let field = at(item).child; field; field = at(field).next) declareField(at(field));
  }
  declareFlat(definitions, KIND_REPORT);
  declareFlat(definitions, KIND_CONTROL);
}

/** The fields that `reportCwnd` adds, after all others. Returns the first; the second follows it. */
export function declareHidden(): usize {
  // A report carries as many fields as there are DEFs, so that these two come through only where
  // the others have theirs.
  for (let item = firstSymbol; item; item = symbolAt(item).listNext) {
    if (symbolAt(item).kind == KIND_REPORT) symbolAt(item).hasDef = 1;
  }
  const cwnd = addSymbol(joinName('Report.__cwnd', 0, 0), 13, KIND_REPORT, TYPE_NUMBER);
  cwnd.hasDef = 1;
  addSymbol(joinName('Report.__rate', 0, 0), 13, KIND_REPORT, TYPE_NUMBER).hasDef = 1;
  return changetype<usize>(cwnd);
}

function declareField(node: Node): void {
  const name = childOf(node);
  const size = name.end - name.start;
  define(node, joinName('Report.', text + name.start, size), size + 7, KIND_REPORT);
}

function declareFlat(definitions: usize, kind: u32): void {
  for (let item = definitions; item; item = at(item).next) {
    const node = at(item);
    if (node.kind != DECLARATION) continue;
    const name = childOf(node);
    const isReport = startsWith(name.start, name.end, 'Report.');
    if (isReport != (kind == KIND_REPORT)) continue;
    if (!isReport) checkReachable(name);
    define(node, text + name.start, name.end - name.start, kind);
  }
}

function define(node: Node, name: usize, size: u32, kind: u32): void {
  const at = childOf(node);
  const value = nextOf(at);
  const earlier = findSymbol(name, size);
  const type = value.kind == BOOL ? TYPE_BOOL : value.kind == NAME ? TYPE_NONE : TYPE_NUMBER;
  const symbol = addSymbol(name, size, kind, type);
  symbol.start = at.start;
  symbol.end = at.end;
  symbol.volatile = node.op;
  symbol.hasDef = value.kind == NAME ? 0 : 1;
  symbol.init = value.kind == BOOL ? value.op : value.kind == NAME ? 0 : checkedInit(value);
  if (!symbol.hasDef) {
    report(DIAGNOSTIC_NOT_INITIALISED, value.start, value.end);
    argumentBytes(name, size);
    argumentSlice(value.start, value.end);
  }
  if (earlier) warnEarlier(symbol, symbolAt(earlier));
  if (kind == KIND_REPORT) checkMember(symbol);
  if (kind == KIND_REPORT && reportCount == LIMIT_REPORT_REGISTERS + 1) {
    report(DIAGNOSTIC_TOO_MANY_REPORTS, node.start, node.end);
    argumentNumber(LIMIT_REPORT_REGISTERS);
  }
  if (kind == KIND_CONTROL && controlCount == LIMIT_CONTROL_REGISTERS + 1) {
    report(DIAGNOSTIC_TOO_MANY_CONTROLS, node.start, node.end);
    argumentNumber(LIMIT_CONTROL_REGISTERS);
  }
}

/** The value as the DEF carries it; +infinity is 2^32 − 1. */
function checkedInit(value: Node): u64 {
  if (value.value == INFINITY) return VALUE_INFINITY;
  if (value.value > LIMIT_MAX_IMMEDIATE) {
    report(DIAGNOSTIC_NUMBER_TOO_BIG, value.start, value.end);
    argumentSlice(value.start, value.end);
    argumentNumber(LIMIT_MAX_IMMEDIATE);
  }
  if (value.value == VALUE_DEF_INFINITY_SENTINEL) {
    report(DIAGNOSTIC_INFINITY_SENTINEL, value.start, value.end);
    argumentNumber(VALUE_DEF_INFINITY_SENTINEL);
  }
  return value.value;
}

function warnEarlier(symbol: Entry, earlier: Entry): void {
  const builtin = earlier.kind == KIND_IMPLICIT || earlier.kind == KIND_PRIMITIVE;
  report(builtin ? DIAGNOSTIC_HIDES_BUILTIN : DIAGNOSTIC_DUPLICATE_DEFINITION, symbol.start, symbol.end);
  argumentBytes(symbol.name, symbol.size);
  if (!builtin) related(earlier.start, earlier.end);
}

/** `toString` and the like: the report of an algorithm has them already. */
function checkMember(symbol: Entry): void {
  const name = symbol.name + 7;
  const size = symbol.size - 7;
  let from: i32 = 0;
  for (let i = 0; i <= REPORT_MEMBERS.length; i++) {
    if (i < REPORT_MEMBERS.length && REPORT_MEMBERS.charCodeAt(i) != 0x20) continue;
    if (<u32>(i - from) == size && isText(name, REPORT_MEMBERS, from, size)) {
      report(DIAGNOSTIC_RESERVED_FIELD, symbol.start, symbol.end);
      argumentBytes(name, size);
      return;
    }
    from = i + 1;
  }
}

function isText(name: usize, words: string, from: i32, size: u32): bool {
  for (let i: u32 = 0; i < size; i++) {
    if (<u32>load<u8>(name + i) != <u32>words.charCodeAt(from + i)) return false;
  }
  return true;
}

/** Portus takes `10x` and `trueish` in a definition, and reads them otherwise in an expression. */
function checkReachable(name: Node): void {
  let split = name.start;
  if (startsWith(split, name.end, 'true')) split += 4;
  else if (startsWith(split, name.end, 'false')) split += 5;
  else while (split < name.end && isDigit(byteAt(split))) split++;
  if (split == name.start) return;
  report(DIAGNOSTIC_UNREACHABLE_NAME, name.start, name.end);
  argumentSlice(name.start, name.end);
  argumentSlice(name.start, split);
}
