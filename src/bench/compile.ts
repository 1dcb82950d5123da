import { Datapath, type Engine } from '../datapath/index.js';
import { compileOrThrow } from '../program/index.js';
import { encodeMessage } from '../wire/index.js';
import { atMost, type Bench, type BenchResult } from './bench.js';
import { BENCH_PROGRAMS, type BenchProgram } from './programs.js';
import { rounded, summarise, timeOnce } from './timing.js';

const FLOW = { initCwnd: 14480, mss: 1448, srcIp: 1, srcPort: 1, dstIp: 2, dstPort: 2 };
const REPEATS = 60;

/** Microseconds from text to rows, to a program the interpreter has installed, and to compiled code that has run once. */
export const compile: Bench = {
  name: 'compile',
  summary: 'from the text of a program to rows, to an installed program, to compiled code that has run once',
  run(progress): BenchResult {
    const measured = BENCH_PROGRAMS.map((program) => {
      progress(`compile: ${program.name}`);
      return {
        program: program.name,
        rows: measure((salt) => timeOnce(() => void compileOrThrow(program.text(salt)))),
        installed: measure((salt) => timeToFirstAck(program, salt, 'interpreter')),
        callable: measure((salt) => timeToFirstAck(program, salt, 'jit')),
      };
    });
    const worst = (of: 'installed' | 'callable') => Math.max(...measured.map((row) => row[of].median));
    return {
      rows: measured.map(({ program, rows, installed, callable }) => ({
        program,
        toRowsUsMin: rounded(rows.min),
        toRowsUsMedian: rounded(rows.median),
        toInstalledUsMin: rounded(installed.min),
        toInstalledUsMedian: rounded(installed.median),
        toCompiledUsMin: rounded(callable.min),
        toCompiledUsMedian: rounded(callable.median),
      })),
      floors: [
        atMost('text to installed program, median of the slowest', rounded(worst('installed')), 'µs', 2000),
        atMost(
          'text to compiled code that has run once, warm, median of the slowest',
          rounded(worst('callable')),
          'µs',
          1000,
        ),
      ],
    };
  },
};

// Every text differs from the one before, so nothing is found in a cache.
let salt = 1;

function measure(nanoseconds: (salt: number) => number) {
  for (let run = 0; run < REPEATS / 3; run += 1) nanoseconds(salt++);
  return summarise(Array.from({ length: REPEATS }, () => nanoseconds(salt++) / 1000));
}

const datapaths = new Map<Engine, Datapath>();

/** Compile, INSTALL, CHANGEPROG and the first ACK, by which compiled code has its machine code. */
function timeToFirstAck(program: BenchProgram, programSalt: number, engine: Engine): number {
  let datapath = datapaths.get(engine);
  if (!datapath) {
    datapath = new Datapath({ engine });
    datapath.startFlow(FLOW, 0);
    datapaths.set(engine, datapath);
  }
  const flow = datapath.flow(1);
  const programUid = 2;
  return timeOnce(() => {
    const compiled = compileOrThrow(program.text(programSalt), { uid: programUid });
    const { events, instructions } = compiled;
    const install = encodeMessage({ type: 'install', sid: 0, programUid, events, instructions, rows: compiled.rows() });
    const change = encodeMessage({ type: 'changeProg', sid: 1, programUid, updates: [] });
    const code = datapath.handle(install, 0) || datapath.handle(change, 0) || flow.invoke(0);
    if (code !== 0) throw new Error(`${program.name} gave ${code}`);
  });
}
