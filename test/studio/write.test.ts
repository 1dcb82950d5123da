import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasChromium, launchChromium } from '../browser/chromium.js';
import { violations } from './axe.js';
import { serveStudio } from './served.js';

// Writing, running and looking behind numbers, as somebody at the page does.

const folder = mkdtempSync(join(tmpdir(), 'mooring-write-'));
const file = join(folder, 'mine.ts');
const HALF = 'this.cwndBytes / 2';

describe.skipIf(!hasChromium)('the studio, written in', () => {
  let browser: Browser;
  let studio: Awaited<ReturnType<typeof serveStudio>>;
  const faults: string[] = [];
  const idle = (page: Page): Promise<unknown> =>
    page.waitForFunction(() => (globalThis as unknown as { studio?: { idle(): boolean } }).studio?.idle());
  const command = (page: Page, id: string): Promise<unknown> =>
    page.evaluate((name) => (globalThis as unknown as { studio: { run(id: string): unknown } }).studio.run(name), id);

  beforeAll(async () => {
    [browser, studio] = await Promise.all([launchChromium(), serveStudio()]);
  });
  afterAll(async () => {
    await browser?.close();
    await studio?.end();
    rmSync(folder, { recursive: true });
  });
  async function open(url = studio.url): Promise<Page> {
    const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
    page.on('console', (message) => {
      if (message.type() === 'error') faults.push(message.text());
    });
    page.on('pageerror', (error) => faults.push(error.message));
    await page.goto(url);
    await idle(page);
    return page;
  }

  test('a new algorithm runs; types, completion, hover and faults of types and of its program stand in place', async () => {
    const page = await open();
    await command(page, 'code.algorithm');
    await idle(page);
    expect(await page.textContent('.bar-run')).toContain('aimd.ts');
    const editor = page.locator('.cm-content');
    await editor.waitFor();
    writeFileSync(file, (await editor.locator('.cm-line').allTextContents()).join('\n'));
    await page.waitForFunction(
      () => document.querySelector('.code-panel [role=status]')?.textContent === 'nothing is wrong',
    );
    // The report's fields are those of the program.
    await page.click('.cm-line:has-text("if (r.loss > 0)")');
    await page.keyboard.press('End');
    await page.keyboard.type(' r.aked; r.');
    await page.keyboard.press('Control+Space');
    await page.waitForSelector('.cm-tooltip-autocomplete');
    expect(await page.locator('.cm-completionLabel').allTextContents()).toEqual(
      expect.arrayContaining(['acked', 'loss', 'rtt']),
    );
    await page.keyboard.press('Escape');
    await page.keyboard.press('Backspace');
    await page.keyboard.press('Backspace');
    await page.waitForSelector('.findings li:has-text("aked")');
    expect(await page.textContent('.findings li:has-text("aked")')).toMatch(/ts2\d\d\d/);
    // And the program is compiled in place.
    await page.click('.cm-line:has-text("(fallthrough))")');
    await page.keyboard.press('End');
    await page.keyboard.type(' (:= Report.none 1)');
    await page.waitForSelector('.findings li:has-text("Report.none")');
    expect(faults.splice(0)).toEqual([]);
    await page.close();
  });

  test('a datapath program runs alone', async () => {
    const page = await open();
    await command(page, 'code.program');
    await idle(page);
    expect(await page.textContent('.bar-run strong')).toContain('window.ccp');
    expect(await page.locator('[role=alert], .warning').count()).toBe(0);
    expect(faults.splice(0)).toEqual([]);
    await page.close();
  });

  test('the schema’s faults stand in the form and at their place in the JSON', async () => {
    const page = await open();
    await page.fill('label:has-text("Round trip") input', '40 parsecs');
    await page.waitForSelector('label:has-text("Round trip") input[aria-invalid=true]');
    await page.click('button:has-text("JSON")');
    await page.waitForSelector('.cm-lintRange-error');
    expect(await page.locator('.cm-lintRange-error').first().textContent()).toContain('40 parsecs');
    await page.close();
  });

  test('an instant is looked behind: report, what was set, and the program instruction by instruction', async () => {
    const page = await open();
    await command(page, 'inspect');
    await page.waitForSelector('.inspector .trace tbody tr');
    expect(await page.textContent('.inspector h3')).toContain('onReport at');
    expect(await page.textContent('.inspector .pair')).toContain('Cwnd');
    await page.focus('.inspector .trace tbody tr:nth-child(3) button');
    expect((await page.textContent('.inspector mark'))!.length).toBeGreaterThan(3);
    await command(page, 'inspect.close');
    expect(await page.locator('.inspector').count()).toBe(0);
    expect(faults.splice(0)).toEqual([]);
    await page.close();
  });

  test.each(['light', 'dark'] as const)('axe finds nothing in the code panel and the inspector, %s', async (scheme) => {
    const page = await browser.newPage({
      viewport: { width: 1400, height: 900 },
      colorScheme: scheme,
      bypassCSP: true,
    });
    await page.goto(studio.url);
    await idle(page);
    await command(page, 'code.algorithm');
    await idle(page);
    await page.locator('.cm-content').waitFor();
    await command(page, 'inspect');
    await page.waitForSelector('.inspector .trace tbody tr');
    expect(await violations(page)).toEqual([]);
    await page.close();
  });

  test('a file is saved to the disk, and one that changes there is run again, the range as it was', async () => {
    const serving = await serveStudio(file);
    const page = await open(serving.url);
    await page.waitForFunction(() => document.querySelector('.bar-run')?.textContent?.includes('mine.ts'));
    await page.click('.cm-line:has-text("// Runs once for each report.")');
    await page.keyboard.press('End');
    await page.keyboard.type(' Mine.');
    await page.keyboard.press('Control+s');
    await expect.poll(() => readFileSync(file, 'utf8')).toContain('report. Mine.');
    await page.focus('[data-view=window] .view-surface');
    await page.keyboard.press('+');
    await idle(page);
    const part = /window, (.*?) s:/;
    const before = part.exec((await page.textContent('[data-view=window] .view-says'))!)?.[1];
    const facts = await page.textContent('.facts');
    writeFileSync(file, readFileSync(file, 'utf8').replace(HALF, 'this.cwndBytes / 8'));
    await page.waitForFunction((was) => document.querySelector('.facts')?.textContent !== was, facts);
    await idle(page);
    expect(part.exec((await page.textContent('[data-view=window] .view-says'))!)?.[1]).toBe(before);
    // What was not saved here is kept, and the reader says which it is to be.
    await page.click('.cm-line:has-text("// Runs once for each report.")');
    await page.keyboard.type('x');
    writeFileSync(file, `${readFileSync(file, 'utf8')}// theirs\n`);
    await page.click('button:has-text("Take it")');
    await page.waitForSelector('.cm-line:has-text("// theirs")');
    expect(faults.splice(0)).toEqual([]);
    await page.close();
    await serving.end();
  });
});
