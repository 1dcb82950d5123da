import { instantiateDatapath, readOutput, writeInput } from '../core/index.js';

/**
 * The WebAssembly module the JIT makes of a program: it imports `mooring.memory` and exports `run(flow)`, which
 * gives 0 or a libccp code. Undefined where the program is not legal, or so long that it stays with
 * the interpreter (events that share instructions can ask for more than 4096 of them).
 *
 * @example
 * ```ts
 * const rows = new Uint8Array(16); // one event of no instructions
 * const module = emitModule({ events: 1, instructions: 0, rows: () => rows });
 * console.log(WebAssembly.Module.exports(new WebAssembly.Module(module!))); // [{ name: 'run', kind: 'function' }]
 * ```
 */
export function emitModule(program: {
  readonly events: number;
  readonly instructions: number;
  rows(): Uint8Array;
}): Uint8Array<ArrayBuffer> | undefined {
  const wasm = instantiateDatapath();
  writeInput(wasm, program.rows());
  return wasm.jitEmitRows(program.events, program.instructions) === 0 ? readOutput(wasm) : undefined;
}
