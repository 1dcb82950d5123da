import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { studioLink } from '../../../src/node/studio/index.js';
import { stateOfLink } from '../../../src/share/index.js';

// A scenario's file as a link: what the studio opens is what the command line runs.

const folder = mkdtempSync(join(tmpdir(), 'mooring-link-'));
const file = (name: string, content: unknown): string => {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
};
beforeAll(() => {
  file('mine.ts', "import { parts } from './parts.js';\nexport default class Mine {}\n");
  file('parts.ts', "import { AlgBase } from 'mooring';\nexport const parts = './mine.ts';\n");
  file('never.ts', 'export default class Never {}\n');
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('a link of a scenario', () => {
  test('holds it as it stands, the files it names and those they import, and no others', async () => {
    const scenario = { rate: '12Mbit', flows: [{ algorithm: './mine.ts' }, { algorithm: 'cubic' }] };
    const { run, pinned, mooring } = await stateOfLink(await studioLink(file('a.json', scenario), '1.2.3'));
    expect(run.scenario).toEqual(scenario);
    expect(run.code.map(({ name }) => name)).toEqual(['mine.ts', 'parts.ts']);
    expect(run.code[0]!.text).toContain('class Mine');
    expect([run.result, pinned, mooring]).toEqual([null, null, '1.2.3']);
  });

  test.each([
    ['what is no scenario', { rate: '12Mbit' }, /is no scenario: it has no flows/],
    ['no object', '7', /is no scenario/],
    ['a file there is not', { flows: [{ algorithm: './gone.ts' }] }, /gone\.ts/],
    [
      'a trace of a file',
      { links: [{ trace: './a.trace' }], flows: [{ algorithm: 'reno' }] },
      /a\.trace, which no link/,
    ],
    [
      'one too long for an address',
      { name: noise(20_000), flows: [{ algorithm: 'reno' }] },
      /programs cut those beyond 8000/,
    ],
  ])('is refused of %s', async (_, content, why) => {
    await expect(studioLink(file('b.json', content), '1')).rejects.toThrow(why);
  });
});

/** Text that no packing makes shorter. */
function noise(letters: number): string {
  let state = 1;
  let text = '';
  while (text.length < letters) {
    state = (state * 48_271) % 0x7fff_ffff;
    text += state.toString(36);
  }
  return text;
}
