import { styleText } from 'node:util';
import { type Diagnostic, formatDiagnostic, type SourceRange } from '../program/index.js';

/**
 * Findings of the compiler for people: `file:line:column code message`, the line of the source with
 * the place marked, the hint; then how many there are. Coloured where `isColoured`.
 */
export function describeDiagnostics(
  file: string,
  source: string,
  diagnostics: readonly Diagnostic[],
  isColoured: boolean,
): string {
  const lines = source.split('\n');
  const parts = diagnostics.map((diagnostic) => describe(file, lines, diagnostic, isColoured));
  const count = (severity: Diagnostic['severity']) => diagnostics.filter((found) => found.severity === severity).length;
  return `${parts.join('')}${plural(count('error'), 'error')}, ${plural(count('warning'), 'warning')}\n`;
}

/** How much of a long line is shown. */
const WIDTH = 100;

function describe(file: string, lines: readonly string[], diagnostic: Diagnostic, isColoured: boolean): string {
  const { hint, related, ...bare } = diagnostic;
  const colour = diagnostic.severity === 'error' ? 'red' : 'yellow';
  const paint = (text: string) => (isColoured ? styleText(colour, text, { validateStream: false }) : text);
  const text = [
    printable(formatDiagnostic(bare, file)).replace(diagnostic.code, paint(diagnostic.code)),
    ...excerpt(lines, diagnostic.range, paint),
  ];
  if (related) text.push(`  ${related.message}:`, ...excerpt(lines, related.range, paint));
  if (hint !== undefined) text.push(`  hint: ${printable(hint)}`);
  return `${text.join('\n')}\n`;
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

/** Without control characters, which a terminal would obey. */
function printable(text: string): string {
  return text.replace(/[^\P{Cc}\t]/gu, '·');
}

function plural(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
