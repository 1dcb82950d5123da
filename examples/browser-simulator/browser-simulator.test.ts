import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const CHROMIUM = '/usr/bin/chromium';
const hasChromium = existsSync(CHROMIUM);
if (!hasChromium) console.warn(`skipped: no Chromium at ${CHROMIUM} (apt-get install chromium)`);

describe.skipIf(!hasChromium)('the page', () => {
  let server: ChildProcess;
  let browser: Browser;
  let address = '';

  beforeAll(async () => {
    server = spawn('node', ['scripts/serve-examples.mjs', '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
    address = await new Promise<string>((resolve, reject) => {
      server.stdout?.on('data', (chunk: Buffer) => {
        const found = /http:\S+/.exec(chunk.toString())?.[0];
        if (found) resolve(found);
      });
      server.once('exit', (code) => reject(new Error(`the server ended (${code})`)));
    });
    browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: [
        ...['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'],
        ...['--disable-sync', '--no-first-run', '--disable-quic'],
      ],
    });
    mkdirSync('out', { recursive: true });
  });
  afterAll(async () => {
    await browser?.close();
    server?.kill();
  });

  async function open(width: number, height: number): Promise<{ page: Page; problems: string[] }> {
    const page = await browser.newPage({ viewport: { width, height } });
    const problems: string[] = [];
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
    await page.goto(`${address}browser-simulator/`);
    await page.locator('#algorithm option').first().waitFor({ state: 'attached' });
    return { page, problems };
  }

  test('runs a scenario, plots it and sums it up', async () => {
    const { page, problems } = await open(1280, 900);
    await page.selectOption('#speed', '1000');
    await page.fill('#duration', '20');
    await page.click('#run');
    await page.locator('#summary b').first().waitFor();
    expect(await page.locator('.chart canvas').count()).toBeGreaterThanOrEqual(5);
    expect(await page.locator('#about').textContent()).toMatch(/2 × aimd over 12\.0 Mbit\/s/);
    const utilisation = await page.locator('#summary div', { hasText: 'utilisation' }).locator('b').textContent();
    expect(Number.parseFloat(utilisation ?? '')).toBeGreaterThan(80);
    await page.screenshot({ path: 'out/browser-simulator-desktop.png', fullPage: true });
    expect(problems).toEqual([]);
  });

  test('shows what is wrong with a program where it is wrong, and runs it once it is right', async () => {
    const { page, problems } = await open(1280, 900);
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
    expect(problems).toEqual([]);
  });

  test('takes changes while it runs', async () => {
    const { page, problems } = await open(390, 844);
    await page.selectOption('#speed', '20');
    await page.fill('#count', '1');
    await page.fill('#duration', '60');
    await page.click('#run');
    await page.locator('#live:not([disabled])').waitFor();
    await page.waitForFunction(() => Number(document.querySelector('progress')?.value) > 0.3);
    await page.locator('#live-rate').fill('-0.5');
    expect(await page.locator('#live-rate-value').textContent()).toBe('6.0 Mbit/s');
    await page.locator('#summary b').first().waitFor({ timeout: 60_000 });
    const throughput = await page.locator('#summary div', { hasText: 'throughput' }).locator('b').textContent();
    expect(Number.parseFloat(throughput ?? '')).toBeLessThan(11);
    await page.screenshot({ path: 'out/browser-simulator-phone.png', fullPage: true });
    const wider = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
    expect(wider).toBe(false);
    expect(problems).toEqual([]);
  });
});
