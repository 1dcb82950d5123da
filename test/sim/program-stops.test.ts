import { expect, test } from 'vitest';
import { AlgBase } from '../../src/algorithms/index.js';
import { simulate } from '../../src/sim/index.js';

const UNDERFLOWS =
  '(def (Report (volatile x 0))) (when true (:= Report.x (- Flow.packets_in_flight 100)) (fallthrough)) (when (> Micros 1000) (report) (reset))';
const SCENARIO = { rate: '12Mbit', rtt: '40ms', queue: '1bdp', duration: '5s', loss: 0.0001, seed: 1 } as const;

const installs = (text: string) =>
  class Installs extends AlgBase {
    override onCreate(): void {
      this.datapath.install(text);
    }
    override onReport(): void {}
  };

test('arithmetic errors of a program are told with their place, by flow and in words', () => {
  const { programStops, notices, flows } = simulate({
    ...SCENARIO,
    flows: [{ algorithm: installs(UNDERFLOWS), count: 2 }, { algorithm: 'cubic' }],
  });
  expect(flows.map(({ reports }) => reports > 0)).toEqual([false, false, true]);
  expect(programStops.map(({ flow, code, text }) => [flow, code, text])).toEqual([
    [0, -94, '(- Flow.packets_in_flight 100)'],
    [1, -94, '(- Flow.packets_in_flight 100)'],
  ]);
  const [first, second] = programStops;
  expect(first!.times).toBeGreaterThan(100);
  expect(first!.range).toMatchObject({ line: 1, column: UNDERFLOWS.indexOf('(- Flow') + 1 });
  expect(notices).toEqual([
    {
      code: 'MOORING_ERR_SIM_PROGRAM_STOPPED',
      message: expect.stringContaining(
        `\`(- Flow.packets_in_flight 100)\` at 1:${first!.range!.column} went below zero ${first!.times + second!.times} times in 2 flows`,
      ),
    },
  ]);
});

test.each([
  ['(/ Cwnd (* 0 Cwnd))', -92, /divided by zero/],
  ['(+ (* (* 2000000000 2000000000) 4) (* (* 2000000000 2000000000) 4))', -91, /above/],
  ['(* (* (* 2000000000 2000000000) 4) 2)', -93, /above/],
  ['(- 1 Cwnd)', -94, /below zero/],
] as const)('%s is code %d', (expression, code, words) => {
  const text = `(def (Report (volatile x 0)))\n(when (> Ack.bytes_acked 0)\n  (:= Report.x ${expression}))`;
  const { programStops, notices } = simulate({ ...SCENARIO, flows: [{ algorithm: installs(text) }] });
  expect(programStops).toMatchObject([{ code, range: { line: 3 } }]);
  expect(notices[0]!.message).toMatch(words);
});

test('they stay told when their flows have ended, and a sound program tells none', () => {
  const ended = simulate({ ...SCENARIO, flows: [{ algorithm: installs(UNDERFLOWS), size: '200kB' }] });
  expect(ended.flows[0]!.endUs).not.toBeNull();
  expect(ended.programStops).toMatchObject([{ flow: 0, code: -94 }]);
  expect(simulate({ ...SCENARIO, flows: [{ algorithm: 'cubic' }, { algorithm: 'aimd' }] }).programStops).toEqual([]);
});
