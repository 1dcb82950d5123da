import { ERROR, MooringError } from '../base/index.js';
import { instantiateBpf, readOutput, writeInput } from '../core/index.js';
import { BPF_AT, BPF_BYTES } from '../generated/bpf.js';
import { EVENT_ROW, LIMIT } from '../generated/isa.js';
import type { Program } from './types.js';

/** A program as eBPF, for whoever loads it into a kernel; spec/bpf.md says where a flow's registers stand. */
export interface BpfProgram {
  /**
   * Instructions of 8 bytes (RFC 9669), little-endian, to stand between an entry and an end of the loader's: r6 holds the
   * address of the flow's registers before the first, and r7 holds 0 or the error behind the last.
   */
  readonly instructions: Uint8Array<ArrayBuffer>;
  /** Conditional jumps among them: the kernel's verifier keeps at most 8,192 in mind. */
  readonly branches: number;
  /** How many Report registers, from the first, a report carries. */
  readonly reportFields: number;
  /** Set when a flow begins to run the program, and after each report. */
  readonly volatileResets: readonly BpfReset[];
  /** Set after them when a flow begins to run the program. */
  readonly stableResets: readonly BpfReset[];
}

/** A register and its first value. */
export interface BpfReset {
  /** Where the register stands, bytes from r6. */
  readonly offset: number;
  readonly value: bigint;
}

/**
 * The program in the kernel's instruction set: the values, errors and order of writing of the other engines. Runs in
 * pages too; loading it is the work of a program with the capabilities for it. Throws MOORING_ERR_LANG_TOO_LONG where it
 * is more than a kernel's verifier takes: 32,000 instructions or 8,000 conditional jumps.
 *
 * @example
 * ```ts
 * const program = compileOrThrow('(def (Report (volatile acked 0))) (when true (:= Report.acked (+ Report.acked Ack.bytes_acked)) (report))');
 * const bpf = programToBpf(program);
 * console.log(bpf.instructions.length / 8, bpf.reportFields); // 21 1
 * console.log(disassembleBpf(bpf.instructions));
 * ```
 */
export function programToBpf(program: Program): BpfProgram {
  const rows = program.rows();
  const emitted = emitBpf(rows, program.events, program.instructions);
  if (typeof emitted === 'number') throw tooLong(program, rows, emitted);
  return emitted;
}

/** Of rows that the verifier takes; the event with which they are longer than a kernel takes, where they are. */
export function emitBpf(rows: Uint8Array, events: number, instructions: number): BpfProgram | number {
  const engine = instantiateBpf();
  writeInput(engine, rows);
  const event = engine.bpfEmitRows(events, instructions);
  if (event >= 0) return event;
  const bytes = readOutput(engine);
  const view = new DataView(bytes.buffer);
  const count = (at: number): number => view.getUint32(at, true);
  const end = BPF_BYTES.HEAD + BPF_BYTES.INSTRUCTION * count(BPF_AT.HEAD_INSTRUCTIONS);
  const resets = (from: number, length: number): BpfReset[] =>
    Array.from({ length }, (_, index) => {
      const at = end + BPF_BYTES.RESET * (from + index);
      return { offset: count(at + BPF_AT.RESET_OFFSET), value: view.getBigUint64(at + BPF_AT.RESET_VALUE, true) };
    });
  const volatiles = count(BPF_AT.HEAD_VOLATILE_RESETS);
  return {
    instructions: bytes.slice(BPF_BYTES.HEAD, end),
    branches: count(BPF_AT.HEAD_BRANCHES),
    reportFields: count(BPF_AT.HEAD_REPORT_FIELDS),
    volatileResets: resets(0, volatiles),
    stableResets: resets(volatiles, count(BPF_AT.HEAD_STABLE_RESETS)),
  };
}

function tooLong(program: Program, rows: Uint8Array<ArrayBuffer>, event: number): MooringError {
  const first = new DataView(rows.buffer).getUint32(event * LIMIT.ROW_BYTES + EVENT_ROW.CONDITION, true);
  const range = program.rangeOf(first);
  const place = range ? ` at ${range.line}:${range.column}` : '';
  return new MooringError(
    ERROR.MOORING_ERR_LANG_TOO_LONG,
    `the program is longer than a kernel takes with event ${event}${place}: split it into programs that setProgram switches, or leave events out`,
    { event, ...(range ? { range } : {}) },
  );
}
