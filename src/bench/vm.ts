import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import type { Engine } from '../datapath/index.js';
import { atLeast, atMost, type Bench, type BenchResult } from './bench.js';
import { BENCH_PROGRAMS } from './programs.js';
import { rounded, type Timing } from './timing.js';
import { invocationsAsText, type VmTimings } from './vm-case.js';

const ENGINES: readonly Engine[] = ['interpreter', 'jit'];

/** Nanoseconds per invocation: inside WebAssembly, and through one JavaScript call that writes 15 primitives. */
export const vm: Bench = {
  name: 'vm',
  summary: 'one invocation of a datapath program, inside WebAssembly and per JavaScript call, on both engines',
  async run(progress, { libccp }): Promise<BenchResult> {
    const measured: Array<VmTimings & { readonly name: string; readonly engine: Engine }> = [];
    for (const { name } of BENCH_PROGRAMS) {
      for (const engine of ENGINES) {
        progress(`vm: ${name} on the ${engine}`);
        measured.push({ name, engine, ...(await inThread(name, engine)) });
      }
    }
    const original = libccp === undefined ? [] : await measureLibccp(libccp, progress);
    const slowest = (engine: Engine, of: 'inside' | 'call') =>
      Math.max(...measured.filter((row) => row.engine === engine).map((row) => row[of].min));
    const speedups = BENCH_PROGRAMS.map(({ name }) => {
      const [interpreter, jit] = measured.filter((row) => row.name === name);
      return interpreter!.inside.min / jit!.inside.min;
    });
    const ofJit = (name: string) => measured.find((row) => row.engine === 'jit' && row.name === name)!;
    const callsOverInside = BENCH_PROGRAMS.map(({ name }) => ofJit(name).call.min / ofJit(name).inside.min);
    const overOriginal = original.map(({ name, min }) => min / ofJit(name).inside.min);
    return {
      rows: [
        ...measured.map(({ name, engine, inside, call }) => ({
          program: name,
          engine,
          insideNsMin: rounded(inside.min),
          insideNsMedian: rounded(inside.median),
          callNsMin: rounded(call.min),
          callNsMedian: rounded(call.median),
        })),
        ...original.map(({ name, min, median }) => ({
          program: name,
          engine: 'libccp',
          insideNsMin: rounded(min),
          insideNsMedian: rounded(median),
          callNsMin: '',
          callNsMedian: '',
        })),
      ],
      floors: [
        atMost('interpreter inside, slowest of three', rounded(slowest('interpreter', 'inside')), 'ns', 110),
        atMost('interpreter per JavaScript call, slowest of three', rounded(slowest('interpreter', 'call')), 'ns', 130),
        atMost(
          'JIT per JavaScript call with 15 primitives, slowest of three',
          rounded(slowest('jit', 'call')),
          'ns',
          60,
        ),
        atLeast('JIT faster than the interpreter, least of three', rounded(Math.min(...speedups)), 'times', 2),
        atMost('JIT per JavaScript call over inside, most of three', rounded(Math.max(...callsOverInside)), '×', 1.8),
        ...(original.length === 0
          ? []
          : [atLeast('JIT faster than libccp, least of three', rounded(Math.min(...overOriginal)), 'times', 12)]),
      ],
    };
  },
};

/** The same programs and ACKs through libccp; its clock is the host's, so that it reports as often as time passes. */
async function measureLibccp(program: string, progress: (line: string) => void) {
  const timings: Array<Timing & { readonly name: string }> = [];
  for (const { name } of BENCH_PROGRAMS) {
    progress(`vm: ${name} on libccp`);
    const run = promisify(execFile)(program, { timeout: 300_000 });
    run.child.stdin!.end(invocationsAsText(name));
    const { stdout } = await run;
    const [, min, median] = /^min ([\d.]+) median ([\d.]+)/.exec(stdout) ?? [];
    timings.push({ name, min: Number(min), median: Number(median) });
  }
  return timings;
}

function inThread(name: string, engine: Engine): Promise<VmTimings> {
  const worker = new Worker(new URL('./workers/bench.js', import.meta.url), { workerData: { name, engine } });
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', () => reject(new Error(`the bench of ${name} on the ${engine} stopped`)));
  });
}
