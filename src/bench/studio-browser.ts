import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { fromDebian } from '../node/install/index.js';

// The studio as its readers have it, in Debian's Chromium. What a page takes is told by the page's own clock and by the kernel.

const CHROMIUM = '/usr/bin/chromium';
const require = createRequire(import.meta.url);

/** Why no browser can be driven here; undefined where one can. */
export function whyNoBrowser(): string | undefined {
  if (!existsSync(CHROMIUM)) return `no ${CHROMIUM} here ${fromDebian('chromium')}`;
  try {
    require.resolve('playwright-core');
    return undefined;
  } catch {
    return 'no playwright-core here (npm install playwright-core)';
  }
}

/** Told to reach for nothing on the network by itself. */
export async function launchBrowser(): Promise<Browser> {
  const { chromium } = require('playwright-core') as typeof import('playwright-core');
  return chromium.launch({
    executablePath: CHROMIUM,
    args: [
      ...['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'],
      ...['--disable-sync', '--no-first-run', '--disable-quic'],
    ],
  });
}

/** What the page of a studio has for whoever measures it. */
interface StudioPage {
  readonly studio?: { run(id: string): Promise<boolean>; idle(): boolean };
  /** Since navigation began, when all views were painted for the first time. */
  paintedMs?: number;
  /** The longest task of the main thread since the page began; tasks below 50 ms are not told. */
  longestTaskMs?: number;
}

/** Runs in the page before its own scripts: keeps when the first picture stood, and how long the longest task was. */
function watchPage(): void {
  const page = globalThis as unknown as StudioPage;
  page.longestTaskMs = 0;
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) page.longestTaskMs = Math.max(page.longestTaskMs ?? 0, duration);
  }).observe({ type: 'longtask' });
  const look = (): void => {
    if (page.studio?.idle()) page.paintedMs = performance.now();
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

/** A page of the studio in a context of its own: nothing is cached. It is painted when this returns. */
export async function openPage(browser: Browser, url: string): Promise<Page> {
  const options: BrowserContextOptions = { viewport: { width: 1400, height: 900 } };
  const context = await browser.newContext(options);
  const page = await context.newPage();
  await page.addInitScript(watchPage);
  await page.goto(url);
  await page.waitForFunction(() => (globalThis as unknown as StudioPage).paintedMs !== undefined);
  return page;
}

export async function closePage(page: Page): Promise<void> {
  await page.context().close();
}

/** From the beginning of navigation until every view was painted. */
export function firstPictureMs(page: Page): Promise<number> {
  return page.evaluate(() => (globalThis as unknown as StudioPage).paintedMs!);
}

/** Waits until all that was asked for is on the page. */
export async function idle(page: Page): Promise<void> {
  await page.waitForFunction(() => (globalThis as unknown as StudioPage).studio?.idle(), undefined, {
    timeout: 300_000,
  });
}

/** From a command until all that it changes is painted. */
export function commandMs(page: Page, id: string): Promise<number> {
  return page.evaluate(async (name) => {
    const { studio } = globalThis as unknown as Required<StudioPage>;
    const began = performance.now();
    await studio.run(name);
    while (!studio.idle()) await new Promise(requestAnimationFrame);
    return performance.now() - began;
  }, id);
}

/** From a key in a view until that view's picture is another. */
export function keyMs(page: Page, view: string, key: string): Promise<number> {
  return page.evaluate(
    async ([id, pressed]) => {
      const figure = document.querySelector<HTMLElement>(`[data-view="${id}"]`)!;
      const surface = figure.querySelector<HTMLElement>('.view-surface')!;
      const painted = new Promise<number>((resolve) => {
        const observer = new MutationObserver(() => {
          observer.disconnect();
          resolve(performance.now());
        });
        observer.observe(figure, { attributeFilter: ['data-painted'] });
      });
      const began = performance.now();
      surface.dispatchEvent(new KeyboardEvent('keydown', { key: pressed!, bubbles: true, cancelable: true }));
      return (await painted) - began;
    },
    [view, key],
  );
}

/** The longest task of the page's main thread so far, where one was longer than 50 ms; else 50. */
export function longestTaskMs(page: Page): Promise<number> {
  return page.evaluate(() => Math.max(50, (globalThis as unknown as StudioPage).longestTaskMs ?? 0));
}

/** Forgets the tasks so far. */
export function forgetTasks(page: Page): Promise<void> {
  return page.evaluate(() => {
    (globalThis as unknown as StudioPage).longestTaskMs = 0;
  });
}

/** Share of a core that the page's main thread takes over some time. */
export async function mainThreadShare(page: Page, ms: number): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const busySeconds = async (): Promise<number> => {
    const { metrics } = await session.send('Performance.getMetrics');
    return metrics.find(({ name }) => name === 'TaskDuration')!.value;
  };
  const [from, at] = [await busySeconds(), performance.now()];
  await page.waitForTimeout(ms);
  const share = (await busySeconds()) - from;
  const seconds = (performance.now() - at) / 1000;
  await session.detach();
  return share / seconds;
}

/** Peak resident memory of the largest renderer of ours, its workers with it. */
export function rendererPeakBytes(): number {
  return Math.max(0, ...renderers().map((pid) => 1024 * statusOf(pid, /VmHWM:\s+(\d+)/)));
}

function renderers(): readonly string[] {
  return readdirSync('/proc').filter((name) => {
    if (!/^\d+$/.test(name)) return false;
    try {
      return readFileSync(`/proc/${name}/cmdline`, 'utf8').includes('--type=renderer') && isOurs(name);
    } catch {
      // It ended meanwhile.
      return false;
    }
  });
}

function isOurs(pid: string): boolean {
  const parent = statusOf(pid, /^PPid:\s+(\d+)/m);
  return parent === process.pid || (parent > 1 && isOurs(String(parent)));
}

function statusOf(pid: string, line: RegExp): number {
  try {
    return Number(line.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}
