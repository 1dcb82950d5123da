import { ERROR, MooringError, unreachable } from '../base/index.js';
import { decodeText } from '../core/index.js';
import { DIAGNOSTICS, WRITTEN } from '../generated/diagnostics.js';
import { LIMIT } from '../generated/isa.js';
import { AT, BYTES, VALUE } from '../generated/lang.js';
import { named } from './named.js';
import type { SourceText } from './source.js';
import type { Diagnostic } from './types.js';

/**
 * A datapath program has errors. `diagnostics` lists all of them, and the warnings.
 *
 * @example
 * ```ts
 * try { compileOrThrow('(def) (when true (:= Cwnd x))'); } catch (error) {
 *   if (error instanceof CompileError) console.log(error.diagnostics[0]?.code); // 'undefined-name'
 * }
 * ```
 */
export class CompileError extends MooringError {
  override readonly name: string = 'CompileError';
  readonly diagnostics: readonly Diagnostic[];
  /** The program's text, where whoever threw had it. */
  readonly source: string | undefined;

  constructor(diagnostics: readonly Diagnostic[], source?: string) {
    const errors = diagnostics.filter(({ severity }) => severity === 'error');
    const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
    super(ERROR.MOORING_ERR_LANG_COMPILE, `${errors.map((error) => formatDiagnostic(error))[0]}${more}`, {
      diagnostics,
    });
    this.diagnostics = diagnostics;
    this.source = source;
  }
}

/**
 * A finding on one line, `line:column code message; hint`, after `file:` where one is given.
 *
 * @example
 * ```ts
 * const result = compile('(def) (when true (:= Cwnd x))');
 * if (!result.ok) console.log(formatDiagnostic(result.diagnostics[0]!, 'aimd.ccp'));
 * // aimd.ccp:1:27 undefined-name `x` is not defined
 * ```
 */
export function formatDiagnostic(diagnostic: Diagnostic, file?: string): string {
  const { code, message, hint, range } = diagnostic;
  const where = `${file === undefined ? '' : `${file}:`}${range.line}:${range.column}`;
  return `${where} ${code} ${message}${hint === undefined ? '' : `; ${hint}`}`;
}

/** The one finding on a text beyond the limit, of which the compiler sees nothing. */
export function tooLarge(): Diagnostic {
  const { code, severity, message } = DIAGNOSTICS.find((known) => known.code === 'source-too-large')!;
  const range = { start: 0, end: 0, line: 1, column: 1, endLine: 1, endColumn: 1 };
  return { code, severity, message: fill(message, [String(LIMIT.SOURCE_BYTES)]) ?? message, range };
}

/** Reads `count` findings (wasm/lang/diagnostics.ts) from `from` on, in the order of their place. */
export function readFindings(view: DataView, from: number, count: number, source: SourceText): Diagnostic[] {
  const found: Diagnostic[] = [];
  let offset = from;
  for (let i = 0; i < count; i += 1) {
    const row = offset;
    const range = (start: number, end: number) =>
      source.range(view.getUint32(row + start, true), view.getUint32(row + end, true));
    const known = named(DIAGNOSTICS, view.getUint16(row + AT.FINDING_ID, true), 'finding');
    const size = view.getUint16(row + AT.FINDING_ARGUMENTS, true);
    const hasRelated = view.getUint32(row + AT.FINDING_RELATED_START, true) !== VALUE.NOWHERE;
    offset += BYTES.FINDING;
    const values: string[] = [];
    for (let argument = 0; argument < size; argument += 1) {
      const bytes = view.getUint32(offset + AT.ARGUMENT_SIZE, true);
      values.push(decodeText(new Uint8Array(view.buffer, view.byteOffset + offset + BYTES.ARGUMENT, bytes)));
      offset += BYTES.ARGUMENT + bytes;
    }
    const hint = hintOf(known, values);
    found.push({
      code: known.code,
      severity: known.severity,
      message: fill(known.message, values) ?? known.message,
      ...(hint === undefined ? {} : { hint }),
      range: range(AT.FINDING_START, AT.FINDING_END),
      ...(hasRelated
        ? { related: { message: otherPlace(known), range: range(AT.FINDING_RELATED_START, AT.FINDING_RELATED_END) } }
        : {}),
    });
  }
  return found.sort((a, b) => a.range.start - b.range.start || a.range.end - b.range.end);
}

function otherPlace({ code, related }: (typeof DIAGNOSTICS)[number]): string {
  return related ?? unreachable(code as never, 'the other place of');
}

/** What is known of what was written, else the first template whose arguments all have a value. */
function hintOf({ code, hint }: (typeof DIAGNOSTICS)[number], values: readonly string[]): string | undefined {
  const habit = WRITTEN.find(({ codes, text }) => codes.includes(code) && text.test(values[0] ?? ''));
  if (habit) return habit.hint;
  for (const template of typeof hint === 'string' ? [hint] : (hint ?? [])) {
    const text = fill(template, values);
    if (text !== undefined) return text;
  }
  return undefined;
}

/** The template with its arguments; nothing where one of them has no value. */
function fill(template: string | undefined, values: readonly string[]): string | undefined {
  if (template === undefined) return undefined;
  let complete = true;
  const text = template.replace(/\{(\d)\}/g, (_, index: string) => {
    const value = values[Number(index)];
    if (value === undefined || value === '') complete = false;
    return value ?? '';
  });
  return complete ? text : undefined;
}
