import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findHelper } from 'mooring/node';
import { afterAll, expect, test, vi } from 'vitest';
import { start } from './running.js';

vi.setConfig({ testTimeout: 600_000 });
const folder = mkdtempSync(join(tmpdir(), 'mooring-figures-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const inFolder = (name: string) => join(folder, name);

async function mooring(...args: string[]) {
  const running = start(...args);
  const code = await running.ended;
  return { code, stdout: running.out, stderr: running.err };
}

interface Document {
  readonly paper: string;
  readonly quick: boolean;
  readonly figures: readonly {
    readonly id: string;
    readonly findings: readonly Record<'what' | 'paper' | 'ours' | 'verdict' | 'why', string>[];
    readonly charts: readonly { readonly x: readonly number[]; readonly curves: readonly { values: unknown[] }[] }[];
    readonly skipped: readonly string[];
  }[];
}

const ALL = ['table1', 'fig3', 'fig9', 'fig10', 'fig11', 'fig12', 'fig13', 'fig14'];

test('figures --quick makes every figure: page, JSON and table say the same, and no number is missing', async () => {
  const [html, json, table] = [inFolder('page.html'), inFolder('figures.json'), inFolder('table.md')];
  const run = await mooring('figures', 'sigcomm18', '--quick', '--html', html, '--json', json, '--table', table);
  expect([run.code, run.stderr]).toEqual([0, expect.stringContaining('page.html')]);
  const document = JSON.parse(readFileSync(json, 'utf8')) as Document;
  expect(document.quick).toBe(true);
  expect(document.figures.map(({ id }) => id)).toEqual(ALL);
  const [page, markdown] = [readFileSync(html, 'utf8'), readFileSync(table, 'utf8')];
  // Nothing is fetched; an icon of no bytes keeps a browser from asking for one.
  expect(page).not.toMatch(/(src|href)="(?!data:)/);
  for (const { id, findings, charts, skipped } of document.figures) {
    // Sockets take the helper, and netlink a right.
    if (skipped.length === 0) expect(findings.length, id).toBeGreaterThan(0);
    for (const finding of findings) {
      expect(Object.values(finding).join(), id).not.toMatch(/NaN|Infinity|undefined|unknown/);
      expect(['as the paper', 'otherwise', 'not comparable']).toContain(finding.verdict);
      for (const text of [finding.what, finding.ours]) {
        expect(run.stdout).toContain(text);
        expect(markdown).toContain(text);
      }
    }
    for (const { x, curves } of charts)
      for (const { values } of curves) expect(values.length, `${id}: a value for each x`).toBe(x.length);
  }
  const sockets = document.figures.find(({ id }) => id === 'fig12')!;
  if (findHelper().addon) expect(sockets.findings.map(({ what }) => what)).toContain('unix, round trip');
  else expect(sockets.skipped.length).toBe(3);
});

test('--only makes the figures it names, --json without a file prints them; others and other papers are refused', async () => {
  const run = await mooring(
    'figures',
    'sigcomm18',
    '--quick',
    '--only',
    'fig9',
    '--only',
    'fig3',
    '--html',
    inFolder('two.html'),
    '--json',
  );
  expect((JSON.parse(run.stdout) as Document).figures.map(({ id }) => id)).toEqual(['fig3', 'fig9']);
  const refused = await Promise.all([
    mooring('figures', 'sigcomm18', '--only', 'fig8'),
    mooring('figures', 'sigcomm19'),
  ]);
  expect(refused.map(({ code }) => code)).toEqual([2, 2]);
  expect(refused[0]!.stderr).toContain('Allowed choices are table1, fig3');
});
