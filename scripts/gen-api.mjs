// Writes docs/api, the public surface as reviewed pages, one a door, from the declarations in dist/types.
// `--check` writes nothing and fails where a page differs.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { doors } from './doors.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const program = ts.createProgram(
  doors.map(({ types }) => join(root, types)),
  {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    lib: ['lib.es2022.d.ts', 'lib.dom.d.ts', 'lib.esnext.disposable.d.ts'],
    types: [],
  },
);
const checker = program.getTypeChecker();
/** Where each thing is explained: its declaration, however many doors lead to it. */
const explained = new Map();

const pages = Object.fromEntries(doors.map((door) => [fileOf(door), page(door)]));
pages['README.md'] = [
  '# The public surface',
  '',
  'Written by `npm run api` from the declarations; CI checks that it is current.',
  '',
  '| import | what is behind it |',
  '| --- | --- |',
  ...[...doors]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((door) => `| [\`${door.name}\`](${fileOf(door)}) | ${door.about} |`),
  '',
].join('\n');

const folder = join(root, 'docs/api');
const there = readdirSync(folder, { withFileTypes: true }).map(({ name }) => name);
const stale = [
  ...there.filter((name) => !(name in pages)),
  ...Object.keys(pages).filter(
    (name) => !there.includes(name) || readFileSync(join(folder, name), 'utf8') !== pages[name],
  ),
];
if (process.argv.includes('--check')) {
  if (stale.length > 0) {
    console.error(`docs/api is not what the declarations say (${stale.join(', ')}): run npm run build && npm run api`);
    process.exit(1);
  }
} else {
  mkdirSync(folder, { recursive: true });
  for (const name of stale) rmSync(join(folder, name), { force: true });
  for (const [name, text] of Object.entries(pages)) writeFileSync(join(folder, name), text);
}

function fileOf({ name }) {
  return `${name.split('/').at(-1)}.md`;
}

function page(door) {
  const symbol = checker.getSymbolAtLocation(program.getSourceFile(join(root, door.types)));
  const entries = checker
    .getExportsOfModule(symbol)
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((exported) => describe(exported, door));
  return [`# ${door.name}`, '', door.about, '', ...entries].join('\n');
}

function describe(exported, door) {
  const target = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
  const before = explained.get(target);
  if (before)
    return [
      `## ${exported.name}`,
      '',
      `The one of [${before.name}](${fileOf(before)}#${exported.name.toLowerCase()}).`,
      '',
    ];
  explained.set(target, door);
  const words = ts.displayPartsToString(target.getDocumentationComment(checker)).trim();
  const declarations = (target.declarations ?? []).map(declarationText);
  return [`## ${exported.name}`, '', ...(words ? [words, ''] : []), '```ts', ...declarations, '```', ''];
}

function declarationText(node) {
  const whole = ts.isVariableDeclaration(node) ? node.parent.parent : node;
  return whole
    .getText()
    .replace(/^(export )?(declare )?/, '')
    .replace(/^ {4}/gm, '  ')
    .trim();
}
