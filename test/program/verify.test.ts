import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LIMIT, OP, REG } from '../../src/generated/isa.js';
import { verifyRows } from '../../src/program/index.js';

type Operand = readonly [type: number, index: number];

function event(...fields: number[]): Uint8Array {
  const row = new DataView(new ArrayBuffer(16));
  fields.forEach((value, i) => {
    row.setUint32(i * 4, value, true);
  });
  return new Uint8Array(row.buffer);
}

function instruction(op: number, result: Operand, left: Operand, right: Operand): Uint8Array {
  const row = new DataView(new ArrayBuffer(16));
  row.setUint8(0, op);
  for (const [at, [type, index]] of [
    [1, result],
    [6, left],
    [11, right],
  ] as const) {
    row.setUint8(at, type);
    row.setUint32(at + 1, index, true);
  }
  return new Uint8Array(row.buffer);
}

function body(events: Uint8Array[], instructions: Uint8Array[]): Parameters<typeof verifyRows> {
  const rows = new Uint8Array([...events, ...instructions].flatMap((row) => [...row]));
  return [rows, events.length, instructions.length];
}

const flag: Operand = [REG.IMPLICIT, 0];
const one: Operand = [REG.IMMEDIATE, 1];
const setFlag = instruction(OP.BIND, flag, flag, one);

describe('verifyRows', () => {
  test('a legal program', () => {
    expect(verifyRows(...body([event(0, 1, 1, 0)], [setFlag]))).toEqual({ ok: true, reports: false });
    expect(verifyRows(...body([], []))).toEqual({ ok: true, reports: false });
  });

  test.each([
    ['unknown opcode', instruction(15, flag, flag, one), -33],
    ['writes an immediate', instruction(OP.ADD, one, flag, one), -34],
    ['writes a primitive', instruction(OP.ADD, [REG.PRIMITIVE, 0], flag, one), -34],
    ['unknown result type', instruction(OP.ADD, [9, 0], flag, one), -35],
    ['unknown left type', instruction(OP.ADD, flag, [200, 0], one), -36],
    ['unknown right type', instruction(OP.ADD, flag, one, [9, 0]), -37],
    ['report out of range', instruction(OP.ADD, [REG.REPORT, LIMIT.VM_REPORT_REGISTERS], flag, one), -35],
    ['control out of range', instruction(OP.ADD, flag, [REG.CONTROL, LIMIT.VM_CONTROL_REGISTERS], one), -36],
    ['local out of range', instruction(OP.ADD, flag, one, [REG.LOCAL, LIMIT.VM_LOCAL_REGISTERS]), -37],
    ['temporary out of range', instruction(OP.ADD, [REG.TMP, LIMIT.VM_TMP_REGISTERS], flag, one), -35],
    ['implicit out of range', instruction(OP.ADD, flag, [REG.IMPLICIT, LIMIT.IMPLICIT_REGISTERS], one), -36],
    ['primitive out of range', instruction(OP.ADD, flag, one, [REG.PRIMITIVE, LIMIT.PRIMITIVE_REGISTERS]), -37],
    ['index beyond 31 bits', instruction(OP.ADD, [REG.REPORT, 0xffff_ffff], flag, one), -35],
  ])('%s', (_, row, code) => {
    expect(verifyRows(...body([event(0, 2, 2, 0)], [setFlag, row]))).toMatchObject({ ok: false, code, row: 2 });
  });

  test.each([
    ['condition past the end', event(0, 2, 1, 0)],
    ['body past the end', event(0, 1, 1, 1)],
    ['start past the end', event(2, 0, 1, 0)],
    ['sum wraps 32 bits', event(0, 1, 0xffff_ffff, 1)],
    ['count wraps 32 bits', event(1, 0xffff_ffff, 0, 0)],
  ])('event range: %s', (_, row) => {
    expect(verifyRows(...body([row], [setFlag]))).toMatchObject({ ok: false, code: -42, row: 0 });
  });

  test('counts and size', () => {
    const many = Array.from({ length: 256 }, () => setFlag);
    expect(verifyRows(...body([], many.slice(1)))).toEqual({ ok: true, reports: false });
    expect(verifyRows(...body([], many))).toMatchObject({ ok: false, code: -43 });
    expect(verifyRows(...body(many, []))).toMatchObject({ ok: false, code: -42 });
    expect(verifyRows(new Uint8Array(15), 0, 1)).toMatchObject({ ok: false, code: -43 });
    expect(verifyRows(new Uint8Array(0), Number.NaN, 0)).toMatchObject({ ok: false, code: -42 });
    expect(verifyRows(new Uint8Array(0), 0, -1)).toMatchObject({ ok: false, code: -43 });
  });

  test('more report DEFs than a report can hold', () => {
    const def = instruction(OP.DEF, [REG.REPORT, 0], [REG.REPORT, 0], one);
    const defs = Array.from({ length: LIMIT.VM_REPORT_REGISTERS }, () => def);
    expect(verifyRows(...body([], defs))).toEqual({ ok: true, reports: false });
    expect(verifyRows(...body([], [...defs, def]))).toMatchObject({ ok: false, code: -36 });
  });

  test('random rows give an answer, never a trap', () => {
    const small = fc.oneof(fc.nat(20), fc.nat(0xffff_ffff));
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 512 }), small, small, (rows, events, instructions) => {
        const result = verifyRows(rows, events, instructions);
        expect(result.ok || result.code < 0).toBe(true);
      }),
    );
  });
});
