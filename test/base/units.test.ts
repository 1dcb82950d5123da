import { expect, test } from 'vitest';
import { formatSize, MooringError, parseDurationUs, parseRateBps, parseSize } from '../../src/base/index.js';

test('quantities are read in the units people write', () => {
  expect(parseRateBps('12Mbit')).toBe(1_500_000);
  expect(parseRateBps('1.5 Gbps')).toBe(187_500_000);
  expect(parseDurationUs('40ms')).toBe(40_000);
  expect(parseDurationUs('1min')).toBe(60_000_000);
  expect(parseSize('64KiB')).toBe(65_536);
});

test('sizes are written in powers of 1024, or of 1000 for axes', () => {
  expect([0, 999, 1023, 1024, 65_536, 2 ** 40].map((bytes) => formatSize(bytes))).toEqual([
    '0 B',
    '999 B',
    '1023 B',
    '1.00 KiB',
    '64.0 KiB',
    '1.00 TiB',
  ]);
  const axis = (bytes: number): string => formatSize(bytes, { powersOf: 1000, digits: 6 });
  expect([-2_500_000, 0, 1.5, 1000, 12_345_678, 3e9].map(axis)).toEqual([
    '-2.5 MB',
    '0 B',
    '1.5 B',
    '1 kB',
    '12.3457 MB',
    '3 GB',
  ]);
});

test.each(['12Mbps!', '', '12', 'Mbit', '-3Mbit', 'NaNms', '1e999x'])(
  '%j is refused with its text and the known units',
  (text) => {
    expect(() => parseRateBps(text)).toThrowError(MooringError);
    try {
      parseRateBps(text);
    } catch (error) {
      expect((error as MooringError).code).toBe('MOORING_ERR_BAD_UNIT');
      expect((error as MooringError).detail['text']).toBe(text);
    }
  },
);
