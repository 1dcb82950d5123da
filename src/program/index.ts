/**
 * Text to verified program and back: compile, diagnostics, printer, disassembler. The work is done
 * in WebAssembly (wasm/lang, wasm/isa); this room types its answers.
 */
export type {
  Command,
  Comment,
  Declaration,
  EventForm,
  Expression,
  Operator,
  ProgramAst,
  ReportStruct,
} from './ast.js';
export { type BpfProgram, type BpfReset, programToBpf } from './bpf.js';
export { compile, compileOrThrow } from './compile.js';
export { CompileError, formatDiagnostic } from './diagnostics.js';
export { disassemble } from './disassemble.js';
export { disassembleBpf } from './disassemble-bpf.js';
export { excerptDiagnostic, type Paint } from './excerpt.js';
export type { ControlFieldsOf, ReportFieldsOf } from './fields.js';
export { type ParseResult, parseProgram } from './parse.js';
export { printProgram } from './print.js';
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
export { programToWasm } from './wasm.js';
