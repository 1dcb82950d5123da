import { expect, test } from 'vitest';
import { instantiateSim } from '../../src/core/index.js';
import { DISTRIBUTION, DISTRIBUTION_PARAMETERS, QUEUE, QUEUE_PARAMETERS } from '../../src/generated/sim.js';
import { create, writeParameters } from '../../src/sim/parameters.js';

test('a value that is missing, or a kind nobody knows, stops the engine instead of being taken for another', () => {
  const sim = instantiateSim();
  const queue = (values: { kind: number; targetUs?: number | null; intervalUs?: number }) =>
    create(sim, QUEUE_PARAMETERS, values, () => sim.simQueue());
  expect(queue({ kind: QUEUE.codel, targetUs: 5000, intervalUs: 100_000 })).toBeGreaterThan(0);
  expect(() => queue({ kind: QUEUE.codel, targetUs: 5000 })).toThrow(WebAssembly.RuntimeError);
  expect(() => queue({ kind: QUEUE.codel, targetUs: null, intervalUs: 100_000 })).toThrow(WebAssembly.RuntimeError);
  expect(() => queue({ kind: Object.keys(QUEUE).length })).toThrow(WebAssembly.RuntimeError);
});

test('a distribution without its parameters stops the engine, whatever its kind', () => {
  for (const kind of Object.values(DISTRIBUTION)) {
    const sim = instantiateSim();
    writeParameters(sim, DISTRIBUTION_PARAMETERS, { kind });
    expect(() => sim.simDistribution()).toThrow(WebAssembly.RuntimeError);
  }
});

test('a parameter without a column does not compile', () => {
  const sim = instantiateSim();
  // @ts-expect-error: no column is called so.
  writeParameters(sim, QUEUE_PARAMETERS, { kind: QUEUE.red, minThershold: 3 });
});
