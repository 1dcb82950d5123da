/**
 * Text to verified program and back: compile, diagnostics, printer, disassembler. The work is done
 * in WebAssembly (wasm/lang, wasm/isa); this room types its answers.
 */
export type {
  CompileOptions,
  CompileResult,
  Diagnostic,
  Program,
  RegisterKind,
  Scope,
  ScopeEntry,
  SourceRange,
} from './types.js';
export { type VerifyResult, verifyRows } from './verify.js';
