import { describe, expect, it } from 'vitest';
import { compareRows, planComparison } from '../../../src/node/jobs/comparison.js';
import { parseFlow } from '../../../src/node/jobs/flow-text.js';
import { type Row, resultRows } from '../../../src/node/jobs/rows.js';
import { type Cell, SUITES, type SuiteName } from '../../../src/node/jobs/suites.js';
import { normaliseScenario, type Scenario, simulate } from '../../../src/sim/index.js';
import { applyOverrides } from '../../../src/sweep/overrides.js';

describe('suites', () => {
  it.each(Object.keys(SUITES) as SuiteName[])(
    '%s has networks that a run takes, each with a name of its own',
    (name) => {
      const { cells } = SUITES[name] as { readonly cells: readonly Cell[] };
      expect(new Set(cells.map((cell) => cell.name)).size).toBe(cells.length);
      for (const { scenario } of planComparison(['cubic', 'builtin:bbr'], name, 1).jobs)
        expect(() => normaliseScenario(scenario)).not.toThrow();
    },
  );
});

describe('a comparison', () => {
  it('runs each alone, each by itself, and every pair, a pair of its own too', () => {
    const { jobs } = planComparison(['a', 'b', 'c'], 'ccp', 2);
    expect(jobs.length).toBe(3 * 2 * (3 + 3 + 6));
    expect(jobs.map(({ index }) => index)).toEqual(jobs.map((_, index) => index));
    expect(new Set(jobs.map(({ scenario }) => scenario.seed))).toEqual(new Set([1, 2]));
  });

  it('tells share and harm from either side, and ranks by power', () => {
    const plan = planComparison(['a', 'b'], 'ccp', 1);
    const flow = (row: Row, throughput: number, more: Row = {}): Row => ({
      ...row,
      throughputBytesPerSecond: throughput,
      runUtilisation: 1,
      runRttP95Us: row['subject'] === 'a' ? 40_000 : 20_000,
      ...more,
    });
    const rows = plan.jobs.flatMap(({ rows: row }) => {
      if (row['kind'] !== 'pair') return [flow(row, 100)];
      if (row['beside'] === row['subject']) return [flow(row, 50), flow(row, 50)];
      return [flow(row, 80), flow(row, 20)];
    });
    const { ranking, beside, alone } = compareRows(plan, rows);
    const of = (algorithm: string, other: string) =>
      beside.find((one) => one.algorithm === algorithm && one.beside === other)!;
    expect(of('a', 'b').share.mean).toBeCloseTo(0.8);
    expect(of('b', 'a').share.mean).toBeCloseTo(0.2);
    expect(of('a', 'b').harm.mean).toBeCloseTo(0.2);
    expect(of('b', 'a').harm.mean).toBeCloseTo(0.8);
    expect(of('a', 'a').harm.mean).toBeCloseTo(0.5);
    expect(ranking.map(({ algorithm, power }) => [algorithm, power])).toEqual([
      ['b', 1],
      ['a', 0.5],
    ]);
    expect(alone.length).toBe(2 * SUITES.ccp.cells.length);
    expect(alone[0]!.jain.mean).toBeNull();
  });

  it('with a run missing gives no place to whom it is missing', () => {
    const plan = planComparison(['a', 'b'], 'ccp', 1);
    const { ranking } = compareRows(plan, []);
    expect(ranking.map(({ power }) => power)).toEqual([null, null]);
  });

  it('of the real thing says what is known of it: over marks DCTCP has next to no queue, and leaves Reno nothing', () => {
    const plan = planComparison(['builtin:dctcp', 'builtin:cubic'], 'datacentre', 1);
    const rows = plan.jobs.flatMap(({ rows: row, scenario }) => resultRows(row, simulate(scenario)));
    const { alone } = compareRows(plan, rows);
    const [dctcp, cubic] = alone.filter(({ cell }) => cell === '2 flows');
    expect(dctcp!.utilisation.mean!).toBeGreaterThan(0.95);
    expect(dctcp!.queueDelayP95Us.mean!).toBeLessThan(500);
    expect(cubic!.jain.mean).not.toBeNull();
  });
});

describe('--flow', () => {
  it('is a group of flows of a scenario', () => {
    expect(parseFlow('alg=./bbr.ts,count=2,start=5s,rtt=80ms')).toEqual({
      algorithm: './bbr.ts',
      count: 2,
      start: '5s',
      rtt: '80ms',
    });
    const flow = parseFlow('alg=cubic, size=1MB, ecn=accurate, pacing=yes, delayedAcks=false, rate=2Mbit');
    expect(flow).toMatchObject({
      ecn: 'accurate',
      pacing: true,
      delayedAcks: false,
      source: { kind: 'rate', rate: '2Mbit' },
    });
    expect(normaliseScenario({ flows: [flow] }).flows[0]).toMatchObject({ sizeBytes: 1e6, ecn: 'accurate' });
    expect(parseFlow('alg=cubic,ecn=true').ecn).toBe(true);
  });

  it.each([
    ['count=2', /alg is missing/],
    ['alg=cubic,count', /"count" is not NAME=VALUE/],
    ['alg=cubic,count=', /is not NAME=VALUE/],
    ['alg=cubic,count=two', /count wants a number, not "two"/],
    ['alg=cubic,pacing=maybe', /pacing wants true or false/],
    ['alg=cubic,cwnd=3', /there is no cwnd: there are alg, name, start/],
    ['alg=cubic,alg=reno', /alg is given twice/],
  ])('%s is refused', (text, message) => {
    expect(() => parseFlow(text)).toThrow(message);
    expect(() => parseFlow(text)).toThrow(expect.objectContaining({ code: 'MOORING_ERR_BAD_ARGUMENT' }));
  });

  it('and --alg a,b set one beside the other', () => {
    const given: Scenario = { flows: [{ algorithm: 'cubic', rtt: '80ms' }] };
    expect(applyOverrides(given, { alg: 'bbr,builtin:cubic', flows: '3' }).flows).toEqual([
      { algorithm: 'bbr', rtt: '80ms', count: 3 },
      { algorithm: 'builtin:cubic', rtt: '80ms', count: 3 },
    ]);
  });
});
