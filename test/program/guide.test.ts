import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { LIMIT, OP, PRIMITIVES } from '../../src/generated/isa.js';
import { compile } from '../../src/program/index.js';

const guide = readFileSync('docs/guide/language.md', 'utf8');
const isa = readFileSync('spec/isa.md', 'utf8');

test.each([...guide.matchAll(/^```ccp\n([\s\S]*?)^```$/gm)].map((match) => match[1]!))(
  'a program of docs/guide/language.md compiles without a finding: %#',
  (source) => {
    expect(compile(source)).toMatchObject({ ok: true, warnings: [] });
  },
);

test('the guide names all a program sees, and spec/isa.md every instruction', () => {
  for (const { name } of PRIMITIVES) expect(guide).toContain(`\`${name}\``);
  for (const [name, op] of Object.entries(OP)) expect(isa).toMatch(new RegExp(`^\\| ${op} +\\| ${name} +\\|`, 'm'));
  expect(isa).toContain(`0 … ${LIMIT.VM_TMP_REGISTERS - 1}`);
});
