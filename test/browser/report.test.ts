import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasChromium, launchChromium } from './chromium.js';

// Report files as people open them: from the disk, without a network.

const run = promisify(execFile);

describe.skipIf(!hasChromium)('reports', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
    await mkdir('out', { recursive: true });
  });
  afterAll(() => browser?.close());

  async function open(file: string): Promise<{ page: Page; failures: string[] }> {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    const failures: string[] = [];
    page.on('pageerror', (error) => failures.push(error.message));
    // Breaches of its policy are told there.
    page.on('console', (message) => message.type() === 'error' && failures.push(message.text()));
    page.on('request', (request) => request.url().startsWith('file:') || failures.push(request.url()));
    await page.goto(`file://${resolve(file)}`);
    return { page, failures };
  }

  test('of a sweep of many combinations: the rows in view are in the page, and the last can be reached', async () => {
    const seeds = Array.from({ length: 600 }, (_, at) => at + 1).join(',');
    const args = ['--sweep', `seed=${seeds}`, '--duration', '50ms', '--json', '--html', 'out/report-many.html'];
    await run('node', ['dist/cli.js', 'sim', ...args], { maxBuffer: 1 << 26 });
    const { page, failures } = await open('out/report-many.html');
    const lines = page.locator('.view-rows tbody tr[aria-rowindex]');
    expect(await lines.first().getAttribute('aria-rowindex')).toBe('2');
    expect(await lines.count()).toBeLessThan(120);
    await page.locator('.view-rows').evaluate((box) => {
      box.scrollTop = box.scrollHeight;
    });
    await page.waitForSelector('.view-rows tr[aria-rowindex="601"]');
    expect(await lines.last().locator('th').first().textContent()).toBe('600');
    expect(await lines.count()).toBeLessThan(120);
    expect(failures).toEqual([]);
  });

  test('of a run: summary, plots, distributions, flows', async () => {
    await run('node', ['dist/cli.js', 'start', '--fast', '--json', '--html', 'out/report-run.html']);
    const { page, failures } = await open('out/report-run.html');
    await page.waitForFunction(() => document.querySelectorAll('.view-says:empty').length === 0);
    const views = await page
      .locator('[data-view]')
      .evaluateAll((all) => all.map((one) => one.getAttribute('data-view')));
    expect(views).toEqual(expect.arrayContaining(['flows', 'throughput', 'window', 'rtt', 'queue', 'rate-delay']));
    expect(await page.locator('.chart canvas').count()).toBe(await page.locator('.chart').count());
    expect(await page.textContent('.provenance')).toMatch(/mooring start --fast .*SHA-256 of the result[0-9a-f]{64}/s);
    expect(await page.locator('table.grid tbody tr').count()).toBe(2);
    expect(await page.locator('.tile', { hasText: 'utilisation' }).textContent()).toMatch(/9\d\.\d %/);
    await page.screenshot({ path: 'out/report-run.png', fullPage: true });
    expect(failures).toEqual([]);
  });

  test('of a sweep: the views of the studio, and a row for each run', async () => {
    const sweep = ['--sweep', 'alg=cubic,reno,aimd', '--sweep', 'queue=1,2,4bdp', '--duration', '5s'];
    await run('node', ['dist/cli.js', 'sim', ...sweep, '--json', '--html', 'out/report-sweep.html']);
    const { page, failures } = await open('out/report-sweep.html');
    await page.waitForSelector('[data-view=runs][data-painted]');
    const views = page.locator('[data-view]');
    expect(await views.evaluateAll((all) => all.map((one) => one.getAttribute('data-view')))).toEqual([
      ...['facets', 'heat-map', 'matrix', 'runs'],
    ]);
    await page.waitForSelector('[data-view=facets][data-painted]');
    expect(await page.locator('[data-view=facets] .view-key li').allTextContents()).toEqual(['cubic', 'reno', 'aimd']);
    expect(await page.locator('.view-rows tbody tr[aria-rowindex]').count()).toBe(9);
    await page.screenshot({ path: 'out/report-sweep.png', fullPage: true });
    expect(failures).toEqual([]);
  });

  test('names from outside stay text', async () => {
    const name = '</script><img src=x onerror=alert(1)>';
    await writeFile('out/hostile.json', JSON.stringify({ name, flows: [{ name, algorithm: 'reno' }], duration: '1s' }));
    await run('node', ['dist/cli.js', 'sim', 'out/hostile.json', '--json', '--html', 'out/hostile.html']);
    const { page, failures } = await open('out/hostile.html');
    expect(await page.locator('h1').textContent()).toBe(`Mooring: ${name}`);
    expect(await page.locator('img').count()).toBe(0);
    expect(failures).toEqual([]);
  });
});
