import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasChromium } from '../browser/chromium.js';
import { madeAgent } from './made-agent.js';
import { openStudio, type StudioPages } from './pages.js';

// An agent that runs, watched in the studio over the command line that serves it.

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const SHOTS = process.env['MOORING_STUDIO_SHOTS'];

describe.skipIf(!hasChromium)('a running agent', () => {
  let agent: Awaited<ReturnType<typeof madeAgent>>;
  let studio: StudioPages;
  let page: Page;

  beforeAll(async () => {
    agent = await madeAgent(1000, 100);
    studio = await openStudio('--agent', agent.url);
    page = await studio.load();
    await live(page);
  });
  afterAll(async () => {
    await studio?.close();
    await agent?.close();
  });

  const state = (page: Page): Promise<string | null> => page.textContent('.live-state');
  const live = (page: Page): Promise<unknown> =>
    page.waitForFunction(() => document.querySelector('.live-state')?.textContent === 'live');
  /** Whether the run that is shown ends later than it did. */
  const grows = async (page: Page): Promise<boolean> => {
    const end = (): Promise<number> =>
      page.evaluate(() => Number(document.querySelector('.view-brush')?.getAttribute('aria-valuemax')));
    const before = await end();
    return page
      .waitForFunction(
        (than) => Number(document.querySelector('.view-brush')?.getAttribute('aria-valuemax')) > than + 0.3,
        before,
        { timeout: 3000 },
      )
      .then(
        () => true,
        () => false,
      );
  };

  test('is shown as it runs, and can be frozen, pinned and gone back to', async () => {
    expect(await page.textContent('.bar-run')).toContain('aimd on channel live from 127.0.0.1');
    await page.waitForFunction(() => document.querySelector('[data-view=rtt] .view-says')?.textContent !== '');
    expect(await grows(page)).toBe(true);
    if (SHOTS) await page.screenshot({ path: `${SHOTS}/live.png` });

    expect(await studio.command(page, 'agent.freeze')).toBe(true);
    expect(await page.textContent('.bar-run')).toContain('frozen out of 127.0.0.1');
    expect(await grows(page)).toBe(false);
    expect(await studio.command(page, 'compare.pin')).toBe(true);
    expect(await studio.command(page, 'agent.follow')).toBe(true);
    expect(await grows(page)).toBe(true);
  }, 40_000);

  test('has its fields set by hand, and says why where not', async () => {
    await page.getByText('Flows and fields').click();
    await page.getByLabel('Find a flow').fill('10.0.0.1:1792');
    const form = page.locator('.live form');
    await form.getByLabel('Value').fill('10');
    await form.getByRole('button', { name: 'Set' }).click();
    await page.waitForFunction(() =>
      document.querySelector('.live form [role=status]')?.textContent?.startsWith('not set'),
    );
    expect(await form.locator('[role=status]').textContent()).toContain('from a segment, 1448, to');
    await form.getByLabel('Value').fill('2896');
    await form.getByRole('button', { name: 'Set' }).click();
    await page.waitForFunction(() => document.querySelector('.live form [role=status]')?.textContent === 'set');
    await page.locator('.live').getByText('Events', { exact: true }).click();
    await page.waitForFunction(() => document.querySelectorAll('.live-notice').length === 2);
    expect(await page.locator('.live-notice').first().textContent()).toContain('flow 7: Cwnd set to 2896 by hand');
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await page.evaluate(AXE);
      const found = await page.evaluate(async () => {
        const { violations } = await (
          globalThis as unknown as {
            axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
          }
        ).axe.run();
        return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
      });
      expect(found, colorScheme).toEqual([]);
      if (SHOTS) await page.screenshot({ path: `${SHOTS}/live-${colorScheme}.png` });
    }
    if (SHOTS) {
      await page.setViewportSize({ width: 400, height: 800 });
      await page.waitForTimeout(600);
      await page.screenshot({ path: `${SHOTS}/live-narrow.png` });
    }
  }, 30_000);

  test('that ends is said to be lost; what was seen stays', async () => {
    expect(await grows(page)).toBe(true);
    await agent.close();
    await page.waitForFunction(() => document.querySelector('.live-state')?.textContent?.startsWith('lost'));
    expect(await state(page)).toContain('what was seen is kept');
    expect(await page.textContent('[data-view=rtt] .view-says')).toContain('between');
    // The browser's own word of a connection that ended is none of a fault.
    expect(studio.faults.filter((fault) => !fault.includes('WebSocket'))).toEqual([]);
  }, 20_000);
});
