import type { CaptureExports } from '../generated/wasm/capture.js';
import type { DatapathExports } from '../generated/wasm/datapath.js';
import type { SimExports } from '../generated/wasm/sim.js';
import { compiledModule, type ModuleName } from './modules.js';
import { wasmTrap } from './trap.js';

/** One owner's instance: its own memory, freed with it. */
export type DatapathInstance = DatapathExports;
export type CaptureInstance = CaptureExports;
export type SimInstance = SimExports;

export function instantiateDatapath(): DatapathInstance {
  return instantiate('datapath') as DatapathInstance;
}

export function instantiateCapture(): CaptureInstance {
  return instantiate('capture') as CaptureInstance;
}

export function instantiateSim(): SimInstance {
  return instantiate('sim') as SimInstance;
}

function instantiate(name: ModuleName): unknown {
  const module = compiledModule(name);
  try {
    return new WebAssembly.Instance(module).exports;
  } catch (cause) {
    throw wasmTrap(cause, 0, 'this process has no memory left for another instance; drop some first.');
  }
}
