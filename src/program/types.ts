// What a compiled datapath program is to the rest of the package.
import type { ExtraPrimitive } from '../base/index.js';
import type { SymbolKind } from '../generated/lang.js';

/** A place in a program's text: 0-based UTF-16 offsets, 1-based line and column. */
export interface SourceRange {
  readonly start: number;
  readonly end: number;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** One finding of the compiler. `code` is stable and listed in `spec/diagnostics.json`. */
export interface Diagnostic {
  readonly code: string;
  readonly severity: 'error' | 'warning';
  readonly message: string;
  /** How to mend it, where that is known. */
  readonly hint?: string;
  readonly range: SourceRange;
  /** Another place that matters, such as an earlier definition. */
  readonly related?: { readonly message: string; readonly range: SourceRange };
}

/** What a register holds: report and control registers are the program's, locals its scratch, the rest the datapath's. */
export type RegisterKind = SymbolKind;

/** A name of a program and the register behind it. */
export interface ScopeEntry {
  /** As written in the program: `Report.acked`, `Control.number`, `ssthresh`. */
  readonly name: string;
  readonly kind: RegisterKind;
  readonly index: number;
  readonly volatile: boolean;
  /** Register type number on the wire (spec/isa.json, registerTypes). */
  readonly registerType: number;
  /** The DEF immediate; 4294967295 is +infinity. Absent where the program gives none. */
  readonly init?: number;
}

/** The names of a program. */
export interface Scope {
  /** Report registers in index order, which is the order of a MEASURE's fields. */
  readonly reports: readonly ScopeEntry[];
  readonly controls: readonly ScopeEntry[];
  readonly locals: readonly ScopeEntry[];
  /** The inputs beyond libccp's that it was compiled with; a local of the same name hides one from `get`. */
  readonly primitives: readonly ScopeEntry[];
  /** Finds a name; report fields also without `Report.`, as `updateField` takes them. */
  get(name: string): ScopeEntry | undefined;
}

/** A compiled and verified program. Immutable. */
export interface Program {
  /** `program_uid` on the wire, 1 … 2^32 − 1. */
  readonly uid: number;
  readonly source: string;
  readonly scope: Scope;
  readonly events: number;
  readonly instructions: number;
  /**
   * Forms in it that portus refuses: ids of `spec/quirks.md`. Empty where portus gives the same bytes
   * (unless `reportCwnd` was asked for).
   */
  readonly extensions: readonly string[];
  /** Whether it can report at all: some row of it does what `(report)` does, under whatever condition. */
  readonly reports: boolean;
  /** Where in the source an instruction comes from, counted from 0 as `disassemble` does; undefined where there is none. */
  rangeOf(instruction: number): SourceRange | undefined;
  /** 16-byte rows, events first, then instructions, as they stand in an INSTALL. A copy. */
  rows(): Uint8Array<ArrayBuffer>;
}

/** A program, or everything that keeps the text from being one. */
export type CompileResult =
  | { readonly ok: true; readonly program: Program; readonly scope: Scope; readonly warnings: readonly Diagnostic[] }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

/** How to compile. */
export interface CompileOptions {
  /** `program_uid`, 1 … 2^32 − 1; 1 where none is given. */
  readonly uid?: number;
  /** Adds the hidden report fields `__cwnd` and `__rate`, the datapath's Cwnd and Rate at each report. */
  readonly reportCwnd?: boolean;
  /**
   * The inputs beyond libccp's 15 that the datapath has; `EXTRA_PRIMITIVES`, which Mooring's datapaths have, where none
   * are given. A program that reads one has `L9` among its `extensions`.
   */
  readonly primitives?: readonly ExtraPrimitive[];
}
