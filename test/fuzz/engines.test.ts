import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { rawProgram, trace } from '../wasm/vm/arbitrary.js';
import { Machine } from '../wasm/vm/machine.js';
import { SECONDS, SEED, tellRan } from './time.js';

vi.setConfig({ testTimeout: SECONDS * 1000 + 120_000 });

test('interpreter and compiled engine agree in every register, code and message', () => {
  const interpreter = new Machine('interpreter');
  const jit = new Machine('jit');
  const counts = { programs: 0, invocations: 0, errors: 0 };
  fc.assert(
    fc.property(rawProgram, rawProgram, trace, (first, second, steps) => {
      expect(interpreter.start([first, second])).toEqual(jit.start([first, second]));
      counts.programs += 2;
      let nowUs = 0;
      for (const step of steps) {
        nowUs += step.advanceUs;
        const [expected, got] = [interpreter.step(nowUs, step), jit.step(nowUs, step)];
        if (JSON.stringify(expected) !== JSON.stringify(got)) expect(got).toEqual(expected);
        counts.invocations += 1;
        if (expected.code !== 0) counts.errors += 1;
      }
    }),
    { seed: SEED, numRuns: Number.MAX_SAFE_INTEGER, interruptAfterTimeLimit: SECONDS * 1000 },
  );
  tellRan('engines', counts);
  expect(counts.invocations).toBeGreaterThan(0);
});
