import { expect, test } from 'vitest';
import type { Outcome } from '../../../src/node/jobs/job-source.js';
import { createMemoryJobs } from '../../../src/node/jobs/memory-jobs.js';

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
  await jobSource.complete(second, { ok: true, result: 2 });
  await jobSource.complete(first, { ok: false, error: { name: 'Error', message: 'no' } });
  await jobSource.complete(first, { ok: true, result: 1 });
  expect(await jobSource.claim('w1')).toBeUndefined();
  expect(ended).toEqual([
    ['b', { ok: true, result: 2 }],
    ['a', { ok: false, error: { name: 'Error', message: 'no' } }],
  ]);
});

test('a claim without a heartbeat lapses and the job goes to another worker', async () => {
  const { jobSource, clock, ended } = source(['a']);
  const lost = (await jobSource.claim('w1'))!;
  clock.ms = 99;
  expect(await jobSource.heartbeat(lost)).toBe(true);
  clock.ms = 199;
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
  await jobSource.complete(claim, { ok: true, result: 1 });
  expect(await jobSource.claim('w2')).toBeUndefined();
});

test('who asks while others hold all jobs waits: for what is given back, for the end, or for its own signal', async () => {
  const { jobSource } = source(['a']);
  const held = (await jobSource.claim('w1'))!;
  const stop = new AbortController();
  const stopped = jobSource.claim('w3', stop.signal);
  stop.abort();
  expect(await stopped).toBeUndefined();
  const next = jobSource.claim('w2');
  await jobSource.release(held);
  const again = (await next)!;
  expect(again.job).toBe('a');
  const last = jobSource.claim('w1');
  await jobSource.complete(again, { ok: true, result: 1 });
  expect(await last).toBeUndefined();
});

test('a job that loses three workers is set aside with what they said last', async () => {
  const { jobSource, clock, ended } = source(['poison', 'b']);
  for (const death of [1, 2, 3]) {
    let claim = (await jobSource.claim(`w${death}`))!;
    if (claim.job === 'b') {
      await jobSource.complete(claim, { ok: true, result: 2 });
      claim = (await jobSource.claim(`w${death}`))!;
    }
    expect(claim.job).toBe('poison');
    if (death > 1) await jobSource.heartbeat(claim, `at ${death} s`);
    clock.ms += 100;
  }
  expect(await jobSource.claim('w4')).toBeUndefined();
  expect(ended[1]).toMatchObject([
    'poison',
    {
      ok: false,
      error: { code: 'MOORING_ERR_JOB_POISON', detail: { words: ['w1: nothing', 'w2: at 2 s', 'w3: at 3 s'] } },
    },
  ]);
});
