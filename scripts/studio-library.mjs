// What the studio's editor knows: declarations of the language and of the package, and the words of datapath programs, as
// one file beside it. The declarations have to be built.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const typescript = dirname(createRequire(import.meta.url).resolve('typescript'));
const files = {};

/** A declaration of the language, and what it builds on. */
function takeLib(name) {
  const path = `/lib.${name}.d.ts`;
  if (files[path]) return;
  const text = readFileSync(join(typescript, `lib.${name}.d.ts`), 'utf8');
  files[path] = text.replace(/^\/\*! \*+[\s\S]*?\*\/\s*/, '');
  for (const [, next] of text.matchAll(/\/\/\/ <reference lib="([^"]+)"/g)) takeLib(next);
}
takeLib('es2022');

const doors = ['index', 'program', 'sim'];
const at = '/node_modules/mooring';
const found = new Set();
function takeTypes(name) {
  if (found.has(name)) return;
  found.add(name);
  const text = readFileSync(`dist/types/${name}`, 'utf8');
  files[`${at}/${name}`] = text;
  for (const [, next] of text.matchAll(/from '\.\/([^']+)\.js'/g)) takeTypes(`${next}.d.ts`);
}
for (const door of doors) takeTypes(`${door}.d.ts`);
files[`${at}/package.json`] = JSON.stringify({
  name: 'mooring',
  type: 'module',
  exports: Object.fromEntries(
    doors.map((door) => [door === 'index' ? '.' : `./${door}`, { types: `./${door}.d.ts`, default: `./${door}.js` }]),
  ),
});

const isa = JSON.parse(readFileSync('spec/isa.json', 'utf8'));
const lang = JSON.parse(readFileSync('spec/lang.json', 'utf8'));
const words = [
  ...isa.primitives.map(({ name, unit, about }) => ({ name, about: about ?? unit ?? '', kind: 'variable' })),
  { name: 'Cwnd', about: 'congestion window, bytes', kind: 'variable' },
  { name: 'Rate', about: 'pacing rate, bytes/s', kind: 'variable' },
  { name: 'Micros', about: 'µs since the program began or reset it', kind: 'variable' },
  ...Object.values(lang.operators).flatMap(({ sign, words, operands, is }) =>
    [sign, ...words].filter(Boolean).map((name) => ({ name, about: `(${name} ${operands}): ${is}`, kind: 'function' })),
  ),
  ...['def', 'when', 'Report', 'volatile', 'true', 'false'].map((name) => ({ name, about: '', kind: 'keyword' })),
  { name: 'report', about: '(report): sends the Report fields to the algorithm', kind: 'keyword' },
  { name: 'reset', about: '(reset): Micros counts from 0 again', kind: 'keyword' },
  { name: 'fallthrough', about: '(fallthrough): goes on to the next event', kind: 'keyword' },
];
if (!existsSync('dist/studio') || readdirSync('dist/studio').length === 0)
  throw new Error('dist/studio is not built: npm run build:js comes first');
writeFileSync('dist/studio/code-library.json', `${JSON.stringify({ files, words })}\n`);
