import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const run = promisify(execFile);
const docs = async (...args: string[]) => (await run('node', ['dist/cli.js', 'docs', ...args])).stdout;

const TOPICS = readdirSync('docs/guide').map((name) => name.replace(/\.md$/, ''));

test('lists every guide', async () => {
  const { guides } = JSON.parse(await docs('--json')) as { guides: { topic: string; title: string }[] };
  expect(guides.map(({ topic }) => topic).sort()).toEqual(TOPICS.sort());
  for (const { title } of guides) expect(title).not.toMatch(/\.md$/);
});

test('prints one as it is written, or where it lies', async () => {
  expect(await docs('language')).toBe(readFileSync('docs/guide/language.md', 'utf8'));
  expect(readFileSync((await docs('--path', 'agent')).trim(), 'utf8')).toBe(
    readFileSync('docs/guide/agent.md', 'utf8'),
  );
});

test('a topic there is not names those there are', async () => {
  const failed = await docs('bbr').catch((error) => error);
  expect(failed.code).toBe(2);
  expect(failed.stderr).toMatch(/no guide "bbr": there are .*language/);
});
