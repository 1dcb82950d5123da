import { type DatapathExports, hex } from '../generated/wasm/datapath.js';
import { instantiate } from './instance.js';

/** One owner's instance of the module for VM, JIT and wire. */
export type DatapathInstance = DatapathExports;

// A file a module: who needs one of them carries one of them.
export function instantiateDatapath(): DatapathInstance {
  return instantiate('datapath', hex) as DatapathInstance;
}
