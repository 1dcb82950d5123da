import type { Browser, Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasChromium } from '../browser/chromium.js';
import { hasFirefox, launchFirefox } from './firefox.js';
import { openStudio, type StudioPages } from './pages.js';
import { serveStudio } from './served.js';

// The other browser: what Chromium made, Firefox makes again, to the bit.

describe.skipIf(!hasFirefox || !hasChromium)('in Firefox', () => {
  let firefox: Browser;
  let served: Awaited<ReturnType<typeof serveStudio>>;
  let studio: StudioPages;
  const faults: string[] = [];
  beforeAll(async () => {
    [firefox, served, studio] = await Promise.all([launchFirefox(), serveStudio(), openStudio()]);
  }, 60_000);
  afterAll(async () => {
    await Promise.all([firefox?.close(), served?.end(), studio?.close()]);
  });

  const open = async (hash = ''): Promise<Page> => {
    const page = await firefox.newPage();
    page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
    page.on('pageerror', (error) => faults.push(String(error)));
    await page.setViewport({ width: 1400, height: 900 });
    await page.goto(served.url + hash);
    await idle(page);
    return page;
  };
  const idle = (page: Page) =>
    page.waitForFunction(() => (globalThis as unknown as { studio?: { idle(): boolean } }).studio?.idle());

  test('the page is there, and running its scenario gives the run that it shipped', async () => {
    const page = await open();
    const facts = () => page.$eval('.facts', (element) => element.textContent);
    const before = await facts();
    await page.click('body');
    await page.keyboard.down('Control');
    await page.keyboard.press('Enter');
    await page.keyboard.up('Control');
    await page.waitForFunction(() => document.querySelector('.busy')?.textContent === 'simulating');
    await idle(page);
    expect(await facts()).toBe(before);
    expect(faults.splice(0)).toEqual([]);
    await page.close();
  }, 60_000);

  test('a link that Chromium made gives the same run, to the bit, and the page says so', async () => {
    const made = await studio.open();
    await studio.command(made, 'run');
    await studio.idle(made);
    await studio.command(made, 'share.link');
    const link = await made.inputValue('dialog input');
    const page = await open(link.slice(link.indexOf('#')));
    await page.waitForSelector('.verdict, .warning[role=status]');
    expect(await page.$eval('.verdict, .warning[role=status]', (element) => element.textContent)).toBe(
      'This link: run again here, the result is the same to the bit.',
    );
    expect([...faults.splice(0), ...studio.faults.splice(0)]).toEqual([]);
  }, 60_000);
});
