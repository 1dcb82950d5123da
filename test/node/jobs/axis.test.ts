import { expect, test } from 'vitest';
import { axisText, parseAxis } from '../../../src/node/jobs/axis.js';

test.each([
  ['rate=1..100Mbit:log', { low: 1, high: 100, unit: 'Mbit', isLog: true, isWhole: false }],
  ['rate=500kbit..2Mbit', { low: 500_000, high: 2_000_000, unit: 'bit', isLog: false, isWhole: false }],
  ['rtt=500us..0.1s', { low: 500, high: 100_000, unit: 'us', isLog: false, isWhole: false }],
  ['queue=0.5..4bdp', { low: 0.5, high: 4, unit: 'bdp', isLog: false, isWhole: false }],
  ['loss=0..1%', { low: 0, high: 1, unit: '%', isLog: false, isWhole: false }],
  ['flows=1..16', { low: 1, high: 16, unit: '', isLog: false, isWhole: true }],
])('%s is a range', (text, range) => {
  expect(parseAxis(text)).toEqual({ key: text.split('=')[0], ...range });
});

test.each([
  ['rate=1..', /a range is LOW..HIGH/],
  ['rate=..5Mbit', /a range is LOW..HIGH/],
  ['rate=NaN..5Mbit', /a range is LOW..HIGH/],
  ['rate=-1..5Mbit', /a range is LOW..HIGH/],
  ['rate=1.2.3..5Mbit', /is no number/],
  ['rate=1e999..5Mbit', /is no number/],
  ['rate=5..5Mbit', /is empty/],
  ['rate=5..1Mbit', /is empty/],
  ['rate=0..1Mbit:log', /begins above 0/],
  ['rate=1..2Mbit:cubic', /:log or nothing/],
  ['queue=1bdp..4pkt', /two units/],
  ['flows=1.5..4', /whole numbers/],
  ['rate=1xyz..2Mbit', /is not a rate/],
])('%s is refused', (text, message) => {
  expect(() => parseAxis(text)).toThrow(message);
});

test('a path has its dots, and names may be of any script', () => {
  expect(parseAxis('alg=../mine.ts,./höhe/アルゴ.ts')).toEqual({
    key: 'alg',
    values: ['../mine.ts', './höhe/アルゴ.ts'],
  });
  expect(axisText(parseAxis('rate=1..9Mbit:log'))).toBe('rate 1 to 9Mbit (logarithmic)');
});
