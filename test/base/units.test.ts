import { expect, test } from 'vitest';
import {
  formatDuration,
  formatRate,
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

test('every prefix is its power of 1000, for bits and for bytes', () => {
  const powers = [1, 1e3, 1e6, 1e9, 1e12];
  for (const unit of ['bit', 'bit/s', 'bps', 'b/s']) {
    const bits = (prefixes: readonly string[]) =>
      prefixes.map((prefix) => parseRateBytesPerSecond(`8${prefix}${unit}`));
    expect(bits(['', 'k', 'M', 'G', 'T']), unit).toEqual(powers);
    expect(bits(['', 'K', 'm', 'g', 't']), unit).toEqual(powers);
  }
  for (const unit of ['Bps', 'B/s'])
    expect(['', 'k', 'M', 'G', 'T'].map((prefix) => parseRateBytesPerSecond(`1${prefix}${unit}`))).toEqual(powers);
});

test('durations and sizes are read to the whole microsecond and byte', () => {
  expect(['1us', '1µs', '1ms', '1s', '1min', '1h', '1.4us', '1.5us'].map(parseDurationUs)).toEqual([
    1, 1, 1e3, 1e6, 60e6, 3600e6, 1, 2,
  ]);
  expect(['1B', '1kB', '1KB', '1MB', '1GB', '1KiB', '1MiB', '1GiB', '1.5B'].map(parseSize)).toEqual([
    1,
    1e3,
    1e3,
    1e6,
    1e9,
    2 ** 10,
    2 ** 20,
    2 ** 30,
    2,
  ]);
});

test('a number is written in the largest unit it reaches, with three digits of it', () => {
  expect([0, 124, 125, 1_250_000, 125e9, 125e15].map(formatRate)).toEqual([
    '0.00 bit/s',
    '992 bit/s',
    '1.00 kbit/s',
    '10.0 Mbit/s',
    '1.00 Tbit/s',
    '1000000 Tbit/s',
  ]);
  expect([0, 999, 1000, 999_999, 1e6, 119e6, 120e6].map(formatDuration)).toEqual([
    '0.00 µs',
    '999 µs',
    '1.00 ms',
    '1.00 s',
    '1.00 s',
    '119 s',
    '2.00 min',
  ]);
  expect([0.0099, 0.01, 1].map(formatShare)).toEqual(['0.990 %', '1.0 %', '100.0 %']);
  expect([124_950, 124_900, 12_495, 1_249_500, 12.499].map(formatRate)).toEqual([
    '1.00 Mbit/s',
    '999 kbit/s',
    '100 kbit/s',
    '10.0 Mbit/s',
    '100 bit/s',
  ]);
  expect([999_499, 999_500, 99_960, 9_996].map(formatDuration)).toEqual(['999 ms', '1.00 s', '100 ms', '10.0 ms']);
  expect([9.99, 10, 99.9, 100].map((kib) => formatSize(kib * 1024))).toEqual([
    '9.99 KiB',
    '10.0 KiB',
    '99.9 KiB',
    '100 KiB',
  ]);
});
