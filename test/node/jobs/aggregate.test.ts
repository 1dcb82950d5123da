import { expect, test } from 'vitest';
import { aggregateRuns, planSweep, type Row, resultRows, withEstimates } from '../../../src/node/jobs/index.js';
import { type Scenario, simulate } from '../../../src/sim/index.js';

const base: Scenario = { duration: '2s', flows: [{ algorithm: 'builtin:cubic', count: 2 }] };
const plan = planSweep(base, [{ key: 'rate', values: ['4Mbit', '8Mbit'] }], 4);

/** Two rows a run, one for each flow. */
function rowsOf(values: readonly (number | null)[], drawn = 1): Row[] {
  return values.flatMap((value, run) =>
    [0, 1].map((flow) => ({ run, rate: '4Mbit', seed: run, flow, runJain: value, runDrawn: drawn })),
  );
}

test('repeats give mean, half the 95 % confidence interval, and how many they are', () => {
  const [one] = aggregateRuns(plan, rowsOf([1, 2, 3, 4]));
  // Student's t with 3 degrees of freedom: 3.182 · 1.29099 / 2.
  expect(one).toMatchObject({ chosen: { rate: '4Mbit' }, n: 4, estimates: { runJain: { mean: 2.5, n: 4 } } });
  expect(one!.estimates['runJain']!.ci95).toBeCloseTo(2.054, 3);
  const many = aggregateRuns(plan, rowsOf(Array.from({ length: 12 }, (_, at) => at)))[0]!.estimates['runJain']!;
  expect(many.ci95).toBeCloseTo((2.20099 * Math.sqrt(13)) / Math.sqrt(12), 2);
});

test('what is unknown is no sample, and of one sample the interval is unknown', () => {
  const estimateOf = (values: readonly (number | null)[]) =>
    aggregateRuns(plan, rowsOf(values))[0]!.estimates['runJain'];
  expect(estimateOf([null, 3, null])).toEqual({ mean: 3, ci95: null, n: 1 });
  expect(estimateOf([null, null])).toEqual({ mean: null, ci95: null, n: 0 });
});

test('repeats of a run in which nothing is drawn are one sample (they gave a variance of 0)', () => {
  expect(aggregateRuns(plan, rowsOf([5, 5, 5], 0))[0]).toMatchObject({
    n: 1,
    estimates: { runJain: { mean: 5, ci95: null, n: 1 } },
  });
});

test('the seeds of a sweep give different samples, and each row says what all of them do', () => {
  const rows = [...plan.jobs].flatMap(({ rows: run, scenario }) => resultRows(run, simulate(scenario)));
  const joined = withEstimates(plan, rows);
  expect(joined.length).toBe(16);
  const aggregates = aggregateRuns(plan, rows);
  expect(aggregates.map(({ n, chosen }) => [n, chosen])).toEqual([
    [4, { rate: '4Mbit' }],
    [4, { rate: '8Mbit' }],
  ]);
  for (const { estimates } of aggregates) expect(estimates['runGoodputBytesPerSecond']!.ci95).toBeGreaterThan(0);
  expect(joined[0]).toMatchObject({
    n: 4,
    runGoodputBytesPerSecondMean: aggregates[0]!.estimates['runGoodputBytesPerSecond']!.mean,
  });
  expect(joined[15]!['runGoodputBytesPerSecondCi95']).toBe(aggregates[1]!.estimates['runGoodputBytesPerSecond']!.ci95);
});
