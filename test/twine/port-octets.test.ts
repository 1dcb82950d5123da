import { expect, test } from 'vitest';
import { octetsAround } from '../../src/twine/index.js';

/** A reading each minute, 1,000 octets more each time. */
const READ = [0, 60, 120, 180].map((seconds) => ({ atUs: seconds * 1e6, octets: seconds * 1000 }));

test.each([
  ['between two readings', 70, 80, { octets: 60_000, fromUs: 60e6, toUs: 120e6 }],
  ['over a reading', 50, 130, { octets: 180_000, fromUs: 0, toUs: 180e6 }],
  ['at readings', 60, 120, { octets: 60_000, fromUs: 60e6, toUs: 120e6 }],
  ['at one moment that was read', 60, 60, { octets: 0, fromUs: 60e6, toUs: 60e6 }],
  ['before the first', -1, 80, null],
  ['after the last', 70, 181, null],
])('%s', (_, start, end, counted) => {
  expect(octetsAround({ in: READ, out: [] }, start * 1e6, end * 1e6)).toEqual({ in: counted, out: null });
  expect(octetsAround({ in: [], out: READ }, start * 1e6, end * 1e6)).toEqual({ in: null, out: counted });
});

test('a counter that began anew within tells nothing, before it does', () => {
  const read = [...READ, { atUs: 240e6, octets: 7 }, { atUs: 300e6, octets: 9 }];
  expect(octetsAround({ in: read, out: read }, 70e6, 80e6).in?.octets).toBe(60_000);
  expect(octetsAround({ in: read, out: read }, 170e6, 200e6)).toEqual({ in: null, out: null });
  expect(octetsAround({ in: read, out: read }, 250e6, 260e6).in?.octets).toBe(2);
});

test('a port that nobody has read', () => {
  expect(octetsAround(undefined, 0, 1)).toEqual({ in: null, out: null });
});
