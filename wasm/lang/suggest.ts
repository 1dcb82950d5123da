// "Did you mean": the known word nearest to one that is not.
import { OPERATOR_WORDS } from '../generated/operators';
import { argumentBytes } from './diagnostics';
import { text } from './source';
import { Entry, firstSymbol, symbolAt } from './symbols';

/** Longer words get no suggestion. */
const MAX_LENGTH: u32 = 48;
const MAX_CANDIDATES: u32 = 200;

let best: usize = 0;
let bestSize: u32 = 0;
let bestDistance: u32 = 0;

/** One row of the distance table and the one before the last, for transpositions. */
const rows = heap.alloc(3 * (MAX_LENGTH + 1) * 4);
const words = heap.alloc(OPERATOR_WORDS.length + 1);

/** Gives the word last found as the next argument of the finding. */
export function argumentSuggestion(): void {
  argumentBytes(best, bestSize);
}

export function suggestionIs(word: string): bool {
  if (bestSize != <u32>word.length) return false;
  for (let i: u32 = 0; i < bestSize; i++) {
    if (load<u8>(best + i) != load<u16>(changetype<usize>(word) + (i << 1))) return false;
  }
  return true;
}

/** Looks among the operators, commands and keywords. */
export function suggestOperator(start: u32, end: u32): bool {
  begin(end - start);
  const size = <u32>OPERATOR_WORDS.length;
  let from: u32 = 0;
  for (let i: u32 = 0; i <= size; i++) {
    const byte: u8 = i < size ? load<u8>(changetype<usize>(OPERATOR_WORDS) + (i << 1)) : 0x20;
    store<u8>(words + i, byte);
    if (byte != 0x20) continue;
    // One- and two-letter signs resemble everything.
    if (i - from > 1) consider(text + start, end - start, words + from, i - from);
    from = i + 1;
  }
  return best != 0;
}

/** Looks among the names of the program and the built-in ones; those only read are left out. */
export function suggestName(name: usize, size: u32, assignable: bool): bool {
  begin(size);
  let left = MAX_CANDIDATES;
  for (let symbol = firstSymbol; symbol && left; symbol = symbolAt(symbol).listNext, left--) {
    const known = symbolAt(symbol);
    if (!known.isKnown(assignable)) continue;
    if (isTail(known, name, size)) {
      best = known.name;
      bestSize = known.size;
      return true;
    }
    consider(name, size, known.name, known.size);
  }
  return best != 0;
}

function begin(size: u32): void {
  best = 0;
  // A third of a word may differ.
  bestDistance = max(size / 3, 1) + 1;
}

/** `acked` for `Report.acked`. */
function isTail(known: Entry, name: usize, size: u32): bool {
  if (known.size <= size || load<u8>(known.name + known.size - size - 1) != 0x2e) return false;
  return memory.compare(known.name + known.size - size, name, size) == 0;
}

function consider(name: usize, size: u32, known: usize, knownSize: u32): void {
  if (size > MAX_LENGTH || knownSize > MAX_LENGTH) return;
  const difference = size > knownSize ? size - knownSize : knownSize - size;
  if (difference >= bestDistance) return;
  const found = distance(name, size, known, knownSize);
  if (found == 0 || found >= bestDistance) return;
  best = known;
  bestSize = knownSize;
  bestDistance = found;
}

/** Edits between two words (optimal string alignment); letters that differ in case count half an edit, rounded up. */
function distance(a: usize, aSize: u32, b: usize, bSize: u32): u32 {
  const width = (MAX_LENGTH + 1) * 4;
  let before = rows;
  let above = rows + width;
  let row = rows + 2 * width;
  for (let j: u32 = 0; j <= bSize; j++) store<u32>(above + j * 4, j * 2);
  for (let i: u32 = 1; i <= aSize; i++) {
    const letter: u32 = load<u8>(a + i - 1);
    store<u32>(row, i * 2);
    for (let j: u32 = 1; j <= bSize; j++) {
      const other: u32 = load<u8>(b + j - 1);
      const change: u32 = letter == other ? 0 : (letter ^ other) == 0x20 ? 1 : 2;
      let cost = load<u32>(above + (j - 1) * 4) + change;
      cost = min(cost, min(load<u32>(above + j * 4), load<u32>(row + (j - 1) * 4)) + 2);
      if (i > 1 && j > 1 && letter == <u32>load<u8>(b + j - 2) && other == <u32>load<u8>(a + i - 2)) {
        cost = min(cost, load<u32>(before + (j - 2) * 4) + 2);
      }
      store<u32>(row + j * 4, cost);
    }
    const spare = before;
    before = above;
    above = row;
    row = spare;
  }
  return (load<u32>(above + bSize * 4) + 1) >> 1;
}
