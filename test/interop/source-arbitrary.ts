import fc from 'fast-check';

// Random programs as text, within what portus compiles: typed as it types them, every name declared or bound
// before it is read, at most 8 operators in an expression.

const PRIMITIVES = [
  'Ack.bytes_acked',
  'Ack.packets_acked',
  'Ack.lost_pkts_sample',
  'Ack.ecn_packets',
  'Ack.now',
  'Flow.rtt_sample_us',
  'Flow.rate_outgoing',
  'Flow.bytes_in_flight',
] as const;
const name = fc.stringMatching(/^[a-hA-H][a-z0-9_]{0,6}$/);
const number = fc.oneof(fc.nat(10), fc.nat(2_000_000), fc.constantFrom(0, 1, 0x7fff_ffff)).map(String);
const space = fc.constantFrom(' ', '  ', '\n', '\t', '\n    ');

interface Names {
  readonly reports: readonly string[];
  readonly controls: readonly string[];
}

const declared: fc.Arbitrary<Names> = fc.uniqueArray(name, { minLength: 1, maxLength: 12 }).chain((names) =>
  fc.nat(Math.min(names.length - 1, 6)).map((cut) => ({
    reports: names.slice(0, cut + 1).map((field) => `Report.${field}`),
    controls: names.slice(cut + 1),
  })),
);

function numbers(readable: readonly string[], depth: number): fc.Arbitrary<string> {
  const leaf = fc.oneof(number, fc.constantFrom(...readable), fc.constantFrom(...PRIMITIVES));
  if (depth === 0) return leaf;
  const smaller = numbers(readable, depth - 1);
  const operator = fc.constantFrom('+', '-', '*', '/', 'max', 'min', 'wrapped_max', 'add', 'sub', 'mul', 'div');
  return fc.oneof(
    leaf,
    fc.tuple(operator, space, smaller, smaller).map(([op, gap, left, right]) => `(${op}${gap}${left} ${right})`),
  );
}

function conditions(readable: readonly string[], depth: number): fc.Arbitrary<string> {
  const value = numbers(readable, 1);
  const compared = fc
    .tuple(fc.constantFrom('>', '<', '==', 'gt', 'lt', 'eq'), value, value)
    .map(([op, left, right]) => `(${op} ${left} ${right})`);
  if (depth === 0) return compared;
  const smaller = conditions(readable, 0);
  const joined = fc
    .tuple(fc.constantFrom('&&', '||', 'and', 'or'), smaller, smaller)
    .map(([op, left, right]) => `(${op} ${left} ${right})`);
  return fc.oneof(compared, joined);
}

function statements({ reports, controls }: Names): fc.Arbitrary<string> {
  const readable = [...reports, ...controls, 'Cwnd', 'Rate', 'Micros'];
  const registers = [...reports, ...controls];
  const bind = fc.constantFrom(':=', 'bind');
  const assign = fc
    .tuple(bind, fc.constantFrom(...registers, 'Cwnd', 'Rate', 'Micros'), numbers(readable, 3))
    .map(([word, target, value]) => `(${word} ${target} ${value})`);
  const choose = fc
    .tuple(
      bind,
      fc.constantFrom(...registers),
      fc.constantFrom('if', '!if'),
      conditions(readable, 0),
      numbers(readable, 1),
    )
    .map(([word, target, op, condition, value]) => `(${word} ${target} (${op} ${condition} ${value}))`);
  const average = fc
    .tuple(fc.constantFrom(...reports), fc.nat(10), numbers(readable, 1))
    .map(([target, weight, value]) => `(:= ${target} (ewma ${weight} ${value}))`);
  // A local is bound, then read.
  const local = fc
    .tuple(fc.constantFrom('local1', 'local2'), numbers(readable, 2), fc.constantFrom(...registers))
    .map(([word, value, target]) => `(:= ${word} ${value}) (:= ${target} (+ ${word} 1))`);
  return fc.oneof(
    { weight: 5, arbitrary: assign },
    { weight: 2, arbitrary: choose },
    average,
    local,
    fc.constantFrom('(report)', '(fallthrough)'),
  );
}

/** A program's text. */
export const programText: fc.Arbitrary<string> = declared.chain((names) => {
  const initial = fc.oneof({ weight: 3, arbitrary: number }, fc.constant('+infinity'));
  const declaration = (field: string) =>
    fc.tuple(fc.boolean(), initial).map(([volatile, value]) => `(${volatile ? 'volatile ' : ''}${field} ${value})`);
  const readable = [...names.reports, ...names.controls, 'Cwnd', 'Micros'];
  const event = fc
    .tuple(
      fc.oneof(fc.constant('true'), conditions(readable, 1)),
      fc.array(statements(names), { minLength: 1, maxLength: 4 }),
      space,
    )
    .map(([condition, body, gap]) => `(when ${condition}${gap}${body.join(gap)})`);
  return fc
    .tuple(
      fc.tuple(...names.reports.map((field) => declaration(field.slice('Report.'.length)))),
      fc.tuple(...names.controls.map(declaration)),
      fc.array(event, { minLength: 1, maxLength: 4 }),
    )
    .map(
      ([reports, controls, events]) =>
        `(def (Report ${reports.join(' ')}) ${controls.join(' ')})\n${events.join('\n')}`,
    );
});
