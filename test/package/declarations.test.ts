import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

// What an editor of a stranger reads for every file that imports the package.

const FOLDER = 'dist/types';
const files = readdirSync(FOLDER).map((name) => [name, readFileSync(`${FOLDER}/${name}`, 'utf8')] as const);

test('declarations name no library: types derived from schemas are written out', () => {
  expect(files.length).toBeGreaterThan(8);
  const named = files.flatMap(([name, text]) => [...text.matchAll(/from '([^.'][^']*)'/g)].map(([, id]) => [name, id]));
  // A page's services are Comlink's remote ends, as its users know them.
  expect(named.filter(([, id]) => !id!.startsWith('node:'))).toEqual([['web.d.ts', 'comlink']]);
});

// The text of a datapath program is a type, of which its report's fields come; a module would be forty times as long.
test('declarations hold no module in letters', () => {
  for (const [name, text] of files)
    for (const line of text.split('\n')) expect([name, line.length]).toEqual([name, Math.min(line.length, 2000)]);
});
