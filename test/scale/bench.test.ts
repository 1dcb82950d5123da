import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { measureQueue } from '../../src/bench/jobs-queue.js';
import { openLink, parseQueueAddress } from '../../src/node/jobs/index.js';
import { until } from '../until.js';
import { endAfterEach, missing, PASSWORD, root, startRedis } from './setting.js';

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

  test('a signal ends it: exit code 3, and neither a Redis nor a worker nor a file is left', async () => {
    const scratch = mkdtempSync(join(root, 'bench-'));
    const child = spawn(process.execPath, ['dist/cli.js', 'bench', 'jobs'], {
      env: { ...process.env, TMPDIR: scratch },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    onTestFinished(() => void child.kill('SIGTERM'));
    let said = '';
    child.stderr.on('data', (text) => {
      said += text;
    });
    await until('runs are measured', async () => said.includes('runs of 0.1 s, round 1') || child.exitCode !== null);
    expect(processesOf(scratch), said).toHaveLength(3);
    child.kill('SIGTERM');
    const [code] = await once(child, 'exit');
    expect([code, said]).toEqual([3, expect.stringContaining('SIGTERM ended it')]);
    expect([processesOf(scratch), readdirSync(scratch)]).toEqual([[], []]);
  });
});

/** Those that have `TMPDIR` from us; Redis writes its title over that, and works in its folder. */
function processesOf(scratch: string): string[] {
  return readdirSync('/proc').filter((name) => {
    try {
      const isOurs = readFileSync(`/proc/${name}/environ`, 'utf8').includes(`TMPDIR=${scratch}\0`);
      return /^\d+$/.test(name) && (isOurs || readlinkSync(`/proc/${name}/cwd`).startsWith(scratch));
    } catch {
      return false;
    }
  });
}
