import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { operatorColumns } from '../../scripts/gen/operators.mjs';

interface Row {
  number: number;
  sign: string;
  words: string[];
  operands: string;
  takes?: string;
  gives?: string;
  lowering?: string[];
  stateful?: string;
  extension?: string;
}

const json = (name: string) => JSON.parse(readFileSync(`spec/${name}.json`, 'utf8'));
const isa = json('isa');

/** What becomes of the table when a row is added to it, or put in the place of another. */
function withRow(name: string, row: Partial<Row>): string {
  const lang = json('lang');
  const known = lang.operators[name] ?? { number: Object.keys(lang.operators).length, words: [], operands: 'a b' };
  lang.operators[name] = { takes: 'number', gives: 'number', lowering: ['SUB a b'], sign: 'near', ...known, ...row };
  return operatorColumns(lang, isa);
}

describe('an operator in spec/lang.json', () => {
  it('may be lowered to several steps', () => {
    const columns = withRow('ABS_DIFF', { sign: 'abs_diff', lowering: ['MAX a b', 'MIN a b', 'SUB $1 $2'] });
    expect(columns).toMatch(/LOWERING: StaticArray<u8> = \[.*9, 0, 1, 11, 0, 1, 14, 3, 4\];/);
    expect(columns).toMatch(/SPELLINGS: StaticArray<string> = \['wrapped_max', 'abs_diff', /);
  });

  it.each<[string, string, Partial<Row>, RegExp]>([
    ['has a number of its own', 'NEAR', { number: 3 }, /number 4, or two have/],
    ['leaves no number out', 'NEAR', { number: 40 }, /nothing has number 20/],
    ['is written as no other', 'NEAR', { words: ['mul'] }, /two operators are written mul/],
    ['is lowered to opcodes that exist', 'NEAR', { lowering: ['POW a b'] }, /there is no POW/],
    ['has steps of two operands', 'NEAR', { lowering: ['SUB a'] }, /no opcode and two operands/],
    ['works on what earlier steps left', 'NEAR', { lowering: ['SUB a b', 'MAX $1 $2'] }, /\$2 is nothing/],
    ['works on operands it has', 'NEAR', { operands: 'a' }, /b is nothing a step can work on/],
    ['has two operands at most to name', 'NEAR', { operands: 'a b c' }, /more operands than a lowering can name/],
    ['takes and gives types that exist', 'NEAR', { takes: 'fraction' }, /there is no fraction/],
    ['says what it takes where it computes', 'SUB', { takes: undefined as never }, /needs takes, gives and lowering/],
    ['goes over many only where they chain', 'LESS', { operands: 'a b …' }, /cannot go over many operands/],
    ['is of an extension that exists', 'NEAR', { extension: 'NEARNESS' }, /there is no NEARNESS/],
  ])('%s', (_, name, row, fault) => {
    expect(() => withRow(name, row)).toThrow(fault);
  });
});
