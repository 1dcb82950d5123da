import { expect, test } from 'vitest';
import { createMemoryJobs, type Outcome } from '../../../src/node/jobs/job-source.js';
import { type PoolOptions, runPool } from '../../../src/node/jobs/pool.js';

interface Job {
  readonly n: number;
  readonly ask?: 'throw' | 'exit' | 'hang' | 'never rest';
}

// A worker that squares, or does what the job asks for.
const ENTRY = new URL(
  `data:text/javascript,${encodeURIComponent(`
    import { parentPort } from 'node:worker_threads';
    parentPort.on('message', ({ n, ask }) => {
      if (ask === 'throw') throw new Error('thrown by job ' + n);
      if (ask === 'exit') process.exit(3);
      if (ask === 'hang') return;
      parentPort.postMessage({ outcome: { ok: true, result: n * n } });
      setImmediate(() => parentPort.postMessage({ idle: true }));
      if (ask === 'never rest') (async () => { for (;;) await null; })();
    });`)}`,
);

async function run(jobs: readonly Job[], workers: number, more: Partial<PoolOptions> = {}) {
  const outcomes = new Map<number, Outcome<number>>();
  const source = createMemoryJobs<Job, number>(jobs, { onOutcome: ({ n }, outcome) => void outcomes.set(n, outcome) });
  await runPool(source, { entry: ENTRY, workers, ...more });
  return outcomes;
}

test('several workers do all jobs', async () => {
  const outcomes = await run(
    Array.from({ length: 20 }, (_, n) => ({ n })),
    3,
  );
  expect([...outcomes.entries()].sort(([a], [b]) => a - b)).toEqual(
    Array.from({ length: 20 }, (_, n) => [n, { ok: true, result: n * n }]),
  );
});

test('a worker that dies fails its job only', async () => {
  const outcomes = await run([{ n: 1, ask: 'throw' }, { n: 2, ask: 'exit' }, { n: 3 }], 1);
  expect(outcomes.get(1)).toMatchObject({ ok: false, error: { message: 'thrown by job 1' } });
  expect(outcomes.get(2)).toMatchObject({ ok: false, error: { message: 'the worker exited (3)' } });
  expect(outcomes.get(3)).toEqual({ ok: true, result: 9 });
});

test('a worker that hangs fails its job, and the others go on', async () => {
  const outcomes = await run([{ n: 1, ask: 'hang' }, { n: 2 }], 1, { silenceMs: 2000 });
  expect(outcomes.get(1)).toMatchObject({ ok: false, error: { code: 'MOORING_ERR_SIM_STUCK' } });
  expect(outcomes.get(2)).toEqual({ ok: true, result: 4 });
});

test('a worker that does not come to rest after its outcome fails its job, and the others go on', async () => {
  const outcomes = await run([{ n: 1, ask: 'never rest' }, { n: 2 }], 1, { settleMs: 1000 });
  expect(outcomes.get(1)).toMatchObject({
    ok: false,
    error: { code: 'MOORING_ERR_SIM_STUCK', message: expect.stringMatching(/goes on/) },
  });
  expect(outcomes.get(2)).toEqual({ ok: true, result: 4 });
});

test('aborting ends a worker that hangs', async () => {
  const stop = new AbortController();
  setTimeout(() => stop.abort(), 200);
  const outcomes = await run([{ n: 1, ask: 'hang' }, { n: 2 }], 1, { signal: stop.signal });
  expect(outcomes.size).toBe(0);
});
