import { type Expression, parseProgram, type Scope } from '../program/index.js';

/** What a field of a report is, as far as its program tells. */
export interface FieldMeaning {
  /** Without `Report.`. */
  readonly name: string;
  /** The input it is made of, such as `Flow.rtt_sample_us`; null where it is made of several kinds, or of none. */
  readonly of: string | null;
  /** It adds up what came since the report before: the sum of reports is what there was. */
  readonly adds: boolean;
}

/** What the fields of a program's reports are, in their order: their names say it to people only. */
export function fieldMeanings(source: string, { reports }: Scope): readonly FieldMeaning[] {
  const parsed = parseProgram(source);
  const bindings = new Map<string, Expression[]>();
  for (const event of parsed.ok ? parsed.ast.events : []) {
    if (event.kind !== 'event') continue;
    for (const statement of event.body) if (statement.kind !== 'comment') bind(statement, bindings);
  }
  return reports.map((entry) => {
    const name = plainName(entry.name);
    const values = bindings.get(name) ?? [];
    const kinds = new Set(values.flatMap(inputsOf));
    const [only] = kinds;
    return {
      name,
      of: only !== undefined && (kinds.size === 1 || [...kinds].every(isRate)) ? only : null,
      adds: entry.volatile && values.length > 0 && values.every((value) => addsTo(value, name)),
    };
  });
}

/** `Report.acked` and `acked` are one field. */
function plainName(name: string): string {
  return name.startsWith('Report.') ? name.slice('Report.'.length) : name;
}

function isRate(name: string): boolean {
  return name === 'Flow.rate_incoming' || name === 'Flow.rate_outgoing';
}

/** What a statement binds to which name, also within an `if`. */
function bind(expression: Expression, bindings: Map<string, Expression[]>): void {
  if (expression.kind !== 'form') return;
  const [target, value] = expression.operands;
  if (expression.operator === ':=' && target?.kind === 'name' && value) {
    const name = plainName(target.name);
    bindings.set(name, [...(bindings.get(name) ?? []), value]);
    return;
  }
  for (const operand of expression.operands) bind(operand, bindings);
}

/** Inputs of the datapath that an expression reads, those it only compares left out. */
function inputsOf(expression: Expression): readonly string[] {
  if (expression.kind === 'name') return /^(?:Ack|Flow)\./.test(expression.name) ? [expression.name] : [];
  if (expression.kind !== 'form') return [];
  const { operator, operands } = expression;
  const isChoice = operator === 'if' || operator === '!if';
  return (isChoice ? operands.slice(1) : operands).flatMap(inputsOf);
}

function addsTo(value: Expression, name: string): boolean {
  if (value.kind !== 'form' || value.operator !== '+') return false;
  return value.operands.some((operand) => operand.kind === 'name' && plainName(operand.name) === name);
}
