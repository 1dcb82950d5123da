import { afterAll, describe, expect, test } from 'vitest';
import { BPF_BYTES, BPF_LIMIT } from '../../src/generated/bpf.js';
import { LIMIT, OP } from '../../src/generated/isa.js';
import {
  control,
  flag,
  type Instruction,
  imm,
  primitive,
  type Rows,
  rawRows,
  report,
  tmp,
} from '../datapath/programs.js';
import { instructionsOf, type Kernel, openKernel, whyNot } from './kernel.js';

// What our verifier takes the kernel's takes too, or it is refused before: events may share instructions, so that few
// rows ask for much code. The longest programs that are let through are loaded, of each kind of instruction.

const missing = whyNot();
if (missing) console.log(`longest programs in the kernel: skipped, ${missing}`);

let kernel: Kernel | undefined;
afterAll(() => kernel?.close());

/** So many events, each of which decides by all of 250 instructions, of `kinds` in turn, and does them all again. */
function long(kinds: readonly Instruction[], events: number): Rows {
  const body = Array.from({ length: 250 }, (_, index) => kinds[index % kinds.length]!);
  const instructions = [...body, [OP.BIND, flag, flag, primitive(1)] as const];
  return rawRows(
    Array.from({ length: events }, () => [0, instructions.length, 0, instructions.length]),
    instructions,
  );
}

/** The most events with which it is let through. */
function longest(kinds: readonly Instruction[]): number {
  let [least, most] = [0, LIMIT.EVENTS];
  while (least < most) {
    const middle = Math.ceil((least + most) / 2);
    if (instructionsOf(long(kinds, middle))) least = middle;
    else most = middle - 1;
  }
  return least;
}

const KINDS = Object.entries(OP).filter(([name]) => name !== 'DEF');

const OPERANDS = [
  [tmp(1), primitive(0), primitive(2)],
  [report(109), control(109), imm(0xffff_ffff)],
  [flag, imm(0), imm(0)],
] as const;
const kindsOf = (ops: readonly number[]): Instruction[][] =>
  OPERANDS.map((operands) => ops.map((op) => [op, ...operands] as const));

const CASES: ReadonlyArray<readonly [string, Instruction[][]]> = [
  ...KINDS.map(([name, op]) => [name, kindsOf([op])] as const),
  ['all kinds', [kindsOf(KINDS.map(([, op]) => op)).flat()]],
];

describe.skipIf(missing !== undefined)('the longest program', () => {
  test.each(CASES)('of %s is loaded', (_name, programs) => {
    kernel ??= openKernel();
    for (const kinds of programs) {
      const events = longest(kinds);
      const code = instructionsOf(long(kinds, events))!;
      expect(kernel.load(0, code), `${events} events`).toBe(0);
      expect(code.length / BPF_BYTES.INSTRUCTION).toBeLessThanOrEqual(BPF_LIMIT.INSTRUCTIONS);
      // Not only because it is short: one event more is too much.
      expect(instructionsOf(long(kinds, events + 1))).toBeUndefined();
    }
  });
});
