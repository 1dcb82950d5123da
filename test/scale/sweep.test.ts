import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { until } from '../until.js';
import { endAfterEach, endNow, missing, mooring, type RunOptions, root, startRedis, startWorker } from './setting.js';

endAfterEach();

const QUICK = ['--duration', '1s', '--no-progress'];
/** Runs of some tenths of a second each. */
const SLOW = ['--duration', '60s', '--rate', '20Mbit', '--no-progress'];
const fileIn = (name: string): string => join(mkdtempSync(join(root, 'sweep-')), name);

/** The same sweep on threads of this machine. */
async function alone(args: readonly string[]): Promise<string> {
  const csv = fileIn('alone.csv');
  expect(await mooring(['sim', ...args, '--csv', csv]).ended).toBe(0);
  return readFileSync(csv, 'utf8');
}

function queued(url: string, args: readonly string[], options: RunOptions = {}) {
  const csv = fileIn('queued.csv');
  const sweep = mooring(['sim', ...args, '--jobs', url, '--csv', csv], options);
  return { sweep, table: () => readFileSync(csv, 'utf8') };
}

/** A module for `--flow` that imports another file. */
function algorithmOf(body: string): string {
  const folder = mkdtempSync(join(root, 'algorithm-'));
  writeFileSync(join(folder, 'step.ts'), 'export const STEP: number = 1448;');
  const file = join(folder, 'mine.ts');
  writeFileSync(
    file,
    `import { Reno } from 'mooring';
     import { STEP } from './step.js';
     export class Mine extends Reno {
       told = 0;
       override onReport(r: Parameters<Reno['onReport']>[0]): void { super.onReport(r); this.told += STEP; ${body} }
     }`,
  );
  return file;
}

describe.skipIf(missing !== undefined)('a sweep on the workers of a queue', () => {
  test('2,000 runs on three workers, of which some are killed: the bytes of one machine; a second time nothing is run', async () => {
    const args = ['--sweep', 'rate=1,2,4,8,16Mbit', '--sweep', 'rtt=10,20,40,80ms', '--repeat', '100', ...QUICK];
    const redis = await startRedis({ keeps: true });
    const workers = await Promise.all([1, 2, 3].map(() => startWorker(redis.url)));
    const { sweep, table } = queued(redis.url, args);
    for (const victim of workers.slice(0, 2)) {
      const before = await redis.count('completed');
      await until('they work', async () => (await redis.count('completed')) > before + 100);
      await endNow(victim.child);
      workers.push(await startWorker(redis.url));
    }
    expect(await sweep.ended, sweep.err).toBe(0);
    const one = await alone(args);
    expect(table()).toBe(one);
    expect(one.split('\n')).toHaveLength(2002);

    for (const { child } of workers) await endNow(child);
    const again = queued(redis.url, args);
    expect(await again.sweep.ended, again.sweep.err).toBe(0);
    expect(again.table()).toBe(one);
  });

  test.each([
    ['its file', true],
    ['nothing', false],
  ])('Redis is killed and comes back with %s: nothing is lost, nothing twice, and it is told', async (_, keeps) => {
    const args = ['--sweep', 'rate=1,2,4Mbit', '--repeat', '200', ...QUICK];
    const redis = await startRedis({ keeps });
    const worker = await startWorker(redis.url);
    const { sweep, table } = queued(redis.url, args);
    await until('some are done', async () => (await redis.count('completed')) > 100);
    await redis.kill();
    await until(
      'it is told',
      () => /the connection is lost/.test(sweep.err) && /the connection is lost/.test(worker.err),
    );
    await redis.start();
    expect(await sweep.ended, sweep.err).toBe(0);
    expect(sweep.err).toMatch(/is back/);
    expect(table()).toBe(await alone(args));
  });

  test('a run that kills its worker is set aside after three, with the last words; the others are done', async () => {
    const redis = await startRedis({ keeps: true });
    const poison = algorithmOf("process.kill(process.pid, 'SIGKILL');");
    const { sweep } = queued(redis.url, ['--sweep', `alg=cubic,${poison},reno`, '--json', ...QUICK]);
    const workers = [await startWorker(redis.url)];
    await until('it is set aside', async () => {
      if (workers.at(-1)!.child.signalCode !== null) workers.push(await startWorker(redis.url));
      return sweep.child.exitCode !== null;
    });
    expect(await sweep.ended).toBe(1);
    const { rows, failures } = JSON.parse(sweep.out);
    expect(rows.map(({ alg }: { alg: string }) => alg)).toEqual(['cubic', 'reno']);
    expect(failures).toHaveLength(1);
    expect(failures[0].error).toMatch(
      /3 workers were lost over it and it is set aside; what they said last: .*\/\d+ had just begun/,
    );
    expect(workers).toHaveLength(4);
  });

  test('an algorithm travels with what it imports; what a worker prints of it goes to its stderr', async () => {
    const redis = await startRedis({ keeps: true });
    const mine = algorithmOf('if (this.told === STEP) console.log("heard");');
    const args = ['--sweep', `alg=${mine}`, '--repeat', '3', ...QUICK];
    const worker = await startWorker(redis.url, ['--json'], { env: { HOME: root } });
    const { sweep, table } = queued(redis.url, args);
    expect(await sweep.ended, sweep.err).toBe(0);
    expect(table()).toBe(await alone(args));
    worker.child.kill('SIGINT');
    expect(await worker.ended).toBe(0);
    expect(JSON.parse(worker.out)).toMatchObject({ runs: 3, failed: 0 });
    expect(worker.err).toMatch(/^heard$/m);
    expect(worker.err).toMatch(/whoever may write to the queue run here/);
  });

  test('a worker that stops leaves its run to others; one that is silent too long finds that another has it', async () => {
    const redis = await startRedis({ keeps: true });
    const args = ['--sweep', 'rtt=20,40ms', ...SLOW, '--duration', '600s'];
    const silent = await startWorker(redis.url);
    const stopped = await startWorker(redis.url);
    const { sweep, table } = queued(redis.url, args);
    await until('both work', async () => (await redis.count('active')) === 2);
    silent.child.kill('SIGSTOP');
    stopped.child.kill('SIGTERM');
    expect(await stopped.ended).toBe(0);
    expect(await redis.count('prioritized')).toBe(1);
    const other = await startWorker(redis.url, ['--concurrency', '2']);
    await until('it is told', () => /a worker was lost over a run; another takes it/.test(sweep.err));
    silent.child.kill('SIGCONT');
    await until('it finds out', () => /was given to another/.test(silent.err));
    expect(await sweep.ended, `${sweep.err}${other.err}`).toBe(0);
    expect(table()).toBe(await alone(args));
  });

  test('a sweep that is stopped takes back what nobody has begun, and goes on with what was done', async () => {
    const redis = await startRedis({ keeps: true });
    const args = ['--sweep', 'rtt=10,20,30,40,50,60,70,80ms', '--repeat', '5', ...SLOW];
    const first = queued(redis.url, args);
    await until('they wait', async () => (await redis.count('prioritized')) === 40);
    await until('it is told', () => /no worker of \S+ is there: mooring worker redis:/.test(first.sweep.err));
    const worker = await startWorker(redis.url);
    await until('some are done', async () => (await redis.count('completed')) > 2);
    first.sweep.child.kill('SIGINT');
    expect(await first.sweep.ended).toBe(3);
    await until('none waits', async () => (await redis.count('prioritized')) + (await redis.count('active')) === 0);
    const kept = await redis.count('completed');
    expect(kept).toBeLessThan(40);
    const again = queued(redis.url, args);
    expect(await again.sweep.ended, again.sweep.err + worker.err).toBe(0);
    expect(await redis.count('completed')).toBe(40);
    expect(again.table()).toBe(await alone(args));
  });

  test('a worker of another version leaves the runs, and both sides say so', async () => {
    const redis = await startRedis({ keeps: true });
    const other = mkdtempSync(join(root, 'other-'));
    cpSync('dist', join(other, 'dist'), { recursive: true });
    for (const name of ['package.json', 'node_modules']) symlinkSync(resolve(name), join(other, name));
    writeFileSync(join(other, 'dist/sim.js'), `${readFileSync('dist/sim.js', 'utf8')}\n// changed\n`);
    const cli = join(other, 'dist/cli.js');
    const early = await startWorker(redis.url, [], { cli });
    const args = ['--repeat', '5', ...QUICK];
    const { sweep, table } = queued(redis.url, args);
    await until('the sweep says so', () => /no worker of \S+ is there; there are some of 0\.\d/.test(sweep.err));
    const late = await startWorker(redis.url, [], { cli });
    await until('the worker says so', () => /5 runs wait for mooring \S+; this is \S+, and leaves them/.test(late.err));
    expect(await redis.count('prioritized')).toBe(5);
    await startWorker(redis.url);
    expect(await sweep.ended, sweep.err + early.err).toBe(0);
    expect(table()).toBe(await alone(args));
  });

  test('clocks that are hours apart change nothing', async () => {
    const redis = await startRedis({ keeps: true });
    const skew = (hours: number) => ({
      node: ['--import', `data:text/javascript,const n=Date.now;Date.now=()=>n()+${hours * 3_600_000}`],
    });
    await startWorker(redis.url, [], skew(-3));
    const ahead = await startWorker(redis.url, [], skew(5));
    const args = ['--sweep', 'rtt=20,40ms', '--repeat', '40', ...QUICK];
    const { sweep, table } = queued(redis.url, args, skew(1));
    await until('some are done', async () => (await redis.count('completed')) > 10);
    await endNow(ahead.child);
    expect(await sweep.ended, sweep.err).toBe(0);
    expect(table()).toBe(await alone(args));
  });

  test('a full disk at a worker: it says so and gives the runs back, another does them', async (context) => {
    const redis = await startRedis({ keeps: true });
    const full = join(root, 'full');
    mkdirSync(full);
    const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=4k,nr_inodes=3', 'none', full]);
    if (status !== 0) context.skip('no file system of its own can be mounted here');
    try {
      const worker = await startWorker(redis.url, [], { env: { TMPDIR: full } });
      const args = ['--sweep', `alg=${algorithmOf('')}`, '--repeat', '3', ...QUICK];
      const { sweep, table } = queued(redis.url, args);
      await until('it says so', () => /a run is given back: .*ENOSPC/.test(worker.err));
      await startWorker(redis.url);
      expect(await sweep.ended, sweep.err).toBe(0);
      expect(table()).toBe(await alone(args));
      await endNow(worker.child);
    } finally {
      spawnSync('umount', [full]);
    }
  });
});
