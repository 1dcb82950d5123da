import { OP, REG } from '../../src/generated/isa.js';
import { encodeMessage, type FieldUpdate } from '../../src/wire/index.js';

// Programs written as rows, for what no compiler emits, and the messages that carry them.

export type Register = readonly [type: number, index: number];

export const imm = (value: number): Register => [REG.IMMEDIATE, value];
export const report = (index: number): Register => [REG.REPORT, index];
export const volatileReport = (index: number): Register => [REG.REPORT_VOLATILE, index];
export const control = (index: number): Register => [REG.CONTROL, index];
export const local = (index: number): Register => [REG.LOCAL, index];
export const tmp = (index: number): Register => [REG.TMP, index];
export const primitive = (index: number): Register => [REG.PRIMITIVE, index];
export const flag: Register = [REG.IMPLICIT, 0];
export const shouldContinue: Register = [REG.IMPLICIT, 1];
export const shouldReport: Register = [REG.IMPLICIT, 2];
export const micros: Register = [REG.IMPLICIT, 3];
export const cwnd: Register = [REG.IMPLICIT, 4];
export const rate: Register = [REG.IMPLICIT, 5];

export type Instruction = readonly [op: number, result: Register, left: Register, right: Register];

export const def = (register: Register, value: number): Instruction => [OP.DEF, register, register, imm(value)];
export const bind = (register: Register, value: Register): Instruction => [OP.BIND, register, register, value];

export interface Rows {
  readonly events: number;
  readonly instructions: number;
  readonly rows: Uint8Array;
}

/** `definitions`, then events of condition and body, laid out one after the other as compilers do. */
export function program(
  definitions: readonly Instruction[],
  ...events: ReadonlyArray<readonly [condition: readonly Instruction[], body: readonly Instruction[]]>
): Rows {
  const instructions = [...definitions];
  const ranges = events.map(([condition, body]) => {
    const range = [instructions.length, condition.length, instructions.length + condition.length, body.length];
    instructions.push(...condition, ...body);
    return range;
  });
  return rawRows(ranges, instructions);
}

export function rawRows(events: ReadonlyArray<readonly number[]>, instructions: readonly Instruction[]): Rows {
  const rows = new Uint8Array(16 * (events.length + instructions.length));
  const view = new DataView(rows.buffer);
  for (const [index, range] of events.entries()) {
    for (const [word, value] of range.entries()) view.setUint32(16 * index + 4 * word, value, true);
  }
  for (const [index, [op, ...registers]] of instructions.entries()) {
    const at = 16 * (events.length + index);
    view.setUint8(at, op);
    for (const [operand, offset] of [1, 6, 11].entries()) {
      view.setUint8(at + offset, registers[operand]![0]);
      view.setUint32(at + offset + 1, registers[operand]![1], true);
    }
  }
  return { events: events.length, instructions: instructions.length, rows };
}

/** `(when true …body)` */
export const always = (...body: Instruction[]) => [[bind(flag, imm(1))], body] as const;

export const install = (programUid: number, rows: Rows) =>
  encodeMessage({ type: 'install', sid: 0, programUid, ...rows });
export const changeTo = (programUid: number, updates: FieldUpdate[] = [], sid = 1) =>
  encodeMessage({ type: 'changeProg', sid, programUid, updates });
export const update = (updates: FieldUpdate[], sid = 1) => encodeMessage({ type: 'updateField', sid, updates });
export const setCwnd = (value: number | bigint): FieldUpdate => ({ registerType: REG.IMPLICIT, index: 4, value });
export const setRate = (value: number | bigint): FieldUpdate => ({ registerType: REG.IMPLICIT, index: 5, value });
export const setControl = (index: number, value: number | bigint): FieldUpdate => ({
  registerType: REG.CONTROL,
  index,
  value,
});
