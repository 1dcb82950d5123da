import { hex, type SimExports } from '../generated/wasm/sim.js';
import { instantiate } from './instance.js';

/** One owner's instance of the module for the simulator. */
export type SimInstance = SimExports;

// A file a module: who needs one of them carries one of them.
export function instantiateSim(): SimInstance {
  return instantiate('sim', hex) as SimInstance;
}
