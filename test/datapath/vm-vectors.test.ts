import { describe, expect, test } from 'vitest';
import { Datapath } from '../../src/datapath/index.js';
import { asLists, replay, TRACE_OPTIONS } from './replay.js';
import { readVmVectors } from './vectors.js';

const vectors = readVmVectors();
if (vectors.length === 0) console.log('vm vectors: skipped, ../shared/vectors/vm.jsonl is not here');

describe.skipIf(vectors.length === 0).each(['interpreter', 'jit'] as const)('traces of libccp on the %s', (engine) => {
  test.each(vectors.map((vector) => [vector.id, vector] as const))('%s agrees in every step', (_id, vector) => {
    const datapath = new Datapath({ ...TRACE_OPTIONS, engine });
    for (const { expected, actual } of replay(vector, datapath)) expect(asLists(actual)).toEqual(asLists(expected));
    expect(datapath.engine).toBe(engine);
  });
});
