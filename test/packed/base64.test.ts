import { expect, test } from 'vitest';
import { fromBase64, toBase64 } from '../../src/packed/index.js';

test.each([0, 1, 2, 3, 255, 0x1fff, 0x2000, 0x2001, 100_000])(
  '%i bytes are as Node has them, and come back',
  (length) => {
    const bytes = Uint8Array.from({ length }, (_, i) => (i * 167) & 0xff);
    const text = toBase64(bytes);
    expect(text).toBe(Buffer.from(bytes).toString('base64'));
    expect(fromBase64(text)).toEqual(bytes);
  },
);

test('text that is none is refused', () => {
  expect(() => fromBase64('*')).toThrow();
});
