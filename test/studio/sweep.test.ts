import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Agent, Cubic, encodeMessage } from 'mooring';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasChromium } from '../browser/chromium.js';
import { violations } from './axe.js';
import { hasFirefox, launchFirefox } from './firefox.js';
import { openStudio, type StudioPages } from './pages.js';
import { serveStudio } from './served.js';

// Sweeps and recordings: folders of results and tables, their views, and any run of them made again.

const SHOTS = process.env['MOORING_STUDIO_SHOTS'];
const VIEWS = ['facets', 'heat-map', 'matrix', 'runs'] as const;
const folder = mkdtempSync(join(tmpdir(), 'mooring-studio-'));
const swept = join(folder, 'swept');
const stopped = join(folder, 'stopped');
const recording = join(folder, 'agent.jsonl');
const run = promisify(execFile);

/** A flow of CUBIC that was told of ten times, as the command line records it. */
function record(): void {
  const agent = new Agent({ algorithms: { cubic: Cubic }, default: 'cubic' });
  const lines = ['{"mooring":"agent-traffic","version":1}'];
  const note = (us: number, dir: string, bytes: Uint8Array): void => {
    lines.push(JSON.stringify({ us, dir, peer: 'dp', hex: Buffer.from(bytes).toString('hex') }));
  };
  const take = (us: number, bytes: Uint8Array): void => {
    note(us, 'in', bytes);
    for (const { bytes: out } of agent.handle(bytes, 'dp', us).messages) note(us, 'out', out);
  };
  take(1e15, encodeMessage({ type: 'ready', id: 1 }));
  const addresses = { srcIp: 1, srcPort: 1, dstIp: 2, dstPort: 2 };
  take(1e15 + 1000, encodeMessage({ type: 'create', sid: 1, initCwnd: 14_480, mss: 1448, ...addresses }));
  writeFileSync(recording, `${lines.join('\n')}\n`);
}

describe.skipIf(!hasChromium)('sweeps', () => {
  let studio: StudioPages;
  beforeAll(async () => {
    const axes = ['--sweep', 'alg=cubic,reno,bbr', '--sweep', 'rate=2,8Mbit', '--sweep', 'rtt=10,40ms'];
    const args = [...axes, '--loss', '0.001', '--repeat', '2', '--duration', '2s', '--no-progress', '--json'];
    const { stdout } = await run('node', ['dist/cli.js', 'sim', ...args, '--out', swept], { maxBuffer: 1 << 26 });
    writeFileSync(join(folder, 'printed.json'), stdout);
    copyFileSync(join(swept, 'results.parquet'), join(folder, 'table.parquet'));
    // A sweep that was killed has its runs, and no table of them yet.
    await run('node', ['dist/cli.js', 'sim', ...args.slice(0, -1), '--out', stopped]);
    for (const name of ['results.parquet', 'results.csv', 'report.html']) unlinkSync(join(stopped, name));
    record();
    studio = await openStudio();
  }, 120_000);
  afterAll(async () => {
    await studio?.close();
    rmSync(folder, { recursive: true });
  });

  async function dropFromDisk(page: Page, ...paths: readonly string[]): Promise<void> {
    const session = await page.context().newCDPSession(page);
    const data = { items: [], files: [...paths], dragOperationsMask: 1 };
    for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
      await session.send('Input.dispatchDragEvent', { type, x: 200, y: 400, data });
  }
  const shown = async (page: Page): Promise<void> => {
    await page.waitForSelector('[data-view=runs][data-painted]');
    await studio.idle(page);
    await page.waitForFunction(() => document.querySelectorAll('.view-says:empty').length === 0);
  };
  const views = (page: Page): Promise<(string | null)[]> =>
    page.locator('[data-view]').evaluateAll((all) => all.map((one) => one.getAttribute('data-view')));
  const sentence = (page: Page, view: string): Promise<string | null> =>
    page.textContent(`[data-view=${view}] .view-says`);
  const heading = (page: Page): Promise<string | null> => page.textContent('.bar-run');

  test('a folder that is dropped is a sweep: its views, and no other', async () => {
    const page = await studio.open();
    await dropFromDisk(page, swept);
    await shown(page);
    expect(await views(page)).toEqual([...VIEWS]);
    expect(await heading(page)).toContain('24 runs: alg cubic, reno, bbr; rate 2Mbit, 8Mbit; rtt 10ms, 40ms');
    expect(await sentence(page, 'runs')).toContain('24 runs');
    expect(await page.locator('.refused').count()).toBe(0);
    expect(studio.faults.splice(0)).toEqual([]);
    await page.close();
  });

  test.each([
    ['a table', 'table.parquet'],
    ['what is printed', 'printed.json'],
    ['a folder whose sweep was killed', 'stopped'],
  ])('%s has the same runs', async (_, name) => {
    const page = await studio.open();
    await dropFromDisk(page, join(folder, name));
    await shown(page);
    expect(await sentence(page, 'heat-map')).toMatch(
      /^Mean throughput by rate and rtt: from [\d.]+ Mbit\/s at rate 2Mbit, rtt \d+ms/,
    );
    expect(await sentence(page, 'runs')).toContain('24 runs, repeats together');
    expect(studio.faults.splice(0)).toEqual([]);
    await page.close();
  });

  test('a run that is chosen is made again, the same to the bit, and there is a way back', async () => {
    const page = await studio.open();
    await dropFromDisk(page, swept);
    await shown(page);
    await page.getByRole('button', { name: 'Each run' }).click();
    await page.waitForFunction(
      () =>
        document.querySelectorAll('.view-rows thead th').length === 16 ||
        document.querySelector('.view-rows thead')?.textContent?.includes('seed'),
    );
    await page.locator('.view-rows tbody tr[aria-rowindex="8"]').click();
    await page.waitForSelector('.verdict');
    expect(await page.textContent('.verdict')).toMatch(
      /Run 7 of the sweep, made again: throughput, goodput, .* are the same to the bit/,
    );
    expect(await views(page)).toContain('window');
    expect(await page.inputValue('label:has-text("Rate") input')).toBe('8Mbit');
    await studio.idle(page);
    await page.locator('.bar-run').click();
    await page.keyboard.press('u');
    await shown(page);
    expect(await page.locator('.verdict').count()).toBe(0);
    expect(await views(page)).toEqual([...VIEWS]);
    expect(studio.faults.splice(0)).toEqual([]);
    await page.close();
  });

  test('a filter is of all views, what it cannot read is said, and a cell keeps the list to its runs', async () => {
    const page = await studio.open();
    await dropFromDisk(page, swept);
    await shown(page);
    const filter = page.getByLabel('Runs with');
    await filter.fill('alg=bbr throughput>3Mbit');
    await page.waitForFunction(() =>
      /\d of 24 runs/.test(document.querySelector('[data-view=runs] .view-says')?.textContent ?? ''),
    );
    await page.waitForFunction(
      () => document.querySelector('[data-view=facets] .view-says')?.textContent?.startsWith('8 runs') === false,
    );
    await filter.fill('speed>3');
    await page.waitForSelector('.view-fault:not([hidden])');
    expect(await page.textContent('.view-fault')).toContain(
      'nothing is called "speed" here: there are alg, rate, rtt, throughput',
    );
    expect(await filter.getAttribute('aria-invalid')).toBe('true');
    await filter.fill('alg=nobody');
    await page.waitForSelector('.view-empty:not([hidden])');
    await page.getByRole('button', { name: 'Clear' }).click();
    await page.waitForSelector('.view-rows tr[aria-rowindex]');
    // By keyboard: the first cell of the heat map has runs of three algorithms.
    await page.focus('[data-view=heat-map] .view-surface');
    await page.keyboard.press('ArrowRight');
    await page.waitForFunction(() =>
      document.querySelector('[data-view=heat-map] .view-live')?.textContent?.includes('n 6'),
    );
    await page.keyboard.press('Enter');
    await page.waitForFunction(() =>
      document.querySelector('[data-view=runs] .view-says')?.textContent?.startsWith('6 of 24 runs of rate=2Mbit'),
    );
    await page.locator('.view-chip').click();
    await page.waitForFunction(() =>
      document.querySelector('[data-view=runs] .view-says')?.textContent?.startsWith('24 runs'),
    );
    expect(studio.faults.splice(0)).toEqual([]);
    await page.close();
  });

  test('every view is had by keyboard: a key goes to it, its places are told, a table has the same', async () => {
    const page = await studio.open();
    await dropFromDisk(page, swept);
    await shown(page);
    for (const [key, view] of [
      ['Shift+F', 'facets'],
      ['Shift+H', 'heat-map'],
      ['Shift+M', 'matrix'],
    ] as const) {
      await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
      await page.keyboard.press(key);
      expect(
        await page.evaluate(() => document.activeElement?.closest<HTMLElement>('[data-view]')?.dataset['view']),
      ).toBe(view);
      await page.keyboard.press('ArrowRight');
      await page.waitForFunction(
        (id) => document.querySelector(`[data-view=${id}] .view-live`)?.textContent !== '',
        view,
      );
      await page.keyboard.press('l');
      await page.locator(`[data-view=${view}] table`).waitFor();
      expect(await page.locator(`[data-view=${view}] tbody tr`).count()).toBeGreaterThan(1);
      await page.keyboard.press('l');
      await page.waitForFunction(
        (id) => document.querySelector<HTMLElement>(`[data-view=${id}] .view-table`)?.hidden,
        view,
      );
    }
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    await page.keyboard.press('Shift+T');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.waitForFunction(() =>
      document.querySelector('[data-view=runs] .view-live')?.textContent?.startsWith('2 of 12'),
    );
    // Sorted by what is clicked, then the other way.
    const head = page.locator('.view-rows thead').getByRole('button', { name: 'p95 RTT' });
    await head.click();
    await page.waitForSelector('.view-rows th[aria-sort=descending]');
    await head.click();
    await page.waitForSelector('.view-rows th[aria-sort=ascending]');
    await page.focus('.view-rows');
    await page.keyboard.press('Home');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.verdict');
    expect(studio.faults.splice(0)).toEqual([]);
    await page.close();
  });

  test.each(['light', 'dark'] as const)(
    'axe finds nothing in %s, wide or narrow, and nothing scrolls sideways',
    async (colorScheme) => {
      for (const [width, height] of [
        [1400, 900],
        [400, 800],
      ] as const) {
        const page = await studio.open('', { colorScheme, viewport: { width, height }, bypassCSP: true });
        await dropFromDisk(page, swept);
        await shown(page);
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
        expect(await violations(page)).toEqual([]);
        if (SHOTS) await page.screenshot({ path: `${SHOTS}/sweep-${width}-${colorScheme}.png`, fullPage: true });
        await page.getByLabel('Runs with').fill('alg>3');
        await page.waitForSelector('.view-fault:not([hidden])');
        expect(await violations(page)).toEqual([]);
        await page.close();
      }
      studio.faults.splice(0);
    },
  );

  test('a recording is a run of its flows', async () => {
    const page = await studio.open();
    await dropFromDisk(page, recording);
    await page.waitForFunction(() => document.querySelector('.bar-run')?.textContent?.includes('recorded:'));
    await studio.idle(page);
    expect(await views(page)).toContain('window');
    expect(studio.faults.splice(0)).toEqual([]);
    await page.close();
  });

  test('what is no table of results is said by its name', async () => {
    const page = await studio.open();
    await studio.drop(page, 'odd.parquet', 'PAR1 and no more');
    await page.waitForSelector('[role=alert]');
    expect(await page.textContent('[role=alert]')).toMatch(/^odd\.parquet: /);
    await studio.drop(page, 'results.csv', readFileSync(join(swept, 'results.csv'), 'utf8'));
    await page.waitForFunction(() =>
      document.querySelector('[role=alert]')?.textContent?.includes('open results.parquet beside it'),
    );
    studio.faults.splice(0);
    await page.close();
  });

  test('the command line opens a folder of a sweep, its captures and all that is in it', async () => {
    const whole = join(folder, 'whole');
    mkdirSync(join(whole, 'first'), { recursive: true });
    for (const name of ['sweep.json', 'results.parquet']) copyFileSync(join(swept, name), join(whole, 'first', name));
    copyFileSync(recording, join(whole, 'agent.jsonl'));
    for (const given of [swept, stopped, whole]) {
      const named = await openStudio(given);
      try {
        const page = await named.load();
        await page.waitForSelector('[data-view=runs][data-painted]');
        expect(await sentence(page, 'runs')).toContain('24 runs');
        if (given === whole)
          expect(await page.locator('.sources option').allTextContents()).toEqual([
            'first (sweep)',
            'agent.jsonl (recording)',
          ]);
        expect(named.faults).toEqual([]);
      } finally {
        await named.close();
      }
    }
  }, 60_000);

  test.skipIf(!hasFirefox)(
    'in Firefox: the same views, and a run made again there is the same to the bit',
    async () => {
      const [firefox, served] = await Promise.all([launchFirefox(), serveStudio(swept)]);
      try {
        const page = await firefox.newPage();
        const faults: string[] = [];
        page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
        await page.setViewport({ width: 1400, height: 900 });
        await page.goto(served.url);
        await page.waitForSelector('[data-view=runs][data-painted] tr[aria-rowindex]');
        expect(await page.$$eval('[data-view]', (all) => all.map((one) => one.getAttribute('data-view')))).toEqual([
          ...VIEWS,
        ]);
        await page.click('.view-rows tbody tr[aria-rowindex="3"]');
        await page.waitForSelector('.verdict');
        expect(await page.$eval('.verdict', (element) => element.textContent)).toContain('are the same to the bit');
        expect(faults).toEqual([]);
      } finally {
        await Promise.all([firefox.close(), served.end()]);
      }
    },
    90_000,
  );
});
