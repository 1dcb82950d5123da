import { checkPrimitives, ERROR, EXTRA_PRIMITIVES, type ExtraPrimitive, MooringError } from '../base/index.js';
import { decodeText, encodeText, readOutput, writeInput } from '../core/index.js';
import { LIMIT } from '../generated/isa.js';
import { AT, BYTES, EXTENSIONS, SYMBOL_KINDS } from '../generated/lang.js';
import { CompileError, readFindings, tooLarge } from './diagnostics.js';
import { withEngine } from './engine.js';
import { named } from './named.js';
import { rowsReport } from './rows.js';
import { createScope } from './scope.js';
import { SourceText } from './source.js';
import type { CompileOptions, CompileResult, Program, ScopeEntry } from './types.js';

/**
 * Compiles the text of a datapath program (docs/guide/language.md). Everything portus accepts
 * gives portus' bytes; what is wrong is a value, all findings at once, never an exception.
 * Throws MOORING_ERR_BAD_ARGUMENT for a `uid` out of range or `primitives` that are none.
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
  const primitives = options.primitives && checkPrimitives(options.primitives);
  const records = primitives && primitiveRecords(primitives);
  const output = withEngine((engine) => {
    writeInput(engine, records ? Uint8Array.from([...records, ...text.bytes]) : text.bytes);
    engine.compileProgram(options.reportCwnd ? 1 : 0, records ? records.length : -1);
    return readOutput(engine);
  });
  const view = new DataView(output.buffer);
  const field = (offset: number): number => view.getUint32(offset, true);
  const events = field(AT.COMPILED_EVENTS);
  const instructions = field(AT.COMPILED_INSTRUCTIONS);
  const rowsEnd = BYTES.COMPILED + (events + instructions) * LIMIT.ROW_BYTES;
  const placesEnd = rowsEnd + instructions * BYTES.PLACE;
  const { entries, end } = readSymbols(view, placesEnd, field(AT.COMPILED_SYMBOLS));
  const diagnostics = readFindings(view, end, field(AT.COMPILED_FINDINGS), text);
  if (field(AT.COMPILED_OK) === 0) return { ok: false, diagnostics };
  const scope = createScope(entries, primitives ?? EXTRA_PRIMITIVES);
  const extensions = EXTENSIONS.filter(([bit]) => field(AT.COMPILED_EXTENSIONS) & bit).map(([, id]) => id);
  const rows = output.slice(BYTES.COMPILED, rowsEnd);
  const reports = rowsReport(rows, events, instructions);
  const places = view.buffer.slice(rowsEnd, placesEnd);
  const rangeOf = (instruction: number) => {
    if (!Number.isInteger(instruction) || instruction < 0 || instruction >= instructions) return undefined;
    const row = new DataView(places, instruction * BYTES.PLACE);
    return text.range(row.getUint32(AT.PLACE_START, true), row.getUint32(AT.PLACE_END, true));
  };
  const program = createProgram(
    { uid, source: text.text, scope, events, instructions, extensions, reports, rangeOf },
    rows,
  );
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
  if (!result.ok) throw new CompileError(result.diagnostics, new SourceText(source).text);
  return result.program;
}

/** The inputs beyond libccp's as the compiler takes them before the text: spec/lang.json, `primitive`. */
function primitiveRecords(primitives: readonly ExtraPrimitive[]): number[] {
  return primitives.flatMap(({ name, index, bool }) => {
    const record = new Uint8Array(BYTES.PRIMITIVE);
    record[AT.PRIMITIVE_INDEX] = index;
    record[AT.PRIMITIVE_BOOL] = bool ? 1 : 0;
    record[AT.PRIMITIVE_SIZE] = name.length;
    return [...record, ...encodeText(name)];
  });
}

function createProgram(parts: Omit<Program, 'rows'>, rows: Uint8Array<ArrayBuffer>): Program {
  return Object.freeze({ ...parts, rows: () => rows.slice() });
}

function readSymbols(view: DataView, at: number, count: number): { entries: ScopeEntry[]; end: number } {
  const entries: ScopeEntry[] = [];
  let offset = at;
  for (let i = 0; i < count; i += 1) {
    const nameAt = offset + BYTES.SYMBOL;
    const size = view.getUint32(offset + AT.SYMBOL_SIZE, true);
    const hasDef = view.getUint8(offset + AT.SYMBOL_HAS_DEF) !== 0;
    entries.push({
      name: decodeText(new Uint8Array(view.buffer, nameAt, size)),
      kind: named(SYMBOL_KINDS, view.getUint8(offset + AT.SYMBOL_KIND), 'register kind'),
      index: view.getUint32(offset + AT.SYMBOL_INDEX, true),
      volatile: view.getUint8(offset + AT.SYMBOL_VOLATILE) === 1,
      registerType: view.getUint8(offset + AT.SYMBOL_REGISTER_TYPE),
      ...(hasDef ? { init: view.getUint32(offset + AT.SYMBOL_INIT, true) } : {}),
    });
    offset = nameAt + size;
  }
  return { entries, end: offset };
}
