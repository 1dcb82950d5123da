import { mkdirSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasChromium, launchChromium } from '../../test/browser/chromium.js';
import { serveExamples } from '../../test/browser/examples-server.js';

describe.skipIf(!hasChromium)('the page', () => {
  let server: Awaited<ReturnType<typeof serveExamples>>;
  let browser: Browser;

  beforeAll(async () => {
    mkdirSync('out', { recursive: true });
    server = await serveExamples();
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
    server?.stop();
  });

  async function open(width: number, height: number): Promise<{ page: Page; failures: string[] }> {
    const page = await browser.newPage({ viewport: { width, height } });
    const failures: string[] = [];
    page.on('pageerror', (error) => failures.push(error.message));
    page.on('console', (message) => message.type() === 'error' && failures.push(message.text()));
    await page.goto(`${server.address}browser-simulator/`);
    await page.locator('#algorithm option').first().waitFor({ state: 'attached' });
    return { page, failures };
  }

  test('runs a scenario, plots it and sums it up', async () => {
    const { page, failures } = await open(1280, 900);
    await page.selectOption('#speed', '1000');
    await page.fill('#duration', '20');
    await page.click('#run');
    await page.locator('#summary b').first().waitFor();
    expect(await page.locator('.chart canvas').count()).toBeGreaterThanOrEqual(5);
    expect(await page.locator('#about').textContent()).toMatch(/2 × aimd over 12\.0 Mbit\/s/);
    const utilisation = await page.locator('#summary div', { hasText: 'utilisation' }).locator('b').textContent();
    expect(Number.parseFloat(utilisation ?? '')).toBeGreaterThan(80);
    await page.screenshot({ path: 'out/browser-simulator-desktop.png', fullPage: true });
    expect(failures).toEqual([]);
  });

  test('shows what is wrong with a program where it is wrong, and runs it once it is right', async () => {
    const { page, failures } = await open(1280, 900);
    const program = page.locator('#editor textarea');
    const good = await program.inputValue();
    await program.fill(good.replace('Ack.bytes_acked', 'Ack.bytes_akced'));
    await page.locator('#diagnostics li.error').first().waitFor();
    expect(await page.locator('#editor mark.error').first().textContent()).toBe('Ack.bytes_akced');
    await page.screenshot({ path: 'out/browser-simulator-diagnostics.png' });
    await page.selectOption('#algorithm', 'my program');
    await page.click('#run');
    await page.locator('#error:not([hidden])').waitFor();
    await program.fill(good);
    await page.locator('#diagnostics li.error').first().waitFor({ state: 'detached' });
    await page.selectOption('#speed', '1000');
    await page.click('#run');
    await page.locator('#summary b').first().waitFor();
    expect(failures).toEqual([]);
  });

  test.each([1280, 390])(
    'scrolls long lines of a program on a page %i px wide, and to a finding out of sight',
    async (width) => {
      const { page, failures } = await open(width, 844);
      const program = page.locator('#editor textarea');
      const good = await program.inputValue();
      const long = '(max (* Ack.bytes_acked 1000) (min Ack.packets_acked Ack.bytes_akced))';
      await program.fill(good.replace('Ack.bytes_acked', long));
      await page.locator('#diagnostics li.error').first().waitFor();
      const left = () =>
        page.evaluate(() => {
          const [area, layer, mark] = ['textarea', '.stack pre', 'mark'].map(
            (part) => document.querySelector<HTMLElement>(`#editor ${part}`)!,
          );
          const inSight = mark!.getBoundingClientRect().right <= area!.getBoundingClientRect().right;
          return { area: area!.scrollLeft, layer: layer!.scrollLeft, inSight };
        });
      await program.evaluate((area) => {
        area.scrollLeft = 0;
      });
      expect(await left()).toEqual({ area: 0, layer: 0, inSight: false });
      expect(await page.locator('#editor .more-right').count()).toBe(1);
      await page.locator('#diagnostics button').click();
      await page.locator('#editor .more-left').waitFor();
      const shown = await left();
      expect(shown).toEqual({ area: shown.layer, layer: shown.layer, inSight: true });
      await page.locator('#program').screenshot({ path: `out/browser-simulator-editor-${width}.png` });
      expect(await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)).toBe(false);
      expect(failures).toEqual([]);
    },
  );

  test('takes changes while it runs', async () => {
    const { page, failures } = await open(390, 844);
    await page.selectOption('#speed', '5');
    await page.fill('#count', '1');
    await page.fill('#duration', '60');
    await page.click('#run');
    await page.locator('#live:not([disabled])').waitFor();
    await page.waitForFunction(() => Number(document.querySelector('progress')?.value) > 0.1);
    await page.click('#pause');
    await page.locator('#live-rate').fill('-0.5');
    expect(await page.locator('#live-rate-value').textContent()).toBe('6.0 Mbit/s');
    await page.selectOption('#speed', '1000');
    await page.click('#pause');
    await page.locator('#summary b').first().waitFor();
    const throughput = await page.locator('#summary div', { hasText: 'throughput' }).locator('b').textContent();
    expect(Number.parseFloat(throughput ?? '')).toBeLessThan(11);
    await page.screenshot({ path: 'out/browser-simulator-phone.png', fullPage: true });
    const wider = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
    expect(wider).toBe(false);
    expect(failures).toEqual([]);
  });
});
