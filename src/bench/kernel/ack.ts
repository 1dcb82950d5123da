import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { AlgBase, type AlgorithmClass } from '../../algorithms/index.js';
import { fromDebian } from '../../node/install/index.js';
import { buildKernelPath, type KernelPath, sendThrough, whyNoKernelFlows } from '../../node/path/index.js';
import { compileOrThrow } from '../../program/index.js';
import type { Bench, BenchResult } from '../bench.js';
import { BENCH_PROGRAMS } from '../programs.js';
import { median, rounded } from '../timing.js';
import { type Controlled, control } from './controlled.js';
import { registerCubic, type Sampled, sampleCubic } from './peers.js';

const SECONDS = 2;
const ROUNDS = 5;
/** A sampler meets functions of tens of ns seldom. */
const SAMPLED_SECONDS = 10;
const WINDOW_BYTES = 3_000_000;
/** The kernel counts what its programs take while this is 1. */
const COUNTING = '/proc/sys/kernel/bpf_stats_enabled';

/** A report a second, so that what is measured is the program. */
const REPORT_US = 1_000_000;

const SELDOM = `
(when (> Micros ${REPORT_US})
  (report)
  (:= Micros 0))`;

const PROGRAMS: readonly (readonly [name: string, text: string])[] = [
  ['empty', `(def (Report (volatile acked 0)))${SELDOM}`],
  ['reno-like', BENCH_PROGRAMS.find(({ name }) => name === 'reno-like')!.text(REPORT_US)],
  ['70 instructions', ofInstructions(70)],
  ['250 instructions', ofInstructions(250)],
];

/** What an ACK costs in the kernel, by the kernel's own count. */
export const ack: Bench = {
  name: 'bpf-ack',
  group: 'bpf',
  summary:
    "processor time of an ACK in the kernel, by the kernel's own count: programs of four sizes, CUBIC in BPF and the kernel's",
  missing: () => whyNoKernelFlows({ bpftool: 'bpftool' }),
  leavesNothing: true,
  run: measure,
};

async function measure(progress: (line: string) => void): Promise<BenchResult> {
  const path = await buildKernelPath();
  const before = readFileSync(COUNTING, 'utf8');
  try {
    writeFileSync(COUNTING, '1');
    const rows: Array<BenchResult['rows'][number]> = [];
    const row = async (
      name: string,
      instructions: number | string,
      begin: () => Promise<Controlled>,
    ): Promise<void> => {
      const costs: number[] = [];
      let acks = 0;
      for (let round = 1; round <= ROUNDS; round += 1) {
        progress(`bpf-ack: ${name}, round ${round} of ${ROUNDS}`);
        const { ns, count } = await counted(path, begin);
        costs.push(ns / count);
        acks += count;
      }
      const [least, middle] = [rounded(Math.min(...costs)), rounded(median(costs))];
      rows.push({ program: name, instructions, 'ns per ACK, least': least, 'ns per ACK, median': middle, ACKs: acks });
    };
    for (const [name, text] of PROGRAMS)
      await row(name, compileOrThrow(text).instructions, () => control(path, holding(text)));
    const cubic = await registerCubic();
    if (cubic) {
      // It stays from round to round: what is counted is what a round adds.
      const stays = { control: cubic.control, close: async () => {} };
      await row('CUBIC in BPF', '–', async () => stays).finally(() => cubic.close());
    } else progress(`bpf-ack: no clang here ${fromDebian('clang')}, so no CUBIC in BPF`);
    progress(`bpf-ack: the kernel's CUBIC, sampled for ${SAMPLED_SECONDS} s`);
    const sampled = await sampleCubic(path, SAMPLED_SECONDS);
    if (sampled) rows.push(sampledRow(sampled));
    else progress(`bpf-ack: no perf here ${fromDebian('linux-perf')}, so nothing of the kernel's CUBIC`);
    return { rows, floors: [] };
  } finally {
    writeFileSync(COUNTING, before);
    await path.close();
  }
}

/** A class that installs the program, holds a window and listens. */
function holding(text: string): AlgorithmClass {
  class Holding extends AlgBase {
    override onCreate(): void {
      this.datapath.install(text, { fields: { Cwnd: WINDOW_BYTES } });
    }
    override onReport(): void {}
  }
  return Holding as unknown as AlgorithmClass;
}

async function counted(path: KernelPath, begin: () => Promise<Controlled>): Promise<{ ns: number; count: number }> {
  const earlier = new Map(entries().map((entry) => [entry.id, entry]));
  const controlled = await begin();
  try {
    await sendThrough(path, { seconds: SECONDS, congestionControl: controlled.control });
    const now = entries();
    const sum = (key: 'run_time_ns' | 'run_cnt'): number =>
      now.reduce((all, entry) => all + (entry[key] ?? 0) - (earlier.get(entry.id)?.[key] ?? 0), 0);
    if (sum('run_cnt') === 0) throw new Error('the kernel counted no invocation');
    return { ns: sum('run_time_ns'), count: sum('run_cnt') };
  } finally {
    await controlled.close();
  }
}

/** The kernel counts BPF programs only. Of N samples the share is known to one part in √N. */
function sampledRow({ nsPerAck, samples, acks }: Sampled): BenchResult['rows'][number] {
  return {
    program: `the kernel's CUBIC, from ${samples} samples`,
    instructions: '–',
    'ns per ACK, least': '–',
    'ns per ACK, median': rounded(nsPerAck),
    ACKs: acks,
  };
}

interface LoadedProgram {
  readonly id: number;
  readonly name?: string;
  readonly run_time_ns?: number;
  readonly run_cnt?: number;
}

/** The programs that are called for an ACK; what they call in turn is counted with them. */
function entries(): LoadedProgram[] {
  const all = JSON.parse(execFileSync('bpftool', ['-j', 'prog', 'show'], { encoding: 'utf8' })) as LoadedProgram[];
  return all.filter(({ name }) => name !== undefined && /^cong_(?:control|avoid)/.test(name));
}

/** As many instructions as asked for, or one less. */
function ofInstructions(count: number): string {
  const body = (lines: number): string => `
(def (Report (volatile acked 0) (seen 0)))
(when true
${'  (:= Report.seen (+ Report.seen Ack.bytes_acked))\n'.repeat(lines)}  (fallthrough))${SELDOM}`;
  const length = (lines: number): number => compileOrThrow(body(lines)).instructions;
  const empty = length(0);
  return body(Math.floor((count - empty) / (length(1) - empty)));
}
