import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { openCaptureFiles } from 'mooring/node';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeTraffic } from '../../src/bench/traffic.js';
import { pcap } from '../capture/build.js';
import { firstOf, option, SubflowTalk } from '../capture/multipath-segments.js';
import { handshake } from '../capture/quic-packets.js';
import { hasChromium, launchChromium } from './chromium.js';
import { serveExamples } from './examples-server.js';

// The capture page as a reader uses it: a file chosen, a connection looked at, tables exported.

const LAB = '../shared/captures/lab.snd.s200.pcap.gz';
const hasLab = existsSync(LAB);
if (!hasLab) console.log(`skipped: no ${LAB}`);

describe.skipIf(!hasChromium)('the capture page', () => {
  let browser: Browser;
  let server: Awaited<ReturnType<typeof serveExamples>>;
  let folder: string;
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

  async function open(): Promise<{ page: Page; problems: string[] }> {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    const problems: string[] = [];
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
    await page.goto(`${server.address}pcap-page/`);
    return { page, problems };
  }

  async function read(page: Page, file: string): Promise<void> {
    await page.setInputFiles('#files', file);
    await page.locator('#result:not([hidden])').waitFor({ timeout: 120_000 });
  }

  test.skipIf(!hasLab)('shows the lab capture with the figures Node gives', async () => {
    const { page, problems } = await open();
    await read(page, LAB);
    expect(await page.locator('#tiles div').allTextContents()).toEqual(
      expect.arrayContaining(['75,867packets', '634TCP connections']),
    );
    expect(await page.locator('#echo-table tbody tr').count()).toBe(2);

    await page.locator('#connections tbody tr:not([aria-hidden])').first().click();
    await page.waitForFunction(
      () =>
        document.querySelectorAll('#charts canvas').length === 3 &&
        document.querySelector('#connection-state')?.textContent === '',
    );
    expect(await page.locator('#connection-name').textContent()).toBe('10.77.0.1:57286 → 10.77.0.2:5202');
    expect(await page.locator('#facts').textContent()).toContain('2236 packets');
    await page.screenshot({ path: 'out/pcap-page.png', fullPage: true });

    const rows = await exported(page, '#export-connections');
    const { connections } = await (await openCaptureFiles(LAB)).analyse();
    const node = [...connections].map(({ number, forward, backward }) => {
      const side = forward.dataBytes >= backward.dataBytes ? forward : backward;
      return [number, side.dataBytes, side.lost.here, side.rtt.minUs, side.rtt.meanUs, side.rtt.p95Us].join(',');
    });
    const at = ['#', 'data', 'lost here', 'RTT min', 'RTT mean', 'RTT p95'].map((title) => rows[0]!.indexOf(title));
    expect(at).not.toContain(-1);
    const shown = rows.slice(1).map((row) => at.map((index) => row[index]).join(','));
    expect(shown.sort()).toEqual(node.sort());
    expect(problems).toEqual([]);
    await page.close();
  });

  test('tells what is no capture, and takes the next file', async () => {
    const { page } = await open();
    await page.setInputFiles('#files', resolve('package.json'));
    await page.locator('#error:not([hidden])').waitFor();
    expect(await page.locator('#error').textContent()).toMatch(/is no capture/);
    await page.close();
  });

  test('shows Multipath TCP with its subflows and QUIC by its directions, and exports both', async () => {
    const { page, problems } = await open();
    const file = join(folder, 'transports.pcap');
    const talk = new SubflowTalk('10.0.0.1', 1000)
      .handshake(0, [option.capable(1), option.capable(1, 2n), option.capable(1, 1n, 2n)])
      .out(30, option.dss({ start: firstOf(1, 1n), length: 700 }), { length: 700 });
    writeFileSync(file, pcap([...talk.packets, ...handshake()]));
    await read(page, file);
    expect(await page.locator('#multipath-table tbody tr').allTextContents()).toEqual([
      expect.stringMatching(/^1version 1, established, 1 subflows700 B/),
      expect.stringMatching(/^11initial700 B/),
    ]);
    expect(await page.locator('#quic-table tbody tr').count()).toBe(2);
    const rows = await exported(page, '#export-quic');
    const at = (title: string): number => rows[0]!.indexOf(title);
    expect(rows.slice(1).map((row) => [row[at('version')], row[at('Handshake')], row[at('handshake RTT')]])).toEqual([
      ['v1', '1', '20000'],
      ['v1', '1', '6000'],
    ]);
    expect(problems).toEqual([]);
    await page.close();
  });

  test('can reach nothing, neither page nor worker', async () => {
    const { page } = await open();
    const refused = await page.evaluate(() =>
      fetch('/pcap-page/style.css').then(
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

  test('reads 300 MB with progress, in bounded memory, and stays responsive', async () => {
    const file = join(folder, 'large.pcap');
    writeTraffic(file, { packets: 2_000_000, flows: 500, seed: 1 });
    expect(statSync(file).size).toBeGreaterThan(300e6);
    const { page, problems } = await open();
    await page.evaluate(() => {
      const seen = { longestMs: 0, progress: new Set<string>() };
      Object.assign(globalThis, { seen });
      new PerformanceObserver((list) => {
        for (const { duration } of list.getEntries()) seen.longestMs = Math.max(seen.longestMs, duration);
      }).observe({ type: 'longtask' });
      new MutationObserver(() =>
        seen.progress.add(document.getElementById('progress-text')?.textContent ?? ''),
      ).observe(document.getElementById('progress-text')!, { childList: true, characterData: true, subtree: true });
    });
    await read(page, file);
    const { longestMs, steps } = await page.evaluate(() => {
      const { seen } = globalThis as unknown as { seen: { longestMs: number; progress: Set<string> } };
      return { longestMs: seen.longestMs, steps: seen.progress.size };
    });
    const peakBytes = largestRenderer();
    console.log(
      `300 MB in Chromium: longest task ${longestMs.toFixed(0)} ms, ${steps} steps of progress, renderer peak ${(peakBytes / 2 ** 20).toFixed(0)} MiB`,
    );
    expect(steps).toBeGreaterThan(10);
    expect(peakBytes).toBeGreaterThan(0);
    expect(peakBytes).toBeLessThan(400 * 2 ** 20);
    expect(await page.locator('#tiles').textContent()).toMatch(/2,000,\d{3}packets/);
    expect(problems).toEqual([]);
    await page.close();
  });
});

async function exported(page: Page, button: string): Promise<string[][]> {
  const [download] = await Promise.all([page.waitForEvent('download'), page.click(button)]);
  const text = readFileSync(await download.path(), 'utf8');
  return text
    .trimEnd()
    .split('\r\n')
    .map((line) => line.split(','));
}

/** Peak resident memory of the largest renderer process of ours, workers included. */
function largestRenderer(): number {
  const peaks = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        if (!readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('--type=renderer') || !isOurs(pid)) return 0;
        return 1024 * Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
      } catch {
        return 0; // It ended meanwhile.
      }
    });
  return Math.max(...peaks);
}

/** Whether this process is among those that led to `pid`. */
function isOurs(pid: string): boolean {
  const parent = /^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]!;
  return Number(parent) === process.pid || (parent !== '0' && isOurs(parent));
}
