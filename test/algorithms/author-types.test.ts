import { expectTypeOf, it } from 'vitest';
import { Agent } from '../../src/agent/index.js';
import { AlgBase, Cubic, type FlowControl, type Report } from '../../src/algorithms/index.js';
import { connect } from '../../src/node/agent/index.js';
import type { Scenario } from '../../src/sim/index.js';

// Checked by `tsc -p tsconfig.json`; vitest only runs it, and calls none of these functions.

const A = '(def (Report (volatile acked 0)) (gain 2) (Control.k 1)) (when true (report))';
const B = '(def (Report (rtt 0)) (probe false)) (when true (report))';

it('updateField, install and fields know the program', () => {
  class Knows extends AlgBase<typeof A> {
    override onCreate(): void {
      this.datapath.install(A, { fields: { gain: 3, Cwnd: 14480, 'Control.k': 2 } });
      this.datapath.updateField('gain', 4);
      this.datapath.updateFields({ Rate: 5, gain: 6n });
      this.datapath.updateFields(new Map([['gain', 7]] as const));
      // @ts-expect-error: it is called gain.
      this.datapath.updateField('gian', 4);
      // @ts-expect-error: a report field is not set.
      this.datapath.updateField('acked', 4);
      // @ts-expect-error: it is called gain.
      this.datapath.updateFields({ gian: 4 });
      // @ts-expect-error: it is called gain.
      this.datapath.install(A, { fields: { gian: 4 } });
      // @ts-expect-error: not the program this class is about.
      this.datapath.install(B);
    }
    override onReport(_: Report<typeof A>): void {}
  }
  class Anything extends AlgBase {
    override onCreate(): void {
      this.datapath.install(`(def) ${''}`);
      this.datapath.updateField(`x${''}`, 1);
    }
    override onReport(): void {}
  }
  expectTypeOf([Knows, Anything]).toBeArray();
  expectTypeOf<FlowControl>().toExtend<FlowControl<typeof A>>();
});

it('of several programs, a field is read only where it is clear which one reported', () => {
  class Both extends AlgBase<typeof A | typeof B> {
    override onCreate(): void {
      this.datapath.install(A);
      this.datapath.install(B);
    }
    override onReport(r: Report<typeof A | typeof B>): void {
      // @ts-expect-error: program B may have reported.
      this.datapath.updateField('Cwnd', r.acked);
      if (r.program === A) this.datapath.updateField('Cwnd', r.acked);
      else expectTypeOf(r.rtt).toEqualTypeOf<number>();
      this.datapath.updateField('probe', r.Cwnd);
    }
  }
  expectTypeOf(Both).toBeObject();
});

it('connect tells workers from the caller’s thread, and knows the catalogue', () => {
  const calls = [
    () => connect('unix', 'cubic', { workers: 4, watchdogMs: 100 }),
    () => connect('unix', new URL('file:///alg.js'), { workers: 4 }),
    () => connect('unix', Cubic),
    () => connect('unix', { a: Cubic, b: Cubic }, { default: 'b' }),
    // @ts-expect-error: a class runs in this thread.
    () => connect('unix', Cubic, { workers: 4 }),
    // @ts-expect-error: there is no such algorithm.
    () => connect('unix', 'cubbic'),
    // @ts-expect-error: there is no such algorithm among these.
    () => connect('unix', { a: Cubic, b: Cubic }, { default: 'c' }),
    () => new Agent({ algorithms: { cubic: Cubic }, default: 'cubic' }),
    // @ts-expect-error: there is no such algorithm among these.
    () => new Agent({ algorithms: { cubic: Cubic }, default: 'cubbic' }),
  ];
  expectTypeOf(calls).toBeArray();
});

it('quantities have units that there are', () => {
  const flows = [{ algorithm: 'cubic' }];
  const rate = 12;
  const scenarios: Scenario[] = [
    { rate: '12Mbit', rtt: '40ms', queue: '1bdp', duration: '1.5 min', loss: '1%', flows },
    { rate: `${rate}Mbit`, rtt: `${rate / 7}ms`, queue: '64KiB', flows: [{ algorithm: 'cubic', size: '1MB' }] },
    { rate: '1.5 MB/s', queue: { kind: 'codel', target: '5ms' }, flows },
    // @ts-expect-error: bdp.
    { queue: '1bpd', flows },
    // @ts-expect-error: a rate has a unit.
    { rate: '12', flows },
    // @ts-expect-error: a size is no rate.
    { rate: '12MB', flows },
    // @ts-expect-error: a rate is no time.
    { rtt: '40Mbit', flows },
    // @ts-expect-error: ms.
    { rtt: '40msec', flows },
  ];
  expectTypeOf(scenarios).toBeArray();
});
