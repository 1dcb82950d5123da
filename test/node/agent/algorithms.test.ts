import { expect, test } from 'vitest';
import { AlgBase } from '../../../src/algorithms/index.js';
import { referenceOf } from '../../../src/node/agent/algorithms.js';

test('a class without onReport is told by its name, and what it lacks', () => {
  // As JavaScript gives it: the compiler refuses both.
  class Mute extends (AlgBase as unknown as new () => object) {}
  const given = [Mute, () => {}] as unknown as Parameters<typeof referenceOf>[0][];
  for (const [index, name] of ['Mute', 'algorithm'].entries())
    expect(() => referenceOf(given[index]!)).toThrow(
      expect.objectContaining({
        code: 'MOORING_ERR_AGENT_UNKNOWN_ALGORITHM',
        message: expect.stringMatching(new RegExp(`^${name} is no algorithm: give it an onReport`)),
      }),
    );
});
