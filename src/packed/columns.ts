import { fromBase64, toBase64 } from './base64.js';

// Columns of long tables as text that JSON can carry: each different text once, and for each row its place among them;
// numbers as they stand in memory. Both little-endian, in base64.

/** A column of texts, of which many are the same. */
export interface PackedTexts {
  /** Each different text, in the order they come first. */
  readonly texts: readonly string[];
  readonly bytesPerRow: 1 | 2 | 4;
  /** Base64 of unsigned numbers: the place in `texts` of each row. */
  readonly rows: string;
}

/** Packs a column of texts. */
export function packTexts(column: readonly string[]): PackedTexts {
  const places = new Map<string, number>();
  const indices = Uint32Array.from(column, (text) => {
    const known = places.get(text);
    if (known !== undefined) return known;
    places.set(text, places.size);
    return places.size - 1;
  });
  const bytesPerRow = places.size <= 0x100 ? 1 : places.size <= 0x1_0000 ? 2 : 4;
  const view = new DataView(new ArrayBuffer(indices.length * bytesPerRow));
  indices.forEach((place, row) => {
    if (bytesPerRow === 1) view.setUint8(row, place);
    else if (bytesPerRow === 2) view.setUint16(row * 2, place, true);
    else view.setUint32(row * 4, place, true);
  });
  return { texts: [...places.keys()], bytesPerRow, rows: toBase64(new Uint8Array(view.buffer)) };
}

/** The texts of a column, one at a time; a row beyond its end has none. */
export function unpackTexts({ texts, bytesPerRow, rows }: PackedTexts): {
  readonly length: number;
  at(row: number): string | undefined;
} {
  const view = viewOf(rows);
  return {
    length: Math.floor(view.byteLength / bytesPerRow),
    at(row) {
      const offset = row * bytesPerRow;
      if (offset < 0 || offset + bytesPerRow > view.byteLength) return undefined;
      if (bytesPerRow === 1) return texts[view.getUint8(offset)];
      return texts[bytesPerRow === 2 ? view.getUint16(offset, true) : view.getUint32(offset, true)];
    },
  };
}

/** Packs numbers with seven digits each, which is more than a picture shows. */
export function packFloats(column: readonly number[]): string {
  const view = new DataView(new ArrayBuffer(column.length * 4));
  column.forEach((value, row) => {
    view.setFloat32(row * 4, value, true);
  });
  return toBase64(new Uint8Array(view.buffer));
}

export function unpackFloats(text: string): Float32Array {
  const view = viewOf(text);
  return Float32Array.from({ length: Math.floor(view.byteLength / 4) }, (_, row) => view.getFloat32(row * 4, true));
}

function viewOf(text: string): DataView {
  return new DataView(fromBase64(text).buffer);
}
