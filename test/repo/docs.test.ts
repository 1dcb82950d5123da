import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { transform } from 'esbuild';
import ts from 'typescript';
import { afterAll, describe, expect, test } from 'vitest';

// The public surface as TypeScript sees it: every class and function has TSDoc, and every
// example in it runs against the built package.

interface Documented {
  readonly name: string;
  readonly kind: 'function' | 'class' | 'other';
  readonly text: string;
  readonly examples: readonly string[];
}

const surface = readSurface(['src/index.ts', 'src/node/index.ts']);
const callable = surface.filter(({ kind }) => kind !== 'other');

describe('the public surface', () => {
  test('is documented', () => {
    expect(surface.filter(({ text }) => text === '').map(({ name }) => name)).toEqual([]);
  });

  test('shows each class and function in an example', () => {
    expect(callable.filter(({ examples }) => examples.length === 0).map(({ name }) => name)).toEqual([]);
  });
});

describe('examples in the documentation', () => {
  // Inside the package, so that it can be imported by name as a reader would.
  mkdirSync('out', { recursive: true });
  const folder = mkdtempSync(join('out', 'examples-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const runnable = callable.flatMap(({ name, examples }) =>
    examples.map((code, index) => ({ title: `${name} ${index + 1}`, code })),
  );

  test.each(runnable)('$title', async ({ title, code }) => {
    const { code: javascript } = await transform(`${code}\nexport {};`, { loader: 'ts', format: 'esm' });
    const names = surface
      .map(({ name }) => name)
      .filter(
        (name) =>
          new RegExp(`\\b${name}\\b`).test(javascript) &&
          !new RegExp(`(class|function|const|let) ${name}\\b|import .*\\b${name}\\b.* from`).test(javascript),
      );
    // Examples name what they use; the import line is the same for all of them.
    const imported = names.length ? `import { ${names.join(', ')} } from 'mooring/node';\n` : '';
    const file = resolve(folder, `${title.replace(' ', '-')}.mjs`);
    writeFileSync(file, imported + javascript);
    await import(/* @vite-ignore */ file);
  });
});

function readSurface(entries: readonly string[]): Documented[] {
  const config = ts.readConfigFile('tsconfig.json', ts.sys.readFile).config as { compilerOptions: object };
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, '.');
  const program = ts.createProgram([...entries], {
    ...options,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    module: ts.ModuleKind.ESNext,
    target: ts.ScriptTarget.ES2022,
  });
  const checker = program.getTypeChecker();
  const found = new Map<string, Documented>();
  for (const entry of entries) {
    const file = program.getSourceFile(entry);
    const symbol = file && checker.getSymbolAtLocation(file);
    for (const exported of symbol ? checker.getExportsOfModule(symbol) : []) {
      const target = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
      const kind =
        target.flags & ts.SymbolFlags.Class ? 'class' : target.flags & ts.SymbolFlags.Function ? 'function' : 'other';
      const examples = target
        .getJsDocTags(checker)
        .filter((tag) => tag.name === 'example')
        .flatMap((tag) =>
          [...ts.displayPartsToString(tag.text).matchAll(/```(?:ts|js)\n([\s\S]*?)```/g)].map((match) => match[1]!),
        );
      found.set(exported.name, {
        name: exported.name,
        kind,
        text: ts.displayPartsToString(target.getDocumentationComment(checker)),
        examples,
      });
    }
  }
  return [...found.values()];
}
