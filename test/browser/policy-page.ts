import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import type { ModuleName } from '../../src/core/index.js';

// Pages with a content-security policy. One that forbids compiling gets the package's modules from a
// worker, whose own policy allows it; datapath programs it cannot compile.

export const STRICT_POLICY = "default-src 'self'; script-src 'self' 'unsafe-inline'";

/** A page of a secure context that nothing is fetched for, with `script` in it. */
export async function openPage(browser: Browser, script: string, policy?: string): Promise<Page> {
  const page = await browser.newPage();
  await page.route('http://localhost/', (route) =>
    route.fulfill({
      contentType: 'text/html',
      body: '<!doctype html>',
      headers: policy === undefined ? {} : { 'content-security-policy': policy },
    }),
  );
  await page.route('http://localhost/compile/*', (route) => {
    const wasm = readFileSync(`dist/wasm/${route.request().url().split('/').at(-1)}`).toString('base64');
    const worker = `WebAssembly.compile(Uint8Array.from(atob('${wasm}'), (c) => c.charCodeAt(0))).then(postMessage)`;
    return route.fulfill({ contentType: 'text/javascript', body: worker });
  });
  await page.goto('http://localhost/');
  await page.addScriptTag({ content: script });
  return page;
}

/** Hands the module a worker compiled to the page's own `page.provideModule`. */
export async function provideCompiled(page: Page, name: ModuleName): Promise<void> {
  await page.evaluate(async (name) => {
    const worker = new Worker(`/compile/${name}.wasm`);
    const module = await new Promise<WebAssembly.Module>((resolve) => {
      worker.onmessage = ({ data }) => resolve(data);
    });
    type Provides = { page: { provideModule(name: string, module: WebAssembly.Module): void } };
    (globalThis as unknown as Provides).page.provideModule(name, module);
  }, name);
}

/** Whether the page may compile WebAssembly. */
export function mayCompile(page: Page): Promise<boolean> {
  return page.evaluate(() => {
    try {
      return new WebAssembly.Module(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0)) !== undefined;
    } catch {
      return false;
    }
  });
}
