import { expect, test } from 'vitest';
import { createRng } from '../../../src/base/index.js';
import { parseAxis } from '../../../src/node/jobs/axis.js';
import { planSweep, type SweepJob } from '../../../src/node/jobs/plan.js';
import { createMemoryStore } from '../../../src/node/jobs/store.js';
import type { SweepWorkers } from '../../../src/node/jobs/sweep.js';
import { runUntil } from '../../../src/node/jobs/until.js';
import { parseUntil } from '../../../src/node/jobs/until-text.js';

const base = { flows: [{ algorithm: 'cubic' }] };
const COLUMN = 'runThroughputBytesPerSecond';

/** 1 Mbit varies by 1 %, 2 Mbit by 30 %, 3 Mbit not at all, of 4 Mbit nothing is known. */
function measured({ rows }: SweepJob): number | null {
  const rate = String(rows['rate']);
  const draw = createRng(Number(rows['seed'])).nextUnit() - 0.5;
  if (rate === '4Mbit') return null;
  return 1000 * (1 + draw * { '1Mbit': 0.01, '2Mbit': 0.3, '3Mbit': 0 }[rate]!);
}

const workers =
  (
    order: 'forwards' | 'backwards',
    fails: (job: SweepJob) => boolean = () => false,
    told: number[] = [],
  ): SweepWorkers =>
  async (jobs, onOutcome, signal) => {
    const all = order === 'forwards' ? [...jobs] : [...jobs].reverse();
    for (const job of all) {
      if (signal?.aborted) return;
      told.push(job.index);
      if (fails(job)) await onOutcome(job, { ok: false, error: { name: 'Error', message: 'no' } });
      else
        await onOutcome(job, {
          ok: true,
          result: [{ flow: 0, [COLUMN]: measured(job), runDrawn: job.rows['rate'] === '3Mbit' ? 0 : 1 }],
        });
    }
  };

const planOf = (most: number) => planSweep(base, [parseAxis('rate=1,2,3,4Mbit')], most);

test('combinations are repeated until their interval is narrow, whoever works in whatever order', async () => {
  const until = parseUntil('ci=2%,min=4,max=200');
  const outcome = await runUntil(planOf(200), createMemoryStore(), workers('forwards'), until, {});
  const counts = ['1Mbit', '2Mbit', '3Mbit', '4Mbit'].map(
    (rate) => outcome.rows.filter((row) => row['rate'] === rate).length,
  );
  expect(counts[0]).toBe(4);
  expect(counts[1]).toBeGreaterThan(30);
  expect(counts.slice(2)).toEqual([4, 4]);
  expect(outcome).toMatchObject({ complete: true, wide: 0, unknown: 1 });
  expect(outcome.rows.map(({ run }) => run)).toEqual(outcome.rows.map((_, at) => at));
  expect(await runUntil(planOf(200), createMemoryStore(), workers('backwards'), until, {})).toEqual(outcome);
  // More room changes nothing.
  const roomy = { ...until, most: 500 };
  expect((await runUntil(planOf(500), createMemoryStore(), workers('forwards'), roomy, {})).rows).toEqual(outcome.rows);
});

test('it goes on where it stopped, and does no run twice', async () => {
  const until = parseUntil('ci=2%,min=4,max=200');
  const whole = await runUntil(planOf(200), createMemoryStore(), workers('forwards'), until, {});
  const store = createMemoryStore();
  const stop = new AbortController();
  const told: number[] = [];
  const stopLate = (): boolean => {
    if (told.length > 20) stop.abort();
    return false;
  };
  const first = await runUntil(planOf(200), store, workers('forwards', stopLate, told), until, { signal: stop.signal });
  expect(first.complete).toBe(false);
  expect(await runUntil(planOf(200), store, workers('forwards', undefined, told), until, {})).toEqual(whole);
  expect(new Set(told).size).toBe(told.length);
});

test('what never narrows ends at the most, and says so; what fails is not repeated', async () => {
  const until = parseUntil('ci=0.001%,min=2,max=9');
  const fails = ({ rows }: SweepJob): boolean => rows['rate'] === '1Mbit' && rows['repeat'] === 2;
  const outcome = await runUntil(planOf(9), createMemoryStore(), workers('forwards', fails), until, {});
  expect(outcome).toMatchObject({
    complete: true,
    wide: 1,
    failures: [{ run: { run: 1, rate: '1Mbit' }, error: 'no' }],
  });
  expect(outcome.rows.filter((row) => row['rate'] === '2Mbit')).toHaveLength(9);
});

test.each([
  '',
  '2%',
  'ci=0',
  'ci=0%',
  'ci=NaN',
  'ci=-1%',
  'ci=2%,ci=3%',
  'ci=2%,max=Infinity',
  'ci=2%,max=1000001',
  'ci=2%,min=1',
  'ci=2%,min=9,max=5',
  'ci=2%,of=speed',
  'ci=2%,of=constructor',
  'ci=2%,',
  'of=rtt',
])('--until %j is refused', (text) => {
  expect(() => parseUntil(text)).toThrow(/--until|is not a share/);
});

test('bounds have defaults that fit together', () => {
  expect(parseUntil('ci=2%')).toEqual({ ci: 0.02, column: COLUMN, least: 5, most: 1000 });
  expect(parseUntil('ci=2%,max=3,of=rttP95')).toEqual({ ci: 0.02, column: 'runRttP95Us', least: 3, most: 3 });
  expect(parseUntil('ci=2%,min=2000').most).toBe(2000);
});
