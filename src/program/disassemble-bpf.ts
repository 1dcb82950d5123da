import { ERROR, MooringError } from '../base/index.js';
import { BPF, BPF_BYTES } from '../generated/bpf.js';

interface Instruction {
  readonly destination: number;
  readonly source: number;
  readonly offset: number;
  readonly immediate: number;
}

type Meaning = (instruction: Instruction) => string;

const target = (offset: number): string => `goto +${offset}`;
const address = (base: number, offset: number): string => `*(u64 *)(r${base} + ${offset})`;
const alu =
  (width: 'r' | 'w', sign: string): Meaning =>
  ({ destination, source }) =>
    `${width}${destination} ${sign} ${width}${source}`;
const aluImmediate =
  (width: 'r' | 'w', sign: string): Meaning =>
  ({ destination, immediate }) =>
    `${width}${destination} ${sign} ${width === 'w' ? immediate >>> 0 : immediate}`;
const jump =
  (width: 'r' | 'w', sign: string): Meaning =>
  ({ destination, source, offset }) =>
    `if ${width}${destination} ${sign} ${width}${source} ${target(offset)}`;
const jumpImmediate =
  (sign: string): Meaning =>
  ({ destination, immediate, offset }) =>
    `if r${destination} ${sign} ${immediate} ${target(offset)}`;

const MEANINGS = new Map<number, Meaning>([
  [BPF.ADD64, alu('r', '+=')],
  [BPF.SUB64, alu('r', '-=')],
  [BPF.SUB32_IMMEDIATE, aluImmediate('w', '-=')],
  [BPF.SUB32, alu('w', '-=')],
  [BPF.MUL64, alu('r', '*=')],
  [BPF.DIV64, alu('r', '/=')],
  [BPF.DIV64_IMMEDIATE, aluImmediate('r', '/=')],
  [BPF.MOV64_IMMEDIATE, aluImmediate('r', '=')],
  [BPF.MOV64, alu('r', '=')],
  [BPF.MOV32_IMMEDIATE, aluImmediate('w', '=')],
  [BPF.MOV32, alu('w', '=')],
  [BPF.LOAD64, ({ destination, source, offset }) => `r${destination} = ${address(source, offset)}`],
  [BPF.STORE64, ({ destination, source, offset }) => `${address(destination, offset)} = r${source}`],
  [BPF.JUMP, ({ offset }) => target(offset)],
  [BPF.JUMP_EQUAL_IMMEDIATE, jumpImmediate('==')],
  [BPF.JUMP_EQUAL, jump('r', '==')],
  [BPF.JUMP_NOT_EQUAL_IMMEDIATE, jumpImmediate('!=')],
  [BPF.JUMP_GREATER, jump('r', '>')],
  [BPF.JUMP_GREATER_EQUAL, jump('r', '>=')],
  [BPF.JUMP_LESS, jump('r', '<')],
  [BPF.JUMP_LESS_EQUAL, jump('r', '<=')],
  [BPF.JUMP32_GREATER, jump('w', '>')],
  [BPF.JUMP32_LESS, jump('w', '<')],
]);

/**
 * eBPF instructions for people, one a line, in the notation of llvm-objdump: `3: r1 = *(u64 *)(r6 + 0)`. Knows those
 * that {@link programToBpf} writes; others stand as their bytes. Throws MOORING_ERR_BAD_ARGUMENT for bytes that are no
 * whole number of instructions.
 *
 * @example
 * ```ts
 * console.log(disassembleBpf(new Uint8Array([0xb4, 7, 0, 0, 0, 0, 0, 0]))); // 0: w7 = 0
 * ```
 */
export function disassembleBpf(instructions: Uint8Array): string {
  if (instructions.length % BPF_BYTES.INSTRUCTION !== 0)
    throw new MooringError(
      ERROR.MOORING_ERR_BAD_ARGUMENT,
      `${instructions.length} bytes are no whole number of instructions of ${BPF_BYTES.INSTRUCTION} bytes`,
      { argument: 'instructions' },
    );
  const view = new DataView(instructions.buffer, instructions.byteOffset, instructions.length);
  const lines: string[] = [];
  for (let at = 0; at < instructions.length; at += BPF_BYTES.INSTRUCTION) {
    const registers = view.getUint8(at + 1);
    const meaning = MEANINGS.get(view.getUint8(at));
    const text = meaning?.({
      destination: registers & 15,
      source: registers >> 4,
      offset: view.getInt16(at + 2, true),
      immediate: view.getInt32(at + 4, true),
    });
    const bytes = [...instructions.subarray(at, at + BPF_BYTES.INSTRUCTION)];
    lines.push(
      `${at / BPF_BYTES.INSTRUCTION}: ${text ?? bytes.map((byte) => byte.toString(16).padStart(2, '0')).join(' ')}`,
    );
  }
  return lines.join('\n');
}
