import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { estimate } from '../../src/base/index.js';
import { planSweep } from '../../src/node/jobs/plan.js';
import { resultRows } from '../../src/node/jobs/rows.js';
import { isTraceName, type Scenario, simulate } from '../../src/sim/index.js';
import {
  applyOverrides,
  binsOf,
  cellMeans,
  columnsOfSweep,
  combinations,
  filterRuns,
  freezeSweep,
  needsFiles,
  pairedDifferences,
  type Sweep,
  scenarioOfRun,
  sortRuns,
  sweepOf,
  tableOfRows,
  thawSweep,
  whyNoScenario,
} from '../../src/sweep/index.js';

const base: Scenario = {
  rate: '4Mbit',
  rtt: '20ms',
  queue: '1bdp',
  flows: [{ algorithm: 'builtin:reno' }],
  duration: '1s',
  seed: 1,
};

/** Rows as a sweep writes them, of runs whose numbers are made up by `numbersOf`. */
function made(
  axes: Readonly<Record<string, readonly string[]>>,
  repeat: number,
  numbersOf: (chosen: Readonly<Record<string, string>>, seed: number) => Readonly<Record<string, number | null>>,
  flows = 1,
): Sweep {
  const names = Object.keys(axes);
  let chosen: Record<string, string>[] = [{}];
  for (const name of names) chosen = chosen.flatMap((one) => axes[name]!.map((value) => ({ ...one, [name]: value })));
  let run = 0;
  const rows = chosen.flatMap((one) =>
    Array.from({ length: repeat }, (_, at) => {
      const own = { run: run++, ...one, repeat: at + 1, seed: 1 + at };
      return Array.from({ length: flows }, (_, flow) => ({
        ...{ ...own, flow, name: `f${flow}`, algorithm: 'x', throughputBytesPerSecond: flow + 1 },
        ...numbersOf(one, 1 + at),
      }));
    }).flat(),
  );
  return sweepOf(tableOfRows(rows), { base });
}

describe('a sweep that was run', () => {
  const axes = [
    { key: 'rate' as const, values: ['2Mbit', '4Mbit'] },
    { key: 'alg' as const, values: ['builtin:reno', 'builtin:cubic'] },
  ];
  const plan = planSweep(base, axes, 2);
  const rows = [...plan.jobs].flatMap((job) =>
    resultRows({}, simulate(job.scenario)).map((row) => ({ ...job.rows, ...row })),
  );
  const sweep = sweepOf(tableOfRows(rows), { base, axes });

  test('has what was varied, in the order of its axes, and the numbers of each run', () => {
    expect(sweep.length).toBe(8);
    expect(sweep.keys.map(({ name, values }) => [name, values])).toEqual([
      ['rate', ['2Mbit', '4Mbit']],
      ['alg', ['builtin:reno', 'builtin:cubic']],
    ]);
    const throughput = sweep.measures.find(({ name }) => name === 'throughput')!;
    rows.forEach((row, run) => {
      expect(throughput.values[run]).toBe((row as Record<string, unknown>)['runThroughputBytesPerSecond']);
    });
  });

  test('gives each run again: the scenario of a row is that of its job, to the bit of its result', () => {
    for (const { index, scenario } of plan.jobs) {
      const again = scenarioOfRun(sweep, index);
      expect(again).toEqual({ ...scenario, series: undefined, ...('series' in again ? { series: again.series } : {}) });
      const { summary } = simulate(again);
      const throughput = sweep.measures.find(({ name }) => name === 'throughput')!.values[index];
      expect(summary.throughputBytesPerSecond).toBe(throughput);
    }
  });

  test('is the same frozen and thawed, its numbers to seven digits', () => {
    const thawed = thawSweep(JSON.parse(JSON.stringify(freezeSweep(sweep))));
    expect(thawed.keys).toEqual(sweep.keys);
    expect(thawed.seeds).toEqual(sweep.seeds);
    expect(thawed.isSample).toEqual(sweep.isSample);
    thawed.measures.forEach(({ values }, i) => {
      values.forEach((value, run) => {
        const was = sweep.measures[i]!.values[run]!;
        if (Number.isNaN(was)) expect(value).toBeNaN();
        else expect(Math.abs(value - was)).toBeLessThanOrEqual(Math.abs(was) * 1e-6);
      });
    });
  });
});

test('columns of a table that a sweep is made of are few of it, and all that it needs', () => {
  const names = [
    'run',
    'rate',
    'repeat',
    'seed',
    'flow',
    'name',
    'bytesAcked',
    'runJain',
    'runJainMean',
    'runRttP95Us',
  ];
  expect(columnsOfSweep(names)).toEqual(['run', 'rate', 'repeat', 'seed', 'flow', 'runJain', 'runRttP95Us']);
  expect(columnsOfSweep(['a', 'b'])).toEqual([]);
});

test('what a run does not know is not known, and what no run knows is no measure', () => {
  const sweep = made({ rate: ['1Mbit', '2Mbit'] }, 1, ({ rate }) => ({
    ...{ runThroughputBytesPerSecond: rate === '1Mbit' ? null : 5, runJain: null, runLossRate: 0 },
  }));
  expect(sweep.measures.map(({ name }) => name)).toEqual(['throughput', 'lossRate']);
  expect([...sweep.measures[0]!.values]).toEqual([Number.NaN, 5]);
  expect([...sweep.measures[1]!.values]).toEqual([0, 0]);
});

test('a seed that was varied is a key; one that counts repeats is none', () => {
  const varied = sweepOf(tableOfRows([1, 2].map((seed, run) => ({ run, seed, repeat: 1, flow: 0, runJain: 1 }))), {
    base,
  });
  expect(varied.keys.map(({ name }) => name)).toEqual(['seed']);
  expect(made({ rate: ['1Mbit'] }, 3, () => ({ runJain: 1 })).keys.map(({ name }) => name)).toEqual(['rate']);
});

test('the share of the first flow is told of runs with several', () => {
  const sweep = made({ rate: ['1Mbit'] }, 1, () => ({ runJain: 1 }), 3);
  expect(sweep.length).toBe(1);
  expect(sweep.measures.find(({ name }) => name === 'firstShare')!.values[0]).toBeCloseTo(1 / 6, 12);
});

test('values drawn out of a range are in order of their size; those that were written as they were written', () => {
  const drawn = Array.from({ length: 40 }, (_, i) => `${((i * 17) % 40) + 1}Mbit`);
  const sweep = made({ rate: drawn }, 1, () => ({ runJain: 1 }));
  expect(sweep.keys[0]!.sizes).toEqual([...sweep.keys[0]!.sizes!].sort((a, b) => a - b));
  const written = made({ rate: ['10Mbit', '1Mbit'] }, 1, () => ({ runJain: 1 }));
  expect(written.keys[0]!.values).toEqual(['10Mbit', '1Mbit']);
});

test('sizes of queues in one unit are numbers, in several they are words', () => {
  const one = made({ queue: ['1bdp', '2bdp'] }, 1, () => ({ runJain: 1 })).keys[0]!;
  expect([one.sizes, one.unit]).toEqual([[1, 2], 'none']);
  expect(made({ queue: ['1bdp', '64KiB'] }, 1, () => ({ runJain: 1 })).keys[0]!.sizes).toBeNull();
});

describe('a filter', () => {
  const sweep = made({ alg: ['cubic', 'bbr', 'reno'], rate: ['1Mbit', '10Mbit'] }, 2, ({ alg, rate }, seed) => ({
    runThroughputBytesPerSecond: (rate === '1Mbit' ? 1 : 10) * 125_000 * (alg === 'bbr' ? 0.9 : 0.8),
    runRttP95Us: alg === 'reno' ? null : 40_000 + seed * 1000,
  }));
  const left = (filter: string): number => {
    const { runs, fault } = filterRuns(sweep, filter);
    expect(fault).toBeNull();
    return runs.length;
  };

  test.each([
    ['', 12],
    ['alg=bbr', 4],
    ['alg=bbr,reno rate=10Mbit', 4],
    ['alg!=bbr', 8],
    // However it is written, a rate is the same rate.
    ['rate=10000kbit', 6],
    ['rate>1Mbit', 6],
    ['rate >= 1Mbit', 12],
    ['throughput>8.5Mbit', 2],
    // What is not known holds for nothing.
    ['rttP95<50ms', 8],
    ['rttP95!=1ms', 8],
    ['seed=2', 6],
    ['CUB', 4],
    ['cubic 10M', 2],
  ])('%s leaves %i runs', (filter, count) => {
    expect(left(filter)).toBe(count);
  });

  test.each([
    ['speed>3', 'nothing is called "speed"'],
    ['alg>3', 'are words'],
    ['throughput>3ms', 'such as 10Mbit'],
    ['rate>3ms', 'like with like'],
    ['seed=one', 'a seed is a number'],
    ['rate>', 'compares with nothing'],
    ['x'.repeat(501), 'at most'],
  ])('%s is told what is wrong with it, and all runs are shown', (filter, why) => {
    const { runs, fault } = filterRuns(sweep, filter);
    expect(fault).toContain(why);
    expect(runs.length).toBe(12);
  });

  test('any text gives runs or a reason', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const { runs, fault } = filterRuns(sweep, text);
        return runs.length <= 12 && (fault === null || fault.length > 5);
      }),
    );
  });
});

test('runs are sorted by any column, those that are not known last either way', () => {
  const sweep = made({ rate: ['2Mbit', '10Mbit', '1Mbit'] }, 1, ({ rate }) => ({
    runRttP95Us: rate === '10Mbit' ? null : rate === '2Mbit' ? 7 : 9,
    runJain: 1,
  }));
  const all = Uint32Array.of(0, 1, 2);
  expect([...sortRuns(sweep, all, 'rttP95', false)]).toEqual([0, 2, 1]);
  expect([...sortRuns(sweep, all, 'rttP95', true)]).toEqual([2, 0, 1]);
  expect([...sortRuns(sweep, all, 'rate', false)]).toEqual([2, 0, 1]);
  expect([...sortRuns(sweep, all, 'jain', true)]).toEqual([0, 1, 2]);
  expect([...sortRuns(sweep, all, null, true)]).toEqual([2, 1, 0]);
});

test('repeats are samples of their combination; those in which nothing was drawn are one', () => {
  const sweep = made({ rate: ['1Mbit', '2Mbit'] }, 3, ({ rate }, seed) => ({
    runJain: rate === '1Mbit' ? 0.5 : seed / 4,
    runDrawn: rate === '1Mbit' ? 0 : 1,
  }));
  const all = Uint32Array.from({ length: 6 }, (_, run) => run);
  const found = combinations(sweep, all);
  expect(found.map(({ run, n }) => [run, n])).toEqual([
    [0, 1],
    [3, 3],
  ]);
  expect(found[0]!.estimates[0]).toEqual({ mean: 0.5, ci95: null, n: 1 });
  expect(found[1]!.estimates[0]!.ci95).toBeCloseTo(estimate([0.25, 0.5, 0.75]).ci95!, 12);
});

test('the mean of a cell is that of its runs, with the interval of their spread', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 2, maxLength: 30 }),
      (values) => {
        const sweep = made({ rate: ['1Mbit'], rtt: ['1ms'] }, values.length, (_, seed) => ({
          runJain: values[seed - 1]!,
        }));
        const all = Uint32Array.from(values.keys());
        const [x, y] = sweep.keys.map(binsOf);
        const found = cellMeans(sweep, all, x!, y!, sweep.measures[0]!).estimate(0);
        const wanted = estimate(values);
        expect(found.n).toBe(values.length);
        expect(Math.abs(found.mean! - wanted.mean!)).toBeLessThanOrEqual(1e-6);
        expect(Math.abs(found.ci95! - wanted.ci95!)).toBeLessThanOrEqual(1e-3 * Math.max(1, wanted.ci95!));
      },
    ),
    { numRuns: 30 },
  );
});

test('of many values drawn out of a range parts of it are cells, and each value lies within its part', () => {
  const drawn = Array.from({ length: 200 }, (_, i) => `${1 + i}Mbit`);
  const bins = binsOf(made({ rate: drawn }, 1, () => ({ runJain: 1 })).keys[0]!);
  expect(bins.count).toBe(20);
  bins.key.sizes!.forEach((size, place) => {
    const bin = bins.of[place]!;
    expect(size).toBeGreaterThanOrEqual(bins.edges![bin]! * (1 - 1e-9));
    expect(size).toBeLessThanOrEqual(bins.edges![bin + 1]! * (1 + 1e-9));
  });
});

test('head to head compares runs that are alike in all else, so that what the rest does is not taken for it', () => {
  // The rate makes a difference of a hundred, the algorithm one of 1 or 2 seed by seed.
  const sweep = made({ alg: ['a', 'b'], rate: ['1Mbit', '2Mbit'] }, 2, ({ alg, rate }, seed) => ({
    runJain: (rate === '1Mbit' ? 0 : 100) + (alg === 'a' ? seed : 0),
  }));
  const all = Uint32Array.from({ length: sweep.length }, (_, run) => run);
  const { cells } = pairedDifferences(sweep, all, sweep.keys[0]!, sweep.measures[0]!);
  expect(cells[0]![1]).toMatchObject({ mean: 1.5, n: 4, more: 4 });
  expect(cells[1]![0]).toMatchObject({ mean: -1.5, n: 4, more: 0 });
  expect(cells[0]![1]!.ci95).toBeCloseTo(estimate([1, 2, 1, 2]).ci95!, 12);
  expect(cells[0]![0]).toMatchObject({ mean: null, n: 0 });
});

test('a run of results that do not say their scenario is not made again, with the reason', () => {
  const sweep = made({ rate: ['1Mbit'] }, 1, () => ({ runJain: 1 }));
  expect(whyNoScenario(sweep)).toBeUndefined();
  expect(whyNoScenario({ ...sweep, base: null })).toContain('results.parquet');
  expect(whyNoScenario({ ...sweep, keys: [{ ...sweep.keys[0]!, name: 'cell' }] })).toContain('"cell"');
});

test('files that a scenario names are known by their last names', () => {
  const links = [{ trace: '/data/a.trace' }];
  const scenario = applyOverrides({ ...base, links } as Scenario, { alg: '../mine/fast.ts' });
  expect(needsFiles(scenario, isTraceName)).toEqual({ code: ['fast.ts'], traces: ['a.trace'] });
  expect(needsFiles(base, isTraceName)).toEqual({ code: [], traces: [] });
});

test('a table that is none of ours is refused in words', () => {
  expect(() => sweepOf(tableOfRows([{ a: 1 }]), { base })).toThrow('none that `mooring sim` writes');
});
