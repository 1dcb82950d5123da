import fc from 'fast-check';
import { OPERATORS } from '../../src/generated/lang.js';
import type {
  Comment,
  Declaration,
  EventForm,
  Expression,
  Operator,
  ProgramAst,
  ReportStruct,
} from '../../src/program/index.js';

// Random programs: trees that are well formed, and texts that are not. Their operators are those of spec/lang.json.

type OperatorRow = (typeof OPERATORS)[number];

function signs(which: (row: OperatorRow) => boolean): readonly Operator[] {
  return OPERATORS.filter(which).map(({ sign }) => sign);
}

const NARY = signs(({ nary }) => nary);
const BINARY = signs(({ least, nary }) => least === 2 && !nary);
const UNARY = signs(({ least }) => least === 1);

const name = fc.oneof(
  fc.constantFrom('Cwnd', 'Rate', 'Micros', 'Report.x', 'y', 'Flow.was_timeout', 'Ack.bytes_acked', 'Control.z'),
  fc.stringMatching(/^[A-Za-z_.][A-Za-z0-9._]{0,8}$/).filter((text) => !/^(true|false|__|volatile)/.test(text)),
);

const atom: fc.Arbitrary<Expression> = fc.oneof(
  fc.nat(5).map((value) => ({ kind: 'number' as const, value })),
  fc
    .bigInt({ min: 0n, max: (1n << 64n) - 2n })
    .map((value) => ({ kind: 'number' as const, value: value <= Number.MAX_SAFE_INTEGER ? Number(value) : value })),
  fc.constant({ kind: 'infinity' as const }),
  fc.boolean().map((value) => ({ kind: 'bool' as const, value })),
  name.map((text) => ({ kind: 'name' as const, name: text })),
);

const { expression } = fc.letrec<{ expression: Expression }>((tie) => {
  const operands = (min: number, max: number) => fc.array(tie('expression'), { minLength: min, maxLength: max });
  const form = (operators: readonly Operator[], min: number, max: number) =>
    fc
      .tuple(fc.constantFrom(...operators), operands(min, max))
      .map(([operator, list]) => ({ kind: 'form' as const, operator, operands: list }));
  return {
    expression: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      atom,
      fc.constantFrom('report', 'fallthrough', 'reset').map((command) => ({ kind: 'command' as const, command })),
      form(NARY, 2, 4),
      form(BINARY, 2, 2),
      form(UNARY, 1, 1),
    ),
  };
});

const commentText = fc
  .string({ unit: 'grapheme', maxLength: 12 })
  .map((text) => `#${text.replace(/[\r\n]/g, '')}`.trimEnd());

/** Items with comments before, after and behind them, as a parser finds them. */
function commented<T>(items: fc.Arbitrary<T[]>): fc.Arbitrary<(T | Comment)[]> {
  const own = fc.array(commentText, { maxLength: 1 });
  const around = fc.tuple(own, fc.option(commentText));
  return fc.tuple(items, own, fc.infiniteStream(around)).map(([list, first, stream]) => {
    const lone = (text: string): Comment => ({ kind: 'comment', text, trailing: false });
    const all: (T | Comment)[] = first.map(lone);
    for (const item of list) {
      const [after, behind] = stream.next().value;
      all.push(item);
      if (behind !== null) all.push({ kind: 'comment', text: behind, trailing: true });
      all.push(...after.map(lone));
    }
    return all;
  });
}

const declaration: fc.Arbitrary<Declaration> = fc.record({
  kind: fc.constant('declaration' as const),
  name,
  volatile: fc.boolean(),
  value: atom,
});

const reportStruct: fc.Arbitrary<ReportStruct> = fc.record({
  kind: fc.constant('report' as const),
  fields: commented(fc.array(declaration, { minLength: 1, maxLength: 3 })),
});

const definitions = fc
  .tuple(fc.array(declaration, { maxLength: 3 }), fc.option(reportStruct), fc.array(declaration, { maxLength: 2 }))
  .map(([before, struct, after]) => [...before, ...(struct ? [struct] : []), ...after]);

const event: fc.Arbitrary<EventForm> = fc.record({
  kind: fc.constant('event' as const),
  condition: expression,
  body: commented(fc.array(expression, { minLength: 1, maxLength: 4 })),
});

export const program: fc.Arbitrary<ProgramAst> = fc.record({
  leading: fc.array(
    commentText.map((text): Comment => ({ kind: 'comment', text, trailing: false })),
    { maxLength: 2 },
  ),
  definitions: commented(definitions),
  events: commented(fc.array(event, { minLength: 1, maxLength: 4 })),
});

const TOKENS =
  '( ) ( ) ( ) (def (when (Report (volatile true false +infinity 0 1 10 2147483648 99999999999999999999 # \n bind add (report) (fallthrough) (reset) x y Report.x Cwnd Rate Micros Ack.now Flow.was_timeout __x é Łx 10foo true_flag addx 1.5 -3'
    .split(' ')
    .concat(signs(() => true));

/** Words of the language in any order, with and without space between. */
export const tokenSoup = fc
  .array(fc.tuple(fc.constantFrom(...TOKENS), fc.constantFrom(' ', '', '\n')), { maxLength: 60 })
  .map((parts) => parts.flat().join(''));

/** A text with some stretches taken out, doubled or replaced. */
export function mutated(texts: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const edit = fc.tuple(
    fc.double({ min: 0, max: 1, noNaN: true }),
    fc.nat(12),
    fc.constantFrom('', '(', ')', ' ', '#', 'x', '+', '1'),
  );
  return fc.tuple(texts, fc.array(edit, { minLength: 1, maxLength: 5 })).map(([text, edits]) =>
    edits.reduce((current, [place, size, insert]) => {
      const at = Math.floor(place * current.length);
      return current.slice(0, at) + insert + current.slice(at + (insert === '' ? size : 0));
    }, text),
  );
}

/** Names of `wellTyped` programs by what they hold. */
export const REGISTERS = {
  definitions: `(Report (volatile n0 0) (n1 +infinity) (volatile b0 false)) (c0 5) (volatile c1 1448) (f0 true)`,
  numbers: ['Report.n0', 'Report.n1', 'c0', 'c1', 'Cwnd', 'Rate', 'Micros', 'l0', 'l1'],
  bools: ['Report.b0', 'f0'],
  primitives: ['Ack.bytes_acked', 'Ack.lost_pkts_sample', 'Flow.rtt_sample_us', 'Flow.rate_outgoing'],
};

const named = (...names: readonly string[]): fc.Arbitrary<Expression> =>
  fc.constantFrom(...names).map((text) => ({ kind: 'name' as const, name: text }));
const command = fc
  .constantFrom('report', 'fallthrough', 'reset')
  .map((which): Expression => ({ kind: 'command', command: which as 'report' }));
const formOf = (operators: readonly Operator[], ...operands: fc.Arbitrary<Expression>[]): fc.Arbitrary<Expression> =>
  fc
    .tuple(fc.constantFrom(...operators), fc.tuple(...operands))
    .map(([operator, list]) => ({ kind: 'form' as const, operator, operands: list }));
const naryOf = (operators: readonly Operator[], operand: fc.Arbitrary<Expression>): fc.Arbitrary<Expression> =>
  fc
    .tuple(fc.constantFrom(...operators), fc.array(operand, { minLength: 2, maxLength: 3 }))
    .map(([operator, operands]) => ({ kind: 'form' as const, operator, operands }));

/** Forms of every operator that computes a value of that type, from operands of the type it takes. */
function computed(
  gives: 'number' | 'bool',
  operand: Readonly<Record<'number' | 'bool', fc.Arbitrary<Expression>>>,
): fc.Arbitrary<Expression>[] {
  return (['number', 'bool'] as const).flatMap((takes) => {
    const of = (list: readonly Operator[]) =>
      signs((row) => row.takes === takes && row.gives === gives && list.includes(row.sign));
    const [nary, binary, unary] = [of(NARY), of(BINARY), of(UNARY)];
    return [
      ...(nary.length > 0 ? [naryOf(nary, operand[takes])] : []),
      ...(binary.length > 0 ? [formOf(binary, operand[takes], operand[takes])] : []),
      ...(unary.length > 0 ? [formOf(unary, operand[takes])] : []),
    ];
  });
}

const depth = fc.createDepthIdentifier();
const bounded = { maxDepth: 4, depthIdentifier: depth, withCrossShrink: true };

const typed = fc.letrec<{ num: Expression; bool: Expression; assign: Expression; statement: Expression }>((tie) => {
  const literal = fc.oneof(fc.nat(20), fc.nat(0x7fff_ffff)).map((value): Expression => ({ kind: 'number', value }));
  const infinity = fc.constant<Expression>({ kind: 'infinity' });
  const target = named(...REGISTERS.numbers);
  const num = tie('num');
  const bool = tie('bool');
  // A number will do for a conditional statement, and a register that the statement writes.
  const condition = fc.oneof(bool, named(...REGISTERS.bools), target);
  const stateful = fc.oneof(formOf(['if', '!if'], bool, num), formOf(['ewma'], literal.filter(isWeight), num));
  return {
    num: fc.oneof(
      bounded,
      fc.oneof(named(...REGISTERS.numbers, ...REGISTERS.primitives), literal, infinity),
      ...computed('number', { number: num, bool }),
    ),
    bool: fc.oneof(
      bounded,
      fc.oneof(
        named(...REGISTERS.bools, 'Flow.was_timeout'),
        fc.boolean().map((value): Expression => ({ kind: 'bool', value })),
      ),
      ...computed('bool', { number: num, bool }),
    ),
    assign: fc.oneof(
      formOf([':='], target, num),
      formOf([':='], target, stateful),
      formOf([':='], named(...REGISTERS.bools), bool),
      formOf([':='], named(...REGISTERS.bools), formOf([':='], named(...REGISTERS.bools), bool)),
      formOf([':='], target, formOf([':='], target, num)),
    ),
    statement: fc.oneof(bounded, tie('assign'), command, formOf(['if', '!if'], condition, tie('statement'))),
  };
});

function isWeight(literal: Expression): boolean {
  return literal.kind === 'number' && Number(literal.value) <= 10;
}

/** Events of programs over REGISTERS in which every type is right, for the definitions there. */
export const wellTyped: fc.Arbitrary<EventForm[]> = fc.array(
  fc.record({
    kind: fc.constant('event' as const),
    condition: typed.bool,
    body: fc.array(typed.statement, { minLength: 1, maxLength: 4 }),
  }),
  { minLength: 1, maxLength: 4 },
);
