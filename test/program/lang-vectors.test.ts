import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { compile } from '../../src/program/index.js';

interface Vector {
  readonly id: string;
  readonly source: string;
  readonly events?: number;
  readonly instrs?: number;
  readonly rows?: readonly string[];
  readonly error?: string;
  readonly text?: string;
}

const file = '../shared/vectors/lang.jsonl';
const vectors: Vector[] = existsSync(file)
  ? readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
  : [];

describe.skipIf(vectors.length === 0)(`programs compiled by portus (${file})`, () => {
  test.each(vectors.filter(({ rows }) => rows))('$id gives the same rows', (vector) => {
    const result = compile(vector.source);
    if (!result.ok) expect.fail(JSON.stringify(result.diagnostics, null, 1) + vector.source);
    expect(hexRows(result.program.rows())).toEqual(vector.rows);
    expect([result.program.events, result.program.instructions]).toEqual([vector.events, vector.instrs]);
    expect(result.program.extensions).toEqual([]);
  });

  // A form that portus refuses has a right meaning here only where spec/quirks.md says so.
  const quirks = existsSync('spec/quirks.md') ? readFileSync('spec/quirks.md', 'utf8') : '';
  test.each(vectors.filter(({ error }) => error))(
    '$id ($error) is refused, or is a listed form',
    ({ source, text }) => {
      const result = compile(source);
      if (!result.ok) return;
      expect(result.program.extensions, `${text}\n${source}`).not.toEqual([]);
      for (const id of result.program.extensions) expect(quirks).toContain(`## ${id} `);
    },
  );
});

function hexRows(rows: Uint8Array): string[] {
  return Array.from({ length: rows.length / 16 }, (_, i) =>
    Buffer.from(rows.subarray(i * 16, i * 16 + 16)).toString('hex'),
  );
}
