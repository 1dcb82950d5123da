import { instantiateLang, type LangInstance, wasmTrap } from '../core/index.js';

let instance: LangInstance | undefined;

/** An instance that one large program has grown beyond this is not kept. */
const KEPT_BYTES = 8 * 1024 * 1024;

/**
 * The instance this thread compiles and verifies with. It holds nothing between two calls, so
 * one serves every caller. Throws MOORING_ERR_WASM_TRAP where it stops, and starts afresh then.
 */
export function withEngine<T>(work: (engine: LangInstance) => T): T {
  instance ??= instantiateLang();
  const engine = instance;
  try {
    return work(engine);
  } catch (cause) {
    instance = undefined;
    throw wasmTrap(cause, engine.memory.buffer.byteLength, 'the text is too large to compile; others still can be.');
  } finally {
    if (engine.memory.buffer.byteLength > KEPT_BYTES) instance = undefined;
  }
}
