import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { openCapture } from '../../src/capture/index.js';

// Small captures with known right answers, made by hand after RFCs and after what other tools got wrong. A row
// of the list names a file, what is asked of it, and values by path.
const CASES = new URL('../../../shared/cases/captures/', import.meta.url);
const there = existsSync(new URL('cases.jsonl', CASES));

interface Case {
  readonly id: string;
  readonly file: string;
  readonly verb: 'info' | 'flows' | 'echo';
  readonly question: string;
  readonly expected: Readonly<Record<string, unknown>>;
}

/** Paths of the list whose words have changed since. */
const RENAMED: ReadonlyArray<readonly [RegExp, string]> = [
  [/\bgoodputBps\b/, 'goodputBytesPerSecond'],
  [/\bthroughputBps\b/, 'throughputBytesPerSecond'],
];

const rows: Case[] = there
  ? readFileSync(new URL('cases.jsonl', CASES), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
  : [];

test.skipIf(there)('without ../shared/cases/captures there is nothing to compare with', (context) => context.skip());

test.skipIf(!there).each(rows)('$id: $question', async (row) => {
  const bytes = readFileSync(new URL(row.file, CASES));
  const answer = await ask(bytes, row.verb);
  const wrong = Object.entries(row.expected)
    .map(([path, wanted]) => ({ path, wanted, found: at(answer, path) }))
    .filter(({ wanted, found }) => !holds(found, wanted));
  expect(wrong).toEqual([]);
});

async function ask(bytes: Uint8Array, verb: Case['verb']): Promise<unknown> {
  const capture = await openCapture(new Uint8Array(bytes));
  if (verb === 'info') return capture.info();
  const analysis = await capture.analyse();
  return { ...analysis, connections: [...analysis.connections] };
}

function at(answer: unknown, path: string): unknown {
  const now = RENAMED.reduce((text, [from, to]) => text.replace(from, to), path.replace(/#+$/, ''));
  return now
    .split(/[.[\]]+/)
    .filter(Boolean)
    .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], answer);
}

function holds(found: unknown, wanted: unknown): boolean {
  if (!Array.isArray(wanted)) return found === wanted;
  const [relation, value, tolerance] = wanted as [string, never, number];
  if (relation === 'in') return (value as unknown[]).includes(found ?? null);
  if (typeof found !== 'number') return false;
  switch (relation) {
    case '~':
      return Math.abs(found - value) <= tolerance;
    case '>':
      return found > value;
    case '>=':
      return found >= value;
    case '<':
      return found < value;
    default:
      throw new Error(`${relation} is no relation of the list`);
  }
}
