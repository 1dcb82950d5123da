import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import fc from 'fast-check';
import { compile } from 'mooring';
import { beforeAll, expect, test } from 'vitest';
import { BUILD_MS, buildPeer, whyNoPeer } from './rust-peers.js';

// Texts no one would write: programs with words glued, dropped, doubled and put in at random, given to
// portus and to us. Either both refuse, or the rows are the same, or spec/quirks.md has the form.

const lacking = whyNoPeer('portus-agent');
if (lacking) console.log(`test/interop/portus-texts: skipped, ${lacking}`);

let folder = '';
beforeAll(() => {
  if (!lacking) folder = buildPeer('portus-agent');
}, BUILD_MS);

const PROGRAMS = [
  `(def (Report (volatile acked 0) (rtt +infinity)) (Control.number 1) (volatile f true))
   (when true (:= Report.acked (+ Report.acked Ack.bytes_acked)) (:= x 3) (fallthrough))
   (when (&& f (> Micros x)) (report) (:= Micros 0))`,
  `(def (Report.x 0) (volatile Report.y 0) (c 10)) # c
   (when (> Report.x 10) (bind c (ewma 2 (max c Cwnd))) (:= f 1) (:= c (if f 3)))
   # d
   (when (|| (< c 1) Flow.was_timeout) (:= Rate (* 2 (/ Cwnd 1000))) (report))`,
  '(def) (when false (:= a 1) (add 1 a) a b 3 true (:= a (:= b 2)) (:= (+ a 1) 3))',
  `(def (a 1) (a 2) (Cwnd 3) (volatilex 4) (10 5) (truex 6) (y z))
   (when (== a 1) (:= Cwnd a) (:= y 1) (:= y1 2) (:= a (!if (lt a 3) (min a y1))))`,
  '(def(x 1)(Report(volatile y 0)))(when(>(+x 3)2)(report)(:=x(addx 3))(:= x (max10x)))',
  `(def (Report (volatile s 0) (b false)) (n +infinity))
   (when (&& Report.b true) (:= Report.s (if (eq n 3) (wrapped_max n Report.s))) (:= l (add n 1)) (bind Rate (mul l 2)))
   # x
   (when false 1 true l Report.b)`,
];
const WORDS =
  '( ) # \n + - true false 10 +infinity volatile Report Report. x _ . 5 := if !if ewma Cwnd Micros (report) when def (when Ł > || 18446744073709551615 99999999999999999999 2147483648'.split(
    ' ',
  );

const edit = fc.record({
  place: fc.double({ min: 0, max: 1, noNaN: true }),
  kind: fc.constantFrom('insert', 'delete', 'glue', 'replace', 'double'),
  word: fc.constantFrom(...WORDS),
  size: fc.nat(6),
});

const text = fc
  .tuple(fc.constantFrom(...PROGRAMS), fc.array(edit, { minLength: 1, maxLength: 3 }))
  .map(([program, edits]) =>
    edits.reduce((current, { place, kind, word, size }) => {
      const at = Math.floor(place * current.length);
      const space = Math.max(current.indexOf(' ', at), 0);
      const next = Math.max(current.indexOf(' ', space + 1), space);
      if (kind === 'insert') return current.slice(0, at) + word + current.slice(at);
      if (kind === 'delete') return current.slice(0, at) + current.slice(at + 1 + size);
      if (kind === 'double') return current.slice(0, at + size) + current.slice(at);
      if (kind === 'glue') return current.slice(0, space) + current.slice(space + 1);
      return current.slice(0, space + 1) + word + current.slice(next);
    }, program),
  );

/** What we refuse though portus accepts it: quirks L20, L22, L23. */
const STRICTER = new Set(['undefined-name', 'number-too-big', 'too-many-instructions', 'too-many-events']);

test.skipIf(lacking)('portus and Mooring read any text alike', () => {
  let same = 0;
  fc.assert(
    fc.property(fc.array(text, { minLength: 2000, maxLength: 2000 }), (sources) => {
      const answers = askPortus(sources);
      for (const [index, source] of sources.entries()) {
        const answer = answers[index]!;
        const result = compile(source);
        if (!answer.startsWith('rows ')) {
          expect(!result.ok || result.program.extensions.length > 0, `${answer}\n${source}`).toBe(true);
        } else if (result.ok) {
          expect(`rows ${Buffer.from(result.program.rows()).toString('hex')}`, source).toBe(answer);
          same += 1;
        } else {
          const errors = result.diagnostics.filter(({ severity }) => severity === 'error').map(({ code }) => code);
          expect(
            errors.filter((code) => !STRICTER.has(code)),
            source,
          ).toEqual([]);
        }
      }
    }),
    { numRuns: 10, endOnFailure: true },
  );
  expect(same).toBeGreaterThan(500);
});

function askPortus(sources: readonly string[]): string[] {
  const input = sources.map((source, index) => `${index} ${Buffer.from(source).toString('hex')}\n`).join('');
  const options = { input, encoding: 'utf8', maxBuffer: 1 << 28 } as const;
  const { status, stdout, stderr } = spawnSync(join(folder, 'portus-compile'), options);
  expect(status, stderr).toBe(0);
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => line.slice(line.indexOf(' ') + 1));
}
