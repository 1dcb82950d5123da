import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { describe, expect, type TestContext, test } from 'vitest';
import { transfer, twoCaptures } from '../capture/two-points.js';
import { until } from '../until.js';
import { endNow, missing, mooring, PASSWORD, root, run, startRedis, startWorker } from './setting.js';

const QUICK = ['--duration', '1s', '--no-progress'];
/** The lease of a worker is 2 s. */
const CUT_SECONDS = 20;

// Side by side: the longest of them mostly waits.
describe.skipIf(missing !== undefined)('what goes wrong beyond one machine', { concurrent: true }, () => {
  test('an algorithm that does not load at a worker fails its runs, with why; the others go on', async () => {
    const file = join(mkdtempSync(join(root, 'algorithm-')), 'mine.ts');
    writeFileSync(
      file,
      `import { Reno } from 'mooring';
       if (process.env.LACKS_IT) throw new Error('no such library on this machine');
       export class Mine extends Reno {}`,
    );
    const redis = await startRedis({ keeps: false });
    const worker = await startWorker(redis.url, [], { env: { LACKS_IT: '1' } });
    const args = ['sim', '--sweep', `alg=cubic,${file},reno`, '--json', '--jobs', redis.url, ...QUICK];
    const sweep = mooring(args);
    expect(await sweep.ended, sweep.err + worker.err).toBe(1);
    const { rows, failures } = JSON.parse(sweep.out);
    expect(rows.map(({ alg }: { alg: string }) => alg)).toEqual(['cubic', 'reno']);
    expect(failures).toEqual([
      expect.objectContaining({ error: expect.stringMatching(/no such library on this machine/) }),
    ]);
    // Where it loads, the same command does what is left.
    await endNow(worker.child);
    await startWorker(redis.url);
    const again = mooring(args);
    expect(await again.ended, again.err).toBe(0);
    expect(JSON.parse(again.out).rows).toHaveLength(3);
  });

  test('results of another schema are told and not believed; the next sitting has them computed again', async ({
    onTestFinished,
  }) => {
    const redis = await startRedis({ keeps: false });
    const args = ['sim', '--sweep', 'rate=1,2,4Mbit', '--json', '--jobs', redis.url, ...QUICK];
    const sweep = mooring(args);
    await until('they wait', async () => (await redis.count('prioritized')) === 3);
    const connection = new Redis({
      port: redis.port,
      host: '127.0.0.1',
      password: PASSWORD,
      maxRetriesPerRequest: null,
    });
    onTestFinished(() => connection.disconnect());
    const [build] = await connection.smembers('mooring:builds:runs');
    // A worker that says it is of this build and is not.
    const other = new Worker(`runs-${build}`, null, { connection, prefix: 'mooring', autorun: false });
    const job = await other.getNextJob('other');
    await job!.moveToCompleted({ schema: 99, result: [{ flow: 0, throughput: 'plenty' }] }, 'other', false);
    await other.close(true);
    await startWorker(redis.url);
    expect(await sweep.ended, sweep.err).toBe(1);
    const { rows, failures } = JSON.parse(sweep.out);
    expect([rows.length, failures.length]).toEqual([2, 1]);
    expect(failures[0].error).toMatch(
      /a result in the queue has schema 99, this reads \d+: its worker is of another version/,
    );
    const again = mooring(args);
    expect(await again.ended, again.err).toBe(0);
    expect(JSON.parse(again.out).rows).toHaveLength(3);
  });

  test('a full disk at a dataset: one line; what was written is whole, and the same command goes on', async (context) => {
    const full = mountSmall(context, '300k');
    const tree = mkdtempSync(join(root, 'tree-'));
    const [bytes] = twoCaptures(transfer({ segments: 60, everyUs: 1000, delayUs: () => 9000 }));
    for (let i = 0; i < 12; i += 1) writeFileSync(join(tree, `${i}.pcap`), bytes);
    const redis = await startRedis({ keeps: false });
    const worker = await startWorker(redis.url, ['--root', tree]);
    const out = join(full, 'dataset');
    const args = ['pcap', 'dataset', tree, '--out', out, '--jobs', redis.url, '--no-progress'];
    const call = mooring(args);
    expect(await call.ended, call.err + worker.err).toBe(1);
    expect(call.err).toMatch(/^mooring: .*(ENOSPC|no space|full).*\[MOORING_ERR_FILE_UNWRITABLE\]\n$/im);
    const names = (): string[] => readdirSync(out, { recursive: true, encoding: 'utf8' }).sort();
    expect(names().filter((name) => name.endsWith('.part'))).toEqual([]);
    const whole = names().filter((name) => /^captures.+parquet$/.test(name));
    expect(whole.length).toBeGreaterThan(0);
    expect(whole.length).toBeLessThan(12);
    spawnSync('mount', ['-o', 'remount,size=8m', full]);
    const again = mooring([...args, '--json']);
    expect(await again.ended, again.err).toBe(0);
    const states = JSON.parse(again.out).captures.map(({ status }: { status: string }) => status);
    expect(states.filter((status: string) => status === 'kept')).toHaveLength(whole.length);
    expect(states.filter((status: string) => status === 'written')).toHaveLength(12 - whole.length);
  });

  test('a full disk at a sweep: one line; the same command goes on, and the table is that of one machine', async (context) => {
    const full = mountSmall(context, '200k');
    const redis = await startRedis({ keeps: false });
    await startWorker(redis.url);
    const sweep = ['sim', '--sweep', 'rate=1,2,4,8Mbit', '--repeat', '20', ...QUICK];
    const out = join(full, 'sweep');
    const first = mooring([...sweep, '--jobs', redis.url, '--out', out]);
    expect(await first.ended, first.err).toBe(1);
    expect(first.err).toMatch(/^mooring: .*(ENOSPC|no space|full).*\n$/im);
    spawnSync('mount', ['-o', 'remount,size=16m', full]);
    const second = mooring([...sweep, '--jobs', redis.url, '--out', out]);
    expect(await second.ended, second.err).toBe(0);
    expect(second.err).toMatch(/going on: \d+ of 80 runs are done already/);
    const alone = join(mkdtempSync(join(root, 'alone-')), 'sweep');
    expect(await mooring([...sweep, '--out', alone]).ended).toBe(0);
    expect(readFileSync(join(out, 'results.csv'), 'utf8')).toBe(readFileSync(join(alone, 'results.csv'), 'utf8'));
  });

  test(`the network between a worker and Redis is cut for ${CUT_SECONDS} s: nothing is lost, nothing twice, both sides say so`, async (context) => {
    const { onTestFinished } = context;
    const [near, far] = [`mn${process.pid}`, `mf${process.pid}`];
    const ip = (...args: string[]): boolean => spawnSync('ip', args).status === 0;
    onTestFinished(() => void [near, far].map((name) => ip('netns', 'del', name)));
    const isMade =
      ip('netns', 'add', near) &&
      ip('netns', 'add', far) &&
      ip('link', 'add', 'to', 'netns', near, 'type', 'veth', 'peer', 'name', 'to', 'netns', far) &&
      [near, far].every(
        (name, at) =>
          ip('-n', name, 'link', 'set', 'lo', 'up') &&
          ip('-n', name, 'addr', 'add', `10.99.0.${at + 1}/24`, 'dev', 'to') &&
          ip('-n', name, 'link', 'set', 'to', 'up'),
      );
    if (!isMade) return context.skip('no network namespaces can be made here');
    const folder = mkdtempSync(join(root, 'cut-'));
    mkdirSync(join(folder, 'redis'));
    writeFileSync(
      join(folder, 'redis.conf'),
      `bind 10.99.0.1\nrequirepass "${PASSWORD}"\ndir ${join(folder, 'redis')}\nsave ""\n`,
    );
    const inside = (name: string, ...args: string[]) => run('ip', ['netns', 'exec', name, ...args]);
    const cli = [process.execPath, 'dist/cli.js'];
    inside(near, 'redis-server', join(folder, 'redis.conf'));
    const asked = (command: string): string =>
      spawnSync(
        'ip',
        [
          'netns',
          'exec',
          near,
          'redis-cli',
          '-h',
          '10.99.0.1',
          '--no-auth-warning',
          '-a',
          PASSWORD,
          ...command.split(' '),
        ],
        {
          encoding: 'utf8',
        },
      ).stdout;
    await until('Redis answers', () => /PONG/.test(asked('ping')));
    const url = 'redis://10.99.0.1';
    const args = [
      'sim',
      '--sweep',
      'rtt=10,20,40ms',
      '--repeat',
      '10',
      '--duration',
      '60s',
      '--rate',
      '20Mbit',
      '--no-progress',
    ];
    const worker = inside(far, ...cli, 'worker', url, '--concurrency', '1', '--lease', '2s');
    await until('the worker is there', () => /takes runs from/.test(worker.err));
    const csv = join(folder, 'queued.csv');
    const sweep = inside(near, ...cli, ...args, '--jobs', url, '--csv', csv);
    const done = (): number => Number(asked(`zcard ${asked('keys mooring:runs-*:completed').trim()}`));
    await until('some are done', () => /completed/.test(asked('keys mooring:runs-*:completed')) && done() > 1);
    ip('-n', far, 'link', 'set', 'to', 'down');
    const second = inside(near, ...cli, 'worker', url, '--concurrency', '1', '--lease', '2s');
    await until('it is told', () => /a worker was lost over a run; another takes it/.test(sweep.err));
    await new Promise((resolve) => setTimeout(resolve, CUT_SECONDS * 1000));
    ip('-n', far, 'link', 'set', 'to', 'up');
    expect(await sweep.ended, sweep.err + worker.err + second.err).toBe(0);
    const alone = join(folder, 'alone.csv');
    expect(await mooring([...args, '--csv', alone]).ended).toBe(0);
    expect(readFileSync(csv, 'utf8')).toBe(readFileSync(alone, 'utf8'));
    // It comes back by itself, and hears that its run is another's.
    await until('it is back', () => /was given to another|is back/.test(worker.err));
  });
});

/** A file system of its own with so little room. */
function mountSmall({ onTestFinished, skip }: TestContext, size: string): string {
  const folder = mkdtempSync(join(root, 'small-'));
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'none', folder]);
  if (status !== 0) skip('no file system of its own can be mounted here');
  onTestFinished(() => void spawnSync('umount', ['-l', folder]));
  return folder;
}
