import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasChromium, launchChromium } from '../test/browser/chromium.js';
import { serveExamples } from '../test/browser/examples-server.js';
import { ack, Conversation, data } from '../test/capture/conversation.js';

// The examples that are pages, as a reader of them uses them.

const SHOTS = process.env['MOORING_STUDIO_SHOTS'];
const MOST_LINES = 40;

describe.each(['browser-simulator', 'pcap-page'])('%s', (name) => {
  test(`is a page and a script of ${MOST_LINES} lines together`, () => {
    const lines = ['index.html', 'main.ts'].flatMap((file) =>
      readFileSync(join('examples', name, file), 'utf8')
        .trimEnd()
        .split('\n'),
    );
    expect(lines.length).toBeLessThanOrEqual(MOST_LINES);
  });
});

describe.skipIf(!hasChromium)('in Chromium', () => {
  let server: Awaited<ReturnType<typeof serveExamples>>;
  let browser: Browser;
  let folder: string;
  const faults: string[] = [];

  beforeAll(async () => {
    mkdirSync('out', { recursive: true });
    folder = mkdtempSync(join('out', 'captures-'));
    server = await serveExamples();
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
    server?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function open(name: string, options: Parameters<Browser['newPage']>[0] = {}): Promise<Page> {
    const page = await browser.newPage(options);
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
    await page.goto(`${server.address}${name}/`);
    return page;
  }

  test('a simulation is drawn as it goes on; what is no scenario is told', async () => {
    const page = await open('browser-simulator', { viewport: { width: 400, height: 800 } });
    await page.click('button');
    await page.locator('.chart canvas').first().waitFor();
    if (SHOTS) await page.screenshot({ path: `${SHOTS}/example-sim.png` });
    expect(await page.textContent('output')).toMatch(/cubic.*bbr.*12\.0 Mbit\/s/);
    expect(await page.locator('.chart').count()).toBeGreaterThanOrEqual(5);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(400);
    await page.fill('[name=rtt]', '40 parsecs');
    await page.click('button');
    await page.waitForFunction(() => document.querySelector('output')?.textContent?.includes('parsecs'));
    expect(faults.splice(0)).toEqual([]);
    await page.close();
  });

  test('a capture is read, and a connection drawn; what is none is told', async () => {
    const talk = new Conversation().handshake();
    for (let i = 0; i < 40; i += 1) talk.out(100 + i * 50, data(i)).back(120 + i * 50, ack(i + 1));
    talk.out(2900, data(40)).out(3400, data(40)).back(3420, ack(41));
    const file = join(folder, 'one.pcap');
    writeFileSync(file, talk.bytes());
    const page = await open('pcap-page');
    await page.setInputFiles('input', file);
    const button = page.locator('main button');
    await button.waitFor();
    expect(await page.textContent('output')).toBe('86 packets, 1 TCP connections');
    expect(await button.textContent()).toContain('1 resent');
    await button.click();
    await page.waitForFunction(() => document.querySelectorAll('.chart canvas').length === 1);
    if (SHOTS) await page.screenshot({ path: `${SHOTS}/example-pcap.png` });
    await page.setInputFiles('input', 'package.json');
    await page.waitForFunction(() => document.querySelector('output')?.textContent?.includes('is no capture'));
    expect(faults.splice(0)).toEqual([]);
    await page.close();
  });

  test('neither page nor worker reaches anything', async () => {
    const page = await open('pcap-page');
    const refused = await page.evaluate(() =>
      fetch('/page.css').then(
        () => 'reached',
        () => 'refused',
      ),
    );
    expect(refused).toBe('refused');
    for (const path of ['', 'dist/main.js', 'dist/workers/capture.js']) {
      const { headers } = await fetch(`${server.address}pcap-page/${path}`);
      expect(headers.get('content-security-policy')).toContain("connect-src 'none'");
    }
    await page.close();
  });
});
