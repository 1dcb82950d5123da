import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';

// Every command that a text of ours tells people to run, found in the sources: each must exist in
// the place where it is printed. What is installed has no scripts, and no mooring-helper in PATH.

interface Text {
  readonly file: string;
  readonly text: string;
}

const texts: readonly Text[] = [
  ...filesOf('src', '.ts').flatMap(literalsOf),
  ...filesOf('helper/src', '.c').flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/"((?:[^"\\\n]|\\.)*)"/g)].map((match) => ({ file, text: match[1]! })),
  ),
];

/** The one place that knows whether this is a checkout. */
const KNOWS_THE_PLACE = 'src/node/install/remedy.ts';

describe('a remedy that is printed', () => {
  test('is found: the sources hold some of every kind', () => {
    for (const kind of [/npm run /, /npx mooring /, /npm install /, /Debian: /]) expect(found(kind)).not.toEqual([]);
  });

  test('names a script of package.json only where it is known to be a checkout', () => {
    const files = new Set(found(/\bnpm (run [\w:]+|start\b|test\b)/).map(({ file }) => file));
    expect([...files]).toEqual([KNOWS_THE_PLACE]);
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: object };
    for (const [, script] of commands(/\bnpm run ([\w:]+)/g)) expect(Object.keys(scripts)).toContain(script);
  });

  test('names verbs that mooring has', () => {
    const verbs = verbPaths();
    const named = commands(/(?:npx |`|"|to what )mooring ((?:[a-z]+ ?)+)/g).map(([, words]) => words!.trim());
    expect(named.length).toBeGreaterThan(3);
    expect(named.filter((words) => !isVerb(verbs, words.split(' ')))).toEqual([]);
  });

  test('never takes mooring-helper to be in PATH', () => {
    // Its own messages begin with its name, and its verbs name themselves.
    const told = found(/(?<!^)(?:run|use|let|by|with|\()\s*mooring-helper [a-z]+/);
    expect(told).toEqual([]);
  });

  test("names a package manager's packages only as Debian's", () => {
    const files = new Set(found(/apt-get|apt install|dnf|apk add|brew/).map(({ file }) => file));
    expect([...files]).toEqual([KNOWS_THE_PLACE]);
  });

  test('installs from npm only what the reader does not have yet', () => {
    const named = commands(/\bnpm (?:i|install) ([\w@/-]+|\$)/g).map(([, name]) => name);
    // esbuild, what makes PNG, what asks datasets, what reaches a queue and what drives a browser for a bench are the reader's choice; the other is the prebuilt helper of a release.
    expect(new Set(named)).toEqual(
      new Set(['esbuild', '@resvg/resvg-js', '@duckdb/node-api', 's3mini', 'bullmq', 'playwright-core', '$']),
    );
  });
});

function found(pattern: RegExp): Text[] {
  return texts.filter(({ text }) => pattern.test(text));
}

function commands(pattern: RegExp): RegExpExecArray[] {
  return texts.flatMap(({ text }) => [...text.matchAll(pattern)] as RegExpExecArray[]);
}

function verbPaths(): Set<string> {
  const out = execFileSync('node', ['dist/cli.js', 'completion', 'bash', '--json'], { encoding: 'utf8' });
  return new Set((JSON.parse(out) as { path: string }[]).map(({ path }) => path));
}

// A verb may be followed by words of the sentence.
function isVerb(verbs: ReadonlySet<string>, words: readonly string[]): boolean {
  return words.some((_word, index) => verbs.has(words.slice(0, index + 1).join(' ')));
}

function filesOf(folder: string, ending: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending) && !name.startsWith('generated'))
    .map((name) => join(folder, name));
}

/** Every text literal of a module, templates with `$` for what is put in. */
function literalsOf(file: string): Text[] {
  const literals: Text[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node)) literals.push({ file, text: node.text });
    if (ts.isTemplateExpression(node)) {
      const text = node.head.text + node.templateSpans.map((span) => `$${span.literal.text}`).join('');
      literals.push({ file, text });
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true));
  return literals;
}
