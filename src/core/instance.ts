import { compiledModule, type ModuleName } from './modules.js';
import { wasmTrap } from './trap.js';

/** A new instance of a module, with memory of its own that is freed with it. */
export function instantiate(name: ModuleName, hex: string): unknown {
  const module = compiledModule(name, hex);
  try {
    return new WebAssembly.Instance(module).exports;
  } catch (cause) {
    throw wasmTrap(cause, 0, 'this process has no memory left for another instance; drop some first.');
  }
}
