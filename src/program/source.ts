import { decodeText, encodeText } from '../core/index.js';
import type { SourceRange } from './types.js';

/**
 * A program's text, and where the compiler's byte offsets are in it: UTF-16 offsets, as
 * JavaScript and editors count, with line and column.
 */
export class SourceText {
  readonly text: string;
  readonly bytes: Uint8Array;
  /** Every character is one byte, so that both offsets are the same. */
  readonly #isAscii: boolean;
  /** UTF-16 offset of each byte, where they differ. */
  #offsets: Uint32Array | undefined;
  #lineStarts: number[] | undefined;

  constructor(source: string | Uint8Array) {
    this.text = typeof source === 'string' ? source : decodeText(source);
    this.bytes = typeof source === 'string' ? encodeText(source) : source;
    this.#isAscii = this.bytes.length === this.text.length;
  }

  slice(start: number, end: number): string {
    return this.text.slice(this.offset(start), this.offset(end));
  }

  /** The UTF-16 offset of a byte offset. */
  offset(byte: number): number {
    if (this.#isAscii) return byte;
    this.#offsets ??= utf16Offsets(this.bytes);
    return this.#offsets[Math.min(byte, this.bytes.length)] ?? this.text.length;
  }

  range(startByte: number, endByte: number): SourceRange {
    const start = this.offset(startByte);
    const end = this.offset(endByte);
    const [line, column] = this.#position(start);
    const [endLine, endColumn] = this.#position(end);
    return { start, end, line, column, endLine, endColumn };
  }

  #position(offset: number): [line: number, column: number] {
    this.#lineStarts ??= lineStarts(this.text);
    const starts = this.#lineStarts;
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return [low + 1, offset - starts[low]! + 1];
  }
}

// A lead byte opens one UTF-16 unit, of four bytes two; bytes that continue open none. What is not
// UTF-8 is never looked at beyond its first byte.
function utf16Offsets(bytes: Uint8Array): Uint32Array {
  const offsets = new Uint32Array(bytes.length + 1);
  let offset = 0;
  for (let i = 0; i < bytes.length; i += 1) {
    offsets[i] = offset;
    const byte = bytes[i]!;
    if ((byte & 0xc0) !== 0x80) offset += byte >= 0xf0 ? 2 : 1;
  }
  offsets[bytes.length] = offset;
  return offsets;
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}
