import { expect, test } from 'vitest';
import { compileOrThrow, disassemble } from '../../src/program/index.js';

// Rows the original compiler printed for programs that between them use every form it has.
const EXAMPLES: ReadonlyArray<readonly [title: string, source: string, rows: string]> = [
  [
    'portus install test',
    `(def (Report (volatile foo 0))) (when true (bind Report.foo 4))`,
    `
    01000000010000000200000001000000
    02050000000005000000000100000000
    01020000000002000000000101000000
    01050000000005000000000104000000`,
  ],
  [
    'ECN counter, the doc example',
    `(def (Report (volatile ecnpackets 0)))
(when true (:= Report.ecnpackets (+ Report.ecnpackets Ack.ecn_packets)) (fallthrough))
(when (> Micros 1000) (report))`,
    `
    01000000010000000200000003000000
    05000000010000000600000001000000
    02050000000005000000000100000000
    01020000000002000000000101000000
    00070000000005000000000403000000
    01050000000005000000000700000000
    01020100000002010000000101000000
    060200000000020300000001e8030000
    01020200000002020000000101000000`,
  ],
  [
    'ewma',
    `(def (Report.foo 0)) (when true (bind Report.foo (ewma 2 Flow.rate_outgoing)))`,
    `
    01000000010000000200000001000000
    02060000000006000000000100000000
    01020000000002000000000101000000
    0506000000000102000000040c000000`,
  ],
  [
    'infinity + if',
    `(def (Report.foo +infinity)) (when true (bind Report.foo (if (< Flow.rtt_sample_us Report.foo) Flow.rtt_sample_us)))`,
    `
    01000000010000000200000002000000
    020600000000060000000001ffffffff
    01020000000002000000000101000000
    080700000000040d0000000600000000
    0706000000000700000000040d000000`,
  ],
  [
    'Cwnd/Rate, control, two events',
    `(def (ssthresh 100000)) (when (< Cwnd ssthresh) (:= Cwnd (+ Cwnd Ack.bytes_acked))) (when true (:= Rate (* 2 (/ Cwnd 1000))))`,
    `
    01000000010000000200000002000000
    04000000010000000500000003000000
    020000000000000000000001a0860100
    08020000000002040000000000000000
    00070000000002040000000400000000
    01020400000002040000000700000000
    01020000000002000000000101000000
    030700000000020400000001e8030000
    0c070100000001020000000700000000
    01020500000002050000000701000000`,
  ],
  [
    'local + wrapped_max',
    `(def (Control.x 0)) (when true (:= y (wrapped_max Control.x 5)) (:= Control.x (- y 1)))`,
    `
    01000000010000000200000004000000
    02000000000000000000000100000000
    01020000000002000000000101000000
    0a070000000000000000000105000000
    01030000000003000000000700000000
    0e070000000003000000000101000000
    01000000000000000000000700000000`,
  ],
  [
    'boolean or as condition; DEF sort differs from index order',
    `(def (Report (volatile timeout false) (volatile loss 0))) (when (|| Report.timeout (> Report.loss 0)) (report))`,
    `
    02000000020000000400000001000000
    02050100000005010000000100000000
    02050000000005000000000100000000
    06070000000005010000000100000000
    00020000000005000000000700000000
    01020200000002020000000101000000`,
  ],
  [
    'all four DEF kinds, sort order',
    `(def (volatile foo1 0) (Report (volatile foo 0) (bar 0)) (bar1 0)) (when true (report))`,
    `
    04000000010000000500000001000000
    02060100000006010000000100000000
    02050000000005000000000100000000
    02000100000000010000000100000000
    02080000000008000000000100000000
    01020000000002000000000101000000
    01020200000002020000000101000000`,
  ],
  [
    '!if into a control, bool primitive as if-condition',
    `(def (Report (volatile loss 0)) (n 10)) (when true (:= n (!if Flow.was_timeout 7)))`,
    `
    02000000010000000300000001000000
    02050000000005000000000100000000
    0200000000000000000000010a000000
    01020000000002000000000101000000
    0d0000000000040e0000000107000000`,
  ],
  [
    'Reno-ish additive increase, Micros reset',
    `(def (Report (volatile acked 0))) (when true (:= Report.acked (+ Report.acked Ack.bytes_acked)) (:= Cwnd (+ Cwnd (/ (* 1448 Ack.bytes_acked) Cwnd))) (fallthrough)) (when (> Micros Flow.rtt_sample_us) (report) (:= Micros 0))`,
    `
    01000000010000000200000007000000
    09000000010000000a00000002000000
    02050000000005000000000100000000
    01020000000002000000000101000000
    00070000000005000000000400000000
    01050000000005000000000700000000
    0c070000000001a80500000400000000
    03070100000007000000000204000000
    00070200000002040000000701000000
    01020400000002040000000702000000
    01020100000002010000000101000000
    0602000000000203000000040d000000
    01020200000002020000000101000000
    01020300000002030000000100000000`,
  ],
];

test.each(EXAMPLES)('%s', (_, source, rows) => {
  const program = compileOrThrow(source);
  const lines = Buffer.from(program.rows()).toString('hex').match(/.{32}/g);
  expect(lines).toEqual(rows.trim().split(/\s+/));
  expect(program.extensions).toEqual([]);
});

// The forms that portus' own unit tests name, with the instructions these expect.
test.each([
  [
    'reg, underscored_var',
    '(def (Report.foo_bar 0)) (when true (bind Report.foo_bar 4))',
    `
event 0: condition 1..1, body 2..2
  0  def     Report.foo_bar = 0
  1  bind    flag = 1
  2  bind    Report.foo_bar = 4`,
  ],
  [
    'control_def',
    '(def (Control.foo +infinity)) (when (< Flow.rtt_sample_us Control.foo) (:= Control.foo Flow.rtt_sample_us) (report))',
    `
event 0: condition 1..1, body 2..3
  0  def     Control.foo = +infinity
  1  lt      flag = Flow.rtt_sample_us < Control.foo
  2  bind    Control.foo = Flow.rtt_sample_us
  3  bind    shouldReport = 1`,
  ],
  [
    'control_if_definition',
    '(def (foo 0)) (when true (:= foo (if (== foo 0) (+ foo 1))))',
    `
event 0: condition 1..1, body 2..4
  0  def     foo = 0
  1  bind    flag = 1
  2  equiv   t0 = foo == 0
  3  add     t1 = foo + 1
  4  if      foo = t1 if t0`,
  ],
  [
    'intermediate',
    '(def (Report.foo 0)) (when true (:= bar 3) (:= Report.foo (+ 2 bar)))',
    `
event 0: condition 1..1, body 2..4
  0  def     Report.foo = 0
  1  bind    flag = 1
  2  bind    bar = 3
  3  add     t0 = 2 + bar
  4  bind    Report.foo = t0`,
  ],
  [
    'prog_reset_tmps',
    '(def (Report.foo 0)) (when (> (+ 1 2) 3) (:= Report.foo (+ (+ 1 2) 3)) (:= Report.foo (+ (+ 4 5) 6)))',
    `
event 0: condition 1..2, body 3..8
  0  def     Report.foo = 0
  1  add     t0 = 1 + 2
  2  gt      flag = t0 > 3
  3  add     t0 = 1 + 2
  4  add     t1 = t0 + 3
  5  bind    Report.foo = t1
  6  add     t0 = 4 + 5
  7  add     t1 = t0 + 6
  8  bind    Report.foo = t1`,
  ],
  [
    'bool_ops, multiple_events, commands',
    `(def (Report.acked 0) (Control.state 0))
     (when true (:= Report.acked (+ Report.acked Ack.bytes_acked)) (fallthrough))
     (when (&& (> Micros 3000000) (== Control.state 0)) (:= Control.state 1) (report) (:= Micros 0))`,
    `
event 0: condition 2..2, body 3..5
event 1: condition 6..8, body 9..11
  0  def     Control.state = 0
  1  def     Report.acked = 0
  2  bind    flag = 1
  3  add     t0 = Report.acked + Ack.bytes_acked
  4  bind    Report.acked = t0
  5  bind    shouldContinue = 1
  6  gt      t0 = Micros > 3000000
  7  equiv   t1 = Control.state == 0
  8  mul     flag = t0 * t1
  9  bind    Control.state = 1
 10  bind    shouldReport = 1
 11  bind    Micros = 0`,
  ],
])('%s', (_, source, listing) => {
  expect(disassemble(compileOrThrow(source))).toBe(listing.trimStart());
});

// Programs with the fields and events of published ones come to the sizes these have.
test.each([
  [
    'constant rate: four fields an RTT',
    [2, 14],
    `(def (Report (volatile rtt 0) (volatile rin 0) (volatile rout 0) (volatile loss 0)))
     (when true
       (:= Report.rtt Flow.rtt_sample_us)
       (:= Report.rin Flow.rate_incoming)
       (:= Report.rout Flow.rate_outgoing)
       (:= Report.loss (+ Report.loss Ack.lost_pkts_sample))
       (fallthrough))
     (when (> Micros Flow.rtt_sample_us) (report) (:= Micros 0))`,
  ],
  [
    'vegas: two fields an RTT',
    [2, 10],
    `(def (Report (volatile acked 0) (volatile rtt 0)))
     (when true
       (:= Report.acked (+ Report.acked Ack.bytes_acked))
       (:= Report.rtt Flow.rtt_sample_us)
       (fallthrough))
     (when (> Micros Flow.rtt_sample_us) (report) (:= Micros 0))`,
  ],
  [
    'a window algorithm: six fields an RTT, or at once on loss',
    [3, 23],
    `(def (Report (volatile acked 0) (volatile sacked 0) (volatile loss 0)
                  (volatile timeout false) (volatile rtt 0) (volatile inflight 0)))
     (when true
       (:= Report.inflight Flow.packets_in_flight)
       (:= Report.rtt Flow.rtt_sample_us)
       (:= Report.acked (+ Report.acked Ack.bytes_acked))
       (:= Report.sacked (+ Report.sacked Ack.packets_misordered))
       (:= Report.loss Ack.lost_pkts_sample)
       (:= Report.timeout Flow.was_timeout)
       (fallthrough))
     (when (|| Report.timeout (> Report.loss 0)) (report) (:= Micros 0))
     (when (> Micros Flow.rtt_sample_us) (report) (:= Micros 0))`,
  ],
])('%s', (_, [events, instructions], source) => {
  const program = compileOrThrow(source);
  expect([program.events, program.instructions]).toEqual([events, instructions]);
  expect(program.extensions).toEqual([]);
});
