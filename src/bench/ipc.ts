import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { requireHelper } from '../node/helper/index.js';
import { sleep } from '../node/process/index.js';
import { AIMD_REPORT } from './aimd-report.js';
import { atLeast, atMost, type Bench, type BenchResult } from './bench.js';
import { measureAgent } from './ipc-agent.js';
import { measureChannel } from './ipc-channel.js';

const ROUNDS = 3;
const START_MS = 10_000;

interface Way {
  readonly name: string;
  /** Where it listens, if it cannot be told. */
  readonly path?: string;
  /** Program and arguments of an agent that listens at the path. */
  command(path: string): readonly [program: string, ...args: string[]];
}

interface Measured {
  readonly p50Us: number;
  readonly p99Us: number;
  readonly perSecond: number;
}

/** A report to an agent and its answer back, over datagram sockets, beside the least an agent in C can be. */
export const ipc: Bench = {
  name: 'ipc',
  summary: 'report to agent and answer back, beside an agent in C as the floor; same pinning, one run',
  leavesNothing: true,
  async run(progress, { portus }) {
    const folder = mkdtempSync(join(tmpdir(), 'mooring-bench-'));
    try {
      return await measure(folder, progress, portus);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

async function measure(
  folder: string,
  progress: (line: string) => void,
  portus: string | undefined,
): Promise<BenchResult> {
  const helper = requireHelper();
  const cli = fileURLToPath(new URL('./cli.js', import.meta.url));
  const agent =
    (...options: string[]) =>
    (path: string): [string, ...string[]] => [
      process.execPath,
      cli,
      'agent',
      '--alg',
      'aimd',
      '--quiet',
      '--path',
      path,
      ...options,
    ];
  const ways: Way[] = [
    { name: 'agent in C (floor)', command: (path) => [helper, 'echo', '--with-parent', '--bind', path] },
    { name: 'blocking, one worker', command: agent('--workers', '1', '--blocking') },
    { name: 'blocking, three workers', command: agent('--workers', '3') },
    { name: 'event loop, one worker', command: agent('--workers', '1', '--no-blocking') },
    { name: 'event loop, main thread', command: agent('--workers', '0') },
  ];
  if (portus !== undefined) {
    const name = `mooring-bench-${process.pid}`;
    ways.push({ name: 'portus', path: `/tmp/ccp/${name}`, command: () => [portus, name] });
  }
  const best = new Map<string, { one: Measured; many: Measured }>();
  for (let round = 1; round <= ROUNDS; round += 1) {
    for (const way of ways) {
      progress(`ipc: ${way.name}, round ${round} of ${ROUNDS}`);
      const one = await drive(folder, helper, way, { pinned: true, flows: 1, window: 1, count: 20_000 });
      const many = await drive(folder, helper, way, { pinned: false, flows: 8, window: 8, count: 100_000 });
      const before = best.get(way.name);
      best.set(way.name, {
        one: before && before.one.p50Us < one.p50Us ? before.one : one,
        many: before && before.many.perSecond > many.perSecond ? before.many : many,
      });
    }
  }
  progress('ipc: in process');
  const channel = await measureChannel();
  progress('ipc: cost of a report with 100,000 flows');
  const cost = measureAgent();
  const floor = best.get(ways[0]!.name)!;
  const rows = ways.map(({ name }) => {
    const { one, many } = best.get(name)!;
    return {
      agent: name,
      'p50 µs': round2(one.p50Us),
      'p99 µs': round2(one.p99Us),
      'p50 / floor': round2(one.p50Us / floor.one.p50Us),
      'messages/s, 8 under way': Math.round(many.perSecond),
    };
  });
  const p50Of = (name: string) => best.get(name)!.one.p50Us / floor.one.p50Us;
  return {
    rows: [
      ...rows,
      {
        agent: 'in process',
        'p50 µs': round2(channel.p50Us),
        'p99 µs': round2(channel.p99Us),
        'p50 / floor': round2(channel.p50Us / floor.one.p50Us),
        'messages/s, 8 under way': Math.round(channel.perSecond),
      },
    ],
    floors: [
      atMost('blocking, one worker: p50 over the floor', round2(p50Of('blocking, one worker')), '×', 1.35),
      atLeast(
        'blocking, one worker: messages',
        Math.round(best.get('blocking, one worker')!.many.perSecond),
        '/s',
        200_000,
      ),
      atMost('event loop: p50 over the floor', round2(p50Of('event loop, main thread')), '×', 1.6),
      atMost('three workers: p50 over the floor', round2(p50Of('blocking, three workers')), '×', 2.5),
      atMost('agent CPU per report, 100 flows', Math.round(cost.nsFew), 'ns', 1000),
      atMost('agent CPU per report, 100,000 flows', Math.round(cost.nsMany), 'ns', 1000),
      atMost('memory per flow, its AIMD instance included', Math.round(cost.bytesPerFlow), 'bytes', 1024),
    ],
  };
}

interface Load {
  /** Agent and datapath on one core; else wherever the scheduler puts them. */
  readonly pinned: boolean;
  readonly flows: number;
  readonly window: number;
  readonly count: number;
}

async function drive(folder: string, helper: string, way: Way, load: Load): Promise<Measured> {
  const agent = way.path ?? join(folder, 'agent');
  const child = start(pin(way.command(agent), load.pinned));
  try {
    await listening(child, agent);
    const args = ['drive', '--to', agent, '--bind', join(folder, 'datapath'), '--values', AIMD_REPORT.join()];
    const counts = ['--flows', load.flows, '--window', load.window, '--count', load.count, '--warm', 5000].map(String);
    const [program, ...rest] = pin([helper, ...args, ...counts], load.pinned);
    const { stdout } = await promisify(execFile)(program, rest, { timeout: 120_000 });
    const value = (name: string) => Number(new RegExp(`${name}=([0-9.]+)`).exec(stdout)?.[1]);
    return { p50Us: value('p50_ns') / 1000, p99Us: value('p99_ns') / 1000, perSecond: value('per_second') };
  } finally {
    child.kill('SIGTERM');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    // An agent that was killed leaves it behind.
    rmSync(agent, { force: true });
  }
}

function start([program, ...args]: readonly [string, ...string[]]): ChildProcess {
  return spawn(program, args, { stdio: ['ignore', 'ignore', 'inherit'] });
}

/** The last core: the first serves interrupts. */
function pin(command: readonly [string, ...string[]], pinned: boolean): readonly [string, ...string[]] {
  return pinned && hasTaskset() ? ['taskset', '-c', String(availableParallelism() - 1), ...command] : command;
}

function hasTaskset(): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, 'taskset')));
}

async function listening(child: ChildProcess, path: string): Promise<void> {
  for (const end = Date.now() + START_MS; Date.now() < end; await sleep(20)) {
    if (existsSync(path)) return;
    if (child.exitCode !== null) break;
  }
  throw new Error(`the agent did not open ${path}`);
}

function round2(value: number): number {
  return Math.round(value * 100) / 100;
}
