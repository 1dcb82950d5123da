import { EVENT_ROW, IMPLICIT, LIMIT, OP, PRIMITIVES, REG, ROW } from '../generated/isa.js';
import type { Program, Scope, ScopeEntry } from './types.js';

/**
 * A program body for people: one line a row, events first, registers by name where the program is
 * known. Rows need not be legal; what is unknown is shown as it stands. Bytes after the last
 * whole row are left out.
 *
 * @param program a compiled program, or rows (events, then instructions) with their counts
 *
 * @example
 * ```ts
 * console.log(disassemble(compileOrThrow('(def (Report (volatile acked 0))) (when (> Micros 1000) (report))')));
 * // event 0: condition 1..1, body 2..2
 * //   0  def    Report.acked (volatile) = 0
 * //   1  gt     flag = Micros > 1000
 * //   2  bind   shouldReport = 1
 * ```
 */
export function disassemble(program: Program): string;
export function disassemble(rows: Uint8Array, events: number, instructions: number): string;
export function disassemble(program: Program | Uint8Array, events = 0, instructions = 0): string {
  if (!(program instanceof Uint8Array)) {
    return listing(program.rows(), program.events, program.instructions, registerNames(program.scope));
  }
  return listing(program, events, instructions, new Map());
}

/** `type:index` → name. */
type Names = ReadonlyMap<string, string>;

function listing(rows: Uint8Array, events: number, instructions: number, names: Names): string {
  const view = new DataView(rows.buffer, rows.byteOffset, rows.byteLength);
  const whole = Math.floor(rows.length / LIMIT.ROW_BYTES);
  const lines: string[] = [];
  for (let row = 0; row < Math.min(events, whole); row += 1) lines.push(eventLine(view, row));
  for (let i = 0; i < Math.min(instructions, whole - events); i += 1) {
    lines.push(instructionLine(view, events + i, i, names));
  }
  return lines.join('\n');
}

function eventLine(view: DataView, row: number): string {
  const field = (offset: number): number => view.getUint32(row * LIMIT.ROW_BYTES + offset, true);
  const condition = span(field(EVENT_ROW.CONDITION), field(EVENT_ROW.CONDITION_COUNT));
  return `event ${row}: condition ${condition}, body ${span(field(EVENT_ROW.BODY), field(EVENT_ROW.BODY_COUNT))}`;
}

function span(start: number, count: number): string {
  return count === 0 ? 'none' : `${start}..${start + count - 1}`;
}

function instructionLine(view: DataView, row: number, index: number, names: Names): string {
  const at = row * LIMIT.ROW_BYTES;
  const operand = (type: number, index: number): string =>
    registerName(view.getUint8(at + type), view.getUint32(at + index, true), names);
  const op = view.getUint8(at + ROW.OP);
  const result = operand(ROW.RESULT_TYPE, ROW.RESULT);
  const left = operand(ROW.LEFT_TYPE, ROW.LEFT);
  const right = operand(ROW.RIGHT_TYPE, ROW.RIGHT);
  const text = MEANINGS.get(op)?.(result, left, right) ?? `${result}, ${left}, ${right}`;
  const volatile = op === OP.DEF && isVolatile(view.getUint8(at + ROW.LEFT_TYPE)) ? ' (volatile)' : '';
  const name = OP_NAMES.get(op) ?? `op${op}`;
  return `${String(index).padStart(3)}  ${name.padEnd(7)} ${volatile ? text.replace(' =', `${volatile} =`) : text}`;
}

const OP_NAMES = new Map(Object.entries(OP).map(([name, op]) => [op as number, name.toLowerCase()]));

const infix = (sign: string) => (result: string, left: string, right: string) => `${result} = ${left} ${sign} ${right}`;
const call = (name: string) => (result: string, left: string, right: string) =>
  `${result} = ${name}(${left}, ${right})`;

const MEANINGS = new Map<number, (result: string, left: string, right: string) => string>([
  [OP.ADD, infix('+')],
  [OP.SUB, infix('-')],
  [OP.MUL, infix('*')],
  [OP.DIV, infix('/')],
  [OP.EQUIV, infix('==')],
  [OP.GT, infix('>')],
  [OP.LT, infix('<')],
  [OP.MAX, call('max')],
  [OP.MIN, call('min')],
  [OP.MAXWRAP, call('wrapped_max')],
  // The old value of the result is read as well.
  [OP.EWMA, (result, left, right) => `${result} = ewma(${left}, ${result}, ${right})`],
  // BIND and DEF repeat their result as left operand.
  [OP.BIND, (result, left, right) => `${result} = ${right}${left === result ? '' : ` (left ${left})`}`],
  [OP.DEF, (result, left, right) => `${left} = ${right}${left === result ? '' : ` (result ${result})`}`],
  [OP.IF, (result, left, right) => `${result} = ${right} if ${left}`],
  [OP.NOTIF, (result, left, right) => `${result} = ${right} unless ${left}`],
]);

const TYPE_NAMES = new Map<number, string>([
  [REG.CONTROL, 'control'],
  [REG.CONTROL_VOLATILE, 'control'],
  [REG.IMPLICIT, 'implicit'],
  [REG.LOCAL, 'local'],
  [REG.PRIMITIVE, 'primitive'],
  [REG.REPORT, 'report'],
  [REG.REPORT_VOLATILE, 'report'],
  [REG.TMP, 't'],
]);

const BUILTINS: Names = new Map([
  [`${REG.IMPLICIT}:${IMPLICIT.EVENT_FLAG}`, 'flag'],
  [`${REG.IMPLICIT}:${IMPLICIT.SHOULD_CONTINUE}`, 'shouldContinue'],
  [`${REG.IMPLICIT}:${IMPLICIT.SHOULD_REPORT}`, 'shouldReport'],
  [`${REG.IMPLICIT}:${IMPLICIT.MICROS}`, 'Micros'],
  [`${REG.IMPLICIT}:${IMPLICIT.CWND}`, 'Cwnd'],
  [`${REG.IMPLICIT}:${IMPLICIT.RATE}`, 'Rate'],
  ...PRIMITIVES.map(({ index, name }) => [`${REG.PRIMITIVE}:${index}`, name] as const),
]);

function registerName(type: number, index: number, names: Names): string {
  if (type === REG.IMMEDIATE) return index === 0xffff_ffff ? '+infinity' : String(index);
  const key = `${type}:${index}`;
  return names.get(key) ?? BUILTINS.get(key) ?? `${TYPE_NAMES.get(type) ?? `type${type}:`}${index}`;
}

function registerNames(scope: Scope): Names {
  const entries: readonly ScopeEntry[] = [...scope.primitives, ...scope.reports, ...scope.controls, ...scope.locals];
  return new Map(entries.map(({ registerType, index, name }) => [`${registerType}:${index}`, name]));
}

function isVolatile(type: number): boolean {
  return type === REG.REPORT_VOLATILE || type === REG.CONTROL_VOLATILE;
}
