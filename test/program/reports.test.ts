import { describe, expect, it } from 'vitest';
import { IMPLICIT, OP, REG } from '../../src/generated/isa.js';
import { compileOrThrow, verifyRows } from '../../src/program/index.js';

describe('whether a program reports', () => {
  it.each([
    ['says (report)', '(def) (when true (report))', true],
    ['says it under a condition', '(def) (when (> Micros 5) (if (> Cwnd 1) (report)))', true],
    ['says it in its second event only', '(def) (when true (:= Cwnd 1) (fallthrough)) (when true (report))', true],
    ['has a comment inside it', '(def) (when true (report # every ACK\n))', true],
    ['takes it for a value', '(def (x false)) (when true (:= x (report)))', true],
    ['has it in a comment only', '# not even (report)\n(def) (when true (:= Cwnd 1)) # (report)', false],
    ['sets other flags of the datapath', '(def) (when true (fallthrough) (reset) (:= Rate 7))', false],
    ['has a Report it never sends', '(def (Report (acked 0))) (when true (:= Report.acked 1))', false],
  ])('that %s', (_, text, reports) => {
    for (const reportCwnd of [false, true]) {
      const program = compileOrThrow(text, { reportCwnd });
      expect(program.reports).toBe(reports);
      expect(verifyRows(program.rows(), program.events, program.instructions)).toEqual({ ok: true, reports });
    }
  });

  it('is a matter of the register an instruction writes, not of those it reads', () => {
    const row = (result: readonly [number, number], operand: readonly [number, number]) =>
      new Uint8Array([OP.BIND, ...operandBytes(result), ...operandBytes(result), ...operandBytes(operand)]);
    const operandBytes = ([type, index]: readonly [number, number]) => [type, index, 0, 0, 0];
    const flag = [REG.IMPLICIT, IMPLICIT.SHOULD_REPORT] as const;
    const local = [REG.LOCAL, IMPLICIT.SHOULD_REPORT] as const;
    expect(verifyRows(row(local, flag), 0, 1)).toEqual({ ok: true, reports: false });
    expect(verifyRows(row(flag, local), 0, 1)).toEqual({ ok: true, reports: true });
  });
});
