import { ERROR, MooringError } from '../base/index.js';

// Compiled programs (wasm/jit): the module writes their bytes, only the host can instantiate them.

/** What a module with a virtual machine exports for it: datapath and sim do. */
export interface JitHost {
  readonly memory: WebAssembly.Memory;
  readonly table: WebAssembly.Table;
  outputPointer(): number;
  outputLength(): number;
  jitNext(): number;
  jitEmit(program: number): number;
  jitFreeEntry(): number;
  jitLink(program: number, entry: number): void;
}

/**
 * Compiles the programs installed since the last call and puts each in the module's function
 * table; until then, and where one is too long, the interpreter runs it, with the same results.
 * Call it when a call that may have handled an INSTALL has returned. Returns why compiling was
 * refused (a content-security policy without 'wasm-unsafe-eval'), else undefined.
 */
export function linkPrograms(host: JitHost): unknown {
  for (let program = host.jitNext(); program !== 0; program = host.jitNext()) {
    if (host.jitEmit(program) === 0) continue;
    const bytes = new Uint8Array(host.memory.buffer, host.outputPointer() >>> 0, host.outputLength());
    let run: unknown;
    try {
      const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), { mooring: { memory: host.memory } });
      run = instance.exports['run'];
    } catch (error) {
      return error;
    }
    const entry = host.jitFreeEntry() || host.table.grow(1);
    host.table.set(entry, run);
    host.jitLink(program, entry);
  }
  return undefined;
}

/** What a host says where `linkPrograms` was refused, and the interpreter runs its programs. */
export function engineRefused(cause: unknown): MooringError {
  return new MooringError(
    ERROR.MOORING_ERR_WASM_UNAVAILABLE,
    "Programs cannot be compiled here and run on the interpreter, about three times slower: allow 'wasm-unsafe-eval' in the content-security policy.",
    { engine: 'interpreter' },
    cause,
  );
}
