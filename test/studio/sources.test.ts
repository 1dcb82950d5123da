import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { type Scenario, simulate } from 'mooring';

import { resultToJson } from 'mooring/sim';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasChromium } from '../browser/chromium.js';
import { ack, Conversation, data } from '../capture/conversation.js';
import { dropFromDisk } from './drop.js';
import { openStudio, type StudioPages } from './pages.js';

// How files come into the studio: a folder, several at once, an address, the command line.

const SHOTS = process.env['MOORING_STUDIO_SHOTS'];
const TYPES: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' };
const folder = mkdtempSync(join(tmpdir(), 'mooring-studio-'));
const given = join(folder, 'given');
const site = join(folder, 'site');
const files = {
  capture: join(given, 'deep', 'two.pcap'),
  result: join(given, 'result.json'),
  scenario: join(given, 'slow.json'),
  noise: join(given, 'noise.bin'),
  odd: join(given, 'odd.json'),
  recording: join(given, 'agent.jsonl'),
};

describe.skipIf(!hasChromium)('what is opened', () => {
  let studio: StudioPages;
  let server: Server;
  let base: string;

  beforeAll(async () => {
    mkdirSync(join(given, 'deep'), { recursive: true });
    const talk = new Conversation().handshake();
    for (let i = 0; i < 40; i += 1) talk.out(100 + i * 50, data(i)).back(120 + i * 50, ack(i + 1));
    writeFileSync(files.capture, talk.bytes());
    const scenario: Scenario = {
      ...{ rate: '12Mbit', rtt: '20ms', duration: '2s', name: 'written down' },
      flows: [{ algorithm: 'builtin:reno', name: 'mine' }],
    };
    writeFileSync(files.result, JSON.stringify(resultToJson(simulate(scenario), { series: true })));
    writeFileSync(files.scenario, JSON.stringify({ ...scenario, name: 'to be run', rate: '3Mbit' }));
    writeFileSync(files.noise, 'no capture at all');
    writeFileSync(files.odd, '{"what":1}');
    writeFileSync(files.recording, '{"mooring":"agent-traffic","version":1}\n');
    execFileSync(process.execPath, ['dist/cli.js', 'studio', '--out', site, '--json']);
    writeFileSync(join(site, 'beside.json'), readFileSync(files.result));
    server = createServer((request, response) => {
      const { pathname } = new URL(request.url!, 'http://127.0.0.1');
      try {
        const name = pathname === '/' ? 'index.html' : pathname.slice(1);
        const bytes = readFileSync(join(site, name));
        response.writeHead(200, { 'content-type': TYPES[extname(name)] ?? 'application/octet-stream' }).end(bytes);
      } catch {
        response.writeHead(404).end();
      }
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    studio = await openStudio();
  });
  afterAll(async () => {
    await studio?.close();
    await new Promise((resolve) => server.close(resolve));
    rmSync(folder, { recursive: true });
  });

  const names = (page: Page): Promise<string[]> => page.locator('.sources option').allTextContents();
  test('a folder: each of its files is a run to choose, and what is none is said by name', async () => {
    const page = await studio.open();
    await dropFromDisk(page, given);
    await page.waitForSelector('.sources');
    await studio.idle(page);
    expect(await names(page)).toEqual([
      'given/agent.jsonl (recording)',
      'given/deep/two.pcap (capture)',
      'given/result.json (result)',
      'given/slow.json (scenario)',
    ]);
    // A recording without a message is told of when it is looked at.
    await page.waitForSelector('[role=alert]');
    expect(await page.textContent('[role=alert]')).toContain('agent.jsonl: no message was recorded');
    await page.getByLabel('Opened').selectOption('given/deep/two.pcap');
    await page.waitForFunction(() => document.querySelector('.bar-run')?.textContent?.includes('two.pcap'));
    const said = await page.textContent('.refused');
    expect(said).toContain('given/noise.bin: it is no capture');
    expect(said).toContain('given/odd.json: this is neither');
    await page.getByLabel('Opened').selectOption('given/result.json');
    await page.waitForFunction(() => document.querySelector('.bar-run')?.textContent?.includes('written down'));
    // By keys as well: the scenario is next, and is run.
    await page.locator('.bar-run').click();
    await page.keyboard.press(']');
    await page.waitForFunction(() => document.querySelector('.bar-run')?.textContent?.includes('to be run'));
    await studio.idle(page);
    expect(await page.getByLabel('Opened').inputValue()).toBe('given/slow.json');
    for (const [width, height] of [
      [1400, 900],
      [400, 800],
    ] as const)
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.setViewportSize({ width, height });
        await page.emulateMedia({ colorScheme });
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
        if (SHOTS) await page.waitForTimeout(500);
        if (SHOTS) await page.screenshot({ path: `${SHOTS}/sources-${width}-${colorScheme}.png` });
      }
    // A run of one's own is none of them.
    expect(await studio.command(page, 'run')).toBe(true);
    expect(await page.getByLabel('Opened').inputValue()).toBe('');
    expect(studio.faults.splice(0)).toEqual([]);
    await page.close();
  });

  test('several files at once, and one more after them', async () => {
    const page = await studio.open();
    await dropFromDisk(page, files.result, files.noise, files.scenario);
    await page.waitForSelector('.sources');
    expect(await names(page)).toEqual(['result.json (result)', 'slow.json (scenario)']);
    expect(await page.textContent('.refused')).toContain('noise.bin');
    await dropFromDisk(page, files.capture);
    await page.waitForFunction(() => document.querySelectorAll('.sources option').length === 3);
    expect((await names(page)).at(-1)).toBe('two.pcap (capture)');
    expect(await page.locator('.refused').count()).toBe(0);
    await page.close();
  });

  test('files that the command line names are each a run', async () => {
    const named = await openStudio(files.result, files.capture);
    try {
      const page = await named.open();
      await page.waitForSelector('.sources');
      expect(await names(page)).toEqual(['result.json (result)', 'two.pcap (capture)']);
      expect(named.faults).toEqual([]);
    } finally {
      await named.close();
    }
  });

  test('an address: a file beside the page is opened, another origin is refused with the reason', async () => {
    const page = await studio.load();
    await page.goto(`${base}?url=beside.json`);
    await page.waitForFunction(() => document.querySelector('.bar-run')?.textContent?.includes('written down'));
    expect(studio.faults.splice(0)).toEqual([]);
    await page.goto(`${base}?url=none.json`);
    await page.waitForSelector('[role=alert]');
    expect(await page.textContent('[role=alert]')).toContain('?url=none.json was not opened: its server answers 404');
    let asked = 0;
    const other = createServer((_, response) => {
      asked += 1;
      response.end('{}');
    });
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    await page.goto(`${base}?url=http://127.0.0.1:${port}/x.json`);
    await page.waitForSelector('[role=alert]');
    const said = await page.textContent('[role=alert]');
    expect(said).toContain(`http://127.0.0.1:${port} is not where this page comes from`);
    expect(said).toContain("connect-src 'self'");
    expect(asked).toBe(0);
    await page.goto(`${base}?url=${encodeURIComponent('javascript:alert(1)')}`);
    await page.waitForSelector('[role=alert]');
    expect(await page.textContent('[role=alert]')).toContain('it is no address of a file on the web');
    // The browser tells of the file that is not there, and of what the policy forbids; nothing else is amiss.
    const amiss = studio.faults.splice(0).filter((text) => !/404|connect-src|Fetch API cannot load/.test(text));
    expect(amiss).toEqual([]);
    other.close();
    await page.close();
  });
});
