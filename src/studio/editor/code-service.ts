import ts from 'typescript';
import type { CodeModule } from '../sandbox/protocol.js';
import { isProgramFile } from './files.js';
import { ModuleError, modulesOf } from './modules.js';
import {
  type Finding,
  type PlacedProgram,
  type ProgramWord,
  programFindings,
  programsOf,
  programWords,
} from './programs.js';

// What an editor asks about code: findings, what may stand at a place, what something is, and the modules that run. It holds
// the files that are open, by name; `.ccp` are datapath programs, the rest is TypeScript.

/** What the service begins with, made when the page is built. */
export interface CodeLibrary {
  /** Declarations by path: the language's, and the package's under /node_modules/mooring/. */
  readonly files: Readonly<Record<string, string>>;
  /** The words of datapath programs. */
  readonly words: readonly ProgramWord[];
}

export interface Completion {
  readonly label: string;
  readonly kind: string;
  readonly detail: string;
}

/** What may stand at a place: the words that fit, in the place of what stands from `from` on. */
export interface Completions {
  readonly from: number;
  readonly options: readonly Completion[];
}

export interface Hover {
  readonly from: number;
  readonly to: number;
  /** A signature, then prose. */
  readonly text: string;
  readonly about: string;
}

export type Emitted =
  | { readonly ok: true; readonly modules: readonly CodeModule[]; readonly programs: Readonly<Record<string, string>> }
  | { readonly ok: false; readonly file: string; readonly finding: Finding };

export type CodeService = {
  /** Takes the place of all files that were open. */
  open(files: Readonly<Record<string, string>>): void;
  findings(name: string): readonly Finding[];
  completions(name: string, at: number): Completions | null;
  hover(name: string, at: number): Hover | null;
  /** The files as modules that run. */
  emit(entries: readonly string[]): Emitted;
};

/** What code imports from outside; the sandbox has it. */
export const DOORS = ['mooring', 'mooring/program', 'mooring/sim'] as const;

const MOST_COMPLETIONS = 300;
/** As Node reads TypeScript: what passes here runs there. */
const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  lib: ['lib.es2022.d.ts'],
  types: [],
  strict: true,
  noImplicitOverride: true,
  erasableSyntaxOnly: true,
  isolatedModules: true,
  verbatimModuleSyntax: true,
  allowImportingTsExtensions: true,
  allowJs: true,
  noEmit: true,
  skipLibCheck: true,
};
/** What code has besides the language: it runs without a page. */
const GLOBALS = '/globals.d.ts';
const GLOBALS_TEXT = `declare const console: { log(...values: unknown[]): void; warn(...values: unknown[]): void; error(...values: unknown[]): void };
declare const performance: { now(): number };
`;

export function createCodeService({ files, words }: CodeLibrary): CodeService {
  const library = new Map([...Object.entries(files), [GLOBALS, GLOBALS_TEXT] as const]);
  let opened = new Map<string, string>();
  const versions = new Map<string, number>();
  const textAt = (path: string): string | undefined => opened.get(path.slice(1)) ?? library.get(path);
  const checker = ts.createLanguageService(
    {
      getCompilationSettings: () => OPTIONS,
      getCurrentDirectory: () => '/',
      getDefaultLibFileName: () => '/lib.es2022.d.ts',
      getScriptFileNames: () => [GLOBALS, ...[...opened.keys()].filter((n) => !isProgramFile(n)).map((n) => `/${n}`)],
      getScriptVersion: (path) => String(versions.get(path.slice(1)) ?? 0),
      getScriptSnapshot(path) {
        const text = textAt(path);
        return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
      },
      fileExists: (path) => textAt(path) !== undefined,
      readFile: textAt,
    },
    ts.createDocumentRegistry(),
  );

  const sourceOf = (name: string): ts.SourceFile | undefined => {
    const text = opened.get(name);
    if (text === undefined || isProgramFile(name)) return undefined;
    return ts.createSourceFile(name, text, ts.ScriptTarget.ES2022, true);
  };
  const programAt = (name: string, at: number): PlacedProgram | undefined => {
    const text = opened.get(name) ?? '';
    if (isProgramFile(name)) return { text, from: 0, to: text.length };
    const source = sourceOf(name);
    return source && programsOf(source).find(({ from, to }) => at >= from && at <= to);
  };
  return {
    open(next) {
      for (const [name, text] of Object.entries(next))
        if (opened.get(name) !== text) versions.set(name, (versions.get(name) ?? 0) + 1);
      opened = new Map(Object.entries(next));
    },
    findings(name) {
      const text = opened.get(name);
      if (text === undefined) return [];
      if (isProgramFile(name)) return programFindings({ text, from: 0, to: text.length });
      const source = sourceOf(name);
      return [
        ...typeFindings(checker, name, text),
        ...(source ? programsOf(source).flatMap(programFindings) : []),
      ].sort((a, b) => a.from - b.from);
    },
    completions(name, at) {
      const program = programAt(name, at);
      return program ? wordsAt(program, at, words) : namesAt(checker, name, opened.get(name) ?? '', at);
    },
    hover(name, at) {
      const program = programAt(name, at);
      return program ? wordAt(program, at, words) : quickInfo(checker, name, at);
    },
    emit(entries) {
      const programs: Record<string, string> = {};
      for (const name of entries) if (isProgramFile(name)) programs[name] = opened.get(name) ?? '';
      try {
        return { ok: true, modules: modulesOf(entries, sourceOf, DOORS), programs };
      } catch (error) {
        if (!(error instanceof ModuleError)) throw error;
        const { message, file, at } = error;
        return { ok: false, file, finding: { from: at, to: at + 1, severity: 'error', code: 'module', message } };
      }
    },
  };
}

function typeFindings(checker: ts.LanguageService, name: string, text: string): Finding[] {
  const path = `/${name}`;
  const found = [...checker.getSyntacticDiagnostics(path), ...checker.getSemanticDiagnostics(path)];
  return found.map(({ start = 0, length = 0, messageText, category, code }) => ({
    from: Math.min(start, text.length),
    to: Math.min(start + length, text.length),
    severity:
      category === ts.DiagnosticCategory.Error
        ? 'error'
        : category === ts.DiagnosticCategory.Warning
          ? 'warning'
          : 'hint',
    message: ts.flattenDiagnosticMessageText(messageText, '\n'),
    code: `ts${code}`,
  }));
}

function namesAt(checker: ts.LanguageService, name: string, text: string, at: number): Completions | null {
  const found = checker.getCompletionsAtPosition(`/${name}`, at, {
    includeCompletionsForModuleExports: false,
  });
  if (!found) return null;
  const typed = /[\w$]*$/.exec(text.slice(0, at))?.[0] ?? '';
  const options = found.entries
    .filter((entry) => entry.name.toLowerCase().startsWith(typed.toLowerCase()))
    .sort((a, b) => a.sortText.localeCompare(b.sortText) || a.name.localeCompare(b.name))
    .slice(0, MOST_COMPLETIONS)
    .map(({ name: label, kind }) => ({ label, kind, detail: '' }));
  return { from: at - typed.length, options };
}

function quickInfo(checker: ts.LanguageService, name: string, at: number): Hover | null {
  const info = checker.getQuickInfoAtPosition(`/${name}`, at);
  if (!info) return null;
  return {
    from: info.textSpan.start,
    to: info.textSpan.start + info.textSpan.length,
    text: ts.displayPartsToString(info.displayParts),
    about: ts.displayPartsToString(info.documentation),
  };
}

function wordsAt({ text, from }: PlacedProgram, at: number, words: readonly ProgramWord[]): Completions {
  const typed = /[\w.]*$/.exec(text.slice(0, at - from))?.[0] ?? '';
  const options = programWords(text, words)
    .filter(({ name }) => name.toLowerCase().startsWith(typed.toLowerCase()))
    .map(({ name, about, kind }) => ({ label: name, kind, detail: about }));
  return { from: at - typed.length, options };
}

function wordAt({ text, from }: PlacedProgram, at: number, words: readonly ProgramWord[]): Hover | null {
  const place = at - from;
  const before = /[\w.]*$/.exec(text.slice(0, place))?.[0] ?? '';
  const after = /^[\w.]*/.exec(text.slice(place))?.[0] ?? '';
  const word = programWords(text, words).find(({ name }) => name === before + after);
  if (!word) return null;
  return { from: at - before.length, to: at + after.length, text: word.name, about: word.about };
}
