// The byte door of every module (wasm/memory/exports.ts): input goes in as a copy, output is
// read before the next call.

/** What every module exports for moving bytes. */
export interface WasmBytes {
  readonly memory: WebAssembly.Memory;
  inputReserve(size: number): number;
  outputPointer(): number;
  outputLength(): number;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const strictDecoder = new TextDecoder('utf-8', { ignoreBOM: true, fatal: true });

/** Copies `bytes` to the module's input; the call that reads it comes next. */
export function writeInput(module: WasmBytes, bytes: Uint8Array): void {
  const at = module.inputReserve(bytes.length) >>> 0;
  new Uint8Array(module.memory.buffer, at, bytes.length).set(bytes);
}

/** A copy of the module's output. */
export function readOutput(module: WasmBytes): Uint8Array<ArrayBuffer> {
  const at = module.outputPointer() >>> 0;
  return new Uint8Array(module.memory.buffer).slice(at, at + module.outputLength());
}

export function encodeText(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(text);
}

/** UTF-8 to text; what is not UTF-8 becomes U+FFFD. */
export function decodeText(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

/** UTF-8 to text; undefined for what is not UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return strictDecoder.decode(bytes);
  } catch {
    return undefined;
  }
}
