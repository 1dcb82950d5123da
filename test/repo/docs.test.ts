import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { transform } from 'esbuild';
import ts from 'typescript';
import { afterAll, describe, expect, test } from 'vitest';
import { doors } from '../../scripts/doors.mjs';
import { typeErrors } from './type-check.js';

// The public surface as TypeScript sees it: every class and function has TSDoc, and every
// example in it type-checks as a reader's strict project would and runs against the built package.

interface Documented {
  readonly name: string;
  /** The door a program imports it from. */
  readonly door: string;
  readonly kind: 'function' | 'class' | 'other' | 'type';
  readonly text: string;
  readonly examples: readonly Example[];
}

interface Example {
  readonly code: string;
  /** Needs a reader's page, sockets or root: only type-checked. */
  readonly fragment: boolean;
}

const surface = readSurface();
const callable = surface.filter(({ kind }) => kind === 'function' || kind === 'class');
const programs = callable.flatMap(({ name, door, examples }) =>
  examples.map(({ code, fragment }, index) => ({
    title: `${name} ${index + 1}`,
    code: withImports(code, door),
    fragment,
  })),
);

describe('the public surface', () => {
  test('is documented', () => {
    expect(surface.filter(({ text }) => text === '').map(({ name }) => name)).toEqual([]);
  });

  test('shows each class and function in an example', () => {
    expect(callable.filter(({ examples }) => examples.length === 0).map(({ name }) => name)).toEqual([]);
  });

  test('has no name that means two things', () => {
    const meanings = new Map<string, Set<string>>();
    for (const { name, door, id } of everyExport()) {
      const known = meanings.get(name) ?? new Set();
      meanings.set(name, known.add(`${door}: ${id}`));
    }
    const twice = [...meanings].filter(
      ([, places]) => new Set([...places].map((place) => place.split(': ')[1])).size > 1,
    );
    expect(Object.fromEntries(twice)).toEqual({});
  });
});

describe('examples in the documentation', () => {
  test('type-check in a strict project', () => {
    expect(typeErrors(new Map(programs.map(({ title, code }) => [title, code])))).toEqual({});
  });

  test('show what a thing does, not what type it has', () => {
    expect(programs.filter(({ code }) => /console\.log\(typeof /.test(code)).map(({ title }) => title)).toEqual([]);
  });

  // Inside the package, so that it can be imported by name as a reader would.
  mkdirSync('out', { recursive: true });
  const folder = mkdtempSync(join('out', 'examples-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each(programs.filter(({ fragment }) => !fragment))('$title', async ({ title, code }) => {
    const { code: javascript } = await transform(`${code}\nexport {};`, { loader: 'ts', format: 'esm' });
    const file = resolve(folder, `${title.replace(' ', '-')}.mjs`);
    writeFileSync(file, javascript);
    await import(/* @vite-ignore */ file);
  });
});

/** Examples name what they use; the import lines are written here: a name from the door of the example, else its own. */
function withImports(code: string, door: string): string {
  const used = new Map<string, string>();
  for (const entry of [...surface, ...surface.filter((each) => each.door === door)]) {
    const { name } = entry;
    if (!new RegExp(`(?<!(?<!\\.\\.)\\.)(?<!['"])\\b${name}\\b(?!['"]?:)`).test(code)) continue;
    if (new RegExp(`(class|function|const|let|type|interface) ${name}\\b|import .*\\b${name}\\b.* from`).test(code))
      continue;
    used.set(entry.kind === 'type' ? `type ${name}` : name, entry.door);
  }
  const lines = doors
    .map(({ name }) => ({ name, names: [...used].filter(([, from]) => from === name).map(([each]) => each) }))
    .filter(({ names }) => names.length > 0)
    .map(({ name, names }) => `import { ${names.join(', ')} } from '${name}';`);
  return [...lines, code].join('\n');
}

function kindOf(flags: ts.SymbolFlags): Documented['kind'] {
  if (flags & ts.SymbolFlags.Class) return 'class';
  if (flags & ts.SymbolFlags.Function) return 'function';
  return flags & ts.SymbolFlags.Value ? 'other' : 'type';
}

function everyExport() {
  const config = ts.readConfigFile('tsconfig.json', ts.sys.readFile).config as { compilerOptions: object };
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, '.');
  const program = ts.createProgram(
    doors.map(({ source }) => source),
    {
      ...options,
      moduleResolution: ts.ModuleResolutionKind.Bundler,
      module: ts.ModuleKind.ESNext,
      target: ts.ScriptTarget.ES2022,
    },
  );
  const checker = program.getTypeChecker();
  return doors.flatMap(({ name: door, source }) => {
    const file = program.getSourceFile(source);
    const symbol = file && checker.getSymbolAtLocation(file);
    return (symbol ? checker.getExportsOfModule(symbol) : []).map((exported) => {
      const target = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
      const [declaration] = target.declarations ?? [];
      return {
        name: exported.name,
        door,
        target,
        checker,
        id: `${declaration?.getSourceFile().fileName}#${target.name}`,
      };
    });
  });
}

function readSurface(): Documented[] {
  const found = new Map<string, Documented>();
  for (const { name, door, target, checker } of everyExport()) {
    if (found.has(name)) continue;
    const kind = kindOf(target.flags);
    const examples = target
      .getJsDocTags(checker)
      .filter((tag) => tag.name === 'example')
      .flatMap((tag) =>
        [...ts.displayPartsToString(tag.text).matchAll(/```(?:ts|js)( fragment)?\n([\s\S]*?)```/g)].map((match) => ({
          code: match[2]!,
          fragment: match[1] !== undefined,
        })),
      );
    found.set(name, {
      name,
      door,
      kind,
      text: ts.displayPartsToString(target.getDocumentationComment(checker)),
      examples,
    });
  }
  return [...found.values()];
}
