import type { FieldMeaning } from '../agent/index.js';
import { EVENT_ROW, IMPLICIT, LIMIT, OP, PRIMITIVES, REG, ROW } from '../generated/isa.js';

// What the fields of a report are, out of a program as it was installed: rows have no names, but they say out of which input
// of the datapath each register is made.

interface Register {
  readonly type: number;
  readonly index: number;
}

/** What a temporary register holds. */
interface Held {
  readonly inputs: ReadonlySet<string>;
  /** Report registers that were added to something to make it. */
  readonly addedTo: ReadonlySet<number>;
  readonly isLeast: boolean;
}

interface Field {
  readonly inputs: Set<string>;
  isVolatile: boolean;
  bindings: number;
  additions: number;
  isLeast: boolean;
}

const NOTHING: Held = { inputs: new Set(), addedTo: new Set(), isLeast: false };
const INPUTS = new Map<number, string>(PRIMITIVES.map(({ index, name }) => [index, name]));

/**
 * The meaning of each report register, in index order. Names are numbers, `field 3`, since nothing tells others; one that keeps
 * the least it saw says so. `rows` may be any bytes.
 */
export function rowMeanings(rows: Uint8Array, events: number, instructions: number): readonly FieldMeaning[] {
  const view = new DataView(rows.buffer, rows.byteOffset, rows.byteLength);
  const whole = Math.floor(rows.length / LIMIT.ROW_BYTES);
  const last = Math.min(whole, events + instructions);
  const fields = new Map<number, Field>();
  const held = new Map<number, Held>();
  const fieldOf = (index: number): Field => {
    const known = fields.get(index) ?? {
      inputs: new Set(),
      isVolatile: false,
      bindings: 0,
      additions: 0,
      isLeast: false,
    };
    fields.set(index, known);
    return known;
  };
  const inConditions = conditionRows(view, Math.min(events, whole));
  const heldBy = ({ type, index }: Register): Held => {
    if (type === REG.PRIMITIVE) return of(INPUTS.get(index));
    if (type === REG.IMPLICIT)
      return of(index === IMPLICIT.CWND ? 'Cwnd' : index === IMPLICIT.RATE ? 'Rate' : undefined);
    return type === REG.TMP ? (held.get(index) ?? NOTHING) : NOTHING;
  };
  for (let row = Math.min(events, whole); row < last; row += 1) {
    const at = row * LIMIT.ROW_BYTES;
    const register = (type: number, index: number): Register => ({
      type: view.getUint8(at + type),
      index: view.getUint32(at + index, true),
    });
    const op = view.getUint8(at + ROW.OP);
    const result = register(ROW.RESULT_TYPE, ROW.RESULT);
    const left = register(ROW.LEFT_TYPE, ROW.LEFT);
    const right = register(ROW.RIGHT_TYPE, ROW.RIGHT);
    if (op === OP.DEF) {
      if (isReport(left)) fieldOf(left.index).isVolatile = left.type === REG.REPORT_VOLATILE;
      continue;
    }
    // What a condition looks at is compared, not kept.
    if (inConditions.has(row - events)) continue;
    const value = computed(op, left, right, heldBy);
    if (result.type === REG.TMP) held.set(result.index, value);
    if (!isReport(result)) continue;
    const field = fieldOf(result.index);
    field.isVolatile ||= result.type === REG.REPORT_VOLATILE;
    field.bindings += 1;
    if (value.addedTo.has(result.index)) field.additions += 1;
    if (value.isLeast) field.isLeast = true;
    for (const input of value.inputs) field.inputs.add(input);
  }
  return Array.from({ length: Math.max(0, ...[...fields.keys()].map((index) => index + 1)) }, (_, index) =>
    meaningOf(index, fields.get(index)),
  );
}

function computed(op: number, left: Register, right: Register, heldBy: (of: Register) => Held): Held {
  // These write their right operand; the left one is a condition, a weight, or says the result again.
  if (op === OP.BIND || op === OP.EWMA || op === OP.IF || op === OP.NOTIF) return heldBy(right);
  const [a, b] = [heldBy(left), heldBy(right)];
  const sums = op === OP.ADD ? [left, right].filter(isReport).map(({ index }) => index) : [];
  return {
    inputs: new Set([...a.inputs, ...b.inputs]),
    addedTo: new Set(sums),
    isLeast: op === OP.MIN,
  };
}

function of(input: string | undefined): Held {
  return input === undefined ? NOTHING : { ...NOTHING, inputs: new Set([input]) };
}

function isReport({ type }: Register): boolean {
  return type === REG.REPORT || type === REG.REPORT_VOLATILE;
}

/** Instructions that are the condition of an event. */
function conditionRows(view: DataView, events: number): ReadonlySet<number> {
  const rows = new Set<number>();
  for (let event = 0; event < events; event += 1) {
    const from = view.getUint32(event * LIMIT.ROW_BYTES + EVENT_ROW.CONDITION, true);
    const count = view.getUint32(event * LIMIT.ROW_BYTES + EVENT_ROW.CONDITION_COUNT, true);
    for (let i = 0; i < Math.min(count, LIMIT.INSTRUCTIONS); i += 1) rows.add(from + i);
  }
  return rows;
}

function meaningOf(index: number, field: Field | undefined): FieldMeaning {
  const { inputs = new Set<string>(), isVolatile = false, bindings = 0, additions = 0, isLeast = false } = field ?? {};
  const [only] = inputs;
  const isOne = inputs.size === 1 || (inputs.size > 1 && [...inputs].every((name) => name.startsWith('Flow.rate_')));
  return {
    name: isLeast ? `field ${index}, its minimum` : `field ${index}`,
    of: only !== undefined && isOne ? only : null,
    adds: isVolatile && bindings > 0 && additions === bindings,
  };
}
