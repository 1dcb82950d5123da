import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compile, disassemble, parseProgram, printProgram, verifyRows } from '../../src/program/index.js';
import { mutated, program, tokenSoup } from './arbitraries.js';

const PROGRAM = `# grow
(def (Report (volatile acked 0) (volatile timeout false) (rtt +infinity)) (Control.number 1))
(when true
  (:= Report.acked (+ Report.acked Ack.bytes_acked))
  (:= Report.rtt (if (< Flow.rtt_sample_us Report.rtt) Flow.rtt_sample_us))
  (if Flow.was_timeout (:= Report.timeout true))
  (fallthrough))
(when (|| Report.timeout (> Ack.lost_pkts_sample 0)) (report) (reset))
(when (>= Micros (* Report.rtt 2)) (report) (:= Micros 0))`;

test('print then parse gives the tree again', () => {
  fc.assert(
    fc.property(program, (ast) => {
      const text = printProgram(ast);
      const result = parseProgram(text);
      if (!result.ok) expect.fail(`${JSON.stringify(result.diagnostics)}\n${text}`);
      expect(result.ast).toEqual(ast);
      expect(printProgram(result.ast)).toBe(text);
    }),
    { numRuns: 300 },
  );
});

describe('any text gets an answer', () => {
  const texts = fc.oneof(
    { arbitrary: fc.string({ unit: 'binary', maxLength: 200 }), weight: 1 },
    { arbitrary: tokenSoup, weight: 3 },
    { arbitrary: mutated(fc.constant(PROGRAM)), weight: 3 },
    { arbitrary: program.map(printProgram), weight: 2 },
    { arbitrary: mutated(program.map(printProgram)), weight: 2 },
  );

  test('a program that passes the verifier and means the same when printed, or findings inside the text', () => {
    fc.assert(
      fc.property(texts, fc.boolean(), (text, reportCwnd) => {
        const result = compile(text, { reportCwnd });
        const found = result.ok ? result.warnings : result.diagnostics;
        for (const { range, message } of found) {
          expect(range.start).toBeLessThanOrEqual(range.end);
          expect(range.end).toBeLessThanOrEqual(text.length);
          expect(message).not.toMatch(/\{\d\}/);
        }
        expect(result.ok || found.some(({ severity }) => severity === 'error')).toBe(true);
        if (!result.ok) return;
        const { program: compiled } = result;
        expect(found.filter(({ severity }) => severity === 'error')).toEqual([]);
        const { events, instructions, reports } = compiled;
        expect(verifyRows(compiled.rows(), events, instructions)).toEqual({ ok: true, reports });
        expect(disassemble(compiled).split('\n')).toHaveLength(compiled.events + compiled.instructions);
        const again = compile(printProgram(text), { reportCwnd });
        expect(again.ok && disassemble(again.program)).toBe(disassemble(compiled));
      }),
      { numRuns: 1500 },
    );
  });

  test('any bytes too', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(typeof compile(bytes).ok).toBe('boolean');
        expect(typeof parseProgram(bytes).ok).toBe('boolean');
        expect(typeof disassemble(bytes, 3, 20)).toBe('string');
      }),
    );
  });
});

test('one program after another leaves nothing behind', () => {
  const first = compile(PROGRAM);
  fc.assert(
    fc.property(tokenSoup, (text) => {
      compile(text);
      const again = compile(PROGRAM);
      expect(again.ok && first.ok && disassemble(again.program)).toBe(first.ok && disassemble(first.program));
    }),
  );
});
