import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parquetReadObjects } from 'hyparquet';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { linkOf } from '../../src/share/index.js';
import { createQlog, createSimulation, QLOG_TAPS, type Scenario, simulate } from '../../src/sim/index.js';
import { ALGORITHM_TEMPLATE } from '../../src/studio/editor/templates.js';
import { hasChromium } from '../browser/chromium.js';
import { openStudio, type StudioPages } from './pages.js';

// The whole run leaves the page, in every form.

const SCENARIO: Scenario = {
  ...{ rate: '12Mbit', rtt: '20ms', queue: '1bdp', duration: '2s', seed: 5 },
  flows: [{ algorithm: 'cubic' }, { algorithm: 'bbr', start: '500ms' }],
};

describe.skipIf(!hasChromium)('a run is saved', () => {
  let studio: StudioPages;
  let page: Page;
  const link = (scenario: Scenario, code: { name: string; text: string }[] = []) =>
    linkOf({
      version: 2,
      mooring: '',
      run: { scenario, code, result: null },
      pinned: null,
      view: { range: null, hidden: [], rate: 'bit/s' },
    });
  beforeAll(async () => {
    studio = await openStudio();
    page = await studio.open(await link(SCENARIO));
    await page.waitForSelector('.verdict');
  });
  afterAll(() => studio?.close());

  const saved = async (from: Page, id: string): Promise<Buffer> => {
    const [download] = await Promise.all([from.waitForEvent('download'), studio.command(from, id)]);
    return readFileSync(await download.path());
  };

  test('as commands and as a program', async () => {
    expect((await saved(page, 'out.command')).toString()).toBe(
      'mooring sim --flow alg=cubic --flow alg=bbr,start=500ms --rate 12Mbit --rtt 20ms --queue 1bdp --duration 2s --seed 5\n',
    );
    expect((await saved(page, 'out.typescript')).toString()).toContain('export const result = simulate(scenario);');
  });

  test('as qlog: what the command line writes', async () => {
    const simulation = createSimulation(SCENARIO, { taps: QLOG_TAPS });
    const qlog = createQlog(simulation.scenario);
    let text = qlog.head();
    simulation.runUntil(2_000_000);
    text += qlog.events(simulation.packets(), simulation.timeUs) + qlog.end();
    expect((await saved(page, 'out.qlog')).toString() === text).toBe(true);
    // And back in.
    const other = await studio.open();
    await studio.drop(other, 'run.qlog', text);
    await other.waitForFunction(() => document.querySelector('.bar-run')?.textContent?.includes('qlog of 2 flows'));
    await studio.idle(other);
    expect(await other.textContent('[data-view=window] .view-says')).toContain('cubic 0 between');
    await studio.drop(other, 'empty.qlog', '\u001e{"qlog_version": "0.3"}\n');
    await other.waitForSelector('[role=alert]');
    expect(await other.textContent('[role=alert]')).toContain('log the recovery category');
    await other.close();
  });

  test('as Parquet: every sample of every series', async () => {
    const bytes = await saved(page, 'out.parquet');
    const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer;
    const { gunzipSync } = await import('node:zlib');
    const rows = await parquetReadObjects({ file, compressors: { GZIP: (page) => gunzipSync(page) } });
    const { series } = simulate(SCENARIO);
    const window = rows.filter(({ quantity, owner }) => quantity === 'cwnd' && Number(owner) === 0);
    const known = (value: number) => (Number.isNaN(value) ? null : value);
    expect(window.map(({ value }) => value)).toEqual(Array.from(series.flows[0]!.cwndBytes, known));
    expect(window.map(({ timeUs }) => Math.round(timeUs))).toEqual([...series.timeUs]);
    expect(new Set(rows.map(({ per }) => per))).toEqual(new Set(['flow', 'link']));
  });

  test('as a page that opens from a disk, asks the network for nothing and says where it comes from', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'mooring-out-'));
    try {
      await writeFile(join(folder, 'run.html'), await saved(page, 'out.html'));
      const opened = await page
        .context()
        .browser()!
        .newPage({ viewport: { width: 1400, height: 900 } });
      const faults: string[] = [];
      opened.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
      opened.on('request', (request) => /^(file|data):/.test(request.url()) || faults.push(request.url()));
      await opened.goto(`file://${join(folder, 'run.html')}`);
      await opened.waitForFunction(() => document.querySelectorAll('.view-says:empty').length === 0);
      const says = (from: Page) => from.textContent('[data-view=window] .view-says');
      expect(await says(opened)).toBe(await says(page));
      expect(await opened.textContent('.provenance')).toMatch(
        /mooring sim --flow alg=cubic .*Mooring\d.*seeds5machine.*Chrome.*SHA-256 of the result[0-9a-f]{64}/s,
      );
      expect(faults).toEqual([]);
      await opened.close();
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test('code of a reader runs for its qlog where it ran for its picture, and goes with the commands', async () => {
    const scenario: Scenario = { ...SCENARIO, flows: [{ algorithm: 'aimd.ts' }] };
    const own = await studio.open(await link(scenario, [{ name: 'aimd.ts', text: ALGORITHM_TEMPLATE }]));
    await own.waitForSelector('.verdict');
    expect((await saved(own, 'out.qlog')).toString()).toContain('"group_id":"aimd.ts 0"');
    expect((await saved(own, 'out.command')).toString()).toContain("cat > aimd.ts <<'END'");
    await own.close();
    expect(studio.faults.splice(0)).toEqual([]);
  });
});
