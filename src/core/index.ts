/**
 * Loads the WebAssembly modules and moves bytes over their edge. A module's bytes stand inlined
 * in the package; a host that forbids inlining or wants streaming hands in a compiled module
 * first. It knows memory and exports, not what they mean.
 */

export {
  type CaptureInstance,
  type DatapathInstance,
  instantiateCapture,
  instantiateDatapath,
  instantiateSim,
  type SimInstance,
} from './instance.js';
export { engineRefused, type JitHost, linkPrograms } from './jit.js';
export { decodeText, decodeUtf8, encodeText, readOutput, type WasmBytes, writeInput } from './memory.js';
export { type ModuleName, provideModule } from './modules.js';
export { wasmTrap } from './trap.js';
