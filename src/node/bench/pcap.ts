import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ERROR, MooringError } from '../../base/index.js';
import type { Bench, BenchResult } from './bench.js';
import { rounded } from './timing.js';
import { writeTraffic } from './traffic.js';

const PACKETS = 1_200_000;
const FLOWS = 1000;
/** So few that each has all the state a connection can have long before the shorter file ends. */
const LONG_FLOWS = 100;
/** The same number of connections in a shorter file: memory must not be less. */
const SHORT = 4;
const REPEATS = 3;
const MIB = 1 << 20;

interface Measured {
  readonly cpuSeconds: number;
  readonly packets: number;
  readonly peakMiB: number;
  readonly firstMs: number;
}

/** Packets per CPU second of decode and full TCP analysis, each in a process of its own, beside tcptrace and tshark. */
export const pcap: Bench = {
  name: 'pcap',
  summary: 'decode and TCP analysis of a capture with 200-byte snap length, from a file, beside tcptrace and tshark',
  run(progress): BenchResult {
    const folder = mkdtempSync(join(tmpdir(), 'mooring-bench-'));
    try {
      const path = join(folder, 'traffic.pcap');
      const long = join(folder, 'long.pcap');
      const short = join(folder, 'short.pcap');
      progress(`pcap: writing ${PACKETS} packets of ${FLOWS} flows`);
      writeTraffic(path, { packets: PACKETS, flows: FLOWS, seed: 1 });
      writeTraffic(long, { packets: PACKETS, flows: LONG_FLOWS, seed: 1 });
      writeTraffic(short, { packets: PACKETS / SHORT, flows: LONG_FLOWS, seed: 1 });
      return measure(path, long, short, progress);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

function measure(path: string, long: string, short: string, progress: (line: string) => void): BenchResult {
  const best = (of: () => Measured): Measured =>
    Array.from({ length: REPEATS }, of).reduce((a, b) => (a.cpuSeconds <= b.cpuSeconds ? a : b));
  progress('pcap: decode');
  const decode = best(() => ours(path, 'info'));
  progress('pcap: analysis');
  const analysis = best(() => ours(path, 'analyse'));
  const lasting = best(() => ours(long, 'analyse'));
  const brief = best(() => ours(short, 'analyse'));
  progress('pcap: first batch');
  const first = Math.min(...Array.from({ length: REPEATS }, () => ours(path, 'first').firstMs));
  const rows = [
    row('decode', decode),
    row('TCP analysis', analysis),
    row(`TCP analysis, ${LONG_FLOWS} flows`, lasting),
    row(`TCP analysis, ${LONG_FLOWS} flows, 1/${SHORT} of the length`, brief),
  ];
  const floors: BenchResult['floors'][number][] = [
    { what: 'decode', value: perSecond(decode), unit: 'packets/CPU s', direction: 'at least', limit: 10_000_000 },
    {
      what: 'TCP analysis',
      value: perSecond(analysis),
      unit: 'packets/CPU s',
      direction: 'at least',
      limit: 1_500_000,
    },
    { what: 'peak memory of the process', value: analysis.peakMiB, unit: 'MiB', direction: 'at most', limit: 150 },
    {
      what: `memory of ${SHORT} times the length`,
      value: rounded(lasting.peakMiB / brief.peakMiB),
      unit: 'times',
      direction: 'at most',
      limit: 1.1,
    },
    { what: 'first batch after the process began', value: first, unit: 'ms', direction: 'at most', limit: 300 },
  ];
  const size = statSync(path).size;
  for (const [name, args, times] of OTHERS) {
    progress(`pcap: ${name}`);
    const cpuSeconds = theirs([name, ...args(path)]);
    if (cpuSeconds === undefined) {
      progress(`pcap: ${name} is not installed here, left out`);
      continue;
    }
    rows.push({
      what: name,
      cpuSeconds: rounded(cpuSeconds),
      packetsPerCpuSecond: Math.round(PACKETS / cpuSeconds),
      peakMiB: '',
    });
    // Whole processes on both sides, start-up included.
    const ratio = cpuSeconds / theirs([process.execPath, '-e', script(path, 'analyse')])!;
    floors.push({
      what: `faster than ${name}`,
      value: rounded(ratio),
      unit: 'times',
      direction: 'at least',
      limit: times,
    });
  }
  rows.push({ what: `file of ${Math.round(size / MIB)} MiB`, cpuSeconds: '', packetsPerCpuSecond: '', peakMiB: '' });
  return { rows, floors };
}

const OTHERS: ReadonlyArray<readonly [string, (path: string) => string[], number]> = [
  ['tcptrace', (path) => ['-n', '-l', '-r', '--csv', path], 1],
  ['tshark', (path) => ['-n', '-r', path, '-q', '-z', 'conv,tcp'], 25],
];

function row(what: string, measured: Measured): Record<string, string | number> {
  return {
    what,
    cpuSeconds: rounded(measured.cpuSeconds),
    packetsPerCpuSecond: perSecond(measured),
    peakMiB: measured.peakMiB,
  };
}

function perSecond({ packets, cpuSeconds }: Measured): number {
  return Math.round(packets / cpuSeconds);
}

// One run in a fresh process, so that peak memory is its own.
function ours(path: string, what: 'info' | 'analyse' | 'first'): Measured {
  const child = spawnSync(process.execPath, ['-e', script(path, what)], { encoding: 'utf8', maxBuffer: MIB });
  if (child.status !== 0) throw failed('the analysis', child.stderr);
  return JSON.parse(child.stdout) as Measured;
}

function script(path: string, what: string): string {
  const door = new URL('./node.js', import.meta.url).href;
  if (!existsSync(new URL(door))) throw failed('the bench', 'it runs from the built package: npm run build');
  return `(async () => {
    const { openCapture } = await import(${JSON.stringify(door)});
    const before = process.cpuUsage();
    const capture = await openCapture(${JSON.stringify(path)});
    let packets = 0;
    let firstMs = 0;
    if (${JSON.stringify(what)} === 'first') {
      for await (const batch of capture.batches()) { packets = batch.length; firstMs = performance.now(); break; }
    } else packets = (await capture[${JSON.stringify(what)}]()).totals.packets;
    const { user, system } = process.cpuUsage(before);
    console.log(JSON.stringify({
      packets,
      firstMs: Math.round(firstMs),
      cpuSeconds: (user + system) / 1e6,
      peakMiB: Math.round(process.resourceUsage().maxRSS / 1024),
    }));
  })()`;
}

// CPU seconds of a whole process, the least of some runs; undefined where there is no such program.
function theirs(command: readonly string[]): number | undefined {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < REPEATS; i += 1) {
    const timed = ['-c', 'TIMEFORMAT="%U %S"; { time "$@" >/dev/null 2>&1; } 2>&1', 'bash', ...command];
    const { stdout, status } = spawnSync('bash', timed, { encoding: 'utf8' });
    if (status === 127 || !stdout) return undefined;
    const [user = 0, system = 0] = stdout.trim().split(' ').map(Number);
    least = Math.min(least, user + system);
  }
  return least;
}

function failed(what: string, why: string): MooringError {
  return new MooringError(ERROR.MOORING_ERR_BAD_ARGUMENT, `bench pcap: ${what} failed: ${why.trim()}`);
}
