import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { linkOf, stateOfLink } from '../../src/share/link.js';
import type { SharedRun, SharedState } from '../../src/share/state.js';
import { hasChromium } from '../browser/chromium.js';
import { openStudio, type StudioPages } from './pages.js';

// Runs that are sent, and runs that are laid over one another, as readers have them.

const SHORT = { rate: '12Mbit', rtt: '20ms', queue: '1bdp', loss: 0.01, duration: '2s', seed: 5 };
const of = (algorithm: string): SharedState => ({
  version: 2,
  mooring: 'of another day',
  run: { scenario: { ...SHORT, flows: [{ algorithm }] } as SharedState['run']['scenario'], code: [], result: null },
  pinned: null,
  view: { range: null, hidden: [], rate: 'bit/s' },
});

describe.skipIf(!hasChromium)('what is shared and compared', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mooring-share-'));
  let studio: StudioPages;
  beforeAll(async () => {
    studio = await openStudio();
  });
  afterAll(async () => {
    await studio?.close();
    rmSync(folder, { recursive: true });
  });

  const linkIn = async (page: Page): Promise<string> => {
    await studio.command(page, 'share.link');
    const link = await page.inputValue('dialog input');
    await page.keyboard.press('Escape');
    return link.slice(link.indexOf('#'));
  };
  const said = (page: Page): Promise<string> => page.textContent('.verdict, .warning[role=status]') as Promise<string>;

  test('the first picture has a link: another page makes it again, same to the bit', async () => {
    const page = await studio.open();
    const link = await linkIn(page);
    expect((await stateOfLink(link)).run.result?.sha256).toMatch(/^[0-9a-f]{64}$/);
    const other = await studio.open(link);
    await other.waitForSelector('.verdict');
    expect(await said(other)).toBe('This link: run again here, the result is the same to the bit.');
    expect(studio.faults.splice(0)).toEqual([]);
    await Promise.all([page.close(), other.close()]);
  });

  test('two runs, a part of the time and units go with it', async () => {
    const page = await studio.open(await linkOf(of('cubic')));
    await page.waitForSelector('.verdict');
    expect(await said(page)).toContain('it came without a result');
    await studio.command(page, 'compare.pin');
    await page.fill('label:has-text("Queue") input', '4bdp');
    await page.keyboard.press('Control+Enter');
    await page.waitForSelector('.differences table');
    await studio.idle(page);
    await page.focus('[data-view=rtt] .view-surface');
    await page.keyboard.press('+');
    await studio.command(page, 'units.rate');
    await page.waitForFunction(() =>
      document.querySelector('[data-view=throughput] .view-says')?.textContent?.includes('B/s'),
    );
    const link = await linkIn(page);
    const other = await studio.open(link);
    await other.waitForSelector('.verdict');
    await studio.idle(other);
    const sentence = (of: Page) => of.textContent('[data-view=throughput] .view-says');
    await other.waitForFunction(
      (text) => document.querySelector('[data-view=throughput] .view-says')?.textContent === text,
      await sentence(page),
    );
    expect(await sentence(other)).toContain('A: cubic between');
    expect(await sentence(other)).toContain('B: cubic between');
    const table = (of: Page) => of.locator('.differences tbody tr').allTextContents();
    expect(await table(other)).toEqual(await table(page));
    expect(studio.faults.splice(0)).toEqual([]);
    await Promise.all([page.close(), other.close()]);
  });

  test('another result says by how much and why', async () => {
    const state = of('cubic');
    const changed = { ...state, run: { ...state.run, result: { sha256: '0'.repeat(64), facts: { goodput: 1 } } } };
    const page = await studio.open(await linkOf(changed));
    await page.waitForSelector('.warning[role=status]');
    expect(await said(page)).toMatch(
      /the result is another: goodput [\d.e+]+, not 1 \(it was made by Mooring of another day/,
    );
    await page.close();
  });

  test('two versions of one algorithm go with it, each with the run it made', async () => {
    const own = (packets: number) => `import { AlgBase } from 'mooring';
export default class extends AlgBase {
  override onCreate() {
    this.datapath.install('(def (Report (volatile acked 0))) (when false (report))', { fields: { Cwnd: ${packets} * this.datapathInfo.mss } });
  }
}`;
    const state = of('mine.ts');
    const made = (packets: number) => ({ ...state.run, code: [{ name: 'mine.ts', text: own(packets) }] });
    const page = await studio.load(await linkOf({ ...state, run: made(20), pinned: made(10) }));
    await page.waitForSelector('.verdict', { timeout: 60_000 });
    const back = await stateOfLink(await linkIn(page));
    expect([back.pinned!, back.run].map(({ code }) => code[0]!.text)).toEqual([own(10), own(20)]);
    const goodput = ({ result }: SharedRun) =>
      Object.entries(result!.facts).find(([name]) => /goodput/i.test(name))![1]!;
    expect(goodput(back.run) / goodput(back.pinned!)).toBeCloseTo(2, 1);
    await page.close();
  });

  test('a broken link leaves the page as it was', async () => {
    const page = await studio.open('#s1.AAAA');
    await page.waitForSelector('[role=alert]');
    expect(await page.textContent('[role=alert]')).toContain('This link cannot be opened');
    expect(await page.textContent('.bar-run')).toContain('cubic, bbr');
    await page.close();
  });

  test('a file holds the same and is dropped', async () => {
    const page = await studio.open();
    const [download] = await Promise.all([page.waitForEvent('download'), studio.command(page, 'share.file')]);
    const path = join(folder, 'a.mooring.json');
    await download.saveAs(path);
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, text);
    await studio.drop(page, 'a.mooring.json', text);
    await page.waitForSelector('.verdict');
    expect(await said(page)).toBe('This file: run again here, the result is the same to the bit.');
    await page.close();
  });

  test('twenty seeds tell a change from chance', async () => {
    const page = await studio.open(await linkOf(of('builtin:reno')));
    await page.waitForSelector('.verdict');
    await studio.command(page, 'compare.pin');
    await page.fill('fieldset input[list]', 'builtin:cubic');
    await page.keyboard.press('Control+Enter');
    await page.waitForSelector('.differences table');
    await studio.idle(page);
    await studio.command(page, 'compare.seeds');
    await page.waitForFunction(() => document.querySelector('.differences thead')?.textContent?.includes('20 seeds'));
    const row = await page.textContent('.differences tbody tr:has-text("goodput")');
    expect(row).toMatch(/±/);
    expect(studio.faults.splice(0)).toEqual([]);
    await page.close();
  });
});
