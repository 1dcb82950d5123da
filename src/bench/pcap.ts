import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statfsSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { ERROR, MooringError } from '../base/index.js';
import { atLeast, atMost, type Bench, type BenchResult } from './bench.js';
import { rounded } from './timing.js';
import { writeScan, writeTraffic } from './traffic.js';

/** So many that what a process costs before its first packet is little beside them. */
const PACKETS = 4_800_000;
const FLOWS = 1000;
/** Memory must not grow with the file: one of so many packets beside one of a quarter, same connections. */
const LONG_PACKETS = 1_200_000;
const TIMES_AS_LONG = 4;
/** So few that each has all the state a connection can have long before the shorter file ends. */
const LONG_FLOWS = 100;
/** As people look at them all day: what a process costs before its first packet is nearly all of it. */
const FEW_PACKETS = 1000;
const FEW_CPU_MS = 180;
const FEW_REPEATS = 15;
/** A scan: connections of one packet each. */
const SCANNED = 1_000_000;
const SCAN_PEAK_MIB = 256;
const NEEDED_BYTES = 1.2e9;
const REPEATS = 3;
/** A program whose runs have taken this much together is not run again. */
const ENOUGH_CPU_SECONDS = 45;
const MIB = 1 << 20;
/** Of a process that analyses a capture of any length, packed or not. */
const PEAK_MIB = 100;

/** The others, what they are told, and how often our CPU seconds have to go into theirs. */
const OTHERS: ReadonlyArray<readonly [string, (path: string) => string[], number]> = [
  ['tcptrace', (path) => ['-n', '-l', '-r', '--csv', path], 2],
  ['tshark', (path) => ['-n', '-r', path, '-q', '-z', 'conv,tcp'], 40],
];

/** What packs the file beside itself, what it adds to the name, and how often the plain file's CPU seconds it may cost. */
const PACKERS: ReadonlyArray<readonly [string, readonly string[], string, number]> = [
  ['gzip', ['-1', '-k'], '.gz', 3],
  ['zstd', ['-q', '-k'], '.zst', 1.4],
];

/** Packets per CPU second of decode and full TCP analysis, each in a process of its own, beside tcptrace and tshark. */
export const pcap: Bench = {
  name: 'pcap',
  summary: 'decode and TCP analysis of a capture with 200-byte snap length, from a file, beside tcptrace and tshark',
  async run(progress) {
    const { bavail, bsize } = statfsSync(tmpdir());
    if (bavail * bsize < NEEDED_BYTES) {
      throw failed(`${tmpdir()} has less than 1.2 GB free (TMPDIR names another folder)`);
    }
    const folder = mkdtempSync(join(tmpdir(), 'mooring-bench-'));
    // A signal ends the process that is being measured and then this: a gigabyte is not left behind.
    const stop = new AbortController();
    const onSignal = (): void => stop.abort();
    for (const name of SIGNALS) process.once(name, onSignal);
    try {
      return await new Measurement(folder, progress, stop.signal).all();
    } finally {
      for (const name of SIGNALS) process.off(name, onSignal);
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

type Row = BenchResult['rows'][number];
type Floor = BenchResult['floors'][number];
type Task = 'info' | 'analyse' | 'first';

interface Measured {
  readonly cpuSeconds: number;
  readonly packets: number;
  readonly peakMiB: number;
  readonly firstMs: number;
}

class Measurement {
  readonly #folder: string;
  readonly #progress: (line: string) => void;
  readonly #signal: AbortSignal;

  constructor(folder: string, progress: (line: string) => void, signal: AbortSignal) {
    this.#folder = folder;
    this.#progress = (line) => progress(`pcap: ${line}`);
    this.#signal = signal;
  }

  async all(): Promise<BenchResult> {
    const path = this.#write('traffic', PACKETS, FLOWS);
    const decode = await this.#best('decode', path, 'info');
    const analysis = await this.#best('TCP analysis', path, 'analyse');
    const first = await this.#best('first batch', path, 'first', ({ firstMs }) => firstMs);
    const lasting = await this.#analysisOf('long', LONG_PACKETS);
    const brief = await this.#analysisOf('short', LONG_PACKETS / TIMES_AS_LONG);
    const scan = await this.#scan();
    const few = await this.#few();
    const packed = await this.#packed(path);
    const others = await this.#beside(path);
    return {
      rows: [
        row('decode', decode),
        row('TCP analysis', analysis),
        row(`TCP analysis of ${lasting.packets} packets, ${LONG_FLOWS} flows`, lasting),
        row(`TCP analysis of ${brief.packets} packets, ${LONG_FLOWS} flows`, brief),
        row(`TCP analysis of ${SCANNED} connections of one packet`, scan),
        { what: `flows of ${FEW_PACKETS} packets`, cpuSeconds: few.ours, packetsPerCpuSecond: '', peakMiB: '' },
        { what: 'node -e 0', cpuSeconds: few.node, packetsPerCpuSecond: '', peakMiB: '' },
        ...packed.map(({ what, measured }) => row(`TCP analysis of ${what}`, measured)),
        ...others.map(({ row: theirs }) => theirs),
        {
          what: `file: ${analysis.packets} packets, ${FLOWS} flows, ${Math.round(statSync(path).size / MIB)} MiB`,
          cpuSeconds: '',
          packetsPerCpuSecond: '',
          peakMiB: '',
        },
      ],
      floors: [
        atLeast('decode', perSecond(decode), 'packets/CPU s', 12_000_000),
        atLeast('TCP analysis', perSecond(analysis), 'packets/CPU s', 1_500_000),
        atMost('peak memory of the process', analysis.peakMiB, 'MiB', PEAK_MIB),
        atMost(`memory of ${TIMES_AS_LONG} times the length`, rounded(lasting.peakMiB / brief.peakMiB), 'times', 1.1),
        atMost('first batch after the process began', first.firstMs, 'ms', 300),
        atMost(`memory of ${SCANNED} connections of one packet`, scan.peakMiB, 'MiB', SCAN_PEAK_MIB),
        atMost(`flows of ${FEW_PACKETS} packets, the whole command`, Math.round(few.ours * 1000), 'CPU ms', FEW_CPU_MS),
        ...packed.map(({ what, measured, times }) =>
          atMost(`${what} beside plain`, rounded(measured.cpuSeconds / analysis.cpuSeconds), 'times', times),
        ),
        ...packed.map(({ what, measured }) => atMost(`peak memory of ${what}`, measured.peakMiB, 'MiB', PEAK_MIB)),
        ...others.map(({ floor }) => floor),
      ],
    };
  }

  #write(name: string, packets: number, flows: number): string {
    this.#progress(`writing ${packets} packets of ${flows} flows`);
    const path = join(this.#folder, `${name}.pcap`);
    writeTraffic(path, { packets, flows, seed: 1 });
    return path;
  }

  async #analysisOf(name: string, packets: number): Promise<Measured> {
    const path = this.#write(name, packets, LONG_FLOWS);
    const best = await this.#best(`TCP analysis of the ${name} file`, path, 'analyse');
    rmSync(path);
    return best;
  }

  async #scan(): Promise<Measured> {
    this.#progress(`writing ${SCANNED} connections of one packet`);
    const path = join(this.#folder, 'scan.pcap');
    writeScan(path, SCANNED);
    const best = await this.#best('TCP analysis of the scan', path, 'analyse');
    rmSync(path);
    return best;
  }

  /** CPU seconds of `mooring pcap flows` for a small capture, and of Node with nothing to do. */
  async #few(): Promise<{ ours: number; node: number }> {
    const path = this.#write('few', FEW_PACKETS, 1);
    const command = [process.execPath, built('./cli.js'), 'pcap', 'flows', path];
    const ours = await this.#cpuSeconds(`flows of ${FEW_PACKETS} packets`, command, FEW_REPEATS);
    const node = await this.#cpuSeconds('node -e 0', [process.execPath, '-e', '0'], FEW_REPEATS);
    return { ours: rounded(ours), node: rounded(node) };
  }

  /** The same file as gzip and as zstd leave it. */
  async #packed(path: string): Promise<Array<{ what: string; measured: Measured; times: number }>> {
    const found: Array<{ what: string; measured: Measured; times: number }> = [];
    for (const [program, words, ending, times] of PACKERS) {
      if (!installed(program)) {
        this.#progress(`${program} is not installed here, left out`);
        continue;
      }
      this.#progress(`packing with ${program}`);
      await this.#run(program, [program, ...words, path]);
      const file = `${path}${ending}`;
      found.push({ what: program, measured: await this.#best(`TCP analysis of ${program}`, file, 'analyse'), times });
      rmSync(file);
    }
    return found;
  }

  /** Whole processes on both sides, start-up included. */
  async #beside(path: string): Promise<Array<{ row: Row; floor: Floor }>> {
    const found: Array<{ row: Row; floor: Floor }> = [];
    for (const [name, words, times] of OTHERS) {
      if (!installed(name)) {
        this.#progress(`${name} is not installed here, left out`);
        continue;
      }
      const theirs = await this.#cpuSeconds(name, [name, ...words(path)]);
      const command = [process.execPath, '-e', script(path, 'analyse')];
      const ours = await this.#cpuSeconds(`our whole process beside ${name}`, command);
      found.push({
        row: {
          what: name,
          cpuSeconds: rounded(theirs),
          packetsPerCpuSecond: Math.round(PACKETS / theirs),
          peakMiB: '',
        },
        floor: atLeast(`faster than ${name}`, rounded(theirs / ours), 'times', times),
      });
    }
    return found;
  }

  /** The cheapest of some runs, each in a fresh process, so that peak memory is its own. */
  async #best(
    what: string,
    path: string,
    task: Task,
    cost: (one: Measured) => number = ({ cpuSeconds }) => cpuSeconds,
  ): Promise<Measured> {
    const runs: Measured[] = [];
    for (let run = 1; run <= REPEATS; run += 1) {
      this.#progress(`${what}, run ${run} of ${REPEATS}`);
      runs.push(JSON.parse(await this.#run(what, [process.execPath, '-e', script(path, task)])) as Measured);
    }
    return runs.reduce((a, b) => (cost(b) < cost(a) ? b : a));
  }

  /** CPU seconds of a whole process, the least of some runs. */
  async #cpuSeconds(what: string, command: readonly string[], repeats = REPEATS): Promise<number> {
    // What the command prints goes nowhere; what is left is bash's own line of user and system seconds.
    const timed = 'TIMEFORMAT="%U %S"; { time "$@" >/dev/null 2>&1; } 2>&1';
    const runs: number[] = [];
    for (let spent = 0; runs.length < repeats && spent < ENOUGH_CPU_SECONDS; spent += runs.at(-1)!) {
      const last = runs.length > 0 ? `, the last one took ${rounded(runs.at(-1)!)} CPU s` : '';
      this.#progress(`${what}, run ${runs.length + 1} of at most ${repeats}${last}`);
      const [user = 0, system = 0] = (await this.#run(what, ['bash', '-c', timed, 'bash', ...command]))
        .trim()
        .split(' ')
        .map(Number);
      runs.push(user + system);
    }
    return Math.min(...runs);
  }

  async #run(what: string, [program, ...words]: readonly [string, ...string[]]): Promise<string> {
    try {
      const { stdout } = await exec(program, words, { signal: this.#signal, encoding: 'utf8', maxBuffer: MIB, env });
      return stdout;
    } catch (error) {
      if (this.#signal.aborted) throw failed('interrupted');
      const { stderr, code } = error as { stderr: string; code: number };
      throw failed(`${what} failed: ${stderr.trim() || `it ended with ${code}`}`);
    }
  }
}

const exec = promisify(execFile);

/** Certificates that a machine adds to every start of Node cost 50 ms of it, and are no part of what is measured. */
const { NODE_EXTRA_CA_CERTS: _, ...env } = process.env;

function row(what: string, measured: Measured): Row {
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

function script(path: string, task: Task): string {
  const door = pathToFileURL(built('./node.js')).href;
  return `(async () => {
    const { openCaptureFiles } = await import(${JSON.stringify(door)});
    const before = process.cpuUsage();
    const capture = await openCaptureFiles(${JSON.stringify(path)});
    let packets = 0;
    let firstMs = 0;
    if (${JSON.stringify(task)} === 'first') {
      for await (const batch of capture.batches()) { packets = batch.length; firstMs = performance.now(); break; }
    } else packets = (await capture[${JSON.stringify(task)}]()).totals.packets;
    const { user, system } = process.cpuUsage(before);
    console.log(JSON.stringify({
      packets,
      firstMs: Math.round(firstMs),
      cpuSeconds: (user + system) / 1e6,
      peakMiB: Math.round(process.resourceUsage().maxRSS / 1024),
    }));
  })()`;
}

/** A file of the built package, which is what is measured. */
function built(name: string): string {
  const url = new URL(name, import.meta.url);
  if (!existsSync(url)) throw failed(`it measures the built package, and ${url.href} is not there`);
  return fileURLToPath(url);
}

function installed(program: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)));
}

function failed(why: string): MooringError {
  return new MooringError(ERROR.MOORING_ERR_BAD_ARGUMENT, `bench pcap: ${why}`);
}
