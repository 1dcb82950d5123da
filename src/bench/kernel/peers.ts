import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type KernelPath, sendThrough } from '../../node/path/index.js';
import { run, sleep } from '../../node/process/index.js';
import type { Controlled } from './controlled.js';

// What an ACK costs where no agent is in charge: CUBIC written in BPF, and the kernel's own.

/** Of the kernel's functions, those that its CUBIC is called with for an ACK, and what they call. */
const CUBIC_SYMBOLS = /\[k\] (?:cubictcp_\w+|bictcp_\w+|hystart_\w+|cubic_root|tcp_slow_start|tcp_cong_avoid_ai)\b/;
/** What that file calls its own. */
const CUBIC_NAME = 'mooring_cubic';
/** Often enough for functions of tens of ns; the kernel's own limit is 100,000. */
const SAMPLES_PER_S = 20_000;
const SEGMENTS_IN = 10;

/** Compiles `helper/bpf/cubic.bpf.c` and registers it until it is closed; undefined where there is no clang. */
export async function registerCubic(): Promise<Controlled | undefined> {
  const source = fileURLToPath(new URL('../helper/bpf/cubic.bpf.c', import.meta.url));
  if (spawnSync('clang', ['--version'], { stdio: 'ignore' }).error !== undefined || !existsSync(source))
    return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'mooring-bench-'));
  try {
    const object = join(folder, 'cubic.o');
    await run(['clang', '-g', '-O2', '-target', 'bpf', '-mcpu=v3', '-ffreestanding', '-c', '-o', object, source]);
    await run(['bpftool', 'struct_ops', 'register', object]);
    const close = async () => void (await run(['bpftool', 'struct_ops', 'unregister', 'name', CUBIC_NAME]));
    return { control: CUBIC_NAME, close };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What samples of all processors say of the kernel's CUBIC: the kernel counts BPF programs only. */
export interface Sampled {
  readonly nsPerAck: number;
  readonly samples: number;
  readonly acks: number;
}

/** One flow of the kernel's CUBIC, sampled; undefined where there is no perf. */
export async function sampleCubic(path: KernelPath, seconds: number): Promise<Sampled | undefined> {
  if (spawnSync('perf', ['--version'], { stdio: 'ignore' }).status !== 0) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'mooring-bench-'));
  const data = join(folder, 'perf.data');
  const sampler = spawn('perf', ['record', '-q', '-a', '-e', 'cpu-clock', '-F', String(SAMPLES_PER_S), '-o', data], {
    stdio: 'ignore',
  });
  try {
    await begun(sampler, data);
    const before = await segmentsIn(path);
    await sendThrough(path, { seconds, congestionControl: 'cubic' });
    const acks = (await segmentsIn(path)) - before;
    await ended(sampler);
    const listed = await run([
      'perf',
      'report',
      '-i',
      data,
      '--stdio',
      '-g',
      'none',
      '--sort',
      'sym',
      '-F',
      'sample,sym',
    ]);
    const samples = listed
      .split('\n')
      .filter((line) => CUBIC_SYMBOLS.test(line))
      .reduce((sum, line) => sum + Number.parseInt(line, 10), 0);
    return { nsPerAck: (samples * 1e9) / SAMPLES_PER_S / acks, samples, acks };
  } finally {
    await ended(sampler);
    rmSync(folder, { recursive: true, force: true });
  }
}

async function begun(sampler: ChildProcess, data: string): Promise<void> {
  for (let left = 100; left > 0 && !existsSync(data) && sampler.exitCode === null; left -= 1) await sleep(20);
  if (!existsSync(data)) throw new Error('perf record wrote nothing: it takes the right to sample all processors');
}

async function ended(sampler: ChildProcess): Promise<void> {
  if (sampler.exitCode !== null || sampler.signalCode !== null) return;
  sampler.kill('SIGINT');
  await once(sampler, 'close');
}

/** TCP segments that arrived in the sender's namespace: the ACKs. */
async function segmentsIn(path: KernelPath): Promise<number> {
  const text = await run(['ip', 'netns', 'exec', path.sender, 'cat', '/proc/net/snmp']);
  const values = text.split('\n').filter((line) => line.startsWith('Tcp:'))[1]!;
  return Number(values.split(' ')[SEGMENTS_IN]);
}
