import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainError, plainValue } from '../../src/base/index.js';

const throwing = () => {
  throw new Error('inner');
};
const hostile: Array<[string, unknown]> = [
  ['a function as message', Object.assign(new Error('x'), { message: () => 1 })],
  ['a bigint as message', Object.assign(new Error('x'), { message: 1n })],
  ['a symbol as code', Object.assign(new Error('x'), { code: Symbol('s') })],
  ['a stack that throws', Object.defineProperty(new Error('x'), 'stack', { get: throwing })],
  ['a message that throws', Object.defineProperty(new Error('x'), 'message', { get: throwing })],
  ['a proxy that throws', new Proxy(new Error('x'), { get: throwing, getPrototypeOf: throwing, ownKeys: throwing })],
  [
    'a revoked proxy',
    (() => {
      const { proxy, revoke } = Proxy.revocable({}, {});
      revoke();
      return proxy;
    })(),
  ],
  ['an object without prototype', Object.create(null)],
  ['a toString that throws', { toString: throwing }],
  [
    'a detail with a loop',
    (() => {
      const error = Object.assign(new Error('x'), { detail: {} as Record<string, unknown> });
      error.detail['self'] = error;
      return error;
    })(),
  ],
  [
    'a detail of 10^6 entries',
    Object.assign(new Error('x'), { detail: Object.fromEntries(Array.from({ length: 1e6 }, (_, i) => [i, i])) }),
  ],
  ['a long message', new Error('x'.repeat(1e7))],
  ['undefined', undefined],
  ['a symbol', Symbol('s')],
];

describe('describing a failure is total', () => {
  it.each(hostile)('%s', (_, thrown) => {
    for (const value of [plainError(thrown), plainValue(thrown), plainValue({ of: thrown })]) {
      expect(structuredClone(value)).toEqual(value);
      expect(JSON.stringify(value).length).toBeLessThan(100_000);
    }
    expect(typeof plainError(thrown).message).toBe('string');
  });

  it('keeps what is plain already, whatever it is', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), (value) => {
        expect(JSON.stringify(plainValue(value))).toBe(JSON.stringify(value));
      }),
    );
  });

  it('crosses every boundary, whatever it is', () => {
    fc.assert(
      fc.property(
        fc.anything({ withBigInt: true, withMap: true, withNullPrototype: true, withSparseArray: true }),
        (value) => {
          const plain = plainValue(value);
          JSON.stringify(plain);
          expect(structuredClone(plain)).toEqual(plain);
        },
      ),
    );
  });
});
