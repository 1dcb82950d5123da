// The program as a whole: one (def …), then (when …) after (when …).
import {
  DIAGNOSTIC_EVENT_EXPECTED,
  DIAGNOSTIC_MISPLACED_DEF,
  DIAGNOSTIC_MISSING_DEF,
  DIAGNOSTIC_NO_EVENTS,
  DIAGNOSTIC_TOO_MANY_EVENTS,
  DIAGNOSTIC_WHEN_INCOMPLETE,
} from '../generated/diagnostics';
import { LIMIT_EVENTS } from '../generated/isa';
import { at, childOf, createNode, EVENT, LIST, NAME, Node, RUN } from './ast';
import { Chain, createChain, readAtoms, warnGlued } from './atoms';
import { argumentNumber, argumentSlice, argumentText, report } from './diagnostics';
import { parseDefinitions } from './parse-def';
import { parseList } from './parse-expression';
import { isWord, startsWith } from './source';
import { argumentSuggestion, suggestionIs, suggestOperator } from './suggest';

/** The DEFINITIONS node, or 0. */
export let definitions: usize = 0;
/** EVENT nodes, linked. */
export let events: usize = 0;

export function parse(root: Node): void {
  definitions = 0;
  const chain = createChain();
  let defined = false;
  let forms: u32 = 0;
  let lastWasJunk = false;
  for (let item = root.child; item; ) {
    const node = at(item);
    item = node.next;
    const junk = node.kind == RUN;
    if (isForm(node, 'def')) {
      if (defined || forms) report(DIAGNOSTIC_MISPLACED_DEF, node.start, node.end);
      parseDefinitions(node);
      if (!defined) definitions = changetype<usize>(node);
      defined = true;
    } else if (node.kind == LIST && node.child && beginsAsEvent(node)) {
      forms++;
      if (parseEvent(node)) chain.add(node);
    } else if (!(junk && lastWasJunk)) {
      // One finding for a stretch of things that do not belong here.
      reportNoEvent(node);
    }
    lastWasJunk = junk;
  }
  events = chain.first;
  if (!defined) report(DIAGNOSTIC_MISSING_DEF, 0, 0);
  if (!forms) report(DIAGNOSTIC_NO_EVENTS, root.end, root.end);
  if (chain.count > LIMIT_EVENTS) {
    report(DIAGNOSTIC_TOO_MANY_EVENTS, at(chain.last).start, at(chain.last).end);
    argumentNumber(chain.count);
    argumentNumber(LIMIT_EVENTS);
  }
}

function isForm(node: Node, word: string): bool {
  if (node.kind != LIST || !node.child) return false;
  const head = childOf(node);
  return head.kind == RUN && isWord(head.start, head.end, word);
}

/** Whether the list is a (when …), or what looks like one misspelt; the latter is told. */
function beginsAsEvent(list: Node): bool {
  const head = childOf(list);
  if (head.kind != RUN) return false;
  if (startsWith(head.start, head.end, 'when')) return true;
  if (!suggestOperator(head.start, head.end) || !suggestionIs('when')) return false;
  reportNoEvent(list);
  return true;
}

/** `(when condition statement …)`; false where it has no condition or no statement, which is told. */
function parseEvent(list: Node): bool {
  const head = childOf(list);
  const chain = createChain();
  if (head.end - head.start > 4 && startsWith(head.start, head.end, 'when')) parseGluedWhen(list, head, chain);
  for (let item = head.next; item; ) {
    const node = at(item);
    item = node.next;
    if (node.kind == LIST) {
      parseList(node);
      chain.add(node);
    } else {
      const before = chain.last;
      if (readAtoms(node.start, node.end, chain) > 1) {
        warnGlued(node.start, node.end, at(before ? at(before).next : chain.first));
      }
    }
  }
  list.child = chain.first;
  list.kind = EVENT;
  if (chain.count >= 2) return true;
  report(DIAGNOSTIC_WHEN_INCOMPLETE, list.start, list.end);
  return false;
}

// Portus reads (whentrue …) as (when true …), and every other (whenX …) as a condition X that is
// a number or an unknown name, which it refuses.
function parseGluedWhen(list: Node, head: Node, chain: Chain): void {
  if (!startsWith(head.start + 4, head.end, 'true') && !startsWith(head.start + 4, head.end, 'false')) {
    reportNoEvent(list);
    return;
  }
  readAtoms(head.start + 4, head.end, chain);
  const word = createNode(NAME, head.start, head.start + 4);
  word.next = chain.first;
  warnGlued(head.start, head.end, word);
}

function reportNoEvent(node: Node): void {
  const isForm = node.kind == LIST && node.child && childOf(node).kind == RUN;
  const start = isForm ? childOf(node).start : node.start;
  const end = isForm ? childOf(node).end : node.kind == LIST ? start + 1 : node.end;
  report(DIAGNOSTIC_EVENT_EXPECTED, start, end);
  argumentSlice(start, end);
  if (startsWith(start, end, 'when')) argumentText('when');
  else if (suggestOperator(start, end) && suggestionIs('when')) argumentSuggestion();
}
