import { describe, expect, it } from 'vitest';
import { checkPrimitives, EXTRA_PRIMITIVES } from '../../src/base/index.js';

describe('primitives beyond those of libccp', () => {
  it('are numbered from 15 on without a gap, and pass their own check', () => {
    expect(EXTRA_PRIMITIVES.map(({ index }) => index)).toEqual([15, 16, 17, 18, 19]);
    expect(EXTRA_PRIMITIVES.map(({ name }) => name)).toEqual([
      'Flow.srtt_us',
      'Flow.min_rtt_us',
      'Ack.delivered',
      'Flow.app_limited',
      'Flow.ecn_ce',
    ]);
    expect(EXTRA_PRIMITIVES.filter(({ bool }) => bool).map(({ name }) => name)).toEqual(['Flow.app_limited']);
    expect(checkPrimitives(EXTRA_PRIMITIVES)).toBe(EXTRA_PRIMITIVES);
  });

  const wrong: readonly [unknown, RegExp][] = [
    [{}, /not a list/],
    [null, /not a list/],
    [[null], /entry 0 has no name/],
    [[{ index: 15 }], /entry 0 has no name/],
    [
      [
        { name: 'Flow.a', index: 15 },
        { name: 'delivery', index: 16 },
      ],
      /entry 1 has no name/,
    ],
    [[{ name: 'Flow.rate-in', index: 15 }], /entry 0 has no name/],
    [[{ name: 'Flow.1', index: 15 }], /entry 0 has no name/],
    [[{ name: `Flow.${'a'.repeat(60)}`, index: 15 }], /entry 0 has no name/],
    [[{ name: 'Flow.a' }], /index of Flow\.a is not a whole number of 15 … 31/],
    [[{ name: 'Flow.a', index: 14 }], /15 … 31/],
    [[{ name: 'Flow.a', index: 32 }], /15 … 31/],
    [[{ name: 'Flow.a', index: 15.5 }], /15 … 31/],
    [[{ name: 'Flow.a', index: '15' }], /15 … 31/],
    [[{ name: 'Flow.a', index: 15, bool: 1 }], /bool of Flow\.a/],
    [[{ name: 'Flow.rtt_sample_us', index: 15 }], /Flow\.rtt_sample_us is number 13 already/],
    [
      [
        { name: 'Flow.a', index: 15 },
        { name: 'Flow.a', index: 16 },
      ],
      /Flow\.a is number 15 already/,
    ],
    [
      [
        { name: 'Flow.a', index: 15 },
        { name: 'Flow.b', index: 15 },
      ],
      /Flow\.b and Flow\.a are both number 15/,
    ],
  ];
  it.each(wrong)('%j is refused', (value, why) => {
    expect(() => checkPrimitives(value as never)).toThrow(
      expect.objectContaining({ code: 'MOORING_ERR_BAD_ARGUMENT', message: expect.stringMatching(why) }),
    );
  });

  it('the longest name and the last register are taken', () => {
    const last = [{ name: `Flow.${'a'.repeat(59)}`, index: 31 }];
    expect(checkPrimitives(last)).toBe(last);
  });
});
