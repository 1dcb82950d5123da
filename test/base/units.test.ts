import { expect, test } from 'vitest';
import {
  formatDuration,
  formatShare,
  formatSize,
  MooringError,
  parseDurationUs,
  parseRateBytesPerSecond,
  parseShare,
  parseSize,
} from '../../src/base/index.js';

test('quantities are read in the units people write', () => {
  expect(parseRateBytesPerSecond('12Mbit')).toBe(1_500_000);
  expect(parseRateBytesPerSecond('1.5 Gbps')).toBe(187_500_000);
  expect(parseRateBytesPerSecond('12mbit')).toBe(1_500_000);
  expect(parseRateBytesPerSecond('12.0 Mbit/s')).toBe(1_500_000);
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

test('a capital B is bytes and a small b bits, in rates; in sizes a small b is refused', () => {
  expect(['8Mbps', '8Mb/s', '1MBps', '1MB/s', '1 MB/s'].map(parseRateBytesPerSecond)).toEqual(Array(5).fill(1_000_000));
  for (const text of ['1mBps', '1MiB/s', '1toString']) expect(() => parseRateBytesPerSecond(text)).toThrowError(/B\/s/);
  for (const text of ['64kb', '64Kb', '64mb']) expect(() => parseSize(text)).toThrowError(/kB/);
});

test.each(['12Mbps!', '', '12', 'Mbit', '-3Mbit', 'NaNms', '1e999x'])(
  '%j is refused with its text and the known units',
  (text) => {
    expect(() => parseRateBytesPerSecond(text)).toThrowError(MooringError);
    try {
      parseRateBytesPerSecond(text);
    } catch (error) {
      expect((error as MooringError).code).toBe('MOORING_ERR_BAD_UNIT');
      expect((error as MooringError).detail['text']).toBe(text);
    }
  },
);

test('a share is a number from 0 to 1 or a percentage', () => {
  expect(['0', '1', '.5', '1e-4', '1%', '0.07 %', '100%'].map(parseShare)).toEqual([0, 1, 0.5, 1e-4, 0.01, 0.0007, 1]);
  for (const text of ['', '%', '-1%', '2', '101%', '1 %%', 'NaN', '1e400'])
    expect(() => parseShare(text), text).toThrow(expect.objectContaining({ code: 'MOORING_ERR_BAD_UNIT' }));
});

test('what nobody knows is a dash', () => {
  expect([formatDuration(null), formatDuration(Number.NaN), formatShare(null)]).toEqual(['–', '–', '–']);
  expect([formatShare(0), formatShare(0.0012), formatShare(0.5)]).toEqual(['0 %', '0.120 %', '50.0 %']);
});
