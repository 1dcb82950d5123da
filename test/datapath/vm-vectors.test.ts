import { describe, expect, test } from 'vitest';
import { readVmVectors, replay } from './vectors.js';

const vectors = readVmVectors();
if (vectors.length === 0) console.log('vm vectors: skipped, ../shared/vectors/vm.jsonl is not here');

describe.skipIf(vectors.length === 0).each(['interpreter', 'jit'] as const)('traces of libccp on the %s', (engine) => {
  test.each(vectors.map((vector) => [vector.id, vector] as const))('%s agrees in every step', (_id, vector) => {
    for (const { expected, actual } of replay(vector, engine)) expect(asLists(actual)).toEqual(asLists(expected));
  });
});

/** `sent` as a list, however the trace writes it. */
function asLists(step: object): string {
  return JSON.stringify(step).replace(/"sent":"([^"]*)"/, (_, hex) => `"sent":${hex === '-' ? '[]' : `["${hex}"]`}`);
}
