import { expect, test } from 'vitest';
import type { JobSource, Outcome } from '../../../src/node/jobs/job-source.js';
import { createMemoryJobs } from '../../../src/node/jobs/memory-jobs.js';
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

/** A source of these jobs, with some of its answers changed, and what it was told. */
function watchedSource(jobs: readonly Job[], change: Partial<JobSource<Job, number>> = {}) {
  const told: string[] = [];
  const memory = createMemoryJobs<Job, number>(jobs, { onOutcome: ({ n }) => void told.push(`outcome ${n}`) });
  const source: JobSource<Job, number> = {
    ...memory,
    async release(claim) {
      told.push(`release ${claim.job.n}`);
      await memory.release(claim);
    },
    ...change,
  };
  return { source, memory, told };
}

test('what a worker has when it is aborted is given back', async () => {
  const stop = new AbortController();
  const { source, memory, told } = watchedSource([{ n: 1, ask: 'hang' }]);
  setTimeout(() => stop.abort(), 200);
  await runPool(source, { entry: ENTRY, workers: 1, signal: stop.signal });
  expect(told).toEqual(['release 1']);
  expect((await memory.claim('another'))?.job.n).toBe(1);
});

test('a worker whose claim has lapsed is stopped, hands in nothing, and goes on with the next job', async () => {
  const { source, memory, told } = watchedSource([{ n: 1, ask: 'hang' }, { n: 2 }], {
    heartbeat: async (claim) => {
      // Another took it over and ended it.
      if (claim.job.n === 1) await memory.complete(claim, { ok: true, result: 0 });
      return claim.job.n !== 1;
    },
  });
  await runPool(source, { entry: ENTRY, workers: 1, heartbeatMs: 50 });
  expect(told).toEqual(['outcome 1', 'outcome 2']);
});

test('a heartbeat that fails says nothing of the claim', async () => {
  let asked = 0;
  const { source, told } = watchedSource([{ n: 1, ask: 'hang' }, { n: 2 }], {
    heartbeat: () => {
      asked += 1;
      return Promise.reject(new Error('no answer'));
    },
  });
  await runPool(source, { entry: ENTRY, workers: 1, heartbeatMs: 50, silenceMs: 1000 });
  expect(asked).toBeGreaterThan(1);
  expect(told).toEqual(['outcome 1', 'outcome 2']);
});

test('a source that fails ends the pool with its error, and what others had is given back', async () => {
  const { source, told } = watchedSource([{ n: 1, ask: 'hang' }, { n: 2 }], {
    complete: () => Promise.reject(new Error('the disk is full')),
  });
  await expect(runPool(source, { entry: ENTRY, workers: 2 })).rejects.toThrow('the disk is full');
  expect(told).toContain('release 1');
});

test('a worker that has nothing to do waits for what another may lose', async () => {
  const { source, memory, told } = watchedSource([{ n: 1 }]);
  const held = (await memory.claim('on another machine'))!;
  const pool = runPool(source, { entry: ENTRY, workers: 1 });
  await memory.release(held);
  await pool;
  expect(told).toEqual(['outcome 1']);
});

test('a heartbeat has the words of the last frame', async () => {
  const said: (string | undefined)[] = [];
  const { source } = watchedSource([{ n: 1, ask: 'hang' }], {
    heartbeat: async (_, words) => {
      said.push(words);
      return true;
    },
  });
  const options = { entry: ENTRY, workers: 1, heartbeatMs: 50, silenceMs: 500, words: () => 'so far' };
  await runPool(source, options);
  expect(new Set(said)).toEqual(new Set(['so far']));
});
