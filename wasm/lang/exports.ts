// Text the host has written to `input` → a program, or what is wrong with it, in `output`. Where the
// fields of each record stand says spec/lang.json; `{ }` is a record, `…` any number of them:
//
//   compile   { compiled } rows { place } { symbol } name … { finding } arguments …
//   parse     { parsed } { node } … { comment } … { finding } arguments …      nodes in preorder
//
// A program that is not ok has no rows and no symbols; a text that is not has no nodes.
import { DIAGNOSTIC_NOT_UTF8, DIAGNOSTIC_SOURCE_TOO_LARGE } from '../generated/diagnostics';
import { LIMIT_ROW_BYTES, LIMIT_SOURCE_BYTES } from '../generated/isa';
import {
  AT_COMMENT_END,
  AT_COMMENT_START,
  AT_COMPILED_EVENTS,
  AT_COMPILED_EXTENSIONS,
  AT_COMPILED_FINDINGS,
  AT_COMPILED_INSTRUCTIONS,
  AT_COMPILED_OK,
  AT_COMPILED_SYMBOLS,
  AT_NODE_CHILDREN,
  AT_NODE_END,
  AT_NODE_KIND,
  AT_NODE_OP,
  AT_NODE_START,
  AT_NODE_VALUE,
  AT_PARSED_COMMENTS,
  AT_PARSED_FINDINGS,
  AT_PARSED_NODES,
  AT_PARSED_OK,
  AT_SYMBOL_HAS_DEF,
  AT_SYMBOL_INDEX,
  AT_SYMBOL_INIT,
  AT_SYMBOL_KIND,
  AT_SYMBOL_REGISTER_TYPE,
  AT_SYMBOL_SIZE,
  AT_SYMBOL_VOLATILE,
  BYTES_COMMENT,
  BYTES_COMPILED,
  BYTES_NODE,
  BYTES_PARSED,
  BYTES_SYMBOL,
  EXTENSION_LAYOUT,
} from '../generated/lang';
import { verify } from '../isa/index';
import { arenaReset, input, output } from '../memory/index';
import { at, Node } from './ast';
import { check } from './check';
import { checkClock } from './clock';
import { declare, declareHidden } from './declare';
import { argumentNumber, errorCount, findingCount, findings, report, resetDiagnostics } from './diagnostics';
import { code, instructionCount, places } from './emit';
import { extend, extensions, resetExtensions } from './extensions';
import { eventRows, generate } from './generate';
import { checkLocals } from './names';
import { definitions, events, parse } from './parse';
import { firstComment, read } from './read';
import { firstInvalid, length, openSource } from './source';
import { firstSymbol, KIND_IMPLICIT, KIND_PRIMITIVE, resetSymbols, symbolAt } from './symbols';

/**
 * Compiles `input`; `reportCwnd` ≠ 0 adds the two hidden report fields. Its first `ownSize` bytes are the records of the
 * inputs beyond libccp's, or −1 stands for those our datapaths have. Returns 1 where it is a program.
 */
export function compileProgram(reportCwnd: u32, ownSize: i32): u32 {
  const ownBytes: u32 = ownSize < 0 ? 0 : ownSize;
  if (open(ownBytes)) {
    const own: usize = ownSize < 0 ? 0 : input.data;
    resetSymbols(own, own + ownBytes);
    if (definitions) declare(at(definitions).child);
    const hidden = reportCwnd ? declareHidden() : 0;
    check(events);
    checkClock(events);
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
  open(0);
  const ok: u32 = errorCount ? 0 : 1;
  output.clear();
  record(BYTES_PARSED);
  const nodes: u32 = ok ? writeNode(at(definitions)) + writeNodes(events) : 0;
  const comments: u32 = ok ? writeComments() : 0;
  store<u32>(output.data, ok, AT_PARSED_OK);
  store<u32>(output.data, nodes, AT_PARSED_NODES);
  store<u32>(output.data, comments, AT_PARSED_COMMENTS);
  store<u32>(output.data, findingCount, AT_PARSED_FINDINGS);
  output.bytes(findings.data, findings.length);
  arenaReset();
  return ok;
}

/** Reads and parses `input` from `from` on; false where it is no text at all, and nothing more can be said of it. */
function open(from: u32): bool {
  arenaReset();
  resetDiagnostics();
  resetExtensions();
  // A byte order mark is no part of a program (quirk L8).
  const size = input.length - from;
  const marked = size >= 3 && (load<u32>(input.data + from) & 0xffffff) == 0xbfbbef;
  openSource(input.data + from, size);
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
  const eventCount = eventRows.length / LIMIT_ROW_BYTES;
  let symbols: u32 = 0;
  output.clear();
  record(BYTES_COMPILED);
  if (ok) {
    output.bytes(eventRows.data, eventRows.length);
    output.bytes(code.data, code.length);
    const size = eventRows.length + code.length;
    // The generator's own word is not enough.
    if (verify(output.data + BYTES_COMPILED, size, eventCount, instructionCount)) unreachable();
    output.bytes(places.data, places.length);
    symbols = writeSymbols();
  }
  store<u32>(output.data, ok, AT_COMPILED_OK);
  store<u32>(output.data, ok ? eventCount : 0, AT_COMPILED_EVENTS);
  store<u32>(output.data, ok ? instructionCount : 0, AT_COMPILED_INSTRUCTIONS);
  store<u32>(output.data, extensions, AT_COMPILED_EXTENSIONS);
  store<u32>(output.data, symbols, AT_COMPILED_SYMBOLS);
  store<u32>(output.data, findingCount, AT_COMPILED_FINDINGS);
  output.bytes(findings.data, findings.length);
}

/** Room for a record of `size` bytes, zeroed; where it stands until the next is taken. */
function record(size: u32): usize {
  const place = output.reserve(size);
  output.length += size;
  memory.fill(place, 0, size);
  return place;
}

function writeSymbols(): u32 {
  let count: u32 = 0;
  for (let item = firstSymbol; item; item = symbolAt(item).listNext) {
    const symbol = symbolAt(item);
    if (symbol.kind == KIND_PRIMITIVE || symbol.kind == KIND_IMPLICIT) continue;
    const row = record(BYTES_SYMBOL);
    store<u8>(row, <u8>symbol.kind, AT_SYMBOL_KIND);
    store<u8>(row, <u8>symbol.volatile, AT_SYMBOL_VOLATILE);
    store<u8>(row, <u8>symbol.registerType(), AT_SYMBOL_REGISTER_TYPE);
    store<u8>(row, <u8>symbol.hasDef, AT_SYMBOL_HAS_DEF);
    store<u32>(row, symbol.index, AT_SYMBOL_INDEX);
    store<u32>(row, <u32>symbol.init, AT_SYMBOL_INIT);
    store<u32>(row, symbol.size, AT_SYMBOL_SIZE);
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
  const row = record(BYTES_NODE);
  store<u8>(row, <u8>node.kind, AT_NODE_KIND);
  store<u8>(row, <u8>node.op, AT_NODE_OP);
  store<u32>(row, children, AT_NODE_CHILDREN);
  store<u32>(row, node.start, AT_NODE_START);
  store<u32>(row, node.end, AT_NODE_END);
  store<u64>(row, node.value, AT_NODE_VALUE);
  return 1 + writeNodes(node.child);
}

function writeComments(): u32 {
  let count: u32 = 0;
  for (let item = firstComment; item; item = at(item).next, count++) {
    const row = record(BYTES_COMMENT);
    store<u32>(row, at(item).start, AT_COMMENT_START);
    store<u32>(row, at(item).end, AT_COMMENT_END);
  }
  return count;
}
