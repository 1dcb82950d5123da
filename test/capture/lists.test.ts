import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { openCapture } from '../../src/capture/index.js';
import { wordsOf } from '../../src/capture/words.js';
import { ENDING, LINKTYPE } from '../../src/generated/capture.js';
import { ipv4, pcap, tcp } from './build.js';

interface Registry {
  readonly reference: string;
  readonly members: Readonly<Record<string, readonly [number | string, string]>>;
}
const { registries } = JSON.parse(readFileSync('spec/capture.json', 'utf8')) as {
  registries: Readonly<Record<string, Registry>>;
};

const infoOf = async (link: number): Promise<{ warnings: readonly string[]; linkName: string }> => {
  const bytes = pcap([{ us: 0, bytes: ipv4(6, tcp({})) }], { link });
  const { files, warnings } = await (await openCapture(bytes)).info();
  return { warnings: warnings.map(({ code }) => code), linkName: files[0]!.interfaces[0]!.linkName };
};

describe('link types', () => {
  test.each(Object.entries(LINKTYPE))('%s, %i, is decoded and has the name of the list', async (name, number) => {
    const { warnings, linkName } = await infoOf(number);
    expect(warnings).toEqual([]);
    expect(`DLT_${linkName}`).toBe(registries['LINKTYPE']!.members[name]![1]);
  });

  test.each([2, 275, 277])('%i, which is none of them, is told', async (number) => {
    expect(await infoOf(number)).toEqual({ warnings: ['link-type'], linkName: `DLT ${number}` });
  });
});

test.each(Object.entries(registries))('no number of %s has two names', (_, { members }) => {
  const numbers = Object.values(members).map(([number]) => Number(number));
  expect(new Set(numbers).size).toBe(numbers.length);
  expect(numbers.every((number) => Number.isInteger(number) && number >= 0)).toBe(true);
});

test('a number that has no word is a fault, not another word', () => {
  const words = { OPEN: 'a', UNANSWERED: 'b', HALF_CLOSED: 'c', CLOSED: 'd', RESET: 'e', REFUSED: 'f' };
  const wordOf = wordsOf<keyof typeof ENDING, string>(ENDING, words, 'an ending');
  expect(Object.values(ENDING).map(wordOf)).toEqual(Object.values(words));
  expect(() => wordOf(99)).toThrow(expect.objectContaining({ code: 'MOORING_ERR_INTERNAL' }));
});
