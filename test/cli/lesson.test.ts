import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

// The lesson in the hands of a reader: its files written as they stand, its commands run, their output as printed there.

const LESSON = readFileSync('docs/guide/lesson.md', 'utf8');
const FILE = /```(?:json|ts) ([\w.-]+)\n([\s\S]*?)```/g;
const RUN = /```\n\$ npx mooring (.*)\n([\s\S]*?)```/g;

const runs = [...LESSON.matchAll(RUN)].map(([, command = '', printed = '']) => ({ command, printed }));
const folder = mkdtempSync(join(tmpdir(), 'mooring-lesson-'));
beforeAll(() => {
  for (const [, name = '', text = ''] of LESSON.matchAll(FILE)) writeFileSync(join(folder, name), text);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('the lesson', () => {
  test('has ten steps, each with a run', () => {
    const steps = LESSON.split(/^## /m).slice(1);
    expect(steps.map((step) => Number.parseInt(step, 10))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    for (const step of steps) expect(step).toMatch(/\$ npx mooring sim /);
  });

  test.each(runs)('mooring $command prints what stands there', ({ command, printed }) => {
    const words = [resolve('dist/cli.js'), ...command.split(' ')];
    const { stdout, stderr } = spawnSync(process.execPath, words, { cwd: folder, encoding: 'utf8', timeout: 60_000 });
    expect(stdout, stderr).toBe(printed);
  });
});
