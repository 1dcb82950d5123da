// Text the host has written to `input` → a program, or what is wrong with it, in `output`.
//
//   compile   | ok u32 | events u32 | instructions u32 | extensions u32 | symbols u32 | findings u32 |
//             | rows | symbol … | finding … |
//   symbol    | kind u8 | volatile u8 | registerType u8 | hasDef u8 | index u32 | init u32 | size u32 | name |
//   parse     | ok u32 | nodes u32 | comments u32 | findings u32 | node … | comment … | finding … |
//   node      | kind u8 | op u8 | 0 u16 | children u32 | start u32 | end u32 | value u64 |   in preorder
//   comment   | start u32 | end u32 |
//   finding   see diagnostics.ts
//
// A program that is not ok has no rows and no symbols; a text that is not has no nodes.
import { DIAGNOSTIC_NOT_UTF8, DIAGNOSTIC_SOURCE_TOO_LARGE } from '../generated/diagnostics';
import { LIMIT_ROW_BYTES, LIMIT_SOURCE_BYTES } from '../generated/isa';
import { EXTENSION_LAYOUT } from '../generated/lang';
import { verify } from '../isa/index';
import { arenaReset, input, output } from '../memory/index';
import { at, Node } from './ast';
import { check } from './check';
import { declare, declareHidden } from './declare';
import { argumentNumber, errorCount, findingCount, findings, report, resetDiagnostics } from './diagnostics';
import { code, instructionCount } from './emit';
import { extend, extensions, resetExtensions } from './extensions';
import { eventRows, generate } from './generate';
import { checkLocals } from './names';
import { definitions, events, parse } from './parse';
import { firstComment, read } from './read';
import { firstInvalid, length, openSource } from './source';
import { firstSymbol, KIND_IMPLICIT, KIND_PRIMITIVE, resetSymbols, symbolAt } from './symbols';

/** Compiles `input`; `reportCwnd` ≠ 0 adds the two hidden report fields. Returns 1 where it is a program. */
export function compileProgram(reportCwnd: u32): u32 {
  if (open()) {
    resetSymbols();
    if (definitions) declare(at(definitions).child);
    const hidden = reportCwnd ? declareHidden() : 0;
    check(events);
    checkLocals();
    if (!errorCount) generate(events, hidden);
  }
  const ok: u32 = errorCount ? 0 : 1;
  writeCompiled(ok);
  arenaReset();
  return ok;
}

/** Parses `input` into its tree. Names are not looked up. Returns 1 where it is a tree. */
export function parseProgram(): u32 {
  open();
  const ok: u32 = errorCount ? 0 : 1;
  output.clear();
  output.u32(ok);
  for (let i = 0; i < 2; i++) output.u32(0);
  output.u32(findingCount);
  if (ok) {
    const nodes = writeNode(at(definitions)) + writeNodes(events);
    const comments = writeComments();
    store<u32>(output.data, nodes, 4);
    store<u32>(output.data, comments, 8);
  }
  output.bytes(findings.data, findings.length);
  arenaReset();
  return ok;
}

/** Reads and parses `input`; false where it is no text at all, and nothing more can be said of it. */
function open(): bool {
  arenaReset();
  resetDiagnostics();
  resetExtensions();
  // A byte order mark is no part of a program (quirk L8).
  const marked = input.length >= 3 && (load<u32>(input.data) & 0xffffff) == 0xbfbbef;
  openSource(input.data, input.length);
  if (length > LIMIT_SOURCE_BYTES) {
    report(DIAGNOSTIC_SOURCE_TOO_LARGE, 0, 0);
    argumentNumber(LIMIT_SOURCE_BYTES);
    return false;
  }
  const invalid = firstInvalid();
  if (invalid < length) {
    report(DIAGNOSTIC_NOT_UTF8, invalid, invalid);
    return false;
  }
  if (marked) extend(EXTENSION_LAYOUT);
  parse(read(marked ? 3 : 0));
  return true;
}

function writeCompiled(ok: u32): void {
  output.clear();
  output.u32(ok);
  output.u32(ok ? eventRows.length / LIMIT_ROW_BYTES : 0);
  output.u32(ok ? instructionCount : 0);
  output.u32(extensions);
  output.u32(0);
  output.u32(findingCount);
  if (ok) {
    const rows = output.length;
    output.bytes(eventRows.data, eventRows.length);
    output.bytes(code.data, code.length);
    const size = eventRows.length + code.length;
    // The generator's own word is not enough.
    if (verify(output.data + rows, size, eventRows.length / LIMIT_ROW_BYTES, instructionCount)) unreachable();
    const symbols = writeSymbols();
    store<u32>(output.data, symbols, 16);
  }
  output.bytes(findings.data, findings.length);
}

function writeSymbols(): u32 {
  let count: u32 = 0;
  for (let item = firstSymbol; item; item = symbolAt(item).listNext) {
    const symbol = symbolAt(item);
    if (symbol.kind == KIND_PRIMITIVE || symbol.kind == KIND_IMPLICIT) continue;
    output.u8(<u8>symbol.kind);
    output.u8(<u8>symbol.volatile);
    output.u8(<u8>symbol.registerType());
    output.u8(<u8>symbol.hasDef);
    output.u32(symbol.index);
    output.u32(<u32>symbol.init);
    output.u32(symbol.size);
    output.bytes(symbol.name, symbol.size);
    count++;
  }
  return count;
}

function writeNodes(first: usize): u32 {
  let count: u32 = 0;
  for (let item = first; item; item = at(item).next) count += writeNode(at(item));
  return count;
}

function writeNode(node: Node): u32 {
  let children: u32 = 0;
  for (let item = node.child; item; item = at(item).next) children++;
  output.u8(<u8>node.kind);
  output.u8(<u8>node.op);
  output.u16(0);
  output.u32(children);
  output.u32(node.start);
  output.u32(node.end);
  output.u64(node.value);
  return 1 + writeNodes(node.child);
}

function writeComments(): u32 {
  let count: u32 = 0;
  for (let item = firstComment; item; item = at(item).next, count++) {
    output.u32(at(item).start);
    output.u32(at(item).end);
  }
  return count;
}
