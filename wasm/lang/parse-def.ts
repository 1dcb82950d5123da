// (def …): declarations, and at most one (Report …) among them.
import {
  DIAGNOSTIC_BAD_DECLARATION,
  DIAGNOSTIC_BAD_INITIAL_VALUE,
  DIAGNOSTIC_REPORT_EMPTY,
  DIAGNOSTIC_REPORT_TWICE,
  DIAGNOSTIC_RESERVED_NAME,
} from '../generated/diagnostics';
import { EXTENSION_LAYOUT } from '../generated/lang';
import { at, childOf, createNode, DECLARATION, DEFINITIONS, FAULT, LIST, NAME, Node, REPORT_STRUCT, RUN } from './ast';
import { Chain, createChain, fitsNumber, readAtom, warnGlued } from './atoms';
import { argumentSlice, report } from './diagnostics';
import { extend } from './extensions';
import { isWord, nameEnd, startsWith } from './source';

export function parseDefinitions(list: Node): void {
  const head = childOf(list);
  // Portus wants (def directly, and () around nothing closed directly (quirk L8).
  if (head.start != list.start + 1 || (!head.next && list.end != head.end + 1)) extend(EXTENSION_LAYOUT);
  const chain = createChain();
  let struct: usize = 0;
  for (let item = head.next; item; ) {
    const node = at(item);
    item = node.next;
    if (!isReport(node)) {
      if (parseDeclaration(node)) chain.add(node);
    } else if (struct) {
      report(DIAGNOSTIC_REPORT_TWICE, node.start, node.end);
    } else {
      struct = changetype<usize>(node);
      parseReport(node);
      chain.add(node);
    }
  }
  list.kind = DEFINITIONS;
  list.child = chain.first;
}

// `(Report 5)` defines a variable of that name; `(Report (x 0) …)` is the struct.
function isReport(node: Node): bool {
  if (node.kind != LIST || !node.child) return false;
  const head = childOf(node);
  if (head.kind != RUN || !isWord(head.start, head.end, 'Report')) return false;
  return !head.next || at(head.next).kind == LIST;
}

function parseReport(list: Node): void {
  const chain: Chain = createChain();
  for (let item = childOf(list).next; item; ) {
    const node = at(item);
    item = node.next;
    if (parseDeclaration(node)) chain.add(node);
  }
  list.kind = REPORT_STRUCT;
  if (!childOf(list).next) report(DIAGNOSTIC_REPORT_EMPTY, list.start, list.end);
  list.child = chain.first;
}

/** `(name value)` or `(volatile name value)`; false where it is neither, which is told. */
function parseDeclaration(list: Node): bool {
  if (list.kind != LIST || !list.child || at(list.child).kind != RUN) return reportBad(list);
  let run = childOf(list);
  let pos = run.start;
  let volatile = false;
  if (startsWith(pos, run.end, 'volatile')) {
    volatile = true;
    pos += 8;
    if (pos == run.end) {
      if (!run.next || at(run.next).kind != RUN) return reportBad(list);
      run = at(run.next);
      pos = run.start;
    }
  }
  const end = nameEnd(pos, run.end);
  if (end == pos) return reportBad(list);
  const name = createNode(NAME, pos, end);
  if (startsWith(pos, end, '__')) {
    report(DIAGNOSTIC_RESERVED_NAME, pos, end);
    argumentSlice(pos, end);
    return false;
  }
  if (end == run.end) {
    if (!run.next || at(run.next).next || at(run.next).kind != RUN) return reportBad(list);
    run = at(run.next);
  } else if (run.next) {
    return reportBad(list);
  }
  const start = end < run.end && end > run.start ? end : run.start;
  // Portus takes digits beyond 64 bits for a name, and defines `(x y)` without a value (quirk L21).
  const value = fitsNumber(start, run.end)
    ? readAtom(start, run.end)
    : createNode(NAME, start, nameEnd(start, run.end));
  if (value.kind == FAULT) return false;
  if (value.end != run.end) {
    report(DIAGNOSTIC_BAD_INITIAL_VALUE, start, run.end);
    argumentSlice(start, run.end);
    return false;
  }
  if (volatile && pos > childOf(list).start && pos < childOf(list).end) warnGluedVolatile(childOf(list), name);
  name.next = changetype<usize>(value);
  list.kind = DECLARATION;
  list.op = volatile ? 1 : 0;
  list.child = changetype<usize>(name);
  return true;
}

function warnGluedVolatile(run: Node, name: Node): void {
  const word = createNode(NAME, run.start, run.start + 8);
  word.next = changetype<usize>(name);
  warnGlued(run.start, name.end, word);
}

function reportBad(node: Node): bool {
  report(DIAGNOSTIC_BAD_DECLARATION, node.start, node.end);
  return false;
}
