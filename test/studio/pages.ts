import type { Browser, Page } from 'playwright-core';
import { launchChromium } from '../browser/chromium.js';
import { serveStudio } from './served.js';

/** A studio that is served, and pages of it. */
export interface StudioPages {
  /** What pages complained about, breaches of their policy with it. */
  readonly faults: string[];
  /** A page at `hash`, as soon as it is there. */
  load(hash?: string, options?: Parameters<Browser['newPage']>[0]): Promise<Page>;
  /** The same when all that it asked for is painted. */
  open(hash?: string, options?: Parameters<Browser['newPage']>[0]): Promise<Page>;
  idle(page: Page): Promise<unknown>;
  /** Does what has the name; false where it cannot be done. */
  command(page: Page, id: string): Promise<boolean>;
  drop(page: Page, name: string, content: string): Promise<void>;
  close(): Promise<void>;
}

export async function openStudio(...files: readonly string[]): Promise<StudioPages> {
  const [browser, served] = await Promise.all([launchChromium(), serveStudio(...files)]);
  const faults: string[] = [];
  const load: StudioPages['load'] = async (hash = '', options = {}) => {
    const page = await browser.newPage({ viewport: { width: 1400, height: 900 }, ...options });
    page.on('console', (message) => {
      if (message.type() === 'error') faults.push(message.text());
    });
    page.on('pageerror', (error) => faults.push(error.message));
    await page.goto(served.url + hash);
    return page;
  };
  const idle: StudioPages['idle'] = (page) =>
    page.waitForFunction(() => (globalThis as unknown as { studio?: { idle(): boolean } }).studio?.idle());
  return {
    faults,
    load,
    idle,
    async open(hash, options) {
      const page = await load(hash, options);
      await idle(page);
      return page;
    },
    command: (page, id) =>
      page.evaluate(
        (name) => (globalThis as unknown as { studio: { run(id: string): Promise<boolean> } }).studio.run(name),
        id,
      ),
    drop: (page, name, content) =>
      page.evaluate(
        ([fileName, text]) => {
          const transfer = new DataTransfer();
          transfer.items.add(new File([text!], fileName!));
          dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, cancelable: true }));
        },
        [name, content],
      ),
    async close() {
      await browser.close();
      await served.end();
    },
  };
}
