import { describe, expect, test } from 'vitest';
import { DIAGNOSTICS } from '../../src/generated/diagnostics.js';
import { CompileError, compile, compileOrThrow, type Diagnostic, formatDiagnostic } from '../../src/program/index.js';

const findings = (source: string | Uint8Array): readonly Diagnostic[] => {
  const result = compile(source);
  return result.ok ? result.warnings : result.diagnostics;
};
const repeat = (count: number, text: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => text(index)).join(' ');

/** A text that gives the finding, and the stretch of it that is marked: between the two ⟦ ⟧. */
const EXAMPLES: Readonly<Record<string, string>> = {
  'unexpected-character': '(def) (when true (:= Cwnd ⟦?⟧))',
  'missing-def': '⟦⟧(when true (report))',
  'misplaced-def': '(def) (when true (report)) ⟦(def (x 0))⟧',
  'no-events': '(def (x 0))⟦⟧',
  'event-expected': '(def) (⟦wen⟧ true (report))',
  unclosed: '(def) (when true ⟦(⟧:= Cwnd (+ Cwnd 1)',
  'unexpected-close': '(def) (when true (report))⟦)⟧',
  'nesting-too-deep': `(def) (when true ${'(:= Cwnd '.repeat(255)}⟦(⟧+ 1 2)${')'.repeat(255)})`,
  'missing-operator': '(def) (when true ⟦(⟧))',
  'unknown-operator': '(def) (when true (⟦repot⟧))',
  'operand-count': '(def) (when true (:= Cwnd ⟦(- 1)⟧))',
  'command-operands': '(def) (when true ⟦(report 1)⟧)',
  'when-incomplete': '(def) ⟦(when true)⟧',
  'bad-declaration': '(def ⟦(x)⟧) (when true (report))',
  'report-empty': '(def ⟦(Report)⟧) (when true (report))',
  'report-twice': '(def (Report (x 0)) ⟦(Report (y 0))⟧) (when true (report))',
  'reserved-name': '(def) (when true (:= ⟦__flag⟧ 1))',
  'bad-initial-value': '(def (x ⟦10y⟧)) (when true (report))',
  'no-initial-value': '(def (x y)) (when (> ⟦x⟧ 1) (report))',
  'number-too-big': '(def) (when true (:= Cwnd ⟦2147483648⟧))',
  'number-negative': '(def) (when true (:= Cwnd ⟦-1⟧))',
  'number-fraction': '(def) (when true (:= Cwnd ⟦1.5⟧))',
  'number-malformed': '(def) (when true (:= Cwnd ⟦1e6⟧))',
  'undefined-name': '(def) (when true (:= Cwnd ⟦cwnd⟧))',
  'no-value-yet': '(def) (when true (:= Cwnd (+ ⟦x⟧ 1)) (:= x 1))',
  'expected-number': '(def) (when (> ⟦Flow.was_timeout⟧ 0) (report))',
  'expected-bool': '(def) (when (&& true ⟦Cwnd⟧) (report))',
  'condition-not-bool': '(def) (when ⟦Cwnd⟧ (report))',
  'condition-command': '(def) (when ⟦(report)⟧ (report))',
  'not-assignable': '(def) (when true (:= ⟦Ack.now⟧ 1))',
  'no-value': '(def) (when true (:= Cwnd (+ 1 ⟦(if true 2)⟧)))',
  'no-effect': '(def) (when true ⟦(if true 2)⟧)',
  'too-many-reports': `(def (Report ${repeat(16, (i) => `(r${i} 0)`)} ⟦(r16 0)⟧)) (when true (report))`,
  'too-many-controls': `(def ${repeat(16, (i) => `(c${i} 0)`)} ⟦(c16 0)⟧) (when true (report))`,
  'too-many-locals': `(def) (when true ${repeat(6, (i) => `(:= l${i} 1)`)} (:= ⟦l6⟧ 1))`,
  'too-many-temporaries': `(def) (when true ⟦(:= Cwnd ${'(+ 1 '.repeat(17)}1${')'.repeat(17)})⟧)`,
  'too-many-instructions': `(def) (when true (report)) ⟦(when true ${repeat(253, () => '(report)')})⟧`,
  'too-many-events': `(def) ${repeat(255, () => '(when false true)')} ⟦(when false true)⟧`,
  'more-errors': `(def) (when true ${'(- 1) '.repeat(100)}⟦(- 1)⟧)`,
  glued: '(def) (when ⟦true_⟧ (report))',
  'never-read': '(def) (when true (:= ⟦cwnd⟧ 1))',
  'not-reported': '(def) (when true (:= ⟦Report.x⟧ 1))',
  'maybe-no-value': '(def) (when true (:= Cwnd ⟦x⟧) (:= x 1))',
  'duplicate-definition': '(def (x 0) (⟦x⟧ 1)) (when true (report))',
  'not-initialised': '(def (x ⟦y⟧)) (when true (report))',
  'reserved-field': '(def (Report (⟦toString⟧ 0))) (when true (report))',
  'report-without-reset': '(def) (when ⟦(> Micros 10000)⟧ (report))',
  'hides-builtin': '(def (⟦Cwnd⟧ 0)) (when true (report))',
  'unreachable-name': '(def (⟦10⟧ 0)) (when true (report))',
  'unused-result': '(def) (when true ⟦report⟧)',
  'assigned-to-nothing': '(def) (when true (:= ⟦(+ 1 2)⟧ 3))',
  'always-done': '(def (x 0)) (when true (:= x (if true ⟦(:= Cwnd 1)⟧)))',
  'many-temporaries': `(def) (when true ⟦(:= Cwnd ${'(+ 1 '.repeat(9)}1${')'.repeat(9)})⟧)`,
  'infinity-sentinel': '(def (x ⟦1073741823⟧)) (when true (report))',
  'ewma-weight': '(def (x 0)) (when true (:= x (ewma ⟦11⟧ Cwnd)))',
  'divides-by-zero': '(def) (when true (:= Cwnd ⟦(/ Cwnd 0)⟧))',
  'unreachable-event': '(def) (when true (report)) ⟦(when true (report))⟧',
  'more-warnings': `(def) (when true ${'(+ 1 1) '.repeat(100)}⟦(+ 1 1)⟧)`,
};

describe('findings', () => {
  test('each has an example here, but those on what is no text', () => {
    const codes = DIAGNOSTICS.map(({ code }) => code).filter(
      (code) => !['source-too-large', 'not-utf8'].includes(code),
    );
    expect(Object.keys(EXAMPLES).sort()).toEqual(codes.sort());
    expect(findings('('.repeat(1024 * 1024 + 1)).map(({ code }) => code)).toEqual(['source-too-large']);
    expect(findings(Uint8Array.of(0x28, 0xff)).map(({ code }) => code)).toEqual(['not-utf8']);
  });

  test.each(Object.entries(EXAMPLES))('%s', (code, marked) => {
    const [before, place, after] = marked.split(/[⟦⟧]/) as [string, string, string];
    const found = findings(before + place + after).find((finding) => finding.code === code);
    expect(
      found,
      findings(before + place + after)
        .map((finding) => formatDiagnostic(finding))
        .slice(0, 5)
        .join('\n'),
    ).toBeDefined();
    expect([found!.range.start, found!.range.end]).toEqual([before.length, before.length + place.length]);
    expect(`${found!.message} ${found!.hint}`).not.toMatch(/\{\d\}/);
  });

  test('all of a text at once, in order', () => {
    const source = `(def (Report (volatile acked 0)) (Control.number 1)
(when true
  (:= Report.acked (+ Report.acked Ack.bytes_ackd))
  (:= Control.numer 3)
  (:= Cwnd (max 1.5 2))
  (repot))`;
    expect(findings(source).map((finding) => formatDiagnostic(finding, 'f'))).toEqual([
      'f:1:1 unclosed this ( is not closed',
      'f:3:36 undefined-name `Ack.bytes_ackd` is not defined; did you mean `Ack.bytes_acked`?',
      'f:4:7 never-read `Control.numer` is never read; did you mean `Control.number`?',
      'f:5:17 number-fraction `1.5`: numbers are whole; scale, for example (/ (* x 3) 4)',
      'f:6:4 unknown-operator `repot` is not an operator; did you mean `report`?',
    ]);
  });

  test.each([
    ['Report.ackd', 'Report.acked'],
    ['acked', 'Report.acked'],
    ['number', 'Control.number'],
    ['cwnd', 'Cwnd'],
    ['Flow.rtt_sampel_us', 'Flow.rtt_sample_us'],
    ['quite_another_thing', undefined],
  ])('%s is probably %s', (name, suggestion) => {
    const [found] = findings(`(def (Report (acked 0)) (Control.number 1)) (when (> ${name} 0) (report))`);
    expect(found!.hint).toBe(suggestion && `did you mean \`${suggestion}\`?`);
  });
});

describe('places', () => {
  test('are UTF-16 offsets, lines and columns, whatever the text', () => {
    const source = '# é 😀\r\n(def)\r\n(when true # 😀\r\n  (:= Cwnd x))';
    const [found] = findings(source);
    expect(source.slice(found!.range.start, found!.range.end)).toBe('x');
    expect(found!.range).toMatchObject({ line: 4, column: 12, endLine: 4, endColumn: 13 });
  });

  test('span lines', () => {
    const found = findings('(def)\n(when true\n  (:= Cwnd (-\n    1)))');
    expect(found[0]!.range).toMatchObject({ line: 3, column: 12, endLine: 4, endColumn: 7 });
  });

  test('name the other place that matters', () => {
    const [twice] = findings('(def (x 0) (y 0) (x 1)) (when true (report))');
    expect(twice!.related).toMatchObject({ message: 'the earlier definition', range: { start: 6, end: 7 } });
    const [open] = findings('(def) (when true (report)\n(when true (report))');
    expect(open!.related).toMatchObject({ message: 'a ) is missing before this', range: { line: 2, column: 1 } });
  });
});

test('CompileError carries the findings, and says the first', () => {
  let caught: unknown;
  try {
    compileOrThrow('(def) (when true (:= Cwnd x) (:= Rate y))');
  } catch (error) {
    caught = error;
  }
  expect(caught).toBeInstanceOf(CompileError);
  const { code, message, diagnostics, detail } = caught as CompileError;
  expect([code, message]).toEqual(['MOORING_ERR_LANG_COMPILE', '1:27 undefined-name `x` is not defined (and 1 more)']);
  expect(diagnostics.map(({ range }) => range.start)).toEqual([26, 38]);
  expect(detail['diagnostics']).toBe(diagnostics);
});
