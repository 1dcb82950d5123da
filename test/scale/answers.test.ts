import { Queue, QueueEvents, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { describe, expect, test } from 'vitest';
import { QueuedJobs } from '../../src/node/jobs/queued-jobs.js';
import type { Link } from '../../src/node/jobs/redis-link.js';
import { endAfterEach, missing, PASSWORD, startRedis } from './setting.js';

endAfterEach();

/** Takes the first jobs, and its answer does not come back before they are done. */
class ForgetfulQueue extends Queue {
  static isDone: Promise<void>;
  #hasForgotten = false;
  override async addBulk(...args: Parameters<Queue['addBulk']>): ReturnType<Queue['addBulk']> {
    const added = await super.addBulk(...args);
    if (this.#hasForgotten) return added;
    this.#hasForgotten = true;
    await ForgetfulQueue.isDone;
    throw new Error('Connection is closed.');
  }
}

describe.skipIf(missing !== undefined)('an answer that is lost', () => {
  test('jobs that are put in again, as their answer was lost, are told once: the sweep had done more runs than there were', async ({
    onTestFinished,
  }) => {
    const { port } = await startRedis({ keeps: false });
    const open: Redis[] = [];
    const connect = (): Redis => {
      const redis = new Redis({ port, host: '127.0.0.1', password: PASSWORD, maxRetriesPerRequest: null });
      open.push(redis);
      return redis;
    };
    onTestFinished(() => {
      for (const redis of open) redis.disconnect();
    });
    const bullmq = { Queue: ForgetfulQueue, QueueEvents, Worker } as unknown as Link['bullmq'];
    const link: Link = { shown: 'redis', bullmq, redis: connect(), connect, close: async () => {} };
    const kind = {
      ...{ noun: 'run', queue: 'runs', build: 'this', schema: 1 },
      isResult: (value: unknown): value is number => typeof value === 'number',
    };
    let done = 0;
    const worker = new Worker('runs-this', async ({ data }) => ({ schema: 1, result: data.data }), {
      ...{ connection: connect(), prefix: 'mooring', concurrency: 10 },
    });
    onTestFinished(() => worker.close(true));
    const outcomes: string[] = [];
    ForgetfulQueue.isDone = new Promise((resolve) => {
      worker.on('completed', () => {
        done += 1;
        if (done === 100) resolve();
      });
    });
    const jobs = new QueuedJobs<number, number, string>(link, {
      kind,
      onOutcome: async (asked, outcome) => {
        outcomes.push(`${asked} ${outcome.ok ? outcome.result : 'failed'}`);
        return undefined;
      },
      tell: () => {},
      lookMs: 100,
    });
    // A full batch, that is asked again, and one behind it.
    const entries = Array.from({ length: 130 }, (_, at) => ({ key: `key${at}`, data: at, asked: [`run ${at}`] }));
    await jobs.run(entries, undefined);
    expect(outcomes.sort()).toEqual(entries.map(({ data }) => `run ${data} ${data}`).sort());
  });
});
