import { ERROR, MooringError } from '../base/index.js';
import { type DatapathInstance, instantiateDatapath } from '../core/index.js';

let instance: DatapathInstance | undefined;

/** An instance that one large program has grown beyond this is not kept. */
const KEPT_BYTES = 8 * 1024 * 1024;

/**
 * The instance this thread compiles and verifies with. It holds nothing between two calls, so
 * one serves every caller. Throws MOORING_ERR_WASM_TRAP where it stops, and starts afresh then.
 */
export function withEngine<T>(work: (engine: DatapathInstance) => T): T {
  instance ??= instantiateDatapath();
  const engine = instance;
  try {
    return work(engine);
  } catch (cause) {
    instance = undefined;
    if (!(cause instanceof WebAssembly.RuntimeError)) throw cause;
    throw new MooringError(ERROR.MOORING_ERR_WASM_TRAP, 'the compiler stopped: out of memory', {}, cause);
  } finally {
    if (engine.memory.buffer.byteLength > KEPT_BYTES) instance = undefined;
  }
}
