import { expect, test } from 'vitest';
import { LIMIT, ROW } from '../../src/generated/isa.js';
import { compileOrThrow, disassemble } from '../../src/program/index.js';

// Rows as another's compiler may write them: BIND's left operand and DEF's result are other registers than ours.

test('names what a row repeats, where it does not', () => {
  const program = compileOrThrow('(def (a 1)) (when true (:= a 2))');
  const rows = program.rows().slice();
  const text = disassemble(program);
  expect(text).not.toMatch(/\((left|result) /);
  const first = program.events * LIMIT.ROW_BYTES;
  const mend = (row: number, at: number): string => {
    const other = rows.slice();
    other[first + row * LIMIT.ROW_BYTES + at] = other[first + row * LIMIT.ROW_BYTES + at]! + 1;
    return disassemble(other, program.events, program.instructions);
  };
  const lines = text.split('\n').slice(program.events);
  const def = lines.findIndex((line) => /\bdef\b/.test(line));
  const bind = lines.findIndex((line) => /\bbind\b/.test(line) && line.includes('a'));
  expect(mend(def, ROW.RESULT)).toMatch(/\(result /);
  expect(mend(bind, ROW.LEFT)).toMatch(/\(left /);
});
