import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';

// Every help text, found as a reader finds them: by the verbs the one before names.

function help(...verbs: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['dist/cli.js', ...verbs, '--help'], {
    encoding: 'utf8',
  });
  expect([status, stderr]).toEqual([0, '']);
  return stdout;
}

/** The verbs a help text lists, without `help` itself. */
function verbsOf(text: string): string[] {
  const [, listed = ''] = text.split('\nCommands:\n');
  return [...listed.matchAll(/^ {2}([a-z][\w-]*)/gm)].map(([, verb]) => verb!).filter((verb) => verb !== 'help');
}

function collect(...verbs: readonly string[]): [string, string][] {
  const text = help(...verbs);
  return [[verbs.join(' '), text], ...verbsOf(text).flatMap((verb) => collect(...verbs, verb))];
}

describe('help', () => {
  const all = collect();

  test('is there for every verb', () => {
    expect(all.length).toBeGreaterThan(30);
  });

  test.each(all)('mooring %s: a default is as one would write it', (_verb, text) => {
    // A duration or a rate is kept in a unit nobody gives it in.
    for (const [option, , value] of text
      .replace(/\n {10,}/g, ' ')
      .matchAll(/<(duration|rate|size|queue)>.*?\(default: ([^)]*)\)/g)) {
      expect(value, option).toMatch(/[a-z"]/);
    }
  });
});
