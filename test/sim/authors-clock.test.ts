import { expect, test } from 'vitest';
import { AlgBase, INFINITY, type Report } from '../../src/algorithms/index.js';
import { createSimulation, describeFailure, type Scenario, simulate } from '../../src/sim/index.js';

const PROGRAM = `
(def (Report (volatile acked 0) (now 0)))
(when true
  (:= Report.acked (+ Report.acked Ack.bytes_acked))
  (:= Report.now Ack.now)
  (fallthrough))
(when (> Micros 100000) (report) (reset))`;

const scenario = { rate: '12Mbit', rtt: '40ms', queue: '1bdp', duration: '10s', seed: 3 } as const;
/** Loss is drawn, so that the run has nothing else to say of itself. */
const DRAWN = { loss: 0.001 } as const;
const run = (
  algorithm: NonNullable<NonNullable<Scenario['flows']>[number]['algorithm']>,
  more: Partial<Scenario> = {},
) => simulate({ ...scenario, ...more, flows: [{ algorithm }] });

test('nowUs, after and every follow the simulated clock, to the µs', () => {
  const seen: string[] = [];
  class Clocked extends AlgBase<typeof PROGRAM> {
    override onCreate(): void {
      this.datapath.install(PROGRAM);
      const startUs = this.datapath.nowUs;
      const since = () => this.datapath.nowUs - startUs;
      this.datapath.after(1234, () => seen.push(`once ${since()}`));
      const timer = this.datapath.every(2_000_000, () => {
        seen.push(`tick ${since()}`);
        if (since() > 5e6) timer.cancel();
      });
    }
    override onReport(r: Report<typeof PROGRAM>): void {
      // The report took half the agent's reaction time, 0 here, from the ACK to the agent.
      expect(this.datapath.nowUs).toBeGreaterThanOrEqual(r.now);
      expect(this.datapath.nowUs - r.now).toBeLessThan(2);
    }
  }
  const result = run(Clocked);
  expect(result.failures).toEqual([]);
  expect(seen).toEqual(['once 1234', 'tick 2000000', 'tick 4000000', 'tick 6000000']);
  expect(result.flows[0]!.reports).toBeGreaterThan(70);
});

/** Doubles its window in a timer, with nothing to do with reports. */
class Widens extends AlgBase<typeof PROGRAM> {
  override onCreate(): void {
    this.datapath.install(PROGRAM);
    let segments = 2;
    this.datapath.every(700_000.5, () => {
      segments += 3;
      this.datapath.updateField('Cwnd', segments * this.datapathInfo.mss);
      this.datapath.note('segments', segments);
    });
  }
  override onReport(): void {}
}

test('what a timer sets reaches the datapath, and the run is the same in whatever steps it is made', () => {
  const whole = run(Widens);
  const simulation = createSimulation({ ...scenario, flows: [{ algorithm: Widens }] });
  for (let at = 0; at <= 10_000_000; at += 333_333) simulation.runUntil(at);
  simulation.runUntil(10_000_000);
  expect(simulation.result().summary).toEqual(whole.summary);
  const { cwndBytes } = whole.series.flows[0]!;
  expect(cwndBytes.at(-1)).toBe((2 + 3 * 14) * 1448);
});

test('what an algorithm notes is a curve of its flow, as it stood at the end of each bin', () => {
  const { series } = run(Widens);
  const { segments } = series.flows[0]!.notes;
  expect(segments).toHaveLength(series.timeUs.length);
  const at = (us: number) => segments![series.timeUs.findIndex((time) => time >= us)];
  expect([at(600_000), at(800_000), at(1_500_000), segments!.at(-1)]).toEqual([Number.NaN, 5, 8, 44]);
  expect(run('cubic').series.flows[0]!.notes).toEqual({});
  expect(run(Widens, { series: false }).series.flows).toEqual([]);
});

test('a rate of INFINITY goes back to unpaced', () => {
  class Paces extends AlgBase<typeof PROGRAM> {
    override onCreate(): void {
      this.datapath.install(PROGRAM, { fields: { Cwnd: 100 * this.datapathInfo.mss, Rate: 125_000 } });
      this.datapath.after(5_000_000, () => this.datapath.updateField('Rate', INFINITY));
    }
    override onReport(): void {}
  }
  const { series } = run(Paces);
  const rate = series.flows[0]!.deliveryRateBytesPerSecond;
  const mean = (from: number, to: number) => {
    const part = rate.filter((_, bin) => series.timeUs[bin]! > from && series.timeUs[bin]! <= to);
    return part.reduce((sum, value) => sum + value, 0) / part.length;
  };
  expect(mean(1e6, 5e6)).toBeLessThan(130_000);
  expect(mean(6e6, 10e6)).toBeGreaterThan(1_300_000);
});

test('an algorithm that asks the host for time or chance gets a notice for each way, and what it asked for', () => {
  const told: number[] = [];
  class Hosts extends AlgBase<typeof PROGRAM> {
    override onCreate(): void {
      this.datapath.install(PROGRAM);
      // biome-ignore lint/complexity/useDateNow: the constructor is another way to ask.
      told.push(Date.now(), Number(new Date()), performance.now(), Math.random());
      clearTimeout(setTimeout(() => {}, 0));
      expect(new Date(5).getTime()).toBe(5);
      expect(new Date() instanceof Date).toBe(true);
    }
    override onReport(): void {
      Date.now();
    }
  }
  const before = [Date, Date.now, performance.now, setTimeout, Math.random];
  const { notices, failures } = run(Hosts, DRAWN);
  expect(failures).toEqual([]);
  expect(notices.map(({ code, message }) => [code, /called (\S+(?: Date\(\))?)/.exec(message)?.[1]])).toEqual(
    ['Date.now', 'new Date()', 'performance.now', 'Math.random', 'setTimeout'].map((name) => [
      'MOORING_ERR_SIM_HOST_CLOCK',
      name,
    ]),
  );
  expect(notices[0]!.message).toContain('this.datapath.nowUs');
  expect(told.every(Number.isFinite)).toBe(true);
  expect([Date, Date.now, performance.now, setTimeout, Math.random]).toEqual(before);
  expect(run('cubic', DRAWN).notices).toEqual([]);
});

test('a failure says in which flow and file, when, and shows the lines of a bad program', () => {
  class Late extends AlgBase<typeof PROGRAM> {
    override onCreate(): void {
      this.datapath.install(PROGRAM);
    }
    override onReport(): void {
      if (this.datapath.nowUs > 2_000_000 && this.datapathInfo.srcPort === 1) this.datapath.updateField('Cwnd', 1.5);
    }
  }
  const late = simulate({ ...scenario, flows: [{ algorithm: Late, count: 2 }] }).failures;
  expect(late).toMatchObject([{ algorithm: 'Late', phase: 'report', flow: 1, times: 1 }]);
  expect(late[0]!.timeUs).toBeGreaterThan(2_000_000);
  expect(late[0]!.place).toMatch(/authors-clock\.test\.ts:\d+:\d+$/);
  expect(describeFailure(late[0]!)).toMatch(
    /Late failed in onReport of flow 1 at 2\.\d+ s \(.*authors-clock\.test\.ts:\d+:\d+\)/,
  );

  class Bad extends AlgBase {
    override onCreate(): void {
      this.datapath.install('(def)\n(when true\n  (:= Cwnd x))');
    }
    override onReport(): void {}
  }
  const [bad] = run(Bad).failures;
  expect(bad!.excerpt).toBe('3:12 undefined-name `x` is not defined\n  3 |   (:= Cwnd x))\n    |            ^');
  expect(describeFailure(bad!)).toContain(bad!.excerpt);
});
