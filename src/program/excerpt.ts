import { printable } from '../base/index.js';
import { formatDiagnostic } from './diagnostics.js';
import type { Diagnostic, SourceRange } from './types.js';

/** How much of a long line is shown. */
const WIDTH = 100;

/** How an excerpt is coloured; as it is where nothing is given. */
export type Paint = (text: string, severity: Diagnostic['severity']) => string;

/**
 * A finding with its place: `line:column code message` after `file:` where one is given, the line of the source
 * with the place marked, the hint. Control characters of the source, which a terminal would obey, are replaced.
 *
 * @example
 * ```ts
 * const source = '(def) (when true (:= Cwnd x))';
 * const result = compile(source);
 * if (!result.ok) console.log(excerptDiagnostic(result.diagnostics[0]!, source, 'aimd.ccp'));
 * // aimd.ccp:1:27 undefined-name `x` is not defined
 * //   1 | (def) (when true (:= Cwnd x))
 * //     |                           ^
 * ```
 */
export function excerptDiagnostic(
  diagnostic: Diagnostic,
  source: string,
  file?: string,
  paint: Paint = (text) => text,
): string {
  const { hint, related, ...bare } = diagnostic;
  const lines = source.split('\n');
  const coloured = (text: string) => paint(text, diagnostic.severity);
  const text = [
    printable(formatDiagnostic(bare, file)).replace(diagnostic.code, coloured(diagnostic.code)),
    ...excerpt(lines, diagnostic.range, coloured),
  ];
  if (related) text.push(`  ${related.message}:`, ...excerpt(lines, related.range, coloured));
  if (hint !== undefined) text.push(`  hint: ${printable(hint)}`);
  return text.join('\n');
}

function excerpt(lines: readonly string[], range: SourceRange, paint: (text: string) => string): string[] {
  const whole = (lines[range.line - 1] ?? '').replace(/\r$/, '');
  const from = Math.max(0, Math.min(range.column - 1 - WIDTH / 2, whole.length - WIDTH));
  const line = printable(whole.slice(from, from + WIDTH));
  const before = line.slice(0, range.column - 1 - from);
  const size = range.endLine === range.line ? range.endColumn - range.column : line.length - before.length;
  const mark = '^'.repeat(Math.max(1, Math.min(size, line.length - before.length)));
  const number = String(range.line);
  return [
    `  ${number} | ${line}`,
    // Tabs stay, so that the mark stands under its place whatever their width.
    `  ${' '.repeat(number.length)} | ${before.replace(/[^\t]/g, ' ')}${paint(mark)}`,
  ];
}
