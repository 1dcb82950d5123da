import { expect, test } from 'vitest';
import { createMemoryJobs, type Outcome } from '../../../src/node/jobs/job-source.js';

function source(jobs: readonly string[]) {
  const clock = { ms: 0 };
  const ended: [string, Outcome<number>][] = [];
  const jobSource = createMemoryJobs<string, number>(jobs, {
    leaseMs: 100,
    now: () => clock.ms,
    onOutcome: (job, outcome) => void ended.push([job, outcome]),
  });
  return { jobSource, clock, ended };
}

test('each job is claimed once and its outcome told once', async () => {
  const { jobSource, ended } = source(['a', 'b']);
  const first = (await jobSource.claim('w1'))!;
  const second = (await jobSource.claim('w2'))!;
  expect([first.job, second.job]).toEqual(['a', 'b']);
  expect(await jobSource.claim('w1')).toBeUndefined();
  await jobSource.complete(second, { ok: true, result: 2 });
  await jobSource.complete(first, { ok: false, error: { name: 'Error', message: 'no' } });
  await jobSource.complete(first, { ok: true, result: 1 });
  expect(ended).toEqual([
    ['b', { ok: true, result: 2 }],
    ['a', { ok: false, error: { name: 'Error', message: 'no' } }],
  ]);
});

test('a claim without a heartbeat lapses and the job goes to another worker', async () => {
  const { jobSource, clock, ended } = source(['a']);
  const lost = (await jobSource.claim('w1'))!;
  clock.ms = 99;
  expect(await jobSource.claim('w2')).toBeUndefined();
  clock.ms = 100;
  const again = (await jobSource.claim('w2'))!;
  expect(again.job).toBe('a');
  expect(await jobSource.heartbeat(lost)).toBe(false);
  await jobSource.complete(lost, { ok: true, result: 1 });
  expect(ended).toEqual([]);
  await jobSource.complete(again, { ok: true, result: 2 });
  expect(ended).toEqual([['a', { ok: true, result: 2 }]]);
});

test('heartbeats keep a claim alive', async () => {
  const { jobSource, clock } = source(['a']);
  const claim = (await jobSource.claim('w1'))!;
  for (clock.ms = 0; clock.ms < 1000; clock.ms += 90) expect(await jobSource.heartbeat(claim)).toBe(true);
  expect(await jobSource.claim('w2')).toBeUndefined();
});
