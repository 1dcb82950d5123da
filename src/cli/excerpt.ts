import { styleText } from 'node:util';
import { type Diagnostic, excerptDiagnostic, type Paint } from '../program/index.js';

/**
 * Findings of the compiler for people, each with its place in the source; then how many there are. Coloured where
 * `isColoured`.
 */
export function describeDiagnostics(
  file: string,
  source: string,
  diagnostics: readonly Diagnostic[],
  isColoured: boolean,
): string {
  const paint: Paint = (text, severity) =>
    isColoured ? styleText(severity === 'error' ? 'red' : 'yellow', text, { validateStream: false }) : text;
  const parts = diagnostics.map((diagnostic) => `${excerptDiagnostic(diagnostic, source, file, paint)}\n`);
  const count = (severity: Diagnostic['severity']) => diagnostics.filter((found) => found.severity === severity).length;
  return `${parts.join('')}${plural(count('error'), 'error')}, ${plural(count('warning'), 'warning')}\n`;
}

function plural(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
