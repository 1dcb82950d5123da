import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { splitPcap } from '../capture/split.js';
import { transfer, twoCaptures } from '../capture/two-points.js';
import { until } from '../until.js';
import {
  canConnect,
  endAfterEach,
  endNow,
  freePort,
  missing,
  mooring,
  type RunOptions,
  root,
  run,
  startRedis,
  startWorker,
} from './setting.js';

endAfterEach();

/** MOORING_SCALE_CAPTURES=1000 for a long run. */
const CAPTURES = Number(process.env['MOORING_SCALE_CAPTURES'] ?? 16);

const captureOf = (segments: number, everyUs = 1000): Uint8Array =>
  twoCaptures(
    transfer({ segments, everyUs, delayUs: () => 9_000, lost: new Set([segments >> 1]), timestamps: true }),
  )[0];

const treeOf = (files: Readonly<Record<string, Uint8Array | string>>): string => {
  const tree = mkdtempSync(join(root, 'tree-'));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(tree, name, '..'), { recursive: true });
    writeFileSync(join(tree, name), content);
  }
  return tree;
};

/** What is in a dataset: names and hashes. */
function contentsOf(out: string): Record<string, string> {
  const files = readdirSync(out, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((entry) => join(entry.parentPath, entry.name)).sort();
  return Object.fromEntries(
    paths.map((path) => [path.slice(out.length + 1), createHash('sha256').update(readFileSync(path)).digest('hex')]),
  );
}

function made(tree: string, args: readonly string[] = [], options: RunOptions = {}) {
  const out = join(mkdtempSync(join(root, 'dataset-')), 'dataset');
  const call = mooring(['pcap', 'dataset', tree, '--out', out, '--json', '--no-progress', ...args], options);
  return { call, out, told: () => JSON.parse(call.out).captures as Array<Record<string, unknown>> };
}

/** The same on threads of this machine. */
async function alone(tree: string, code = 0): Promise<Record<string, string>> {
  const { call, out } = made(tree);
  expect(await call.ended, call.err).toBe(code);
  return contentsOf(out);
}

describe.skipIf(missing !== undefined)('captures on the workers of a queue', () => {
  test(`${CAPTURES} captures on one worker, on three of which some are killed, and here: the same bytes`, async () => {
    const files: Record<string, Uint8Array> = {};
    for (let i = 0; i < CAPTURES; i += 1) files[`site${i % 5}/day${i % 2}/${i}.pcap`] = captureOf(40 + i);
    for (const [i, part] of splitPcap(captureOf(300), 3).entries()) files[`rotated/long.pcap${i}`] = part;
    files['packed/packed.pcap.gz'] = gzipSync(captureOf(77));
    // Two of the same bytes are two captures.
    files['same/a.pcap'] = captureOf(50);
    files['same/b.pcap'] = captureOf(50);
    const tree = treeOf(files);
    const here = await alone(tree);
    expect(Object.keys(here)).toHaveLength(7 * (CAPTURES + 4));

    const redis = await startRedis({ keeps: true });
    const first = await startWorker(redis.url, ['--root', tree]);
    const one = made(tree, ['--jobs', redis.url]);
    expect(await one.call.ended, one.call.err + first.err).toBe(0);
    expect(contentsOf(one.out)).toEqual(here);
    first.child.kill('SIGINT');
    expect(await first.ended).toBe(0);
    expect(first.err).toMatch(new RegExp(`${CAPTURES + 4} captures done, 0 of them failed`));

    // Another queue, where nothing is known yet.
    const other = await startRedis({ keeps: false });
    const workers = await Promise.all([1, 2, 3].map(() => startWorker(other.url, ['--root', tree])));
    const three = made(tree, ['--jobs', other.url]);
    for (const [index, victim] of workers.slice(0, 2).entries()) {
      // So many are done in any case, however fast the others are.
      await until('they work', async () => (await other.count('completed')) > 5 * index);
      await endNow(victim.child);
      workers.push(await startWorker(other.url, ['--root', tree]));
    }
    expect(await three.call.ended, three.call.err).toBe(0);
    expect(contentsOf(three.out)).toEqual(here);
    expect(three.told().map(({ capture }) => capture)).toEqual(one.told().map(({ capture }) => capture));

    // Results whose tables were taken are made again by who asks later; a dataset that is whole asks for nothing.
    const again = made(tree, ['--jobs', other.url]);
    expect(await again.call.ended, again.call.err).toBe(0);
    expect(contentsOf(again.out)).toEqual(here);
    for (const { child } of workers) await endNow(child);
    expect(await mooring(['pcap', 'dataset', tree, '--out', again.out, '--jobs', other.url]).ended).toBe(0);
  });

  test('what cannot be read is told as on one machine, and the rest goes on; nothing outside of the root is', async () => {
    const outside = treeOf({ 'secret.pcap': captureOf(45) });
    const tree = treeOf({
      'good.pcap': captureOf(40),
      'empty.pcap': '',
      'words.pcap': 'no capture at all',
      'folder.pcap/inside.pcap': captureOf(41),
      'cut.pcap': captureOf(42).subarray(0, 2000),
      'packed.pcap.gz': gzipSync(captureOf(43)).subarray(0, 900),
    });
    symlinkSync(join(outside, 'secret.pcap'), join(tree, 'out.pcap'));
    symlinkSync('good.pcap', join(tree, 'link.pcap'));
    symlinkSync('nowhere.pcap', join(tree, 'broken.pcap'));
    spawnSync('mkfifo', [join(tree, 'pipe.pcap')]);
    const redis = await startRedis({ keeps: false });
    const worker = await startWorker(redis.url, ['--root', tree]);
    const one = made(tree, ['--jobs', redis.url]);
    expect(await one.call.ended, one.call.err).toBe(1);
    const local = made(tree);
    expect(await local.call.ended).toBe(1);
    const states = (told: Array<Record<string, unknown>>) =>
      told.map(({ file, status, error }) => [String(file).slice(tree.length + 1), status, Object(error).code]);
    const told = states(one.told());
    expect(told).toEqual([
      ['broken.pcap', 'failed', 'MOORING_ERR_CAPTURE_UNREADABLE'],
      ['cut.pcap', 'written', undefined],
      ['empty.pcap', 'failed', expect.stringMatching(/^MOORING_ERR_CAPTURE_/)],
      ['good.pcap', 'written', undefined],
      ['link.pcap', 'written', undefined],
      ['out.pcap', 'failed', 'MOORING_ERR_JOBS_UNTRUSTED'],
      ['packed.pcap.gz', 'written', undefined],
      ['pipe.pcap', 'failed', 'MOORING_ERR_CAPTURE_UNREADABLE'],
      ['words.pcap', 'failed', 'MOORING_ERR_CAPTURE_UNKNOWN_FORMAT'],
      ['folder.pcap/inside.pcap', 'written', undefined],
    ]);
    // One's own links may lead anywhere where no worker is asked.
    expect(states(local.told())).toEqual(
      told.map((row) => (row[0] === 'out.pcap' ? ['out.pcap', 'written', undefined] : row)),
    );
    expect(worker.child.exitCode).toBe(null);
  });

  test('a worker that sees other files leaves them to others, who asked hears of it', async () => {
    const tree = treeOf({ 'a.pcap': captureOf(40), 'b/c.pcap': captureOf(60) });
    // There nothing; there a file of the same name and size with other bytes.
    const elsewhere = treeOf({});
    const changed = mkdtempSync(join(root, 'changed-'));
    cpSync(tree, changed, { recursive: true });
    const bytes = readFileSync(join(changed, 'a.pcap'));
    bytes[bytes.length - 1]! ^= 1;
    writeFileSync(join(changed, 'a.pcap'), bytes);
    rmSync(join(changed, 'b'), { recursive: true });
    const redis = await startRedis({ keeps: false });
    await startWorker(redis.url, ['--root', elsewhere]);
    await startWorker(redis.url, ['--root', changed]);
    const { call, out } = made(tree, ['--jobs', redis.url]);
    await until('it is told', () => /a worker does not have it; another is to: .*c\.pcap/.test(call.err));
    await until('it is told', () =>
      /other is to: .*a\.pcap: (its bytes have another hash|it is not as it was)/.test(call.err),
    );
    await startWorker(redis.url, ['--root', tree]);
    expect(await call.ended, call.err).toBe(0);
    expect(contentsOf(out)).toEqual(await alone(tree));
  });

  test('a capture that changes after it was asked for is told, and not waited for', async () => {
    const tree = treeOf({ 'a.pcap': captureOf(40), 'b.pcap': captureOf(60) });
    const redis = await startRedis({ keeps: false });
    const { call } = made(tree, ['--jobs', redis.url]);
    await until('they wait', async () => (await redis.count('prioritized')) === 2);
    truncateSync(join(tree, 'a.pcap'), 1000);
    await startWorker(redis.url, ['--root', tree]);
    expect(await call.ended, call.err).toBe(1);
    expect(call.err).toMatch(/failed: .*a\.pcap: it changed since it was asked for/);
  });

  test('Redis is killed and comes back with nothing: nothing is lost, and it is told', async () => {
    const tree = treeOf(Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`${i}.pcap`, captureOf(40 + i)])));
    const redis = await startRedis({ keeps: false });
    const worker = await startWorker(redis.url, ['--root', tree]);
    const { call, out } = made(tree, ['--jobs', redis.url]);
    await until('some are done', async () => (await redis.count('completed')) > 5);
    await redis.kill();
    await until('it is told', () => /connection is lost/.test(call.err) && /connection is lost/.test(worker.err));
    await redis.start();
    expect(await call.ended, call.err).toBe(0);
    expect(contentsOf(out)).toEqual(await alone(tree));
  });

  test('tables go through a store that both sides name; a call without it is told', async () => {
    const tree = treeOf({ 'a.pcap': captureOf(40), 'b.pcap': captureOf(60) });
    const redis = await startRedis({ keeps: false });
    const store = `fs:${join(mkdtempSync(join(root, 'store-')), 'tables')}`;
    await startWorker(redis.url, ['--root', tree, '--store', store]);
    const stranger = made(tree, ['--jobs', redis.url]);
    expect(await stranger.call.ended).toBe(1);
    expect(stranger.call.err).toMatch(/a worker put its tables into a store: give this call the same --store/);
    const { call, out } = made(tree, ['--jobs', redis.url, '--store', store]);
    expect(await call.ended, call.err).toBe(0);
    expect(contentsOf(out)).toEqual(await alone(tree));
    const wrong = made(tree, ['--jobs', redis.url, '--store', `fs:${mkdtempSync(join(root, 'other-'))}`]);
    expect(await wrong.call.ended).toBe(1);
    expect(wrong.call.err).toMatch(/its tables are not in fs:.*do the workers have another --store/);
  });

  test('tables go through a bucket of a server that speaks S3', async (context) => {
    const place = mkdtempSync(join(root, 's3-'));
    const options = ['--no-audit', '--no-fund', '--no-save', '--ignore-scripts', '--prefix', place];
    const { status } = spawnSync('npm', ['install', 's3rver@3.7.1', ...options], { stdio: 'ignore', timeout: 120_000 });
    if (status !== 0) return context.skip('s3rver cannot be had from the registry here');
    const port = await freePort();
    const server = run(process.execPath, [
      join(place, 'node_modules/s3rver/bin/s3rver.js'),
      ...['-d', join(place, 'data'), '-a', '127.0.0.1', '-p', String(port), '--configure-bucket', 'results'],
    ]);
    await until('it listens', () => canConnect(port) || server.child.exitCode !== null);
    const keys = { AWS_ACCESS_KEY_ID: 'S3RVER', AWS_SECRET_ACCESS_KEY: 'S3RVER' };
    const env = { ...keys, AWS_ENDPOINT_URL: `http://127.0.0.1:${port}` };
    const tree = treeOf({ 'a.pcap': captureOf(40), 'b.pcap': captureOf(60) });
    const redis = await startRedis({ keeps: false });
    const worker = await startWorker(redis.url, ['--root', tree, '--store', 's3://results/mine'], { env });
    const args = ['--jobs', redis.url, '--store', 's3://results/mine'];
    const { call, out } = made(tree, args, { env });
    expect(await call.ended, call.err + worker.err).toBe(0);
    expect(contentsOf(out)).toEqual(await alone(tree));
    // Kept: nobody has to make them again.
    await endNow(worker.child);
    const again = made(tree, args, { env });
    expect(await again.call.ended, again.call.err).toBe(0);
    expect(contentsOf(again.out)).toEqual(contentsOf(out));
    const wrong = made(tree, ['--jobs', redis.url, '--store', 's3://nothing'], { env });
    expect(await wrong.call.ended).toBe(1);
    expect(wrong.call.err).toMatch(/^mooring: s3:\/\/nothing: there is no such bucket \[MOORING_ERR_JOBS_STORE\]\n$/);
  });
});
