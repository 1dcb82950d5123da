import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
// @ts-expect-error: a script of the repository
import { repositoryPage, withAbsoluteLinks, withAddresses } from '../../scripts/release/addresses.mjs';

const PAGE = 'https://example.org/mooring/mooring';

test.each([
  ['git+https://example.org/mooring/mooring.git', PAGE],
  ['git@example.org:mooring/mooring.git', PAGE],
  ['ssh://git@example.org/mooring/mooring.git', PAGE],
  [{ type: 'git', url: `${PAGE}.git` }, PAGE],
  [undefined, undefined],
])('the page of a repository given as %o', (repository, page) => {
  expect(repositoryPage({ repository })).toBe(page);
});

test('homepage and bugs follow from the repository, and what the manifest says itself stands', () => {
  expect(withAddresses({ name: 'mooring' })).toEqual({ name: 'mooring' });
  expect(withAddresses({ repository: PAGE, homepage: 'https://mooring.example' })).toEqual({
    repository: PAGE,
    homepage: 'https://mooring.example',
    bugs: `${PAGE}/issues`,
  });
});

test('the README that is published has no relative link', () => {
  const published = withAbsoluteLinks(readFileSync('README.md', 'utf8'), PAGE, '1.2.3') as string;
  expect(published).toContain(`](${PAGE}/raw/v1.2.3/docs/images/report.png)`);
  expect(published).toContain(`](${PAGE}/blob/v1.2.3/docs/guide/language.md)`);
  const targets = [...published.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target!);
  expect(targets.length).toBeGreaterThan(10);
  expect(targets.filter((target) => !/^(https?:|#)/.test(target))).toEqual([]);
});
