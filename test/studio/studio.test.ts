import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Scenario, simulate } from 'mooring';
import { resultToJson } from 'mooring/sim';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasChromium, launchChromium } from '../browser/chromium.js';
import { ack, Conversation, data } from '../capture/conversation.js';
import { serveStudio } from './served.js';

// The studio as its readers have it: served by the command line, in Chromium.

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const WIDE = { width: 1400, height: 900 };
const NARROW = { width: 400, height: 800 };
const folder = mkdtempSync(join(tmpdir(), 'mooring-studio-'));
const capture = join(folder, 'two.pcap');
const result = join(folder, 'result.json');

describe.skipIf(!hasChromium)('the studio', () => {
  let browser: Browser;
  let studio: Awaited<ReturnType<typeof serveStudio>>;
  let withCapture: Awaited<ReturnType<typeof serveStudio>>;
  const faults: string[] = [];

  beforeAll(async () => {
    const talk = new Conversation().handshake();
    for (let i = 0; i < 40; i += 1) talk.out(100 + i * 50, data(i)).back(120 + i * 50, ack(i + 1));
    talk.out(2900, data(40)).out(3400, data(40)).back(3420, ack(41));
    writeFileSync(capture, talk.bytes());
    const scenario: Scenario = {
      rate: '12Mbit',
      rtt: '20ms',
      flows: [{ algorithm: 'builtin:reno', name: 'mine' }],
      duration: '4s',
    };
    writeFileSync(result, JSON.stringify(resultToJson(simulate(scenario), { series: true })));
    [browser, studio, withCapture] = await Promise.all([launchChromium(), serveStudio(), serveStudio(capture)]);
  });
  afterAll(async () => {
    await browser?.close();
    await Promise.all([studio?.end(), withCapture?.end()]);
    rmSync(folder, { recursive: true });
  });

  /** A page of it, all that it asked for painted. Faults and breaches of its policy are kept. */
  async function open(url = studio.url, options: Parameters<Browser['newPage']>[0] = {}): Promise<Page> {
    const page = await browser.newPage({ viewport: WIDE, ...options });
    page.on('console', (message) => {
      if (message.type() === 'error') faults.push(message.text());
    });
    page.on('pageerror', (error) => faults.push(error.message));
    await page.goto(url);
    await idle(page);
    return page;
  }

  const idle = (page: Page): Promise<unknown> =>
    page.waitForFunction(() => (globalThis as unknown as { studio?: { idle(): boolean } }).studio?.idle());
  const command = (page: Page, id: string): Promise<unknown> =>
    page.evaluate((name) => (globalThis as unknown as { studio: { run(id: string): unknown } }).studio.run(name), id);
  const sentence = (page: Page, view: string): Promise<string> =>
    page.textContent(`[data-view=${view}] .view-says`) as Promise<string>;
  const surface = (view: string): string => `[data-view=${view}] .view-surface`;

  test('shows a run that is done, and breaks no policy', async () => {
    const page = await open();
    expect(
      await page.locator('[data-view]').evaluateAll((all) => all.map((one) => (one as HTMLElement).dataset['view'])),
    ).toEqual(['flows', 'throughput', 'window', 'flight', 'rate', 'rtt', 'queue', 'rtt-cdf', 'rate-delay']);
    await page.waitForFunction(() => document.querySelectorAll('.view-says:empty').length === 0);
    expect(await sentence(page, 'window')).toContain('cubic between');
    expect(await page.textContent('.absent')).toContain('Views that this run has nothing for');
    const painted = await page
      .locator(`${surface('window')} canvas`)
      .first()
      .evaluate((element) => {
        const canvas = element as HTMLCanvasElement;
        const { data: pixels } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
        return new Set(new Uint32Array(pixels.buffer)).size;
      });
    expect(painted).toBeGreaterThan(10);
    expect(faults.splice(0)).toEqual([]);
    await page.close();
  });

  test('the run that it begins with is what running it gives', async () => {
    const page = await open();
    const facts = (): Promise<string> => page.textContent('.facts') as Promise<string>;
    const before = await facts();
    await command(page, 'run');
    await idle(page);
    expect(await facts()).toBe(before);
    await page.close();
  });

  test('what is brushed in one view is shown by all, and undone', async () => {
    const page = await open();
    const whole = await sentence(page, 'rtt');
    const box = (await page.locator('.view-brush').boundingBox())!;
    await page.mouse.move(box.x + 300, box.y + 14);
    await page.mouse.down();
    await page.mouse.move(box.x + 450, box.y + 14, { steps: 4 });
    await page.mouse.up();
    await page.waitForFunction(
      (was) => document.querySelector('[data-view=rtt] .view-says')?.textContent !== was,
      whole,
    );
    const range = /time, (.*?) s:/.exec(await sentence(page, 'rtt'))![1]!;
    for (const view of ['throughput', 'window', 'queue']) {
      await page.waitForFunction(
        ([name, part]) => document.querySelector(`[data-view=${name}] .view-says`)?.textContent?.includes(part!),
        [view, range],
      );
    }
    await page.keyboard.press('Backspace');
    await page.waitForFunction(
      (was) => document.querySelector('[data-view=rtt] .view-says')?.textContent === was,
      whole,
    );
    await page.close();
  });

  test('every view is had by keyboard: samples are told, and a table has the same', async () => {
    const page = await open();
    for (const key of ['1', '2', '3', '4', '5', '6', '7', 'Shift+R', 'Shift+E']) {
      await page.keyboard.press('Escape');
      await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
      await page.keyboard.press(key);
      const view = await page.evaluate(
        () => document.activeElement?.closest<HTMLElement>('[data-view]')?.dataset['view'],
      );
      expect(view).toBeDefined();
      await page.keyboard.press('ArrowRight');
      await page.waitForFunction(
        (id) => document.querySelector(`[data-view=${id}] .view-live`)?.textContent !== '',
        view,
      );
      await page.keyboard.press('l');
      const table = page.locator(`[data-view=${view}] table`);
      await table.waitFor();
      expect(await table.locator('tbody tr').count()).toBeGreaterThan(1);
      expect(await page.locator(surface(view!)).isVisible()).toBe(false);
      await page.keyboard.press('l');
      await page.waitForFunction(
        (id) => document.querySelector<HTMLElement>(`[data-view=${id}] .view-table`)?.hidden,
        view,
      );
    }
    expect(faults.splice(0)).toEqual([]);
    await page.close();
  });

  test('a scenario is changed and run; a fault stands where it is', async () => {
    const page = await open();
    await page.fill('label:has-text("Duration") input', '11s');
    // As it was written, unit and all.
    await page.fill('label:has-text("Loss") input', '1%');
    await page.keyboard.press('Control+Enter');
    await page.waitForFunction(() => document.querySelector('.bar-run')?.textContent?.includes('11.0 s'));
    await idle(page);
    expect(await page.inputValue('label:has-text("Loss") input')).toBe('1%');
    await page.fill('label:has-text("Round trip") input', '40 parsecs');
    await page.keyboard.press('Control+Enter');
    await page.waitForSelector('[role=alert]');
    expect(await page.getAttribute('label:has-text("Round trip") input', 'aria-invalid')).toBe('true');
    await page.close();
  });

  test('a capture that was named is open, and a connection is a click away', async () => {
    const page = await open(withCapture.url);
    await page.waitForSelector('.connections tbody button');
    expect(await page.textContent('.bar-run')).toContain('two.pcap');
    await page.click('.connections tbody button');
    await page.waitForSelector('[data-view=rtt]');
    await idle(page);
    await page.waitForFunction(() =>
      document.querySelector('[data-view=flight] .view-says')?.textContent?.includes('1 retransmissions'),
    );
    await command(page, 'capture.all');
    await page.waitForSelector('.connections tbody button');
    expect(faults.splice(0)).toEqual([]);
    await page.close();
  });

  test('a result that is dropped is shown; what is none is told', async () => {
    const page = await open();
    const drop = (name: string, text: string): Promise<void> =>
      page.evaluate(
        ([fileName, content]) => {
          const transfer = new DataTransfer();
          transfer.items.add(new File([content!], fileName!));
          dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, cancelable: true }));
        },
        [name, text],
      );
    await drop('result.json', readFileSync(result, 'utf8'));
    await page.waitForFunction(() => document.querySelector('.bar-run')?.textContent?.includes('mine'));
    await drop('odd.json', '{"what":1}');
    await page.waitForSelector('[role=alert]');
    expect(await page.textContent('[role=alert]')).toContain('odd.json');
    await drop('noise.bin', 'no capture at all');
    await page.waitForFunction(() => document.querySelector('[role=alert]')?.textContent?.includes('noise.bin'));
    expect(faults.splice(0)).toEqual([]);
    await page.close();
  });

  test.each(['light', 'dark'] as const)(
    'axe finds nothing in %s, wide or narrow, tables and dialogs with it',
    async (colorScheme) => {
      for (const viewport of [WIDE, NARROW]) {
        const page = await open(studio.url, { colorScheme, viewport, bypassCSP: true });
        await page.waitForFunction(() => document.querySelectorAll('.view-says:empty').length === 0);
        const check = async (): Promise<unknown[]> => {
          await page.evaluate(AXE);
          return page.evaluate(async () => {
            const { axe } = globalThis as unknown as {
              axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
            };
            return (await axe.run()).violations.map(({ id, nodes }) => [id, nodes[0]?.html]);
          });
        };
        expect(await check()).toEqual([]);
        await page.focus(surface('window'));
        await page.keyboard.press('l');
        await page.waitForSelector('[data-view=window] table');
        expect(await check()).toEqual([]);
        for (const dialog of ['palette', 'help']) {
          await command(page, dialog);
          await page.waitForSelector('dialog[open]');
          expect(await check()).toEqual([]);
          await page.keyboard.press('Escape');
          await page.waitForSelector('dialog', { state: 'detached' });
        }
        await page.close();
      }
    },
  );

  test('400 pixels hold it: nothing scrolls sideways, results come first', async () => {
    const page = await open(studio.url, { viewport: NARROW });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(NARROW.width);
    const top = async (selector: string): Promise<number> => (await page.locator(selector).boundingBox())!.y;
    expect(await top('[data-view=flows]')).toBeLessThan(await top('aside'));
    await page.close();
  });

  test('a picture of a view is saved as SVG', async () => {
    const page = await open();
    const [download] = await Promise.all([page.waitForEvent('download'), command(page, 'svg.window')]);
    expect(download.suggestedFilename()).toBe('window.svg');
    expect(readFileSync(await download.path(), 'utf8')).toContain('window, MB</text>');
    await page.close();
  });
});
