// Writes docs/api.md, the public surface as one reviewed file, from the declarations in
// dist/types. `--check` writes nothing and fails where the file differs.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const doors = [
  { title: 'mooring', entry: 'dist/types/src/index.d.ts', about: 'Every host: browsers, workers, Node.' },
  { title: 'mooring/node', entry: 'dist/types/src/node/index.d.ts', about: 'All of `mooring`, and what takes Node.' },
  { title: 'mooring/web', entry: 'dist/types/src/web/index.d.ts', about: 'All of `mooring`, and what takes a page.' },
];

const program = ts.createProgram(
  doors.map(({ entry }) => join(root, entry)),
  {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    lib: ['lib.es2022.d.ts', 'lib.dom.d.ts'],
    types: [],
  },
);
const checker = program.getTypeChecker();
const seen = new Set();
const page = [
  '# The public surface',
  '',
  'Written by `npm run api` from the declarations; CI checks that it is current.',
  '',
  ...doors.flatMap(section),
].join('\n');

const file = join(root, 'docs/api.md');
if (!process.argv.includes('--check')) writeFileSync(file, page);
else if (readFileSync(file, 'utf8') !== page) {
  console.error('docs/api.md is not what the declarations say: run npm run build && npm run api');
  process.exit(1);
}

function section({ title, entry, about }) {
  const symbol = checker.getSymbolAtLocation(program.getSourceFile(join(root, entry)));
  const entries = checker
    .getExportsOfModule(symbol)
    .filter(({ name }) => !seen.has(name) && seen.add(name))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap(describe);
  return [`## ${title}`, '', about, '', ...entries];
}

function describe(exported) {
  const target = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
  const words = ts.displayPartsToString(target.getDocumentationComment(checker)).trim();
  const declarations = (target.declarations ?? []).map(declarationText);
  return [`### ${exported.name}`, '', ...(words ? [words, ''] : []), '```ts', ...declarations, '```', ''];
}

function declarationText(node) {
  const whole = ts.isVariableDeclaration(node) ? node.parent.parent : node;
  return whole
    .getText()
    .replace(/^(export )?(declare )?/, '')
    .replace(/^ {4}/gm, '  ')
    .trim();
}
