import fc from 'fast-check';
import { OP, REG } from '../../../src/generated/isa.js';
import type { FieldUpdate } from '../../../src/wire/index.js';
import { bind, def, flag, imm, type Register, type Rows, rawRows } from '../../datapath/programs.js';

// Random programs as rows, every one of which the verifier lets pass: far beyond what the
// compiler emits (flags written by bodies, shared and overlapping ranges, stale registers).

/** One ACK, and what the agent may have said before it. */
export interface TraceStep {
  readonly advanceUs: number;
  /** 32 primitives, sndCwnd, sndRate. */
  readonly primitives: readonly bigint[];
  readonly updates?: readonly FieldUpdate[];
  readonly changeTo?: number;
}

const registerIndex = (most: number) => fc.oneof({ weight: 9, arbitrary: fc.nat(3) }, fc.nat(most));
const register = (type: number, most: number) => fc.tuple(fc.constant(type), registerIndex(most));
const writable: fc.Arbitrary<Register> = fc.oneof(
  { weight: 4, arbitrary: register(REG.TMP, 15) },
  { weight: 4, arbitrary: fc.tuple(fc.constant(REG.IMPLICIT), fc.nat(5)) },
  { weight: 2, arbitrary: register(REG.REPORT, 109) },
  { weight: 2, arbitrary: register(REG.REPORT_VOLATILE, 109) },
  register(REG.CONTROL, 109),
  register(REG.CONTROL_VOLATILE, 109),
  register(REG.LOCAL, 7),
);
const immediate = fc.constantFrom(0, 0, 1, 1, 2, 3, 10, 11, 1448, 0x3fff_ffff, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff);
const readable: fc.Arbitrary<Register> = fc.oneof(
  { weight: 3, arbitrary: writable },
  { weight: 2, arbitrary: fc.tuple(fc.constant(REG.IMMEDIATE), immediate) },
  { weight: 2, arbitrary: fc.tuple(fc.constant(REG.PRIMITIVE), fc.nat(31)) },
);
// Divisions and subtractions end most traces, so they are rarer than the rest.
const opcode = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(OP.BIND, OP.ADD, OP.MAX, OP.MIN, OP.GT, OP.LT, OP.EQUIV, OP.IF, OP.NOTIF) },
  { weight: 2, arbitrary: fc.constantFrom(OP.EWMA, OP.MAXWRAP, OP.MUL) },
  fc.constantFrom(OP.DIV, OP.SUB, OP.DEF),
);
const instruction = fc.tuple(opcode, writable, readable, readable);
const definition = fc
  .tuple(
    fc.constantFrom(REG.REPORT, REG.REPORT_VOLATILE, REG.CONTROL, REG.CONTROL_VOLATILE),
    registerIndex(109),
    immediate,
  )
  .map(([type, index, value]) => def([type, index], value));

export const rawProgram: fc.Arbitrary<Rows> = fc
  .tuple(
    fc.array(definition, { maxLength: 6 }),
    fc.array(instruction, { minLength: 1, maxLength: 24 }),
    fc.array(fc.tuple(fc.boolean(), fc.nat(), fc.nat(3), fc.nat(), fc.nat(9)), { minLength: 1, maxLength: 5 }),
  )
  .map(([definitions, body, events]) => {
    const instructions = [...definitions, ...body, bind(flag, imm(1))];
    const total = instructions.length;
    const ranges = events.map(([always, condition, conditionCount, run, runCount]) => {
      const start = always ? total - 1 : condition % total;
      const bodyStart = run % total;
      return [
        start,
        Math.min(always ? 1 : conditionCount, total - start),
        bodyStart,
        Math.min(runCount, total - bodyStart),
      ];
    });
    return rawRows(ranges, instructions);
  });

const u64 = fc.oneof(
  { weight: 4, arbitrary: fc.bigInt({ min: 0n, max: 100_000n }) },
  fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
  fc.constantFrom(0n, 1n, 0xffff_ffffn, 1n << 32n, (1n << 64n) - 1n),
);
const update: fc.Arbitrary<FieldUpdate> = fc
  .tuple(
    fc.oneof(
      { weight: 4, arbitrary: register(REG.CONTROL, 109) },
      register(REG.CONTROL_VOLATILE, 109),
      fc.tuple(fc.constant(REG.IMPLICIT), fc.nat(5)),
    ),
    u64,
  )
  .map(([[registerType, index], value]) => ({ registerType, index, value }));

export const trace: fc.Arbitrary<TraceStep[]> = fc.array(
  fc
    .tuple(
      fc.nat(100_000),
      fc.array(u64, { minLength: 34, maxLength: 34 }),
      fc.option(fc.array(update, { minLength: 1, maxLength: 3 }), { nil: undefined, freq: 4 }),
      fc.option(fc.constantFrom(1, 2), { nil: undefined, freq: 6 }),
    )
    .map(([advanceUs, primitives, updates, changeTo]) => ({
      advanceUs,
      primitives,
      ...(updates ? { updates } : {}),
      ...(changeTo ? { changeTo } : {}),
    })),
  { minLength: 1, maxLength: 12 },
);
