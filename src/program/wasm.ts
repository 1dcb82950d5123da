import { ERROR, MooringError } from '../base/index.js';
import { instantiateDatapath, readOutput, writeInput } from '../core/index.js';
import type { Program } from './types.js';

/**
 * The WebAssembly module that the JIT engine runs in place of the program, for a disassembler such
 * as wasm2wat; it works on the memory of Mooring's datapath module and does nothing without it.
 * Throws MOORING_ERR_BAD_ARGUMENT for a program too long to become one, which the interpreter runs.
 *
 * @example
 * ```ts
 * const program = compileOrThrow('(def) (when (> Micros 1000) (report) (:= Micros 0))');
 * new WebAssembly.Module(programToWasm(program));
 * ```
 */
export function programToWasm(program: Program): Uint8Array<ArrayBuffer> {
  const engine = instantiateDatapath();
  writeInput(engine, program.rows());
  if (engine.jitEmitRows(program.events, program.instructions) === 0) return readOutput(engine);
  throw new MooringError(ERROR.MOORING_ERR_BAD_ARGUMENT, 'the program is too long to become a WebAssembly module', {
    argument: 'program',
  });
}
