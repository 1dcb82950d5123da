import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

// What a reviewer would check by hand of the tree as a whole.

const tracked = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { encoding: 'utf8' })
  .split('\n')
  .filter((path) => path !== '' && existsSync(path));
const sources = tracked.filter((path) => /\.(ts|mjs|js|c|h|sh)$/.test(path) && !path.includes('generated'));
const read = (path: string) => readFileSync(path, 'utf8');

test('a decision has a number of its own, in its name and in its title', () => {
  const decisions = tracked.filter((path) => /^docs\/decisions\/\d/.test(path));
  const numbers = decisions.map((path) => /(\d+)-/.exec(path)![1]);
  expect(numbers.filter((number, index) => numbers.indexOf(number) !== index)).toEqual([]);
  for (const [index, path] of decisions.entries()) expect(read(path)).toMatch(new RegExp(`^# ${numbers[index]} \\S`));
});

describe('rooms', () => {
  const doors = tracked.filter(
    (path) => /^(src|src\/node|wasm|wasm\/sim)\/[a-z]+\/index\.ts$/.test(path) && read(path) !== 'export {};\n',
  );

  test.each(doors)('%s opens with a paragraph on its job', (door) => {
    expect(read(door)).toMatch(/^\/\*\*\n( \*.*\n){2,}/);
  });

  test('hold files of one idea, at most 400 lines', () => {
    const long = sources
      .filter((path) => /^(src|wasm|workers|helper)\//.test(path))
      .filter((path) => read(path).split('\n').length > 400);
    expect(long).toEqual([]);
  });

  test('have no file named after nothing', () => {
    const vague = tracked.filter((path) => /\/(utils?|helpers?|misc|common)\.(ts|mjs|js|c)$/.test(path));
    // A generator is named after its spec, a verb after its word, and the helper has both.
    const named = ['scripts/gen/helper.mjs', 'src/cli/verbs/helper.ts'];
    expect(vague.filter((path) => !named.includes(path))).toEqual([]);
  });

  test('end their workers after 40 lines', () => {
    const long = sources
      .filter((path) => /^workers\/[^/]+\.ts$/.test(path))
      .filter((path) => read(path).trimEnd().split('\n').length > 40);
    expect(long).toEqual([]);
  });
});

describe('what is committed', () => {
  test('names no path of a machine and no package registry', () => {
    const text = tracked.filter(
      (path) => !/\.(png|gz|pcap|wasm|parquet)$/.test(path) && path !== 'test/repo/tree.test.ts',
    );
    const found = text.filter((path) =>
      /(?<!~)\/(root|home\/[a-z]+|work)\/[a-z.]|registry\.npmjs|index\.crates\.io|static\.crates\.io|deb\.debian\.org|pypi\.org/.test(
        read(path),
      ),
    );
    expect(found).toEqual([]);
  });
});

describe('quirks', () => {
  const catalogue = existsSync('spec/quirks.md') ? read('spec/quirks.md') : '';
  const known = new Set([...catalogue.matchAll(/\b([LVW]\d+)\b/g)].map((match) => match[1]!));

  test('cited in code are in spec/quirks.md', () => {
    const unknown = sources.flatMap((path) =>
      [...read(path).matchAll(/\bquirk ([LVW]\d+)\b/gi)]
        .filter((match) => !known.has(match[1]!))
        .map((match) => `${path}: ${match[1]}`),
    );
    expect(unknown).toEqual([]);
  });
});

describe('error codes', () => {
  const { codes } = JSON.parse(read('spec/errors.json')) as { codes: Record<string, string> };

  test('are each used by some room', () => {
    const code = sources
      .filter((path) => path.startsWith('src/'))
      .map(read)
      .join('\n');
    const unused = Object.keys(codes).filter((name) => !code.includes(name));
    expect(unused).toEqual([]);
  });

  test('are each looked for by a test of what throws or tells them', () => {
    const lines = tracked
      .filter((path) => /^test\/(?!repo\/).*\.test\.ts$/.test(path))
      .flatMap((path) => read(path).split('\n'))
      .filter((line) => !/^\s*(\/\/|\*|\/\*)/.test(line));
    const told = new Set(lines.flatMap((line) => line.match(/\bMOORING_ERR_[A-Z_]+/g) ?? []));
    expect(Object.keys(codes).filter((name) => !told.has(name))).toEqual([]);
  });
});
