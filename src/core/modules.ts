import { ERROR, MooringError } from '../base/index.js';

/** The modules of the package: the language's compiler; VM and wire; eBPF; captures; two captures of one path; the simulator, with a VM of its own. */
export type ModuleName = 'lang' | 'datapath' | 'bpf' | 'capture' | 'compare' | 'sim';

/** A `WebAssembly.Module`. Its own type is one of pages, which a program of Node does not have. */
export type CompiledModule = object;

const compiled = new Map<ModuleName, WebAssembly.Module>();

/**
 * Uses `module` (for example from `WebAssembly.compileStreaming(fetch(url))` over the package's
 * `mooring/wasm/datapath.wasm`) instead of the inlined bytes. Call it before the first use.
 * Throws MOORING_ERR_BAD_ARGUMENT for what is no module.
 *
 * @example
 * ```ts
 * import { readFile } from 'node:fs/promises';
 * const bytes = await readFile(new URL(import.meta.resolve('mooring/wasm/sim.wasm')));
 * provideModule('sim', await WebAssembly.compile(bytes));
 * ```
 */
export function provideModule(name: ModuleName, module: CompiledModule): void {
  if (!(module instanceof WebAssembly.Module)) {
    const message = `provideModule('${name}', …) takes a WebAssembly.Module: compile the bytes first, or import the .wasm file.`;
    throw new MooringError(ERROR.MOORING_ERR_BAD_ARGUMENT, message, { argument: 'module' });
  }
  compiled.set(name, module);
}

/** The compiled module, compiled once per thread from the digits of its bytes. Throws MOORING_ERR_WASM_UNAVAILABLE. */
export function compiledModule(name: ModuleName, hex: string): WebAssembly.Module {
  const known = compiled.get(name);
  if (known) return known;
  try {
    const module = new WebAssembly.Module(bytesOf(hex));
    compiled.set(name, module);
    return module;
  } catch (cause) {
    throw new MooringError(
      ERROR.MOORING_ERR_WASM_UNAVAILABLE,
      `The ${name} module cannot be compiled here: allow 'wasm-unsafe-eval' in the content-security policy, or hand a compiled module to provideModule('${name}', …).`,
      { module: name },
      cause,
    );
  }
}

/** Node's own reader of digits: the loop takes it 10 ms for the larger modules before its compiler has seen them. */
const { Buffer } = globalThis as { readonly Buffer?: { from(text: string, encoding: 'hex'): Uint8Array<ArrayBuffer> } };

function bytesOf(hex: string): Uint8Array<ArrayBuffer> {
  if (Buffer) return Buffer.from(hex, 'hex');
  const bytes = new Uint8Array(hex.length / 2);
  for (let i = 0; i < bytes.length; i += 1) bytes[i] = (valueAt(hex, 2 * i) << 4) | valueAt(hex, 2 * i + 1);
  return bytes;
}

// '0' is 48 and 'a' is 97.
function valueAt(hex: string, at: number): number {
  const code = hex.charCodeAt(at);
  return code < 97 ? code - 48 : code - 87;
}
