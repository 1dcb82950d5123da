import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { isLink, linkOf, stateOfLink } from '../../src/share/link.js';
import { readState, type SharedState } from '../../src/share/state.js';
import { LINKS } from './links.js';

// What a link holds, what older links become, and what is refused.

const STATE: SharedState = {
  version: 2,
  mooring: '0.1.0',
  run: {
    scenario: { rate: '12Mbit', rtt: '40ms', flows: [{ algorithm: 'cubic' }, { algorithm: 'mine.ts' }], seed: 7 },
    code: [{ name: 'mine.ts', text: 'export default class Mine {} // café' }],
    result: { sha256: 'ab'.repeat(32), facts: { throughput: 1_437_500.25, 'Jain index': null } },
  },
  pinned: { scenario: { flows: [{ algorithm: 'bbr' }] }, code: [], result: null },
  view: { range: [1000, 2_500_000.5], hidden: [1], rate: 'B/s' },
};

const linkTo = (value: unknown): string => `#s1.${deflateRawSync(JSON.stringify(value)).toString('base64url')}`;

test('a link gives back what it was made of, and has letters that addresses may have', async () => {
  const link = await linkOf(STATE);
  expect(link).toMatch(/^#s1\.[\w-]+$/);
  expect(await stateOfLink(link)).toEqual(STATE);
  const packed = Buffer.from(link.slice(4), 'base64url');
  expect(JSON.parse(inflateRawSync(packed).toString())).toEqual(STATE);
});

test.each(LINKS)('a link of version $version opens for ever: $what', async ({ link, opens }) => {
  expect(isLink(link)).toBe(true);
  expect(await stateOfLink(link)).toEqual(opens);
});

test('a link of every version there was is kept', () => {
  expect([...new Set(LINKS.map(({ version }) => version))]).toEqual(
    Array.from({ length: STATE.version }, (_, i) => i + 1),
  );
});

describe('what is no link is refused with the reason', () => {
  test('every truncation', async () => {
    const link = await linkOf(STATE);
    for (let length = 4; length < link.length; length += 1)
      await expect(stateOfLink(link.slice(0, length)), `${length} letters`).rejects.toThrow(/./);
  });

  test.each([
    ['letters that no link has', '#s1.a+b/', 'letters'],
    ['a packing of tomorrow', '#s2.abc', 'newer Mooring'],
    ['a version of tomorrow', linkTo({ ...STATE, version: 3 }), 'newer Mooring'],
    ['no state', linkTo([1]), 'nothing of the studio'],
    ['no JSON', `#s1.${deflateRawSync('{').toString('base64url')}`, 'JSON'],
    ['a scenario that is none', linkTo({ ...STATE, run: { ...STATE.run, scenario: 7 } }), 'scenario'],
    ['a file named as a path', linkTo({ ...STATE, run: { ...STATE.run, code: [{ name: '../x', text: '' }] } }), 'code'],
    ['too long to be one', `#s1.${'A'.repeat(70_000)}`, 'longer'],
  ])('%s', async (_, link, why) => {
    await expect(stateOfLink(link)).rejects.toThrow(why);
  });

  test('what inflates without bound is given up early', async () => {
    const bomb = deflateRawSync(Buffer.alloc(48 * 1024 * 1024), { level: 9 });
    const link = `#s1.${bomb.toString('base64url')}`;
    expect(link.length).toBeLessThan(1 << 16);
    const before = process.memoryUsage().arrayBuffers;
    await expect(stateOfLink(link)).rejects.toThrow('grows beyond');
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(24 * 1024 * 1024);
  });
});

test('keys of objects that are no data are not taken for it', () => {
  const odd = JSON.parse('{"version":"__proto__"}');
  expect(() => readState(odd)).toThrow('nothing of the studio');
  expect(() => readState({ version: -1 })).toThrow('newer');
});
