import { describe, expect, test } from 'vitest';
import { measureQueue } from '../../src/bench/jobs-queue.js';
import { openLink, parseQueueAddress } from '../../src/node/jobs/index.js';
import { endAfterEach, missing, PASSWORD, startRedis } from './setting.js';

endAfterEach();

describe.skipIf(missing !== undefined)('mooring bench jobs', () => {
  // What the figures are is the machine's business; that each is one is ours.
  test('what a job costs is told of the queue, of Redis and of both sides, and all jobs come back', async () => {
    const { url } = await startRedis({ keeps: false });
    const link = await openLink(parseQueueAddress(url, { MOORING_REDIS_PASSWORD: PASSWORD }), () => {});
    try {
      const figures = Object.entries(await measureQueue(link, 500));
      expect(figures.map(([what]) => what)).toEqual([
        'jobs in',
        'jobs out',
        'jobs from who asks to who does and back, both in one thread',
        'processor time of both, a job',
        'processor time of Redis, a job',
        'memory of Redis, a job that waits',
        'memory of Redis, a job that is done and kept',
      ]);
      for (const [what, [value]] of figures) expect(value, what).toBeGreaterThan(0);
      // A result has some 50 numbers.
      expect(figures.at(-1)![1][0]).toBeGreaterThan(500);
    } finally {
      await link.close();
    }
  });
});
