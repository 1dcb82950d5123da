import { expect, test } from 'vitest';
import { type Diagnostic, excerptDiagnostic } from '../../src/program/index.js';

// The line of a finding with the place marked, also where the line is long or the place ends on another line.

function shown(source: string, range: Diagnostic['range']): string[] {
  const diagnostic: Diagnostic = { code: 'undefined-name', severity: 'error', message: 'no', range };
  return excerptDiagnostic(diagnostic, source).split('\n').slice(1);
}

const on = (line: number, column: number, endLine: number, endColumn: number): Diagnostic['range'] => ({
  start: 0,
  end: 0,
  line,
  column,
  endLine,
  endColumn,
});

test('as many columns as the place has', () => {
  expect(shown('(def)\n(+ abc 1)', on(2, 4, 2, 7))).toEqual(['  2 | (+ abc 1)', '    |    ^^^']);
});

test('to the end of the line where the place goes on', () => {
  expect(shown('(def (a 0)\n(b 1))', on(1, 6, 2, 6))).toEqual(['  1 | (def (a 0)', '    |      ^^^^^']);
});

test('a mark also where the place is empty or behind the line', () => {
  expect(shown('ab', on(1, 3, 1, 3))).toEqual(['  1 | ab', '    |   ^']);
});

test('a tab stays a tab before the mark', () => {
  expect(shown('\t(x)\r', on(1, 3, 1, 4))).toEqual(['  1 | \t(x)', '    | \t ^']);
});

test('100 columns of a long line, with the place in the midst or at its end', () => {
  const line = Array.from({ length: 300 }, (_, i) => String(i % 10)).join('');
  expect(shown(line, on(1, 11, 1, 13))).toEqual([`  1 | ${line.slice(0, 100)}`, `    | ${' '.repeat(10)}^^`]);
  expect(shown(line, on(1, 151, 1, 153))).toEqual([`  1 | ${line.slice(100, 200)}`, `    | ${' '.repeat(50)}^^`]);
  expect(shown(line, on(1, 300, 1, 301))).toEqual([`  1 | ${line.slice(200)}`, `    | ${' '.repeat(99)}^`]);
  // What is not on the shown part is not marked.
  expect(shown(line, on(1, 151, 1, 290))[1]).toBe(`    | ${' '.repeat(50)}${'^'.repeat(50)}`);
});
