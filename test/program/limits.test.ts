import { describe, expect, test } from 'vitest';
import { compile, verifyRows } from '../../src/program/index.js';

const codes = (source: string | Uint8Array): string[] => {
  const result = compile(source);
  return (result.ok ? result.warnings : result.diagnostics).map(({ code }) => code);
};
const isOk = (source: string): boolean => compile(source).ok;
const repeat = (count: number, text: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => text(index)).join(' ');

describe('limits of a program', () => {
  test('16 report fields, 16 variables', () => {
    const reports = (count: number) => `(def (Report ${repeat(count, (i) => `(r${i} 0)`)})) (when true (report))`;
    const controls = (count: number) => `(def ${repeat(count, (i) => `(c${i} 0)`)}) (when true (report))`;
    expect([isOk(reports(16)), isOk(controls(16))]).toEqual([true, true]);
    expect(codes(reports(17))).toEqual(['too-many-reports']);
    expect(codes(controls(30))).toEqual(['too-many-controls']);
  });

  test('reportCwnd leaves all 16 report fields to the program', () => {
    const source = `(def (Report ${repeat(16, (i) => `(r${i} 0)`)})) (when true (report))`;
    const result = compile(source, { reportCwnd: true });
    expect(result.ok && result.scope.reports.map(({ name, index }) => [name, index]).slice(15)).toEqual([
      ['Report.r15', 15],
      ['Report.__cwnd', 16],
      ['Report.__rate', 17],
    ]);
  });

  test('6 locals; a lone name that no instruction uses counts only for its place (portus)', () => {
    const locals = (count: number) =>
      `(def) (when true ${repeat(count, (i) => `(:= l${i} 1)`)} ${repeat(count, (i) => `(:= Cwnd l${i})`)})`;
    expect(codes(locals(6))).toEqual([]);
    expect(codes(locals(7))).toEqual(['too-many-locals']);
    expect(isOk('(def) (when true a b c d e f g (:= Cwnd 1))')).toBe(true);
  });

  test('temporaries: 8 in libccp, 16 at all (quirk L37)', () => {
    const nested = (operators: number) => `${'(+ 1 '.repeat(operators)}1${')'.repeat(operators)}`;
    const statement = (operators: number) => `(def) (when true (:= Cwnd ${nested(operators)}))`;
    // The last temporary of a condition is the flag.
    const condition = (operators: number) => `(def) (when (> ${nested(operators - 1)} 1) (report))`;
    expect([codes(statement(8)), codes(condition(9))]).toEqual([[], []]);
    expect([codes(statement(9)), codes(condition(10))]).toEqual([['many-temporaries'], ['many-temporaries']]);
    expect([isOk(statement(16)), isOk(condition(17))]).toEqual([true, true]);
    expect([codes(statement(17)), codes(condition(18))]).toEqual([['too-many-temporaries'], ['too-many-temporaries']]);
  });

  test('255 instructions and events (quirk L23)', () => {
    const statements = (count: number) => `(def) (when true ${repeat(count, () => '(report)')})`;
    const events = (count: number) => `(def) ${repeat(count, () => '(when false true)')}`;
    expect([isOk(statements(254)), isOk(events(255))]).toEqual([true, true]);
    expect(codes(statements(255))).toEqual(['too-many-instructions']);
    expect(codes(events(256))).toContain('too-many-events');
  });

  test('literals: below 2^31, or infinity', () => {
    const program = (value: string) => `(def (x ${value})) (when true (:= x ${value}))`;
    expect([isOk(program('2147483647')), isOk(program('+infinity')), isOk(program('18446744073709551615'))]).toEqual([
      true,
      true,
      true,
    ]);
    expect(codes(program('2147483648'))).toEqual(['number-too-big', 'number-too-big']);
    expect(codes(program('18446744073709551614'))).toEqual(['number-too-big', 'number-too-big']);
  });
});

describe('bad input is answered', () => {
  test.each([
    ['empty', '', ['missing-def', 'no-events']],
    ['white space', ' \n\t\r\n', ['missing-def', 'no-events']],
    ['only a comment', '# (def) (when true (report))', ['missing-def', 'no-events']],
    ['no events', '(def)', ['no-events']],
    ['empty list', '()', ['missing-def', 'event-expected', 'no-events']],
    ['a word', 'hello', ['missing-def', 'event-expected', 'no-events']],
    ['control characters', '\u0000\u0001\u0002', ['missing-def', 'event-expected', 'no-events']],
    ['a lone )', '(def) (when true (report)))', ['unexpected-close']],
    ['the end missing', '(def) (when true (report)', ['unclosed']],
    ['when without a body', '(def) (when true)', ['when-incomplete']],
    ['a second def', '(def) (when true (report)) (def)', ['misplaced-def']],
  ])('%s', (_, source, expected) => {
    expect(codes(source)).toEqual(expected);
  });

  test('binary and broken UTF-8', () => {
    for (const bytes of [[0xff], [0x28, 0xc3], [0xed, 0xa0, 0x80], [0xc0, 0xaf], [0xf4, 0x90, 0x80, 0x80]]) {
      expect(codes(Uint8Array.from(bytes))).toEqual(['not-utf8']);
    }
    // An ELF file's first bytes.
    expect(codes(Uint8Array.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0, 0x3e, 0, 1]))).toContain('event-expected');
  });

  test('more than 1 MiB', () => {
    expect(codes('('.repeat(10 * 1024 * 1024))).toEqual(['source-too-large']);
    expect(codes(' '.repeat(1024 * 1024 + 1))).toEqual(['source-too-large']);
    expect(codes(' '.repeat(1024 * 1024))).toEqual(['missing-def', 'no-events']);
  });

  test.each([
    ['(', 'nesting-too-deep'],
    ['()', 'more-errors'],
    [')', 'more-errors'],
    ['(def (x 0)', 'unclosed'],
    ['(when true ', 'unclosed'],
    ['a1 ', 'event-expected'],
    ['#', 'missing-def'],
    ['(when true (:= a b)) ', 'too-many-events'],
    ['(when true (+ 1 2)) ', 'more-warnings'],
  ])('1 MiB of %j', (text, expected) => {
    const source = text.repeat(Math.floor((1024 * 1024) / text.length));
    const found = codes(source);
    expect(found.length).toBeLessThanOrEqual(202);
    expect(found).toContain(expected);
  });

  test('256 levels of nesting, and no more', () => {
    const program = (levels: number) => `(def) (when true ${'(:= Cwnd '.repeat(levels)}1${')'.repeat(levels)})`;
    // The program and (when …) are levels as well.
    expect(codes(program(254))).toEqual([]);
    expect(codes(program(256))).toContain('nesting-too-deep');
  });

  test('a uid has 32 bits', () => {
    for (const uid of [1, 2 ** 32 - 1])
      expect(compile('(def) (when true (report))', { uid })).toMatchObject({ ok: true });
  });

  test('a uid that is none is bad usage', () => {
    for (const uid of [0, -1, 1.5, 2 ** 32, Number.NaN]) {
      expect(() => compile('(def) (when true (report))', { uid })).toThrowError(/uid/);
    }
  });
});

test('what compiles passes the verifier', () => {
  const result = compile('(def (Report (x 0))) (when true (:= Report.x 1) (report))');
  if (!result.ok) expect.fail();
  const { events, instructions, reports } = result.program;
  expect(verifyRows(result.program.rows(), events, instructions)).toEqual({ ok: true, reports });
});
