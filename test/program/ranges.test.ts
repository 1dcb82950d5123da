import { expect, test } from 'vitest';
import { compileOrThrow } from '../../src/program/index.js';

// Where in the source each instruction comes from: a trace and the place of an arithmetic error show it.

const SOURCE = `(def (Report (volatile rate 0) (low +infinity)) (gain 2))
(when true
  (:= Report.rate (max Report.rate Flow.rate_incoming))
  (:= Report.low (if (< Flow.rtt_sample_us Report.low) Flow.rtt_sample_us))
  (:= gain (ewma 5 Ack.bytes_acked))
  (fallthrough))
(when (> Micros Report.low)
  (if (> gain 3) (:= Cwnd gain))
  (:= Micros 0)
  (report))
(when Flow.was_timeout
  (report))
`;

test('each instruction is of the form that it does the work of', () => {
  const program = compileOrThrow(SOURCE);
  const told = Array.from({ length: program.instructions }, (_, at) => {
    const { start, end } = program.rangeOf(at)!;
    return SOURCE.slice(start, end);
  });
  expect(told).toEqual([
    ...['low', 'rate', 'gain'],
    'true',
    '(max Report.rate Flow.rate_incoming)',
    '(:= Report.rate (max Report.rate Flow.rate_incoming))',
    '(< Flow.rtt_sample_us Report.low)',
    '(if (< Flow.rtt_sample_us Report.low) Flow.rtt_sample_us)',
    '(ewma 5 Ack.bytes_acked)',
    '(fallthrough)',
    '(> Micros Report.low)',
    '(> gain 3)',
    '(:= Cwnd gain)',
    '(:= Micros 0)',
    '(report)',
    'Flow.was_timeout',
    '(report)',
  ]);
});
