import { ERROR, MooringError } from '../base/index.js';
import { decodeText, readOutput, writeInput } from '../core/index.js';
import { LIMIT } from '../generated/isa.js';
import { EXTENSIONS } from '../generated/lang.js';
import { CompileError, readFindings, tooLarge } from './diagnostics.js';
import { withEngine } from './engine.js';
import { rowsReport } from './rows.js';
import { createScope } from './scope.js';
import { SourceText } from './source.js';
import type { CompileOptions, CompileResult, Program, RegisterKind, ScopeEntry } from './types.js';

/**
 * Compiles the text of a datapath program (docs/guide/language.md). Everything portus accepts
 * gives portus' bytes; what is wrong is a value, all findings at once, never an exception.
 * Throws MOORING_ERR_BAD_ARGUMENT for a `uid` out of range.
 *
 * @param source text, or its UTF-8 bytes; at most 1 MiB
 *
 * @example
 * ```ts
 * const result = compile(`
 *   (def (Report (volatile acked 0)))
 *   (when true
 *     (:= Report.acked (+ Report.acked Ack.bytes_acked))
 *     (report))`);
 * if (result.ok) console.log(result.program.rows().length); // 80
 * else for (const diagnostic of result.diagnostics) console.error(formatDiagnostic(diagnostic));
 * ```
 */
export function compile(source: string | Uint8Array, options: CompileOptions = {}): CompileResult {
  const uid = options.uid ?? 1;
  if (!Number.isInteger(uid) || uid < 1 || uid > 0xffff_ffff) {
    throw new MooringError(ERROR.MOORING_ERR_BAD_ARGUMENT, `uid is ${uid}; it must be an integer, 1 … 2^32 − 1`, {
      argument: 'uid',
    });
  }
  const text = new SourceText(source);
  if (text.bytes.length > LIMIT.SOURCE_BYTES) return { ok: false, diagnostics: [tooLarge()] };
  const output = withEngine((engine) => {
    writeInput(engine, text.bytes);
    engine.compileProgram(options.reportCwnd ? 1 : 0);
    return readOutput(engine);
  });
  const view = new DataView(output.buffer);
  const field = (index: number): number => view.getUint32(index * 4, true);
  const events = field(1);
  const instructions = field(2);
  const rowsEnd = HEAD + (events + instructions) * LIMIT.ROW_BYTES;
  const { entries, end } = readSymbols(view, rowsEnd, field(4));
  const diagnostics = readFindings(view, end, field(5), text);
  if (field(0) === 0) return { ok: false, diagnostics };
  const scope = createScope(entries);
  const extensions = EXTENSIONS.filter(([bit]) => field(3) & bit).map(([, id]) => id);
  const rows = output.slice(HEAD, rowsEnd);
  const reports = rowsReport(rows, events, instructions);
  const program = createProgram({ uid, source: text.text, scope, events, instructions, extensions, reports }, rows);
  return { ok: true, program, scope, warnings: diagnostics };
}

/**
 * The program of a text that is known to be right. Throws CompileError
 * (MOORING_ERR_LANG_COMPILE) with all findings where it is not.
 *
 * @example
 * ```ts
 * const program = compileOrThrow('(def (Report (rtt 0))) (when true (:= Report.rtt Flow.rtt_sample_us) (report))');
 * ```
 */
export function compileOrThrow(source: string | Uint8Array, options: CompileOptions = {}): Program {
  const result = compile(source, options);
  if (!result.ok) throw new CompileError(result.diagnostics);
  return result.program;
}

/** Bytes before the rows (wasm/lang/exports.ts). */
const HEAD = 24;

const KINDS: readonly RegisterKind[] = ['report', 'control', 'local'];

function createProgram(parts: Omit<Program, 'rows'>, rows: Uint8Array<ArrayBuffer>): Program {
  return Object.freeze({ ...parts, rows: () => rows.slice() });
}

function readSymbols(view: DataView, at: number, count: number): { entries: ScopeEntry[]; end: number } {
  const entries: ScopeEntry[] = [];
  let offset = at;
  for (let i = 0; i < count; i += 1) {
    const kind = KINDS[view.getUint8(offset)] ?? 'local';
    const size = view.getUint32(offset + 12, true);
    entries.push({
      name: decodeText(new Uint8Array(view.buffer, offset + 16, size)),
      kind,
      index: view.getUint32(offset + 4, true),
      volatile: view.getUint8(offset + 1) === 1,
      registerType: view.getUint8(offset + 2),
      ...(view.getUint8(offset + 3) === 0 ? {} : { init: view.getUint32(offset + 8, true) }),
    });
    offset += 16 + size;
  }
  return { entries, end: offset };
}
