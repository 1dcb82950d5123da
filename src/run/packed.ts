import { deflateSync, inflateSync } from 'fflate';
import { fromBase64, toBase64 } from '../packed/index.js';

// A row of numbers as text: how many there are, a colon, and base64 of deflate-raw over their bytes, those of each place
// together, since what changes little from number to number is compressed best so.
//
//   3:…   byte 0 of all three, byte 1 of all three, … byte 7 of all three

/** Numbers a row may have: one that says more is none of ours. */
const MOST = 1 << 24;
const DOUBLE = 8;

export function packed(values: Float64Array): string {
  const { length } = values;
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  const turned = bytes.map((_, i) => bytes[(i % length) * DOUBLE + Math.floor(i / length)]!);
  return `${length}:${toBase64(deflateSync(turned, { level: 9 }))}`;
}

/** Throws an Error for text that is no such row. */
export function unpacked(text: string): Float64Array {
  const [, digits, rest] = /^(\d{1,9}):([A-Za-z0-9+/]*=*)$/.exec(text) ?? [];
  const length = Number(digits);
  if (rest === undefined || !(length <= MOST)) throw new Error('a column is no row of numbers');
  // What would come out beyond the length is not written: nothing can grow here.
  const turned = inflateSync(fromBase64(rest), { out: new Uint8Array(length * DOUBLE) });
  if (turned.length !== length * DOUBLE) throw new Error('a column ends before its numbers do');
  return new Float64Array(turned.map((_, i) => turned[(i % DOUBLE) * length + Math.floor(i / DOUBLE)]!).buffer);
}
