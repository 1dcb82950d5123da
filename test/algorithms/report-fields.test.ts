import { expectTypeOf, it } from 'vitest';
import { type Aimd, AlgBase, type Report } from '../../src/algorithms/index.js';
import type { ReportFieldsOf } from '../../src/program/index.js';

// Checked by `tsc -p tsconfig.json`; vitest only runs it.
it('knows the fields of a literal program', () => {
  expectTypeOf<
    ReportFieldsOf<'(def (Report (volatile acked 0) (rtt 0)) (gain 2)) (when true (:= Report.x 1))'>
  >().toEqualTypeOf<'acked' | 'rtt'>();
  expectTypeOf<
    ReportFieldsOf<'(def (gain 1)\n  (Report\n    (volatile\n a.b  0)\n(rtt +infinity)\n)) (when true (report))'>
  >().toEqualTypeOf<'a.b' | 'rtt'>();
  expectTypeOf<
    ReportFieldsOf<'(def (Report.x 1) (volatile Report.y 0) (z 0)) (when (> Report.w 0) (report))'>
  >().toEqualTypeOf<'x' | 'y'>();
  expectTypeOf<ReportFieldsOf<'(def (gain 1)) (when true (report))'>>().toEqualTypeOf<never>();
  expectTypeOf<ReportFieldsOf<string>>().toEqualTypeOf<string>();
  expectTypeOf<
    ReportFieldsOf<'(def (Report (a 0))) (when true (report))' | '(def (Report (b 0))) (when true (report))'>
  >().toEqualTypeOf<'a' | 'b'>();
});

it('types a report by them', () => {
  type R = Report<'(def (Report (volatile acked 0))) (when true (report))'>;
  expectTypeOf<R['acked']>().toEqualTypeOf<number>();
  expectTypeOf<R['Cwnd']>().toEqualTypeOf<number>();
  expectTypeOf<R>().not.toHaveProperty('loss');
  expectTypeOf<Parameters<Aimd['onReport']>[0]['loss']>().toEqualTypeOf<number>();
});

it('refuses an onReport that reads a field its program does not report', () => {
  const PROGRAM = `
    (def (Report # what it tells
      (volatile acked 0) # bytes
      # (volatile loss 0)
      (rtt 0)))
    (when true (:= Report.acked (+ Report.acked Ack.bytes_acked)) (report))`;
  class Reads extends AlgBase<typeof PROGRAM> {
    override onReport(r: Report<typeof PROGRAM>): void {
      this.datapath.updateField('Cwnd', r.acked + r.rtt);
      // @ts-expect-error: it is commented out.
      this.datapath.updateField('Cwnd', r.loss);
    }
  }
  expectTypeOf<Parameters<Reads['onReport']>[0]>().not.toHaveProperty('loss');
  expectTypeOf<Parameters<Reads['onReport']>[0]['rtt']>().toEqualTypeOf<number>();
});

it('lets an algorithm that extends the bare AlgBase name its program at onReport', () => {
  const PROGRAM = '(def (Report (volatile acked 0))) (when true (:= Report.acked Ack.bytes_acked) (report))';
  class Named extends AlgBase {
    override onReport(r: Report<typeof PROGRAM>): void {
      this.datapath.updateField('Cwnd', r.acked + r.Cwnd);
      // @ts-expect-error: the program does not report it.
      this.datapath.updateField('Cwnd', r.aked);
    }
  }
  class Unnamed extends AlgBase {
    override onReport(r: Report): void {
      expectTypeOf(r['whatever']).toEqualTypeOf<number | undefined>();
    }
  }
  class Wrong extends AlgBase<typeof PROGRAM> {
    // @ts-expect-error: AlgBase knows another program.
    override onReport(_: Report<'(def (Report (rtt 0))) (when true (report))'>): void {}
  }
  expectTypeOf<Parameters<Named['onReport']>[0]>().toHaveProperty('acked');
  expectTypeOf([Named, Unnamed, Wrong]).toBeArray();
});
