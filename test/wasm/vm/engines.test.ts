import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rawProgram, trace } from './arbitrary.js';
import { Machine } from './machine.js';

// The interpreter is the judge: compiled code must leave the same registers, codes, messages
// behind, after every ACK and after every arithmetic error.
test('random verified programs on random traces: both engines agree in every register', () => {
  const interpreter = new Machine('interpreter');
  const jit = new Machine('jit');
  const seen = new Map<number, number>();
  fc.assert(
    fc.property(rawProgram, rawProgram, trace, (first, second, steps) => {
      const codes = interpreter.start([first, second]);
      expect(codes).toEqual([0, 0, 0]);
      jit.start([first, second]);
      let nowUs = 0;
      for (const step of steps) {
        nowUs += step.advanceUs;
        const expected = interpreter.step(nowUs, step);
        expect(jit.step(nowUs, step)).toEqual(expected);
        seen.set(expected.code, (seen.get(expected.code) ?? 0) + 1);
      }
    }),
    { numRuns: 4000 },
  );
  // The traces reach what they are for: success and each of the four errors.
  expect([...seen.keys()].sort((a, b) => b - a)).toEqual([0, -91, -92, -93, -94]);
  expect(jit.wasm.table.length).toBeLessThan(8);
  expect(jit.wasm.memory.buffer.byteLength).toBeLessThan(1 << 20);
});
