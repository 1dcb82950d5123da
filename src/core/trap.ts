import { ERROR, MooringError } from '../base/index.js';

/**
 * What a call into a module threw, as callers are to see it: MOORING_ERR_WASM_TRAP where the module stopped, which it does
 * when it gets no more memory (a trap of its own, or the engine's RangeError); anything else as it is. `advice` says what
 * to do. The instance is not to be used any more.
 */
export function wasmTrap(cause: unknown, memoryBytes: number, advice: string): unknown {
  if (!isTrap(cause)) return cause;
  const message = `WebAssembly stopped with ${Math.round(memoryBytes / 2 ** 20)} MiB of memory taken: ${advice}`;
  return new MooringError(ERROR.MOORING_ERR_WASM_TRAP, message, { memoryBytes }, cause);
}

// "Out of memory: Cannot allocate Wasm memory", "Array buffer allocation failed", "Invalid typed array length".
const NO_MEMORY = /memory|allocation|typed array/i;

function isTrap(cause: unknown): boolean {
  return cause instanceof WebAssembly.RuntimeError || (cause instanceof RangeError && NO_MEMORY.test(cause.message));
}
