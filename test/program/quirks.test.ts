import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { compile, compileOrThrow, disassemble } from '../../src/program/index.js';

// The vectors that stand in spec/quirks.md: a program, and what becomes of it.

interface Vector {
  readonly id: string;
  readonly program: string;
  readonly kind: string;
  readonly expected: string;
}

const vectors: Vector[] = [];
const without: string[] = [];
for (const section of readFileSync('spec/quirks.md', 'utf8').split(/^## /m).slice(1)) {
  const id = section.split(' ')[0]!;
  const blocks = [...section.matchAll(/^```(\w+)\n([\s\S]*?)\n```$/gm)].map(([, kind, text]) => ({
    kind: kind!,
    text: text!,
  }));
  if (/^L\d/.test(id) && blocks.length === 0 && !section.includes('`test/')) without.push(id);
  for (let i = 0; i + 1 < blocks.length; i += 2) {
    if (blocks[i]!.kind !== 'ccp') break;
    vectors.push({ id, program: blocks[i]!.text, kind: blocks[i + 1]!.kind, expected: blocks[i + 1]!.text });
  }
}

const findings = (program: string): string[] => {
  const result = compile(program);
  return (result.ok ? result.warnings : result.diagnostics).map(({ code }) => code);
};

const ids = (kind: string): Vector[] => vectors.filter((vector) => vector.kind === kind);

describe('spec/quirks.md', () => {
  test('has a vector in each entry of the language, or says where it is', () => {
    expect(new Set(vectors.map(({ kind }) => kind))).toEqual(new Set(['same', 'asm', 'findings']));
    expect(without.filter((id) => !/^L5[0-3]$/.test(id))).toEqual([]);
  });

  test.each(ids('same'))('$id compiles as the plain form does', ({ program, expected }) => {
    expect(disassemble(compileOrThrow(program))).toBe(disassemble(compileOrThrow(expected)));
    expect(compileOrThrow(program).rows()).toEqual(compileOrThrow(expected).rows());
  });

  test.each(ids('asm'))('$id gives these instructions', ({ program, expected }) => {
    expect(disassemble(compileOrThrow(program))).toBe(expected);
  });

  test.each(ids('findings'))('$id gives these findings', ({ program, expected }) => {
    expect(findings(program)).toEqual(expected.split(' '));
  });

  test.each(vectors.filter(({ id }) => /^L[1-8]$/.test(id)))('$id is told by `extensions`', ({ id, program }) => {
    expect(compileOrThrow(program).extensions).toContain(id);
  });
});
