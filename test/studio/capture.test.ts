import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasChromium } from '../browser/chromium.js';
import { ack, Conversation, data } from '../capture/conversation.js';
import { violations } from './axe.js';
import { openStudio, type StudioPages } from './pages.js';

// A connection of a capture as its readers look at it: its packets, what limited it, and a simulation of its path over it.

const SEQUENCE = '[data-view=sequence]';

describe.skipIf(!hasChromium)('a connection of a capture', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mooring-studio-'));
  let studio: StudioPages;

  beforeAll(async () => {
    const talk = new Conversation().handshake();
    for (let i = 0; i < 200; i += 1) talk.out(100 + i * 10, data(i)).back(140 + i * 10, ack(i + 1));
    // One is lost: three ACKs say so, and it is sent again.
    talk.out(2200, data(200)).out(2201, data(201)).out(2202, data(202)).out(2203, data(203));
    for (const ms of [2241, 2242, 2243]) talk.back(ms, ack(200));
    talk.out(2250, data(200)).back(2290, ack(204));
    const path = join(folder, 'one.pcap');
    writeFileSync(path, talk.bytes());
    studio = await openStudio(path);
  });
  afterAll(async () => {
    await studio?.close();
    rmSync(folder, { recursive: true });
  });

  async function openConnection(options: Parameters<StudioPages['open']>[1] = {}): Promise<Page> {
    const page = await studio.open('', options);
    await page.waitForSelector('.connections tbody button');
    await page.click('.connections tbody button');
    await page.waitForSelector('[data-view=limits]');
    await studio.idle(page);
    return page;
  }
  const says = (page: Page, view: string): Promise<string> =>
    page.textContent(`[data-view=${view}] .view-says`) as Promise<string>;

  test('its packets are seen: one retransmission in all of the time, each by keys, by pointer and as a list', async () => {
    const page = await openConnection();
    expect(await says(page, 'sequence')).toMatch(/1 retransmission, 3 duplicate ACKs, 205 segments/);
    await page.focus(`${SEQUENCE} .view-surface`);
    const live = (): Promise<string> => page.textContent(`${SEQUENCE} .view-live`) as Promise<string>;
    await page.keyboard.press('n');
    expect(await live()).toMatch(/retransmission, bytes 200\d*/);
    for (const [key, word] of [
      ['3', 'Stevens'],
      ['5', 'window scaling'],
      ['4', 'tcptrace'],
      ['z', 'a drag zooms'],
      ['z', 'a drag moves'],
    ] as const) {
      await page.keyboard.press(key);
      expect(await live()).toBe(word);
    }
    const before = await says(page, 'rtt');
    await page.keyboard.press('x');
    await page.waitForFunction(
      (was) => document.querySelector('[data-view=rtt] .view-says')?.textContent !== was,
      before,
    );
    await page.keyboard.press('g');
    const marked = page.locator(`${SEQUENCE} tr[aria-selected=true]`);
    await marked.waitFor();
    expect(await marked.textContent()).toContain('retransmission');
    await page.keyboard.press('l');
    await page.keyboard.press('0');
    await studio.idle(page);
    expect(studio.faults.splice(0)).toEqual([]);
    await page.close();
  });

  test('what limited it is told, and a simulation of its path is laid over it', async () => {
    const page = await openConnection();
    expect(await says(page, 'limits')).toMatch(/What limited the flow, .* %/);
    await studio.command(page, 'compare.calibrate');
    await page.waitForFunction(() => document.querySelector('.differences')?.textContent?.includes('Fitted to A'));
    await studio.idle(page);
    expect(await page.textContent('.differences')).toMatch(/round trip 40(\.\d+)? ms \(the least that was measured\)/);
    expect(await says(page, 'flight')).toMatch(/A: .*B: /);
    expect(studio.faults.splice(0)).toEqual([]);
    await page.close();
  });

  test('a view is saved for a paper: as wide as a column, text as text, and its numbers', async () => {
    const page = await openConnection();
    await page.focus(`${SEQUENCE} .view-surface`);
    const saved = async (id: string): Promise<Buffer> => {
      const [download] = await Promise.all([page.waitForEvent('download'), studio.command(page, id)]);
      return readFileSync(await download.path());
    };
    const svg = (await saved('out.svg84')).toString();
    expect(svg).toContain('width="84mm"');
    expect(svg).toMatch(/sequence number, kB<\/text>/);
    expect((await saved('out.svg174')).toString()).toContain('width="174mm"');
    expect((await saved('out.png84')).subarray(1, 4).toString()).toBe('PNG');
    const rows = (await saved('out.csv')).toString().split('\r\n');
    expect(rows[0]).toBe('time,what,first byte,to byte,bytes');
    expect(rows.length).toBeGreaterThan(100);
    await page.close();
  });

  test('axe finds nothing, in the dark at 400 pixels, and nothing scrolls sideways', async () => {
    const page = await openConnection({ colorScheme: 'dark', viewport: { width: 400, height: 800 }, bypassCSP: true });
    await page.waitForFunction(() => document.querySelectorAll('.view-says:empty').length === 0);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(400);
    expect(await violations(page)).toEqual([]);
    await page.close();
  });
});
