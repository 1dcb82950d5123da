/**
 * Loads the WebAssembly modules and moves bytes over their edge. A module's bytes stand inlined
 * in the package; a host that forbids inlining or wants streaming hands in a compiled module
 * first. It knows memory and exports, not what they mean.
 */

export { type BpfInstance, instantiateBpf } from './bpf.js';
export { type CaptureInstance, instantiateCapture } from './capture.js';
export { type CompareInstance, instantiateCompare } from './compare.js';
export { type DatapathInstance, instantiateDatapath } from './datapath.js';
export { engineRefused, type JitHost, linkPrograms } from './jit.js';
export { instantiateLang, type LangInstance } from './lang.js';
export { decodeText, decodeUtf8, encodeText, readOutput, type WasmBytes, writeInput } from './memory.js';
export { type CompiledModule, type ModuleName, provideModule } from './modules.js';
export { instantiateSim, type SimInstance } from './sim.js';
export { wasmTrap } from './trap.js';
