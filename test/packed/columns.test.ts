import fc from 'fast-check';
import { expect, test } from 'vitest';
import { packFloats, packTexts, unpackFloats, unpackTexts } from '../../src/packed/columns.js';

test('texts come back, whatever they are and however many are different', () => {
  const same = (column: readonly string[]): void => {
    const { length, at } = unpackTexts(JSON.parse(JSON.stringify(packTexts(column))));
    expect(Array.from({ length }, (_, row) => at(row))).toEqual(column);
    expect([at(-1), at(length), at(0.5 + length)]).toEqual([undefined, undefined, undefined]);
  };
  fc.assert(fc.property(fc.array(fc.string({ unit: 'grapheme' })), same));
  for (const many of [256, 257, 65_536, 65_537]) same(Array.from({ length: many + 1 }, (_, row) => `${row % many}`));
  expect([256, 257, 65_537].map((n) => packTexts(Array.from({ length: n }, (_, at) => `${at}`)).bytesPerRow)).toEqual([
    1, 2, 4,
  ]);
});

test('numbers come back with seven digits, from little-endian bytes', () => {
  fc.assert(
    fc.property(fc.array(fc.float()), (column) => {
      expect([...unpackFloats(packFloats(column))]).toEqual(column);
    }),
  );
  expect(packFloats([1])).toBe(Buffer.from([0, 0, 0x80, 0x3f]).toString('base64'));
  expect(unpackFloats(packFloats([0.1]))[0]).toBeCloseTo(0.1, 8);
});

test('bytes that end in the middle of a row are none', () => {
  expect(unpackTexts({ texts: ['a'], bytesPerRow: 2, rows: btoa('\0\0\0') })).toMatchObject({ length: 1 });
  expect(unpackFloats(btoa('abcde'))).toHaveLength(1);
});
