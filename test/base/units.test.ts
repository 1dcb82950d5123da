import { expect, test } from 'vitest';
import { MooringError, parseDurationUs, parseRateBps, parseSize } from '../../src/base/index.js';

test('quantities are read in the units people write', () => {
  expect(parseRateBps('12Mbit')).toBe(1_500_000);
  expect(parseRateBps('1.5 Gbps')).toBe(187_500_000);
  expect(parseDurationUs('40ms')).toBe(40_000);
  expect(parseDurationUs('1min')).toBe(60_000_000);
  expect(parseSize('64KiB')).toBe(65_536);
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
