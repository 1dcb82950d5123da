import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { transform } from 'esbuild';
import { afterAll, describe, expect, test } from 'vitest';
import { typeErrors } from './type-check.js';

// What the README and the guides show is run, and what they link to is there.

const pages = ['README.md', 'CONTRIBUTING.md', 'examples/README.md', ...markdownIn('docs'), ...markdownIn('spec')];
const read = (path: string) => readFileSync(path, 'utf8');

describe('links', () => {
  test.each(pages)('%s links to files that exist', (page) => {
    const targets = [...read(page).matchAll(/\]\((?!https?:|#|mailto:)([^)\s#]+)/g)].map((match) => match[1]!);
    expect(targets.filter((target) => !existsSync(join(dirname(page), target)))).toEqual([]);
  });
});

describe('code', () => {
  mkdirSync('out', { recursive: true });
  const folder = mkdtempSync(join('out', 'guides-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  // A block that opens with ```ts and imports the package is a whole program; what needs a reader's
  // own sockets, root or another program opens with ```ts fragment.
  const blocks = pages.flatMap((page) =>
    [...read(page).matchAll(/```ts( fragment)?\n([\s\S]*?)```/g)]
      .map((match) => ({ fragment: match[1] !== undefined, code: match[2]! }))
      .filter(({ code }) => /from 'mooring[/']/.test(code))
      .map(({ code, fragment }, index) => ({ title: `${page} ${index + 1}`, code, fragment })),
  );
  const programs = blocks.filter(({ fragment }) => !fragment);

  test('type-checks in a strict project', () => {
    expect(typeErrors(new Map(blocks.map(({ title, code }) => [title, code])))).toEqual({});
  });

  test.each(programs)('$title runs', async ({ title, code }) => {
    const { code: javascript } = await transform(code, { loader: 'ts', format: 'esm', target: 'es2022' });
    const file = resolve(folder, `${title.replace(/[^a-z0-9]+/gi, '-')}.mjs`);
    writeFileSync(file, javascript);
    await import(/* @vite-ignore */ file);
  });
});

function markdownIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name));
}
