import { expect, test } from 'vitest';
import { WRITTEN } from '../../src/generated/diagnostics.js';
import { compile, type Diagnostic, formatDiagnostic } from '../../src/program/index.js';

const findings = (source: string): readonly Diagnostic[] => {
  const result = compile(source);
  return result.ok ? result.warnings : result.diagnostics;
};
const name = (text: string): string => `(def) (when (> ${text} 0) (report))`;

test.each([
  [name('Ns'), /`Micros`/],
  [name('Flow.min_rtt'), /`Flow\.min_rtt_us`, or .*\(min minRtt Flow\.rtt_sample_us\)/],
  [name('Flow.srtt'), /ewma/],
  [name('Flow.pacing_rate'), /`Rate`/],
  [name('rate'), /`Rate`/],
  [name('Flow.rate_delivery'), /`Flow\.rate_incoming`/],
  [name('Flow.outgoing'), /`Flow\.rate_outgoing`/],
  [name('Flow.snd_cwnd'), /`Cwnd`/],
  [name('Ack.packets_in_flight'), /`Flow\.packets_in_flight`/],
  [name('Ack.lost'), /`Ack\.lost_pkts_sample`/],
  ['(def) (when (> Micros {}) (report) (reset))', /updateField/],
  ['(def) (when (> Micros {rate}) (report) (reset))', /updateField/],
  [`(def (wait $${'{wait}'})) (when true (report))`, /updateField/],
  ['(def) (when (&gt; Micros 5) (report))', /web page/],
  ['(def) (when (&amp;&amp; true true) (report))', /web page/],
  ['(def (x 0)) (when true (:= x (if (> Micros 5) 3 4)) (report))', /\(!if c/],
  ['(def (x 0)) (when true (if (> x 5) (:= x 3) (:= x 4)) (report))', /\(!if c/],
])('%s is told what it is here', (source, hint) => {
  const texts = findings(source).map((finding) => formatDiagnostic(finding));
  expect(
    texts.some((text) => hint.test(text)),
    texts.join('\n'),
  ).toBe(true);
});

test('every habit has a program above that shows it, and what it advises compiles', () => {
  expect(WRITTEN.map(({ hint }) => hint).filter((hint) => /\{\d\}/.test(hint))).toEqual([]);
  for (const advice of [
    '(def (minRtt +infinity)) (when true (:= minRtt (min minRtt Flow.rtt_sample_us)) (report))',
    '(def (srtt 0)) (when true (:= srtt (ewma 9 Flow.rtt_sample_us)) (report))',
    '(def (x 0) (c false)) (when true (if c (:= x 1)) (!if c (:= x 2)) (report))',
  ]) {
    expect(compile(advice).ok, advice).toBe(true);
  }
});

test.each([
  '(def (foo 0)) (when true (:= Report.foo (+ Report.foo 1)) (report))',
  '(def (foo 0)) (when true (:= Report.foo 1) (report))',
])('Report.foo where foo is defined outside (Report …): %s', (source) => {
  const hints = findings(source).flatMap(({ hint }) => hint ?? []);
  expect(hints).toContain('`foo` is defined outside (Report …): move it in, (Report (foo …))');
});

test.each([
  ['(when (> Micros 10000) (report))', true],
  ['(when (>= Micros Flow.rtt_sample_us) (report))', true],
  ['(when (< 10000 Micros) (report))', true],
  ['(when (&& (> Micros 10000) (> Cwnd 5)) (report))', true],
  ['(when (> Micros 10000) (if (> Cwnd 5) (report)))', true],
  // Another event starts the clock again, but this one goes on reporting until then.
  ['(when (> Ack.lost_pkts_sample 0) (report) (reset)) (when (> Micros 10000) (report))', true],
  ['(when (> Micros 10000) (report) (reset))', false],
  ['(when (> Micros 10000) (report) (:= Micros 0))', false],
  ['(when (> Micros 10000) (if true (:= Micros 0)) (report))', false],
  ['(when (> Micros 10000) (report) (fallthrough)) (when true (:= Micros 0))', false],
  ['(when true (fallthrough)) (when (> Micros 10000) (report)) (when true (reset))', false],
  ['(when (< Micros 10000) (report))', false],
  ['(when (> 10000 Micros) (report))', false],
  ['(when (> Micros 10000) (:= Cwnd 5))', false],
  ['(when true (report))', false],
] as const)('a report once a time has passed, without a reset: %s', (events, warned) => {
  expect(findings(`(def) ${events}`).some(({ code }) => code === 'report-without-reset')).toBe(warned);
});
