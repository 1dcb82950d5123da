import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasChromium, launchChromium } from '../browser/chromium.js';
import { serveStudio } from './served.js';

// Code that means ill, in the sandbox of the studio: nothing of it gets out, and the page lives.

const CLASS = `
export default class { 
  constructor() { globalThis.attack?.(); }
  onCreate() {}
  onReport() {}
}`;

describe.skipIf(!hasChromium)('code that means ill', () => {
  let browser: Browser;
  let studio: Awaited<ReturnType<typeof serveStudio>>;
  let listener: Server;
  let base: string;
  /** What was asked of a server on loopback, which an agent might be. */
  const hits: string[] = [];

  beforeAll(async () => {
    listener = createServer((request, response) => {
      hits.push(`${request.method} ${request.url}`);
      response.setHeader('access-control-allow-origin', '*');
      response.setHeader('content-type', 'text/javascript');
      response.end('export default 1');
    });
    listener.on('upgrade', (request, socket) => {
      hits.push(`upgrade ${request.url}`);
      socket.destroy();
    });
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    base = `127.0.0.1:${(listener.address() as AddressInfo).port}`;
    [browser, studio] = await Promise.all([launchChromium(), serveStudio()]);
  });
  afterAll(async () => {
    await browser?.close();
    await studio?.end();
    listener?.close();
  });

  async function open(): Promise<Page> {
    const page = await browser.newPage();
    await page.goto(studio.url);
    await idle(page);
    return page;
  }
  const idle = (page: Page): Promise<unknown> =>
    page.waitForFunction(() => (globalThis as unknown as { studio?: { idle(): boolean } }).studio?.idle());
  const run = (page: Page): Promise<unknown> =>
    page.evaluate(() => (globalThis as unknown as { studio: { run(id: string): unknown } }).studio.run('run'));
  /** Drops code on the page, names it in the scenario and runs it. */
  async function runCode(page: Page, text: string): Promise<void> {
    await page.evaluate(() => {
      const select = document.querySelector<HTMLButtonElement>('[data-command="panel.scenario"]');
      select?.click();
    });
    await page.fill('fieldset:last-of-type input[list=algorithms]', 'evil.js');
    await page.evaluate((content) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([content], 'evil.js'));
      dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, cancelable: true }));
    }, text);
    await page.waitForSelector('.code-panel .files');
    await idle(page);
  }
  const said = (page: Page): Promise<string | null> => page.textContent('.said pre');
  const alive = async (page: Page): Promise<void> => {
    await page.click('[data-command="panel.scenario"]');
    await page.fill('fieldset:last-of-type input[list=algorithms]', 'cubic');
    await run(page);
    await page.waitForFunction(() => document.querySelector('.bar-run strong')?.textContent === 'cubic');
    expect(await page.locator('[role=alert]').count()).toBe(0);
  };

  test('reaches neither network nor storage nor page', async () => {
    const page = await open();
    await page.evaluate(() => localStorage.setItem('secret', 'kept'));
    // Each attempt says what came of it; those that throw or are refused say so.
    const attempts = {
      fetch: `await fetch('http://${base}/fetch', { mode: 'no-cors' })`,
      fetchSelf: `await fetch('${studio.url}')`,
      beacon: `navigator.sendBeacon('http://${base}/beacon', 'x') || never()`,
      xhr: `const x = new XMLHttpRequest(); x.open('GET', 'http://${base}/xhr', false); x.send()`,
      socket: `await new Promise((y, n) => { const s = new WebSocket('ws://${base}/socket'); s.onopen = y; s.onerror = n; })`,
      events: `await new Promise((y, n) => { const s = new EventSource('http://${base}/events'); s.onopen = y; s.onerror = n; })`,
      transport: `await new WebTransport('https://${base}/transport').ready`,
      scripts: `importScripts('http://${base}/scripts')`,
      module: `await import('http://${base}/module')`,
      dataModule: `await import('data:text/javascript,1')`,
      font: `await new FontFace('x', 'url(http://${base}/font)').load()`,
      image: `new Image().src = 'http://${base}/image'`,
      rtc: `new RTCPeerConnection({ iceServers: [{ urls: 'stun:${base}' }] }).createDataChannel('x')`,
      storage: `localStorage.getItem('secret')`,
      database: `await new Promise((y, n) => { const r = indexedDB.open('x'); r.onsuccess = y; r.onerror = n; })`,
      caches: `await caches.open('x')`,
      cookies: `document.cookie`,
      cookieStore: `await cookieStore.get('x')`,
      directory: `await navigator.storage.getDirectory()`,
      parent: `parent.document.title`,
      top: `top.location.href = 'http://${base}/top'`,
      frame: `location.href = 'http://${base}/frame'; never()`,
      evaluate: `eval('1')`,
      shared: `new SharedWorker('http://${base}/shared')`,
      nested: `await new Promise((y, n) => { const w = new Worker('http://${base}/nested'); w.onmessage = y; w.onerror = n; })`,
      nestedBlob: `await new Promise((y, n) => { const w = new Worker(URL.createObjectURL(new Blob(["fetch('http://${base}/deep').then(() => postMessage(1), () => { throw 1 })"]))); w.onmessage = y; w.onerror = n; setTimeout(n, 300); })`,
      service: `await navigator.serviceWorker.register('http://${base}/service')`,
    };
    const text = `${Object.entries(attempts)
      .map(
        ([name, code]) =>
          `const ${name} = await (async () => { const never = () => { throw 0 }; try { ${code}; return 'OUT'; } catch { return 'held'; } })();`,
      )
      .join('\n')}
const heard = new BroadcastChannel('studio');
heard.postMessage('hello');
console.log('done', JSON.stringify({ ${Object.keys(attempts).join(', ')}, origin }));
${CLASS}`;
    await page.evaluate(() => {
      const channel = new BroadcastChannel('studio');
      channel.onmessage = () => document.body.setAttribute('data-heard', 'yes');
    });
    await runCode(page, text);
    await page.waitForSelector('.said pre');
    const told = JSON.parse((await said(page))!.replace(/^done /, '').split('\n')[0]!) as Record<string, string>;
    expect(told['origin']).toBe('null');
    const { origin: _, ...held } = told;
    expect(held).toEqual(Object.fromEntries(Object.keys(attempts).map((name) => [name, 'held'])));
    expect(await page.getAttribute('body', 'data-heard')).toBeNull();
    expect(hits).toEqual([]);
    await alive(page);
    await page.close();
  });

  test.each([
    ['while it loads', 'for (;;);'],
    ['in a constructor', `globalThis.attack = () => { for (;;); };${CLASS}`],
    ['that takes memory', `const all = []; for (;;) all.push(new Uint8Array(1 << 24).fill(1));`],
  ])('a loop without an end %s is ended, and told of', async (_, text) => {
    const page = await open();
    await runCode(page, text.includes('export default') ? text : `${text}${CLASS}`);
    await page.waitForFunction(
      () => /did not come back|was stopped|is gone/.test(document.querySelector('[role=alert]')?.textContent ?? ''),
      null,
      { timeout: 30_000 },
    );
    expect(await page.locator('iframe').count()).toBeLessThanOrEqual(1);
    await alive(page);
    await page.close();
  });

  test.each([
    ['to its frame', `setInterval(() => { for (let i = 0; i < 1000; i++) postMessage('x'.repeat(1000)); }, 1);`],
    [
      'to the page, by the port of another’s making',
      `const send = MessagePort.prototype.postMessage;
       MessagePort.prototype.postMessage = function (value) { for (let i = 0; i < 10000; i++) send.call(this, value); };
       const { port1, port2 } = new MessageChannel(); port1.postMessage(1); port2;
       postMessage('and to the frame');`,
    ],
  ])('a flood of messages %s ends it', async (_, text) => {
    const page = await open();
    await runCode(page, `${text}\n${CLASS}`);
    await page.waitForFunction(() => /was stopped/.test(document.querySelector('[role=alert]')?.textContent ?? ''));
    await alive(page);
    await page.close();
  });

  test('answers that it forges are read as text and numbers, or refused', async () => {
    const page = await open();
    // The simulator's answer is made from what this leaves of the language's own tools: names become elements.
    const forged = `
const element = { type: 'img', props: { src: 'http://${base}/forged', onerror: 'x' }, constructor: undefined, key: null, ref: null };
const original = Array.prototype.map;
Array.prototype.map = function (...rest) {
  const made = original.apply(this, rest);
  for (const one of made) if (one && typeof one === 'object' && 'algorithm' in one && 'totals' in one) one.name = element;
  return made;
};
${CLASS}`;
    await runCode(page, forged);
    await page.waitForSelector('[role=alert]');
    expect(await page.textContent('[role=alert]')).toMatch(/no run of Mooring|Invalid/);
    expect(hits).toEqual([]);
    await alive(page);
    await page.close();
  });

  test('where no sandbox starts the reader is asked, and a no is a no', async () => {
    const page = await browser.newPage();
    // A browser that starts no worker without an origin.
    await page.addInitScript(() => {
      if (origin === 'null')
        Object.assign(globalThis, {
          Worker: class {
            constructor() {
              throw new Error('not here');
            }
          },
        });
    });
    await page.goto(studio.url);
    await idle(page);
    await page.fill('fieldset:last-of-type input[list=algorithms]', 'evil.js');
    const dropped = page.evaluate((content) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([content], 'evil.js'));
      dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, cancelable: true }));
    }, `console.log('ran as', origin);${CLASS}`);
    await dropped;
    await page.waitForSelector('dialog[open]');
    expect(await page.textContent('dialog')).toContain('evil.js');
    await page.keyboard.press('Escape');
    await page.waitForSelector('dialog', { state: 'detached' });
    await idle(page);
    expect(await page.locator('.said').count()).toBe(0);
    const again = run(page);
    await page.click('[data-answer=yes]');
    await again;
    await page.waitForSelector('.said pre');
    expect(await said(page)).toContain(`ran as ${new URL(studio.url).origin}`);
    expect(hits).toEqual([]);
    await page.close();
  });

  test('the frame of the sandbox obeys no page of others', async () => {
    const page = await browser.newPage();
    await page.goto(`http://${base}/`);
    hits.length = 0;
    const answered = await page.evaluate(async (url) => {
      const frame = document.createElement('iframe');
      frame.src = url;
      document.body.append(frame);
      return new Promise((resolve) => {
        addEventListener('message', () => resolve('spoke'));
        setTimeout(resolve, 700, 'silent');
      });
    }, new URL('/sandbox.html', studio.url).href);
    expect(answered).toBe('silent');
    await page.close();
  });
});
