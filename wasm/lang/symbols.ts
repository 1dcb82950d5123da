// Names and the registers behind them, for one compilation.
import {
  IMPLICIT_CWND,
  IMPLICIT_MICROS,
  IMPLICIT_RATE,
  LIMIT_LIBCCP_PRIMITIVE_REGISTERS,
  PRIMITIVE_BOOLS,
  PRIMITIVE_COUNT,
  PRIMITIVE_NAMES,
  REG_CONTROL,
  REG_CONTROL_VOLATILE,
  REG_IMPLICIT,
  REG_LOCAL,
  REG_PRIMITIVE,
  REG_REPORT,
  REG_REPORT_VOLATILE,
} from '../generated/isa';
import {
  AT_PRIMITIVE_BOOL,
  AT_PRIMITIVE_INDEX,
  AT_PRIMITIVE_SIZE,
  BYTES_PRIMITIVE,
  KIND_CONTROL,
  KIND_IMPLICIT,
  KIND_LOCAL,
  KIND_PRIMITIVE,
  KIND_REPORT,
  TYPE_BOOL,
  TYPE_NUMBER,
} from '../generated/lang';
import { arenaAlloc } from '../memory/index';

export { KIND_CONTROL, KIND_IMPLICIT, KIND_LOCAL, KIND_PRIMITIVE, KIND_REPORT, TYPE_BOOL, TYPE_NUMBER };

// Beside the types that operators take and give:
/** A local nothing has been assigned to yet. */
export const TYPE_UNASSIGNED: u32 = 100;
/** Told already; fits everywhere. */
export const TYPE_FAULT: u32 = 101;
/** Defined without a value; assigning gives it none (quirk L21). */
export const TYPE_NONE: u32 = 102;

@unmanaged
export class Entry {
  name: usize = 0;
  size: u32 = 0;
  hash: u32 = 0;
  kind: u32 = 0;
  type: u32 = 0;
  volatile: u32 = 0;
  /** Whether any form assigns to it, or reads it. */
  assigned: u32 = 0;
  read: u32 = 0;
  told: u32 = 0;
  index: u32 = 0;
  /** Value of its DEF, where `hasDef`. */
  init: u64 = 0;
  hasDef: u32 = 0;
  /** Where it is defined, or first used. */
  start: u32 = 0;
  end: u32 = 0;
  bucketNext: usize = 0;
  listNext: usize = 0;

  /** The register type of spec/isa.json. */
  registerType(): u32 {
    switch (this.kind) {
      case KIND_REPORT:
        return this.volatile ? REG_REPORT_VOLATILE : REG_REPORT;
      case KIND_CONTROL:
        return this.volatile ? REG_CONTROL_VOLATILE : REG_CONTROL;
      case KIND_LOCAL:
        return REG_LOCAL;
      case KIND_IMPLICIT:
        return REG_IMPLICIT;
      default:
        return REG_PRIMITIVE;
    }
  }

  /** An input that libccp does not have: a program may use its name for something else, as portus lets it. */
  isExtra(): bool {
    return this.kind == KIND_PRIMITIVE && this.index >= LIMIT_LIBCCP_PRIMITIVE_REGISTERS;
  }

  /** Whether it may be suggested: defined or built in, or a local that has a value. */
  isKnown(assignable: bool): bool {
    if (this.kind == KIND_PRIMITIVE) return !assignable;
    return this.kind != KIND_LOCAL || (!assignable && this.assigned != 0);
  }
}

/** Defined and used names in the order they were made, the built-in ones first. */
export let firstSymbol: usize = 0;
export let reportCount: u32 = 0;
export let controlCount: u32 = 0;
export let localCount: u32 = 0;

const BUCKETS: u32 = 1024;
const buckets = heap.alloc(BUCKETS * sizeof<usize>());
let lastSymbol: usize = 0;

/** ASCII of the built-in names, copied once. */
let builtinText: usize = 0;

export function symbolAt(symbol: usize): Entry {
  return changetype<Entry>(symbol);
}

/**
 * Records of spec/lang.json (`primitive`) that stand for the inputs beyond libccp's, from `own` to `ownEnd`; the ones
 * that our datapaths have where it is 0.
 */
export function resetSymbols(own: usize, ownEnd: usize): void {
  memory.fill(buckets, 0, BUCKETS * sizeof<usize>());
  firstSymbol = lastSymbol = 0;
  reportCount = controlCount = localCount = 0;
  addBuiltins(own, ownEnd);
}

/** The symbol last added under this name, or 0. */
export function findSymbol(name: usize, size: u32): usize {
  const hash = hashOf(name, size);
  let symbol = load<usize>(bucketOf(hash));
  while (symbol) {
    const known = symbolAt(symbol);
    if (known.hash == hash && known.size == size && memory.compare(known.name, name, size) == 0) return symbol;
    symbol = known.bucketNext;
  }
  return 0;
}

/** Adds a name; the register index is the next of its kind. A later one hides an earlier. */
export function addSymbol(name: usize, size: u32, kind: u32, type: u32): Entry {
  const symbol = changetype<Entry>(arenaAlloc(offsetof<Entry>()));
  symbol.name = name;
  symbol.size = size;
  symbol.hash = hashOf(name, size);
  symbol.kind = kind;
  symbol.type = type;
  if (kind == KIND_REPORT) symbol.index = reportCount++;
  else if (kind == KIND_CONTROL) symbol.index = controlCount++;
  else if (kind == KIND_LOCAL) symbol.index = localCount++;
  const bucket = bucketOf(symbol.hash);
  symbol.bucketNext = load<usize>(bucket);
  store<usize>(bucket, changetype<usize>(symbol));
  if (lastSymbol) symbolAt(lastSymbol).listNext = changetype<usize>(symbol);
  else firstSymbol = changetype<usize>(symbol);
  lastSymbol = changetype<usize>(symbol);
  return symbol;
}

/** A name in the arena: `prefix` (ASCII) and `size` bytes from `from`. */
export function joinName(prefix: string, from: usize, size: u32): usize {
  const head = <u32>prefix.length;
  const name = arenaAlloc(head + size);
  copyAscii(name, prefix);
  memory.copy(name + head, from, size);
  return name;
}

/** Bytewise order, as portus sorts its definitions. */
export function compareNames(a: Entry, b: Entry): i32 {
  const order = memory.compare(a.name, b.name, min(a.size, b.size));
  return order ? order : <i32>a.size - <i32>b.size;
}

function addBuiltins(own: usize, ownEnd: usize): void {
  const names = PRIMITIVE_NAMES;
  const length = <u32>names.length;
  const implicits = 'MicrosCwndRate';
  if (!builtinText) {
    builtinText = heap.alloc(length + implicits.length);
    copyAscii(builtinText, names);
    copyAscii(builtinText + length, implicits);
  }
  let from: u32 = 0;
  const count = own ? LIMIT_LIBCCP_PRIMITIVE_REGISTERS : PRIMITIVE_COUNT;
  for (let index: u32 = 0; index < count; index++) {
    let end = from;
    while (end < length && load<u8>(builtinText + end) != 0x20) end++;
    addPrimitive(builtinText + from, end - from, index, (PRIMITIVE_BOOLS >> index) & 1);
    from = end + 1;
  }
  for (let at = own; at < ownEnd; at += BYTES_PRIMITIVE + load<u8>(at, AT_PRIMITIVE_SIZE)) {
    const index: u32 = load<u8>(at, AT_PRIMITIVE_INDEX);
    addPrimitive(at + BYTES_PRIMITIVE, load<u8>(at, AT_PRIMITIVE_SIZE), index, load<u8>(at, AT_PRIMITIVE_BOOL));
  }
  addSymbol(builtinText + length, 6, KIND_IMPLICIT, TYPE_NUMBER).index = IMPLICIT_MICROS;
  addSymbol(builtinText + length + 6, 4, KIND_IMPLICIT, TYPE_NUMBER).index = IMPLICIT_CWND;
  addSymbol(builtinText + length + 10, 4, KIND_IMPLICIT, TYPE_NUMBER).index = IMPLICIT_RATE;
}

function addPrimitive(name: usize, size: u32, index: u32, bool: u32): void {
  addSymbol(name, size, KIND_PRIMITIVE, bool ? TYPE_BOOL : TYPE_NUMBER).index = index;
}

function copyAscii(to: usize, text: string): void {
  for (let i = 0; i < text.length; i++) {
    store<u8>(to + i, load<u8>(changetype<usize>(text) + ((<usize>i) << 1)));
  }
}

function bucketOf(hash: u32): usize {
  return buckets + (hash & (BUCKETS - 1)) * sizeof<usize>();
}

// FNV-1a
function hashOf(name: usize, size: u32): u32 {
  let hash: u32 = 0x811c9dc5;
  for (let i: u32 = 0; i < size; i++) hash = (hash ^ load<u8>(name + i)) * 0x01000193;
  return hash;
}
