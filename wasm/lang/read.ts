// Text → nested lists of runs: parentheses, white space and comments, nothing of their meaning.
// A missing ) is found here: (when cannot stand inside another form, so one that seems to is the
// next event, and what is open before it was not closed.
import {
  DIAGNOSTIC_NESTING_TOO_DEEP,
  DIAGNOSTIC_UNCLOSED,
  DIAGNOSTIC_UNEXPECTED_CLOSE,
} from '../generated/diagnostics';
import { LIMIT_NESTING } from '../generated/isa';
import { EXTENSION_COMMENT } from '../generated/lang';
import { at, COMMENT, childOf, createNode, LIST, Node, RUN } from './ast';
import { argumentNumber, related, report } from './diagnostics';
import { extend } from './extensions';
import { byteAt, endsRun, isSpace, isWord, length, nameCharSize, skipSpace } from './source';

/** The comments, linked in order. */
export let firstComment: usize = 0;

const OPEN: u32 = 0x28;
const CLOSE: u32 = 0x29;
const HASH: u32 = 0x23;

const DEPTHS: usize = <usize>LIMIT_NESTING + 1;
/** Per depth: the open list, and its last child so far. */
const lists = heap.alloc(DEPTHS * sizeof<usize>());
const lasts = heap.alloc(DEPTHS * sizeof<usize>());

let depth: u32 = 0;
/** How many lists beyond the limit are open. They are skipped. */
let skipped: u32 = 0;
let lastComment: usize = 0;

/** The list of everything on the top level, from `pos` on. */
export function read(pos: u32): Node {
  const root = createNode(LIST, 0, length);
  firstComment = lastComment = 0;
  depth = skipped = 0;
  store<usize>(lists, changetype<usize>(root));
  store<usize>(lasts, 0);
  let told = false;
  // Portus wants a comment directly before each (when it comments (quirk L1).
  let commentWaits = false;
  while (pos < length) {
    const byte = byteAt(pos);
    if (isSpace(byte)) {
      pos++;
    } else if (byte == HASH) {
      if (depth || !root.child || commentWaits) extend(EXTENSION_COMMENT);
      commentWaits = true;
      pos = readComment(pos);
    } else if (byte == OPEN) {
      commentWaits = false;
      if (depth && startsEvent(pos)) closeAll(pos);
      if (depth < LIMIT_NESTING) {
        open(pos);
      } else {
        if (!told) {
          report(DIAGNOSTIC_NESTING_TOO_DEEP, pos, pos + 1);
          argumentNumber(LIMIT_NESTING);
        }
        told = true;
        skipped++;
      }
      pos++;
    } else if (byte == CLOSE) {
      if (skipped) skipped--;
      else if (depth) close(pos + 1);
      else report(DIAGNOSTIC_UNEXPECTED_CLOSE, pos, pos + 1);
      pos++;
    } else {
      const start = pos;
      while (pos < length && !endsRun(byteAt(pos))) pos++;
      if (!skipped) append(createNode(RUN, start, pos));
    }
  }
  if (commentWaits) extend(EXTENSION_COMMENT);
  if (depth) closeAll(length);
  return root;
}

function readComment(start: u32): u32 {
  let pos = start;
  while (pos < length && byteAt(pos) != 0x0a) pos++;
  const comment = changetype<usize>(createNode(COMMENT, start, pos));
  if (lastComment) at(lastComment).next = comment;
  else firstComment = comment;
  lastComment = comment;
  return pos;
}

function open(pos: u32): void {
  const list = createNode(LIST, pos, length);
  append(list);
  depth++;
  store<usize>(lists + depth * sizeof<usize>(), changetype<usize>(list));
  store<usize>(lasts + depth * sizeof<usize>(), 0);
}

function close(end: u32): void {
  at(load<usize>(lists + depth * sizeof<usize>())).end = end;
  depth--;
}

function append(node: Node): void {
  const slot = lasts + depth * sizeof<usize>();
  const last = load<usize>(slot);
  if (last) at(last).next = changetype<usize>(node);
  else at(load<usize>(lists + depth * sizeof<usize>())).child = changetype<usize>(node);
  store<usize>(slot, changetype<usize>(node));
}

/** Ends every open list before `pos`, telling of the innermost, whose ) is the likeliest to miss. */
function closeAll(pos: u32): void {
  const start = at(load<usize>(lists + depth * sizeof<usize>())).start;
  report(DIAGNOSTIC_UNCLOSED, start, start + 1);
  related(pos, min(pos + 1, length));
  skipped = 0;
  while (depth) close(pos);
}

/** Whether `(when` stands at `pos`, other than as a definition of that name, `(when 0)`. */
function startsEvent(pos: u32): bool {
  const word = skipSpace(pos + 1);
  if (!isWord(word, min(word + 4, length), 'when') || nameCharSize(word + 4)) return false;
  const top = at(load<usize>(lists + sizeof<usize>()));
  if (!top.child || !isWord(childOf(top).start, childOf(top).end, 'def')) return true;
  let end = skipSpace(word + 4);
  if (endsRun(byteAt(end))) return true;
  while (end < length && !endsRun(byteAt(end))) end++;
  return byteAt(skipSpace(end)) != CLOSE;
}
