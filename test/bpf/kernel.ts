import { execFileSync, spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { DatapathInstance, SimInstance } from '../../src/core/index.js';
import { BPF_BYTES, BPF_OFFSET } from '../../src/generated/bpf.js';
import { REG } from '../../src/generated/isa.js';
import { emitBpf } from '../../src/program/bpf.js';
import type { Rows } from '../datapath/programs.js';

// The kernel of this machine as one more engine of the virtual machine: a flow's registers go over to the value of a map,
// the program runs there (run.c), and they come back. Everything around the program stays the machine's own.

const SLOTS = 16;
const REQUEST = { LOAD: 1, RUN: 2 };

/** Why programs cannot be run in this kernel, in one line; undefined where they can. */
export function whyNot(): string | undefined {
  if (process.platform !== 'linux') return `${process.platform} has no BPF`;
  if (process.getuid?.() !== 0) return 'loading programs into the kernel takes root';
  try {
    execFileSync('cc', ['--version'], { stdio: 'ignore' });
  } catch {
    return 'no C compiler';
  }
  return undefined;
}

export interface Kernel {
  /** 0, or the errno of a program that the kernel's verifier refused; why stands on standard error. */
  load(slot: number, instructions: Uint8Array): number;
  /** What r7 held at the end; `registers` is what they were, and then are. */
  run(slot: number, registers: Uint8Array): number;
  close(): void;
}

/** Builds run.c and starts it. Both ways are pipes that block, for an engine answers at once. */
export function openKernel(): Kernel {
  const folder = mkdtempSync(join(tmpdir(), 'mooring-bpf-'));
  const [program, requests, answers] = ['run', 'requests', 'answers'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  execFileSync('cc', ['-O2', '-Wall', '-Werror', '-o', program, resolve('test/bpf/run.c')], { stdio: 'inherit' });
  execFileSync('mkfifo', [requests, answers]);
  const command = `exec '${program}' ${SLOTS} ${BPF_BYTES.REGISTERS} <'${requests}' >'${answers}'`;
  const child = spawn('sh', ['-c', command], { stdio: ['ignore', 'ignore', 'inherit'] });
  const to = openSync(requests, 'w');
  const from = openSync(answers, 'r');
  const read = (into: Uint8Array): void => {
    for (let got = 0; got < into.length; ) {
      const more = readSync(from, into, got, into.length - got, null);
      if (more === 0) throw new Error('the program that runs programs in the kernel has ended');
      got += more;
    }
  };
  const write = (bytes: Uint8Array): void => {
    for (let sent = 0; sent < bytes.length; ) sent += writeSync(to, bytes, sent);
  };
  const request = (kind: number, slot: number, bytes: Uint8Array): Uint8Array => {
    const whole = new Uint8Array(8 + bytes.length);
    new DataView(whole.buffer).setUint32(0, kind, true);
    new DataView(whole.buffer).setUint32(4, slot, true);
    whole.set(bytes, 8);
    return whole;
  };
  const answer = new Uint8Array(4 + BPF_BYTES.REGISTERS);
  return {
    load(slot, instructions) {
      const bytes = new Uint8Array(4 + instructions.length);
      new DataView(bytes.buffer).setUint32(0, instructions.length / BPF_BYTES.INSTRUCTION, true);
      bytes.set(instructions, 4);
      write(request(REQUEST.LOAD, slot, bytes));
      const errno = new Uint8Array(4);
      read(errno);
      return new DataView(errno.buffer).getUint32(0, true);
    },
    run(slot, registers) {
      write(request(REQUEST.RUN, slot, registers));
      read(answer);
      registers.set(answer.subarray(4));
      return new DataView(answer.buffer).getInt32(0, true);
    },
    close() {
      closeSync(to);
      closeSync(from);
      child.kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The instructions of a program; undefined where it is longer than a kernel takes. */
export function instructionsOf({ rows, events, instructions }: Rows): Uint8Array | undefined {
  const emitted = emitBpf(rows, events, instructions);
  return typeof emitted === 'number' ? undefined : emitted.instructions;
}

/** Has the newest program of `wasm`, which is `rows`, run in the kernel. */
export function linkToKernel(wasm: DatapathInstance | SimInstance, rows: Rows, kernel: Kernel, slot: number): void {
  const instructions = instructionsOf(rows);
  if (!instructions) throw new Error('a program is too long for the kernel');
  const errno = kernel.load(slot, instructions);
  if (errno !== 0) throw new Error(`the kernel refused a program that our verifier takes: errno ${errno}`);
  const program = wasm.jitNext();
  const entry = wasm.jitFreeEntry() || wasm.table.grow(1);
  const run = (flow: number): number => {
    const registers = new Uint8Array(BPF_BYTES.REGISTERS);
    copyRegisters(wasm, flow, registers, 'out');
    const result = kernel.run(slot, registers);
    copyRegisters(wasm, flow, registers, 'in');
    return result;
  };
  wasm.table.set(entry, inTable(run));
  wasm.jitLink(program, entry);
}

/** A flow's block and its map value have the same registers, but for rows: the block keeps report and control side by side. */
function copyRegisters(
  wasm: DatapathInstance | SimInstance,
  flow: number,
  registers: Uint8Array,
  way: 'in' | 'out',
): void {
  const copy = (at: number, offset: number, length: number): void => {
    const block = new Uint8Array(wasm.memory.buffer, at, length);
    if (way === 'out') registers.set(block, offset);
    else block.set(registers.subarray(offset, offset + length));
  };
  copy(flow + wasm.vmRegisterOffset(REG.IMPLICIT, 0), BPF_OFFSET.IMPLICIT, BPF_OFFSET.CONTROL - BPF_OFFSET.IMPLICIT);
  const rows = wasm.vmRegisterRows(flow);
  for (let row = 0; row < rows; row += 1) {
    copy(flow + wasm.vmRegisterOffset(REG.REPORT, row), BPF_OFFSET.REPORT + 8 * row, 8);
    copy(flow + wasm.vmRegisterOffset(REG.CONTROL, row), BPF_OFFSET.CONTROL + 8 * row, 8);
  }
}

// (module (import "h" "run" (func (param i32) (result i32))) (export "run" (func 0))): only such a function fits a table.
const DOOR = Uint8Array.of(
  ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
  ...[1, 6, 1, 0x60, 1, 0x7f, 1, 0x7f],
  ...[2, 9, 1, 1, 0x68, 3, 0x72, 0x75, 0x6e, 0, 0],
  ...[7, 7, 1, 3, 0x72, 0x75, 0x6e, 0, 0],
);
const door = new WebAssembly.Module(DOOR);

function inTable(run: (flow: number) => number): unknown {
  return new WebAssembly.Instance(door, { h: { run } }).exports['run'];
}
