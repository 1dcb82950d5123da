import { type BpfExports, hex } from '../generated/wasm/bpf.js';
import { instantiate } from './instance.js';

/** One owner's instance of the module that makes eBPF of programs. */
export type BpfInstance = BpfExports;

// A file a module: who needs one of them carries one of them.
export function instantiateBpf(): BpfInstance {
  return instantiate('bpf', hex) as BpfInstance;
}
