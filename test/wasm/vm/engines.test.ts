import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { instantiateSim } from '../../../src/core/index.js';
import type { Rows } from '../../datapath/programs.js';
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

test('a traced invocation leaves behind what one that is not does', () => {
  const interpreter = new Machine('interpreter');
  const jit = new Machine('jit');
  fc.assert(
    fc.property(
      rawProgram,
      trace,
      fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }),
      (program, steps, traced) => {
        interpreter.start([program]);
        jit.start([program]);
        for (const [index, step] of steps.entries()) {
          expect(jit.step(index * 1000, step, traced[index])).toEqual(interpreter.step(index * 1000, step));
        }
      },
    ),
    { numRuns: 500 },
  );
});

test('the simulator module runs the same machine', () => {
  const interpreter = new Machine('interpreter');
  const simulator = new Machine('jit', instantiateSim());
  fc.assert(
    fc.property(rawProgram, trace, (program, steps) => {
      interpreter.start([program]);
      simulator.start([program]);
      for (const [index, step] of steps.entries()) {
        expect(simulator.step(index * 1000, step)).toEqual(interpreter.step(index * 1000, step));
      }
    }),
    { numRuns: 300 },
  );
});

const corpus = '../shared/vectors/lang.jsonl';
if (!existsSync(corpus)) console.log(`programs of portus on both engines: skipped, ${corpus} is not here`);

test.skipIf(!existsSync(corpus))('programs as portus compiles them: both engines agree on random traces', () => {
  const programs = readFileSync(corpus, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { events: number; instrs: number; rows?: string[] })
    .filter(({ rows }) => rows !== undefined)
    .map(
      ({ events, instrs, rows }): Rows => ({ events, instructions: instrs, rows: Buffer.from(rows!.join(''), 'hex') }),
    );
  const interpreter = new Machine('interpreter');
  const jit = new Machine('jit');
  let verified = 0;
  for (const program of programs) {
    const [code] = interpreter.start([program]);
    expect(jit.start([program])[0]).toBe(code);
    if (code !== 0) continue;
    verified += 1;
    fc.assert(
      fc.property(trace, (steps) => {
        interpreter.start([program]);
        jit.start([program]);
        for (const [index, step] of steps.entries()) {
          expect(jit.step(index * 1000, step)).toEqual(interpreter.step(index * 1000, step));
        }
      }),
      { numRuns: 3 },
    );
  }
  expect(verified).toBeGreaterThan(200);
});
