import { describe, expect, test } from 'vitest';
import { AlgBase, type Report } from '../../src/algorithms/index.js';
import { inspectInstant, type Scenario, simulate } from '../../src/sim/index.js';

const PROGRAM = `
(def (Report (volatile acked 0) (volatile loss 0)) (step 2))
(when true
  (:= Report.acked (+ Report.acked Ack.bytes_acked))
  (:= Report.loss Ack.lost_pkts_sample)
  (fallthrough))
(when (> Micros Flow.rtt_sample_us) (report) (reset))`;

class Mine extends AlgBase<typeof PROGRAM> {
  cwnd = 20_000;
  override onCreate(): void {
    this.datapath.install(PROGRAM, { fields: { Cwnd: this.cwnd } });
  }
  override onReport(report: Report<typeof PROGRAM>): void {
    this.cwnd += report.acked / 100;
    this.datapath.note('cwnd', this.cwnd);
    this.datapath.updateFields({ step: 7, Cwnd: Math.floor(this.cwnd) });
  }
}

class Throws extends Mine {
  override onReport(): void {
    throw new Error('not today');
  }
}

const of = (algorithm: Scenario['flows'][0]['algorithm']): Scenario => ({
  rate: '12Mbit',
  rtt: '40ms',
  queue: '1bdp',
  flows: [{ algorithm }],
  duration: '4s',
});

describe('an instant', () => {
  test('tells the last report, what was set after it, and the run of the program for the last ACK', () => {
    const { atUs, flows, ack } = inspectInstant(of(Mine), 2_000_000, 0);
    expect(atUs).toBe(2_000_000);
    const { report, limit } = flows[0]!;
    expect(limit).toBe('startup');
    expect(report!.timeUs).toBeGreaterThan(1_900_000);
    expect(report!.fields.map(({ name }) => name)).toEqual(['Report.acked', 'Report.loss']);
    expect(report!.sets.map(({ name, value }) => [name.replace('Control.', ''), value])).toEqual([
      ['step', 7],
      ['Cwnd', Math.floor(report!.notes[0]!.value as number)],
    ]);
    expect(report!.failure).toBeNull();
    expect(ack!.timeUs).toBeLessThanOrEqual(2_000_000);
    expect(ack!.source).toBe(PROGRAM);
    // The condition comes before it.
    expect(ack!.steps[0]!.text).toBe('bind    flag = 1');
    const first = ack!.steps.find(({ text }) => text.includes('Ack.bytes_acked'));
    const { start, end } = first!.range!;
    expect(PROGRAM.slice(start, end)).toContain('Ack.bytes_acked');
    expect(BigInt(first!.left) + BigInt(first!.right)).toBe(BigInt(first!.result));
    expect(ack!.inputs.find(({ name }) => name === 'Ack.bytes_acked')!.value).toBe(first!.right as never);
  });

  test('following it changes nothing: the window of the instant is the run’s', () => {
    const scenario = { ...of(Mine), series: { bin: '100ms' } } as Scenario;
    const { series } = simulate(scenario);
    const bin = series.timeUs.indexOf(3_000_000);
    const { flows, ack } = inspectInstant(scenario, 3_000_000, 0);
    const cwnd = Number(ack!.inputs.find(({ name }) => name === 'Cwnd')!.value);
    const set = Number(flows[0]!.report!.sets.find(({ name }) => name === 'Cwnd')!.value);
    expect([cwnd, set, ack!.cwndBytes]).toContain(series.flows[0]!.cwndBytes[bin]);
  });

  test('an algorithm that throws is told of, a sender without an agent has no report', () => {
    expect(inspectInstant(of(Throws), 1_000_000, 0).flows[0]!.report!.failure).toContain('not today');
    const { flows, ack } = inspectInstant(of('builtin:reno'), 1_000_000, 0);
    expect(flows[0]!.report).toBeNull();
    expect(ack).toBeNull();
  });

  test('before the beginning there is nothing, beyond the end the end', () => {
    const begin = inspectInstant(of(Mine), -5, 0);
    expect([begin.atUs, begin.ack, begin.flows[0]?.report ?? null]).toEqual([0, null, null]);
    expect(inspectInstant(of(Mine), 1e12, 0).atUs).toBe(4_000_000);
  });

  test('changes made on the way are made again', () => {
    const change = { kind: 'linkDown', link: 0, down: true } as const;
    const { flows } = inspectInstant(of(Mine), 3_000_000, 0, [{ atUs: 1_000_000, change }]);
    expect(flows[0]!.report!.timeUs).toBeLessThan(1_200_000);
  });
});
