import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { findJsonFault, readJsonFile, readTextFile } from '../../../src/node/files/index.js';

const folder = mkdtempSync(join(tmpdir(), 'mooring-files-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const place = (text: string) => {
  const found = findJsonFault(text);
  return found && `${found.line}:${found.column} ${found.message}`;
};

test.each<[text: string, fault: string]>([
  ['', '1:1 a value was expected, the file ends here'],
  ['{\n  "rate": 12Mbit\n}', '2:11 a value was expected, not 12Mbit'],
  ['{\n  "rate": "12Mbit",\n}', '3:1 a name in double quotes was expected, not }'],
  ['{ rate: 1 }', '1:3 a name in double quotes or } was expected, not rate'],
  ["{ 'rate': 1 }", "1:3 a name in double quotes or } was expected, not 'rate'"],
  ['[1, 2,, 3]', '1:7 a value was expected, not ,'],
  ['[1 2]', '1:4 , or ] was expected, not 2'],
  ['{"a" 1}', '1:6 : was expected, not 1'],
  ['{"a": 1} x', '1:10 the end of the file was expected, not x'],
  ['{"a": "b', '1:9 a text in quotes has no closing quote'],
  ['{"a": "b\n"}', '1:9 a text in quotes has a character that needs a backslash, or a wrong escape'],
  ['{"a": "\\x"}', '1:8 a text in quotes has a character that needs a backslash, or a wrong escape'],
  ['[01]', '1:2 a value or ] was expected, not 01'],
  ['// no comments\n{}', '1:1 a value was expected, not //'],
])('%j: where it stops being JSON', (text, fault) => {
  expect(() => JSON.parse(text)).toThrow();
  expect(place(text)).toBe(fault);
});

test('finds a fault in exactly those texts that JSON.parse refuses', () => {
  const json = fc.json({ maxDepth: 4 });
  const spoilt = fc
    .tuple(json, fc.nat(), fc.constantFrom('', '"', '{', ']', ',', ':', '0', '-', '.', 'e', 't', '\\', '\u0001', ' '))
    .map(([text, at, put]) => text.slice(0, at % (text.length + 1)) + put + text.slice((at % (text.length + 1)) + 1));
  const parses = (text: string) => {
    try {
      JSON.parse(text);
      return true;
    } catch {
      return false;
    }
  };
  // A failure prints its seed.
  fc.assert(
    fc.property(fc.oneof(json, spoilt, fc.string({ unit: 'grapheme' })), (text) => {
      const fault = findJsonFault(text);
      expect(fault === undefined, text).toBe(parses(text));
      if (fault) expect(fault.offset).toBeLessThanOrEqual(text.length);
    }),
    { numRuns: 3000 },
  );
});

test('a text of many megabytes is no harder than a short one', () => {
  const long = JSON.stringify({ text: 'x"\\'.repeat(2_000_000) });
  expect(findJsonFault(long)).toBeUndefined();
  expect(findJsonFault(`${long}!`)?.offset).toBe(long.length);
});

test('files are refused in the same words, whoever reads them', () => {
  const broken = join(folder, 'broken.json');
  writeFileSync(broken, '\uFEFF{\n  "rate": 12Mbit\n}');
  expect(() => readJsonFile(broken)).toThrow(`${broken}:2:11: this is not JSON: a value was expected, not 12Mbit`);
  expect(() => readJsonFile(broken)).toThrow(
    expect.objectContaining({ code: 'MOORING_ERR_FILE_UNREADABLE', detail: { path: broken, line: 2, column: 11 } }),
  );
  expect(() => readTextFile(join(folder, 'gone'))).toThrow(/gone: there is no such file$/);
  expect(() => readTextFile(folder)).toThrow(/it is a folder, not a file$/);
  const marked = join(folder, 'marked.json');
  writeFileSync(marked, '\uFEFF[1]');
  expect(readJsonFile(marked)).toEqual([1]);
});
