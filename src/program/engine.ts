import { type DatapathInstance, instantiateDatapath } from '../core/index.js';

let instance: DatapathInstance | undefined;

/**
 * The instance this thread compiles and verifies with. It holds nothing between two calls, so
 * one serves every caller; a trap (memory exhausted) drops it and the next call starts afresh.
 */
export function withEngine<T>(work: (engine: DatapathInstance) => T): T {
  instance ??= instantiateDatapath();
  try {
    return work(instance);
  } catch (error) {
    instance = undefined;
    throw error;
  }
}
