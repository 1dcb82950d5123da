// The text under compilation as UTF-8 bytes, and what its characters mean. Offsets are bytes.

export let text: usize = 0;
export let length: u32 = 0;

export function openSource(at: usize, size: u32): void {
  text = at;
  length = size;
}

export function byteAt(pos: u32): u32 {
  return pos < length ? load<u8>(text + pos) : 0;
}

export function isSpace(byte: u32): bool {
  return byte == 0x20 || byte == 0x0a || byte == 0x09 || byte == 0x0d;
}

export function isDigit(byte: u32): bool {
  return byte - 0x30 < 10;
}

export function isAlphanumeric(byte: u32): bool {
  return isDigit(byte) || (byte | 0x20) - 0x61 < 26;
}

/** What ends a run of other characters: space, a parenthesis or a comment. */
export function endsRun(byte: u32): bool {
  return isSpace(byte) || byte == 0x28 || byte == 0x29 || byte == 0x23;
}

/**
 * Bytes of the character at `pos` where it may stand in a name, else 0. Portus looks at the low
 * byte of a character's code point, so `Ł` (U+0141, as `A`) may and `é` may not (quirk L25).
 */
export function nameCharSize(pos: u32): u32 {
  const lead = byteAt(pos);
  if (lead < 0x80) return isAlphanumeric(lead) || lead == 0x2e || lead == 0x5f ? 1 : 0;
  const size = charSize(pos);
  // The low eight bits stand in the last two bytes whatever the length.
  const low = ((load<u8>(text + pos + size - 2) & 3) << 6) | (load<u8>(text + pos + size - 1) & 0x3f);
  return isAlphanumeric(low) ? size : 0;
}

/** Bytes of the character at `pos`; the text is valid UTF-8. */
export function charSize(pos: u32): u32 {
  const lead = byteAt(pos);
  return lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}

/** The end of the longest name that begins at `pos` and ends before `stop`. */
export function nameEnd(pos: u32, stop: u32): u32 {
  while (pos < stop) {
    const size = nameCharSize(pos);
    if (!size) break;
    pos += size;
  }
  return pos;
}

export function skipSpace(pos: u32): u32 {
  while (pos < length && isSpace(byteAt(pos))) pos++;
  return pos;
}

/** Whether `word` (ASCII) stands at `pos`, wholly before `stop`. */
export function startsWith(pos: u32, stop: u32, word: string): bool {
  const size = <u32>word.length;
  if (stop - pos < size) return false;
  for (let i: u32 = 0; i < size; i++) {
    if (load<u8>(text + pos + i) != load<u16>(changetype<usize>(word) + (i << 1))) return false;
  }
  return true;
}

export function isWord(pos: u32, stop: u32, word: string): bool {
  return stop - pos == <u32>word.length && startsWith(pos, stop, word);
}

/** The first byte that is not UTF-8 (RFC 3629: no surrogates, no overlong forms), or `length`. */
export function firstInvalid(): u32 {
  let pos: u32 = 0;
  while (pos < length) {
    if (pos + 8 <= length && !((load<u32>(text + pos) | load<u32>(text + pos + 4)) & 0x80808080)) {
      pos += 8;
      continue;
    }
    const lead = byteAt(pos);
    if (lead < 0x80) {
      pos++;
      continue;
    }
    const size: u32 = lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
    if (!size || pos + size > length) return pos;
    const second = byteAt(pos + 1);
    if (lead == 0xe0 && second < 0xa0) return pos;
    if (lead == 0xed && second > 0x9f) return pos;
    if (lead == 0xf0 && second < 0x90) return pos;
    if (lead == 0xf4 && second > 0x8f) return pos;
    for (let i: u32 = 1; i < size; i++) {
      if ((byteAt(pos + i) & 0xc0) != 0x80) return pos;
    }
    pos += size;
  }
  return length;
}
