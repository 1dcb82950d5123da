import { type CompareExports, hex } from '../generated/wasm/compare.js';
import { instantiate } from './instance.js';

/** One owner's instance of the module for two captures of one path. */
export type CompareInstance = CompareExports;

export function instantiateCompare(): CompareInstance {
  return instantiate('compare', hex) as CompareInstance;
}
