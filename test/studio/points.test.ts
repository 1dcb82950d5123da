import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasChromium } from '../browser/chromium.js';
import { transfer, twoCaptures } from '../capture/two-points.js';
import { violations } from './axe.js';
import { dropFromDisk } from './drop.js';
import { openStudio, type StudioPages } from './pages.js';

// Two captures of one path, dropped together: what became of packets between the points.

const SHOTS = process.env['MOORING_STUDIO_SHOTS'];

describe.skipIf(!hasChromium)('two points of one path', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mooring-points-'));
  const paths = [join(folder, 'near.pcap'), join(folder, 'far.pcap')] as const;
  let studio: StudioPages;

  beforeAll(async () => {
    const crossings = transfer({
      ...{ segments: 1500, everyUs: 10_000, lost: new Set([200, 201, 900]) },
      // A queue that comes and goes, and one packet in a hundred that the next overtakes.
      delayUs: (i) => (i % 100 === 50 ? 45_000 : 20_000 + Math.max(0, 12_000 * Math.sin(i / 120))),
      backDelayUs: () => 20_000,
    });
    const captures = twoCaptures(crossings, {}, { clock: (us) => us * (1 + 30e-6) + 2e6 });
    for (const [i, bytes] of captures.entries()) writeFileSync(paths[i]!, bytes);
    studio = await openStudio();
  });
  afterAll(async () => {
    await studio?.close();
    rmSync(folder, { recursive: true });
  });

  test('are a drop and a click away, with delays of both ways, losses and order', async () => {
    const page = await studio.open();
    await dropFromDisk(page, ...paths);
    await page.click('[data-command="capture.points"]');
    await page.waitForSelector('[data-view=one-way]');
    await studio.idle(page);
    expect(await page.textContent('.bar-run')).toContain('near.pcap ↔ far.pcap');
    const says = (view: string): Promise<string | null> => page.textContent(`[data-view=${view}] .view-says`);
    await page.waitForFunction(() => document.querySelector('[data-view=one-way] .view-says')?.textContent !== '');
    expect(await says('one-way')).toMatch(
      /near\.pcap → far\.pcap between 20\.\d ms and 3\d\.\d ms, far\.pcap → near\.pcap between (19\.9|20\.\d) ms and 20\.\d ms.*3 packets lost/,
    );
    expect(await page.textContent('.facts')).toMatch(/lost A → B3loss rate A → B0\.20 %out of order A → B15/);
    // What is compared can be pinned and gone back from like any run.
    expect(await studio.command(page, 'compare.pin')).toBe(true);
    expect(await studio.command(page, 'source.next')).toBe(true);
    expect(studio.faults.splice(0)).toEqual([]);
    await page.close();
  });

  test.each(['light', 'dark'] as const)('axe finds nothing in %s, wide or narrow', async (colorScheme) => {
    for (const viewport of [
      { width: 1400, height: 900 },
      { width: 400, height: 800 },
    ]) {
      const page = await studio.open('', { colorScheme, viewport, bypassCSP: true });
      await dropFromDisk(page, ...paths);
      await page.waitForSelector('[data-command="capture.points"]');
      await studio.command(page, 'capture.points');
      await page.waitForFunction(() => document.querySelectorAll('.view-says:empty').length === 0);
      await studio.idle(page);
      expect(await violations(page)).toEqual([]);
      // Pictures follow the width they are given.
      await page.waitForFunction((wide) => document.documentElement.scrollWidth === wide, viewport.width);
      if (SHOTS)
        await page.screenshot({ path: `${SHOTS}/points-${colorScheme}-${viewport.width}.png`, fullPage: true });
      await page.close();
    }
  });
});
