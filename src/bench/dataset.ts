import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { makeFolder } from '../node/files/index.js';
import { makeScratch } from '../node/process/index.js';
import { atLeast, atMost, type Bench, type BenchResult } from './bench.js';
import { cpuMs, type Started, startRedis, startWorker, whyNoRedis } from './jobs-redis.js';
import { rounded } from './timing.js';
import { writeTraffic } from './traffic.js';

const CAPTURES = 1_000;
const PACKETS = 2_000;
const FLOWS = 10;
/** A tree as campaigns leave it: so many captures of a site. */
const SITE = 100;
const WORKERS = [1, 3];

interface Made {
  readonly where: string;
  readonly seconds: number;
  /** Of all who took part, Redis too; undefined where the system does not say. */
  readonly cpuSeconds: number | undefined;
  readonly contents: string;
}

/** Captures in bulk: on a thread of this machine, and on workers behind Redis; the same bytes, and what each costs. */
export const dataset: Bench = {
  name: 'dataset',
  summary: `${CAPTURES} captures of ${PACKETS} packets to one dataset: a thread here, one and three workers behind Redis`,
  missing: whyNoRedis,
  leavesNothing: true,
  async run(progress, _, signal): Promise<BenchResult> {
    const folder = makeScratch('mooring-bench');
    try {
      progress(`dataset: writing ${CAPTURES} captures`);
      const tree = join(folder, 'tree');
      writeTree(tree);
      progress('dataset: a thread of this machine');
      const local = { where: 'a thread here', how: ['--workers', '1'], others: [] };
      const made = [await make(local, tree, join(folder, 'here'), signal)];
      for (const workers of WORKERS) {
        progress(`dataset: ${workers} behind Redis`);
        made.push(await behindRedis(workers, tree, join(folder, `behind-${workers}`), signal));
      }
      return resultOf(made);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

function writeTree(tree: string): void {
  for (let at = 0; at < CAPTURES; at += 1) {
    const site = join(tree, `site${Math.floor(at / SITE)}`);
    makeFolder(site);
    writeTraffic(join(site, `${at}.pcap`), { packets: PACKETS, flows: FLOWS, seed: at + 1 });
  }
}

async function behindRedis(workers: number, tree: string, out: string, signal: AbortSignal): Promise<Made> {
  const redis = await startRedis();
  const started: Started[] = [];
  try {
    for (let at = 0; at < workers; at += 1) started.push(await startWorker(redis.url, ['--root', tree]));
    const where = `${workers} ${workers === 1 ? 'worker' : 'workers'} behind Redis`;
    return await make({ where, how: ['--jobs', redis.url], others: [redis, ...started] }, tree, out, signal);
  } finally {
    for (const worker of started) await worker.close();
    await redis.close();
  }
}

interface Setting {
  readonly where: string;
  /** Options of the call. */
  readonly how: readonly string[];
  /** Who else works on it. */
  readonly others: readonly Started[];
}

async function make({ where, how, others }: Setting, tree: string, out: string, signal: AbortSignal): Promise<Made> {
  const cli = fileURLToPath(new URL('./cli.js', import.meta.url));
  const before = cpuMs(others);
  const childrenBefore = childrenCpuSeconds();
  const begun = performance.now();
  const words = [cli, 'pcap', 'dataset', tree, '--out', out, '--no-progress', ...how];
  await promisify(execFile)(process.execPath, words, { signal, maxBuffer: 1 << 26 });
  const seconds = (performance.now() - begun) / 1000;
  const [after, childrenAfter] = [cpuMs(others), childrenCpuSeconds()];
  const isKnown = before !== undefined && after !== undefined && childrenBefore !== undefined;
  return {
    where,
    seconds,
    cpuSeconds: isKnown ? (after - before) / 1000 + childrenAfter! - childrenBefore : undefined,
    contents: hashOf(out),
  };
}

/** What children of this process that have ended had; the call that asks for a dataset is the only one to end meanwhile. */
function childrenCpuSeconds(): number | undefined {
  try {
    const fields = readFileSync('/proc/self/stat', 'utf8').split(') ').at(-1)!.split(' ');
    return (Number(fields[13]) + Number(fields[14])) / 100;
  } catch {
    return undefined;
  }
}

/** Of names and bytes. */
function hashOf(folder: string): string {
  const hash = createHash('sha256');
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map(({ parentPath, name }) => join(parentPath, name)).sort();
  for (const path of paths) hash.update(path.slice(folder.length)).update('\0').update(readFileSync(path));
  return hash.digest('hex');
}

function resultOf(made: readonly Made[]): BenchResult {
  const [here] = made as readonly [Made];
  const packets = CAPTURES * PACKETS;
  return {
    rows: made.map(({ where, seconds, cpuSeconds, contents }) => ({
      where,
      seconds: rounded(seconds),
      'captures/s': rounded(CAPTURES / seconds),
      'CPU ms a capture': cpuSeconds === undefined ? 'unknown' : rounded((1000 * cpuSeconds) / CAPTURES),
      'packets/CPU s': cpuSeconds === undefined ? 'unknown' : rounded(packets / cpuSeconds),
      dataset: contents === here.contents ? 'the same bytes' : 'DIFFERS',
    })),
    floors: [
      atLeast(
        'datasets of the same bytes',
        made.filter(({ contents }) => contents === here.contents).length,
        '',
        made.length,
      ),
      ...made
        .slice(1)
        .flatMap(({ where, cpuSeconds }) =>
          cpuSeconds === undefined || here.cpuSeconds === undefined
            ? []
            : [atMost(`${where}: processor time`, rounded(cpuSeconds / here.cpuSeconds), '× a thread here', 1.5)],
        ),
    ],
  };
}
