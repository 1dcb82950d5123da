import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { instantiateBpf, readOutput, writeInput } from '../../src/core/index.js';
import { OP } from '../../src/generated/isa.js';
import { AT, BYTES, MESSAGE } from '../../src/generated/wire.js';
import { control, imm, primitive, type Rows, rawRows, report, tmp } from '../datapath/programs.js';
import { rawProgram } from '../wasm/vm/arbitrary.js';
import { Machine } from '../wasm/vm/machine.js';

// Programs of foreign agents are compiled by the helper, in C: the same bytes as wasm/bpf, and the same refusals as the
// verifier of all engines.

const hasCompiler = spawnSync('cc', ['--version']).status === 0 && process.platform === 'linux';
if (!hasCompiler) console.log("the helper's compiler: skipped, no C compiler or no Linux");
const TOO_LONG = 1;

const folder = mkdtempSync(join(tmpdir(), 'mooring-emit-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What the helper makes of each: its code, and what it wrote where that is 0. */
function inHelper(programs: readonly Rows[]): Array<{ code: number; written: Uint8Array }> {
  const program = join(folder, 'emit');
  const sources = ['test/bpf/emit.c', 'helper/src/bpf_program.c', 'helper/src/bpf_rows.c'].map((path) => resolve(path));
  execFileSync('cc', ['-O1', '-g', '-fsanitize=address,undefined', '-Wall', '-Werror', '-o', program, ...sources]);
  const input = programs.flatMap(({ events, instructions, rows }) => [
    Buffer.from(Uint32Array.of(rows.length, events, instructions).buffer),
    rows,
  ]);
  const output = execFileSync(program, { input: Buffer.concat(input), maxBuffer: 1 << 30 });
  let at = 0;
  return programs.map(() => {
    const code = output.readInt32LE(at);
    at += 4;
    if (code !== 0) return { code, written: new Uint8Array(0) };
    const [instructions, , , volatiles, stables] = [0, 4, 8, 12, 16].map((offset) => output.readUInt32LE(at + offset));
    const end = at + 20 + 8 * instructions! + 16 * (volatiles! + stables!);
    const written = output.subarray(at, end);
    at = end;
    return { code, written };
  });
}

const bpf = instantiateBpf();
const machine = new Machine('interpreter');

function inWasm({ events, instructions, rows }: Rows): { code: number; written: Uint8Array } {
  writeInput(bpf, rows);
  const said = bpf.bpfEmitRows(events, instructions);
  if (said === -1) return { code: 0, written: readOutput(bpf) };
  if (said !== -2) return { code: TOO_LONG, written: new Uint8Array(0) };
  // By hand: what is damaged no encoder takes.
  const message = new Uint8Array(BYTES.INSTALL_HEAD + rows.length);
  const view = new DataView(message.buffer);
  view.setUint16(AT.HEADER_TYPE, MESSAGE.INSTALL, true);
  view.setUint16(AT.HEADER_LENGTH, message.length, true);
  view.setUint32(AT.INSTALL_PROGRAM_UID, 2, true);
  view.setUint32(AT.INSTALL_EVENTS, events, true);
  view.setUint32(AT.INSTALL_INSTRUCTIONS, instructions, true);
  message.set(rows, BYTES.INSTALL_HEAD);
  machine.start([]);
  return { code: machine.handleBytes(message), written: new Uint8Array(0) };
}

function compare(programs: readonly Rows[]): Map<number, number> {
  const seen = new Map<number, number>();
  for (const [index, got] of inHelper(programs).entries()) {
    const expected = inWasm(programs[index]!);
    expect(got.code).toBe(expected.code);
    expect(Buffer.compare(got.written, expected.written)).toBe(0);
    seen.set(got.code, (seen.get(got.code) ?? 0) + 1);
  }
  return seen;
}

describe.skipIf(!hasCompiler)('the compiler in the helper', () => {
  test('writes what the one in WebAssembly writes', () => {
    const seed = Date.now() % 1_000_000_000;
    console.log(`the helper's compiler: seed ${seed}`);
    const programs = fc.sample(rawProgram, { numRuns: 4000, seed });
    expect([...compare(programs).keys()]).toEqual([0]);
  });

  test('refuses what the verifier of all engines refuses, with its code', () => {
    const damaged = fc
      .tuple(rawProgram, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 }), fc.boolean())
      .map(([rows, changes, cut]) => {
        const bytes = rows.rows.slice();
        for (const [at, value] of changes) bytes[at % bytes.length] = value;
        return { ...rows, rows: cut ? bytes.subarray(0, bytes.length - 16) : bytes };
      });
    const seen = compare(fc.sample(damaged, { numRuns: 4000, seed: 7 }));
    for (const code of [0, -33, -34, -35, -36, -37, -42, -43]) expect([...seen.keys()]).toContain(code);
  });

  test('knows as well when a program is more than a kernel takes', () => {
    const long = (op: number, events: number): Rows => {
      const body = Array.from({ length: 250 }, () => [op, tmp(1), primitive(0), control(2)] as const);
      return rawRows(
        Array.from({ length: events }, () => [0, 250, 0, 250]),
        body,
      );
    };
    const programs = [OP.DIV, OP.MUL, OP.MAXWRAP, OP.BIND].flatMap((op) =>
      [1, 4, 9, 17, 40, 255].map((n) => long(op, n)),
    );
    const seen = compare(programs);
    expect([...seen.keys()].sort()).toEqual([0, TOO_LONG]);
    expect(compare([rawRows([], []), rawRows([[0, 0, 0, 0]], [[OP.DEF, report(1), report(1), imm(5)]])]).get(0)).toBe(
      2,
    );
  });
});
