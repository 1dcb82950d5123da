import { rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { ERROR, MooringError } from '../base/index.js';
import { makeScratch } from '../node/process/index.js';
import { serveStudio } from '../node/studio/index.js';
import { atMost, type Bench, type BenchResult } from './bench.js';
import { watchedAgent } from './studio-agent.js';
import {
  closePage,
  commandMs,
  firstPictureMs,
  forgetTasks,
  idle,
  keyMs,
  launchBrowser,
  longestTaskMs,
  mainThreadShare,
  openPage,
  rendererPeakBytes,
  whyNoBrowser,
} from './studio-browser.js';
import { median, rounded } from './timing.js';
import { writeTraffic } from './traffic.js';

const LOADS = 5;
const TIMES = 20;
/** Of one connection: a mark each. */
const MARKED_PACKETS = 1_000_000;
const LARGE_PACKETS = 2_000_000;
const LARGE_FLOWS = 500;
const NEEDED_BYTES = 0.5e9;
const LIVE_FLOWS = 1000;
const REPORT_EVERY_MS = 100;
const LIVE_SETTLE_MS = 3000;
const LIVE_MS = 10_000;
const MIB = 1 << 20;

/** What a reader of the studio waits for, in Debian's Chromium over loopback. */
export const studio: Bench = {
  name: 'studio',
  summary: 'the studio in Chromium: first picture, a run, 10^6 packets zoomed, a capture of 300 MB, 1,000 live flows',
  missing: whyNoBrowser,
  leavesNothing: true,
  async run(progress) {
    const { bavail, bsize } = statfsSync(tmpdir());
    if (bavail * bsize < NEEDED_BYTES)
      throw new MooringError(
        ERROR.MOORING_ERR_BAD_ARGUMENT,
        `bench studio: ${tmpdir()} has less than 0.5 GB free (TMPDIR names another folder)`,
      );
    const folder = makeScratch('mooring-bench');
    const browser = await launchBrowser();
    try {
      return await measure(browser, folder, (line) => progress(`studio: ${line}`));
    } finally {
      await browser.close();
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

async function measure(browser: Browser, folder: string, progress: (line: string) => void): Promise<BenchResult> {
  const served = await serveStudio({ files: [], port: 0 });
  try {
    progress(`loading it ${LOADS} times`);
    const loads = await times(LOADS, async () => {
      const page = await openPage(browser, served.url);
      const ms = await firstPictureMs(page);
      await closePage(page);
      return ms;
    });
    progress(`running its scenario ${TIMES} times`);
    const runner = await openPage(browser, served.url);
    const runs = await times(TIMES, () => commandMs(runner, 'run'));
    await closePage(runner);
    const marked = await measureMarks(browser, served.url, folder, progress);
    const large = await measureLarge(browser, served.url, folder, progress);
    const live = await measureLive(browser, progress);
    return {
      rows: [
        row('first picture after load', loads, 'ms'),
        row('default scenario, from Run to painted', runs, 'ms'),
        row(`${marked.marks} marks, all of them drawn`, marked.drawn, 'ms'),
        row(`${marked.marks} marks, a step of zoom`, marked.zoomed, 'ms'),
        row('300 MB opened: longest task of the main thread', [large.taskMs], 'ms'),
        row('300 MB opened: peak memory of the renderer', [large.peakMiB], 'MiB'),
        row(`${LIVE_FLOWS} live flows at 5 Hz: the main thread`, [live * 100], '% of a core'),
      ],
      floors: [
        atMost('first picture after load', rounded(median(loads)), 'ms', 1500),
        atMost('default scenario painted after Run', rounded(median(runs)), 'ms', 300),
        atMost('10^6 marks drawn', rounded(median(marked.drawn)), 'ms', 50),
        atMost('10^6 marks zoomed', rounded(median(marked.zoomed)), 'ms', 50),
        atMost('300 MB opened: longest task', rounded(large.taskMs), 'ms', 100),
        atMost('300 MB opened: peak memory', Math.round(large.peakMiB), 'MiB', 400),
        atMost(`${LIVE_FLOWS} live flows`, rounded(live * 100), '% of a core', 30),
      ],
    };
  } finally {
    await served.close();
  }
}

interface Marked {
  readonly marks: number;
  readonly drawn: readonly number[];
  readonly zoomed: readonly number[];
}

/** One connection of so many packets, its time–sequence graph zoomed in and shown whole again. */
async function measureMarks(
  browser: Browser,
  url: string,
  folder: string,
  progress: (line: string) => void,
): Promise<Marked> {
  const path = join(folder, 'marks.pcap');
  progress(`writing a connection of ${MARKED_PACKETS} packets`);
  writeTraffic(path, { packets: MARKED_PACKETS, flows: 1, seed: 1 });
  const page = await openPage(browser, url);
  await choose(page, path);
  await page.click('.connections tbody button');
  await page.waitForSelector('[data-view=sequence]');
  // What limited it is read after its packets.
  await page.waitForSelector('[data-view=limits]', { timeout: 120_000 });
  await idle(page);
  const said = (await page.textContent('[data-view=sequence] .view-says')) ?? '';
  // Its sentence ends in how many there are of each kind.
  const counts = said
    .split(': ')
    .at(-1)!
    .matchAll(/(\d+) [a-z]/gi);
  const marks = [...counts].reduce((sum, [, count]) => sum + Number(count), 0);
  progress(`drawing and zooming ${marks} marks ${TIMES} times`);
  const [drawn, zoomed]: [number[], number[]] = [[], []];
  for (let i = 0; i < TIMES; i += 1) {
    zoomed.push(await keyMs(page, 'sequence', 'x'));
    await idle(page);
    drawn.push(await keyMs(page, 'sequence', '0'));
    await idle(page);
  }
  await closePage(page);
  rmSync(path);
  return { marks, drawn, zoomed };
}

async function measureLarge(
  browser: Browser,
  url: string,
  folder: string,
  progress: (line: string) => void,
): Promise<{ readonly taskMs: number; readonly peakMiB: number }> {
  const path = join(folder, 'large.pcap');
  progress(`writing ${LARGE_PACKETS} packets of ${LARGE_FLOWS} flows`);
  writeTraffic(path, { packets: LARGE_PACKETS, flows: LARGE_FLOWS, seed: 1 });
  progress('opening them');
  const page = await openPage(browser, url);
  await forgetTasks(page);
  await choose(page, path);
  const taskMs = await longestTaskMs(page);
  const peakMiB = rendererPeakBytes() / MIB;
  await closePage(page);
  rmSync(path);
  return { taskMs, peakMiB };
}

/** Opens a file as a reader does, until its connections are shown. */
async function choose(page: Page, path: string): Promise<void> {
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.click('[data-command="file.open"]')]);
  await chooser.setFiles(path);
  await page.waitForSelector('.connections tbody button', { timeout: 300_000 });
  await idle(page);
}

async function measureLive(browser: Browser, progress: (line: string) => void): Promise<number> {
  progress(`watching ${LIVE_FLOWS} flows`);
  const agent = await watchedAgent(LIVE_FLOWS, REPORT_EVERY_MS);
  const served = await serveStudio({ files: [], port: 0, agent: agent.url });
  try {
    const page = await openPage(browser, served.url);
    await page.waitForFunction(() => document.querySelector('.live-state')?.textContent === 'live');
    await page.waitForTimeout(LIVE_SETTLE_MS);
    const share = await mainThreadShare(page, LIVE_MS);
    await closePage(page);
    return share;
  } finally {
    await served.close();
    await agent.close();
  }
}

async function times(count: number, work: () => Promise<number>): Promise<readonly number[]> {
  const values: number[] = [];
  for (let i = 0; i < count; i += 1) values.push(await work());
  return values;
}

function row(what: string, values: readonly number[], unit: string): BenchResult['rows'][number] {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return { what, unit, median: rounded(median(values)), least: rounded(least), most: rounded(most), of: values.length };
}
