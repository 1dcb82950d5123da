import ts from 'typescript';
import { compile, type Diagnostic } from '../../program/index.js';

// Datapath programs where they stand: a file of their own, or a literal of a TypeScript file.

/** A finding in a text: offsets of UTF-16, as editors count. */
export interface Finding {
  readonly from: number;
  readonly to: number;
  readonly severity: 'error' | 'warning' | 'hint';
  readonly message: string;
  /** Of the compiler that found it, such as `ts2339` or `never-read`. */
  readonly code: string;
}

/** A datapath program in a text. */
export interface PlacedProgram {
  readonly text: string;
  /** Where its first letter stands. */
  readonly from: number;
  readonly to: number;
}

/** The literals of a file that are datapath programs: they open with a definition or an event. */
export function programsOf(file: ts.SourceFile): PlacedProgram[] {
  const found: PlacedProgram[] = [];
  const look = (node: ts.Node): void => {
    if (ts.isNoSubstitutionTemplateLiteral(node) || ts.isStringLiteral(node)) {
      const from = node.getStart(file) + 1;
      const to = node.getEnd() - 1;
      // Where an escape stands, places in the program are not places in the file.
      if (isProgram(node.text) && file.text.slice(from, to) === node.text) found.push({ text: node.text, from, to });
    }
    ts.forEachChild(node, look);
  };
  look(file);
  return found;
}

const OPENING = /^(?:\s|#[^\n]*\n)*\(\s*(?:def|when)\b/;

export function isProgram(text: string): boolean {
  return OPENING.test(text);
}

/** What the compiler says of a program, in the places of the text around it. */
export function programFindings({ text, from }: PlacedProgram): Finding[] {
  const compiled = compile(text);
  return (compiled.ok ? compiled.warnings : compiled.diagnostics).map((one) => findingOf(one, from));
}

function findingOf({ code, severity, message, hint, range }: Diagnostic, offset: number): Finding {
  return {
    ...{ from: offset + range.start, to: offset + Math.max(range.end, range.start), severity, code },
    message: hint ? `${message} (${hint})` : message,
  };
}

/** A word that a program may use, and what it is. */
export interface ProgramWord {
  readonly name: string;
  readonly about: string;
  readonly kind: 'variable' | 'function' | 'keyword';
}

/** The words a program may use at a place: those of the language, and the names it defines itself. */
export function programWords(text: string, language: readonly ProgramWord[]): ProgramWord[] {
  const own = new Set<string>();
  for (const [, name] of text.matchAll(/\b((?:Report|Control)\.[A-Za-z_][\w.]*)/g)) own.add(name!);
  const struct = /\(\s*Report((?:\s*\([^()]*\))*)/.exec(text)?.[1] ?? '';
  for (const [, name] of struct.matchAll(/\(\s*(?:volatile\s+)?([A-Za-z_]\w*)/g)) own.add(`Report.${name}`);
  const names = [...own].map((name): ProgramWord => ({ name, about: 'defined in this program', kind: 'variable' }));
  return [...names, ...language.filter(({ name }) => !own.has(name))];
}
