import { blankSourceFile } from 'ts-blank-space';
import ts from 'typescript';
import type { CodeModule } from '../sandbox/protocol.js';

// From TypeScript files to modules that run: types are blanked out, so that every line and column stays where its author
// sees it, and imports are cut where the names of other modules stand.

/** Why files are no modules, with the place in one of them. */
export class ModuleError extends Error {
  constructor(
    message: string,
    readonly file: string,
    readonly at: number,
  ) {
    super(message);
  }
}

/**
 * The modules of `entries` and of what they import among `files`, each after those it imports. `doors` are names that are
 * imported from outside. Throws ModuleError.
 */
export function modulesOf(
  entries: readonly string[],
  sourceOf: (name: string) => ts.SourceFile | undefined,
  doors: readonly string[],
): CodeModule[] {
  const done = new Map<string, CodeModule>();
  const under = new Set<string>();
  const visit = (name: string, source: ts.SourceFile): void => {
    under.add(name);
    const cuts: { readonly from: number; readonly to: number; readonly module: string }[] = [];
    for (const { specifier, isType } of importsOf(source)) {
      if (isType) continue;
      const at = specifier.getStart(source);
      const wanted = specifier.text;
      const module = doors.includes(wanted) ? wanted : fileOf(wanted, name, sourceOf);
      if (module === undefined)
        throw new ModuleError(
          `"${wanted}" is not here: code in the studio imports ${doors.join(', ')} and files that are open beside it ('./name.ts')`,
          name,
          at,
        );
      if (under.has(module)) throw new ModuleError(`"${wanted}" imports this file in turn`, name, at);
      if (!doors.includes(module) && !done.has(module)) visit(module, sourceOf(module)!);
      cuts.push({ from: at + 1, to: specifier.getEnd() - 1, module });
    }
    under.delete(name);
    done.set(name, { name, parts: parts(blanked(source, name), cuts) });
  };
  for (const name of entries) {
    const source = sourceOf(name);
    if (source && !done.has(name)) visit(name, source);
  }
  return [...done.values()];
}

function importsOf(source: ts.SourceFile): { readonly specifier: ts.StringLiteral; readonly isType: boolean }[] {
  return source.statements.flatMap((statement) => {
    if (!ts.isImportDeclaration(statement) && !ts.isExportDeclaration(statement)) return [];
    const specifier = statement.moduleSpecifier;
    if (!specifier || !ts.isStringLiteral(specifier)) return [];
    const isType = ts.isImportDeclaration(statement)
      ? statement.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword
      : statement.isTypeOnly;
    return [{ specifier, isType }];
  });
}

/** The file that an import in `from` names. */
function fileOf(
  wanted: string,
  from: string,
  sourceOf: (name: string) => ts.SourceFile | undefined,
): string | undefined {
  if (!/^\.{1,2}\//.test(wanted)) return undefined;
  const path = new URL(wanted, `file:///${from}`).pathname.slice(1);
  return [path, path.replace(/\.js$/, '.ts'), `${path}.ts`].find((name) => sourceOf(name));
}

function blanked(source: ts.SourceFile, name: string): string {
  if (!/\.[cm]?ts$/.test(name)) return source.text;
  return blankSourceFile(source, (node) => {
    throw new ModuleError(
      'this is more than types and is not run here or by Node: write it in JavaScript (a const object for an enum, fields for parameter properties)',
      name,
      node.getStart(source),
    );
  });
}

function parts(
  text: string,
  cuts: readonly { readonly from: number; readonly to: number; readonly module: string }[],
): CodeModule['parts'] {
  const found: (string | { readonly from: string })[] = [];
  let at = 0;
  for (const { from, to, module } of cuts) {
    found.push(text.slice(at, from), { from: module });
    at = to;
  }
  return [...found, text.slice(at)];
}
