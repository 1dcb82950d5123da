// Runs → atoms, as portus reads them: the tags true, false and +infinity, digits, else a name,
// each as far as it goes and with nothing between one and the next (quirk L30).
import {
  DIAGNOSTIC_GLUED,
  DIAGNOSTIC_NUMBER_FRACTION,
  DIAGNOSTIC_NUMBER_MALFORMED,
  DIAGNOSTIC_NUMBER_NEGATIVE,
  DIAGNOSTIC_NUMBER_TOO_BIG,
  DIAGNOSTIC_RESERVED_NAME,
  DIAGNOSTIC_UNEXPECTED_CHARACTER,
} from '../generated/diagnostics';
import { LIMIT_MAX_IMMEDIATE } from '../generated/isa';
import { arenaAlloc } from '../memory/index';
import { at, BOOL, createNode, FAULT, NAME, Node, NUMBER } from './ast';
import { argumentBytes, argumentNumber, argumentSlice, report } from './diagnostics';
import { byteAt, isDigit, nameEnd, startsWith, text } from './source';

/** `+infinity`, and portus' other way to write it, 18446744073709551615. */
export const INFINITY: u64 = <u64>-1;

/** A list under construction. */
@unmanaged
export class Chain {
  first: usize = 0;
  last: usize = 0;
  count: u32 = 0;

  add(node: Node): void {
    const pointer = changetype<usize>(node);
    if (this.last) at(this.last).next = pointer;
    else this.first = pointer;
    this.last = pointer;
    node.next = 0;
    this.count++;
  }
}

export function createChain(): Chain {
  return changetype<Chain>(arenaAlloc(offsetof<Chain>()));
}

/**
 * Adds the atoms of the run start … stop to `chain` and returns how many there were. What is no
 * atom is told and ends the run as a FAULT.
 */
export function readAtoms(start: u32, stop: u32, chain: Chain): u32 {
  let pos = start;
  let count: u32 = 0;
  while (pos < stop) {
    const atom = readAtom(pos, stop);
    chain.add(atom);
    count++;
    if (atom.kind == FAULT) break;
    pos = atom.end;
  }
  return count;
}

/** The atom that begins at `pos`; a FAULT, told, where none does. */
export function readAtom(pos: u32, stop: u32): Node {
  if (startsWith(pos, stop, 'true')) return createBool(pos, pos + 4, 1);
  if (startsWith(pos, stop, 'false')) return createBool(pos, pos + 5, 0);
  if (startsWith(pos, stop, '+infinity')) return createNumber(pos, pos + 9, INFINITY);
  if (isDigit(byteAt(pos))) return readNumber(pos, stop);
  const end = nameEnd(pos, stop);
  if (end == pos) {
    reportBadRun(pos, stop);
    return createNode(FAULT, pos, stop);
  }
  if (startsWith(pos, end, '__')) {
    report(DIAGNOSTIC_RESERVED_NAME, pos, end);
    argumentSlice(pos, end);
    return createNode(FAULT, pos, stop);
  }
  return createNode(NAME, pos, end);
}

/** Tells that a run of several atoms is more than one, in a place where portus accepts that. */
export function warnGlued(start: u32, stop: u32, readAs: Node): void {
  report(DIAGNOSTIC_GLUED, start, stop);
  argumentSlice(start, stop);
  // The atoms with a space between each two.
  let size: u32 = 0;
  const buffer = arenaAlloc(2 * (stop - start) + 1);
  for (let node = readAs; ; node = at(node.next)) {
    memory.copy(buffer + size, text + node.start, node.end - node.start);
    size += node.end - node.start;
    if (node.end >= stop || !node.next) break;
    store<u8>(buffer + size++, 0x20);
  }
  argumentBytes(buffer, min(size, 80));
}

/** Tells what is wrong with a run that is not one atom where one is wanted. */
export function reportBadRun(start: u32, stop: u32): void {
  const sign = byteAt(start) == 0x2d && isDigit(byteAt(start + 1)) && start + 1 < stop;
  let id = DIAGNOSTIC_UNEXPECTED_CHARACTER;
  if (sign) id = DIAGNOSTIC_NUMBER_NEGATIVE;
  else if (isDigit(byteAt(start)))
    id = isFraction(start, stop) ? DIAGNOSTIC_NUMBER_FRACTION : DIAGNOSTIC_NUMBER_MALFORMED;
  else if (nameEnd(start, stop) > start) id = DIAGNOSTIC_NUMBER_MALFORMED;
  report(id, start, stop);
  argumentSlice(start, stop);
}

function isFraction(start: u32, stop: u32): bool {
  let pos = start;
  while (pos < stop && isDigit(byteAt(pos))) pos++;
  return pos + 1 < stop && byteAt(pos) == 0x2e && isDigit(byteAt(pos + 1));
}

/** Whether the digits at `start`, if any stand there, are a number of 64 bits. */
export function fitsNumber(start: u32, stop: u32): bool {
  let value: u64 = 0;
  for (let pos = start; pos < stop && isDigit(byteAt(pos)); pos++) {
    const digit: u64 = byteAt(pos) - 0x30;
    if (value > (INFINITY - digit) / 10) return false;
    value = value * 10 + digit;
  }
  return true;
}

// Portus takes digits that do not fit 64 bits for a name; here they are an error (quirk L22).
function readNumber(start: u32, stop: u32): Node {
  let pos = start;
  let value: u64 = 0;
  for (; pos < stop && isDigit(byteAt(pos)); pos++) value = value * 10 + (byteAt(pos) - 0x30);
  if (fitsNumber(start, stop)) return createNumber(start, pos, value);
  report(DIAGNOSTIC_NUMBER_TOO_BIG, start, pos);
  argumentSlice(start, pos);
  argumentNumber(LIMIT_MAX_IMMEDIATE);
  return createNode(FAULT, start, stop);
}

function createNumber(start: u32, end: u32, value: u64): Node {
  const node = createNode(NUMBER, start, end);
  node.value = value;
  // So that a reader of the tree need not know the value.
  node.op = u32(value == INFINITY);
  return node;
}

function createBool(start: u32, end: u32, value: u32): Node {
  const node = createNode(BOOL, start, end);
  node.op = value;
  return node;
}
