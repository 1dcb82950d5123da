import { describe, expect, expectTypeOf, test } from 'vitest';
import { type ControlFieldsOf, compileOrThrow, type ReportFieldsOf } from '../../src/program/index.js';

// The types are checked by tsc (npm run check:types); that they say what the compiler says is
// checked here, on the same texts.

const STRUCT = `
  # the (Report part (volatile no 0)
  (def
    (before 1)
    (Report
      (volatile acked 0) # bytes (not packets)
      (volatile   loss 0)
      (minrtt +infinity)
      (rtt 0))
    (Control.number 3)
    (volatile ssthresh 100000))
  (when true (:= Report.acked (+ Report.acked Ack.bytes_acked)) (fallthrough))
  (when (> Micros 1000) (report))`;
const FLAT = '(def (Report.x 0) (volatile Report.y 0) (Control.z 0)) (when true (report))';
const ONE_LINE = '(def (Report (volatile a 0))) (when true (report))';
// Comments wherever white space may stand; what stands in them is nobody's.
const COMMENTED = `
  (def # (Report (volatile no 0))
    (Report # bytes, (packets) and "more"
      #(volatile off 0)
      (volatile acked 0)# of this report (only)
      # (when (> Ack.bytes_acked 0) (report))
      ( # which
        volatile # kind
        loss 0 )
      # a last one, with a # in it )
    ) # closed )
    (gain # of the rate
      2))
  # (def (Report (x 0)))
  (when true (:= Report.acked Ack.bytes_acked) (report))`;
const SPACED = '(def\r\n ( Report ( a 0 ) ( volatile  b 0 ) ) ( c 0 ) )\r\n( when true ( := c 1 ) ( report ) )';
const EMPTY = '(def) (when true (report))';

describe('fields that TypeScript reads off a text', () => {
  test('are those of the compiler', () => {
    const names = (text: string) => {
      const { reports, controls } = compileOrThrow(text).scope;
      return [reports.map(({ name }) => name.replace('Report.', '')), controls.map(({ name }) => name)];
    };
    const struct: [ReportFieldsOf<typeof STRUCT>[], ControlFieldsOf<typeof STRUCT>[]] = [
      ['acked', 'loss', 'minrtt', 'rtt'],
      ['before', 'Control.number', 'ssthresh'],
    ];
    const flat: [ReportFieldsOf<typeof FLAT>[], ControlFieldsOf<typeof FLAT>[]] = [['x', 'y'], ['Control.z']];
    expect(names(STRUCT)).toEqual(struct);
    expect(names(FLAT)).toEqual(flat);
    const commented: [ReportFieldsOf<typeof COMMENTED>[], ControlFieldsOf<typeof COMMENTED>[]] = [
      ['acked', 'loss'],
      ['gain'],
    ];
    expect(names(COMMENTED)).toEqual(commented);
    const spaced: [ReportFieldsOf<typeof SPACED>[], ControlFieldsOf<typeof SPACED>[]] = [['a', 'b'], ['c']];
    expect(names(SPACED)).toEqual(spaced);
  });

  test('exactly', () => {
    expectTypeOf<ReportFieldsOf<typeof STRUCT>>().toEqualTypeOf<'acked' | 'loss' | 'minrtt' | 'rtt'>();
    expectTypeOf<ControlFieldsOf<typeof STRUCT>>().toEqualTypeOf<'before' | 'Control.number' | 'ssthresh'>();
    expectTypeOf<ReportFieldsOf<typeof FLAT>>().toEqualTypeOf<'x' | 'y'>();
    expectTypeOf<ControlFieldsOf<typeof FLAT>>().toEqualTypeOf<'Control.z'>();
    expectTypeOf<ReportFieldsOf<typeof ONE_LINE>>().toEqualTypeOf<'a'>();
    expectTypeOf<ReportFieldsOf<typeof COMMENTED>>().toEqualTypeOf<'acked' | 'loss'>();
    expectTypeOf<ControlFieldsOf<typeof COMMENTED>>().toEqualTypeOf<'gain'>();
    expectTypeOf<ReportFieldsOf<typeof SPACED>>().toEqualTypeOf<'a' | 'b'>();
    expectTypeOf<ControlFieldsOf<typeof SPACED>>().toEqualTypeOf<'c'>();
    expectTypeOf<ReportFieldsOf<typeof EMPTY>>().toEqualTypeOf<never>();
    expectTypeOf<ControlFieldsOf<typeof EMPTY>>().toEqualTypeOf<never>();
  });

  test('of several texts, or of one that is not a literal', () => {
    expectTypeOf<ReportFieldsOf<typeof FLAT | typeof ONE_LINE>>().toEqualTypeOf<'x' | 'y' | 'a'>();
    expectTypeOf<ReportFieldsOf<string>>().toEqualTypeOf<string>();
    expectTypeOf<ControlFieldsOf<string>>().toEqualTypeOf<string>();
  });
});
