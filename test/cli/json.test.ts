import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatJson } from '../../src/cli/json.js';

test('lists of plain values stand on one line, everything else indented', () => {
  const value = {
    summary: { jain: 1, none: undefined },
    timeUs: [1, 2.5, null],
    flows: [{ id: 0 }],
    empty: [],
    no: {},
  };
  expect(formatJson(value)).toBe(
    '{\n  "summary": {\n    "jain": 1\n  },\n  "timeUs": [1, 2.5, null],\n  "flows": [\n    {\n      "id": 0\n    }\n  ],\n  "empty": [],\n  "no": {}\n}',
  );
});

test('parses to what JSON.stringify gives, whatever the value', () => {
  const value = fc.anything({ withDate: true, withSparseArray: true, withTypedArray: true, withObjectString: true });
  // A failure prints its seed.
  fc.assert(
    fc.property(value, (any) => {
      expect(JSON.parse(formatJson(any))).toEqual(JSON.parse(JSON.stringify(any) ?? 'null'));
    }),
  );
});
