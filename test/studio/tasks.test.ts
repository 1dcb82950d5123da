import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeTraffic } from '../../src/bench/traffic.js';
import { ALGORITHM_TEMPLATE } from '../../src/studio/editor/templates.js';
import { hasChromium } from '../browser/chromium.js';
import { ack, Conversation, data } from '../capture/conversation.js';
import { transfer, twoCaptures } from '../capture/two-points.js';
import { madeAgent } from './made-agent.js';
import { openStudio, type StudioPages } from './pages.js';
import { Reader } from './tasks/reader.js';
import { TASKS, tasksPage } from './tasks/table.js';

// Twelve things a researcher wants, done as one does them, every action counted: docs/generated/tasks.md is what came out.

describe.skipIf(!hasChromium)('a task of a researcher', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mooring-tasks-'));
  const at = (name: string): string => join(folder, name);
  const done = new Map<number, readonly string[]>();
  let studio: StudioPages;

  beforeAll(async () => {
    // A download that waits half a second for a packet that was lost.
    const talk = new Conversation().handshake();
    for (let i = 0; i < 60; i += 1) talk.out(100 + i * 10, data(i)).back(140 + i * 10, ack(i + 1));
    talk.out(900, data(60)).out(1400, data(60)).back(1440, ack(61));
    for (let i = 61; i < 100; i += 1) talk.out(1450 + i * 10, data(i)).back(1490 + i * 10, ack(i + 1));
    writeFileSync(at('stalled.pcap'), talk.bytes());
    writeTraffic(at('two-flows.pcap'), { packets: 200_000, flows: 2, seed: 1 });
    const crossings = transfer({ segments: 500, everyUs: 10_000, delayUs: () => 20_000, lost: new Set([100]) });
    const captures = twoCaptures(crossings, {}, { clock: (us) => us + 2e6 });
    for (const [i, bytes] of captures.entries()) writeFileSync(at(i === 0 ? 'near.pcap' : 'far.pcap'), bytes);
    writeFileSync(at('aimd.ts'), ALGORITHM_TEMPLATE);
    studio = await openStudio();
  });
  afterAll(async () => {
    await studio?.close();
    rmSync(folder, { recursive: true });
  });

  /** Does a task at the page as it first stands, and keeps what it took. */
  async function task(number: number, does: (reader: Reader) => Promise<void>): Promise<void> {
    const page = await studio.open('', { permissions: ['clipboard-read', 'clipboard-write'] });
    const reader = new Reader(page);
    await does(reader);
    done.set(number, reader.actions);
    expect(studio.faults.splice(0)).toEqual([]);
    await page.close();
  }
  const openFirst = async (reader: Reader, file: string): Promise<void> => {
    await reader.drop('the capture', at(file));
    await reader.click('its connection', '.connections tbody button');
    await reader.page.waitForSelector('[data-view=limits]');
    await studio.idle(reader.page);
  };
  const field = (name: string): string => `label:has-text("${name}") input`;

  test('1: BBR beside CUBIC', () =>
    task(1, async (reader) => {
      await reader.sees('.bar-run', /cubic, bbr|bbr, cubic/);
      await reader.sees('[data-view=window] .view-says', /cubic between .* bbr between/);
      expect(await reader.page.inputValue(field('Queue'))).toBe('2bdp');
    }));

  test('2: another factor in an algorithm of one’s own', async () => {
    const own = await openStudio(at('aimd.ts'));
    try {
      const page = await own.open();
      await own.idle(page);
      const reader = new Reader(page, ['`mooring studio aimd.ts`']);
      await reader.sees('.bar-run', /aimd\.ts/);
      const before = await page.textContent('[data-view=window] .view-says');
      await page.waitForSelector('.cm-line span');
      await reader.doubleClick('the factor', '.cm-line:has-text("r.loss > 0") span:text-is("2") >> nth=-1');
      await reader.type('1.25');
      await reader.press('Control+Enter');
      await page.waitForFunction(
        (was) => document.querySelector('[data-view=window] .view-says')?.textContent !== was,
        before,
      );
      done.set(2, reader.actions);
      expect(own.faults.splice(0)).toEqual([]);
    } finally {
      await own.close();
    }
  });

  test('3: a change, judged over 20 seeds', () =>
    task(3, async (reader) => {
      await reader.press('p');
      await reader.fill('the loss', field('Loss'), '0.1%');
      await reader.press('Control+Enter');
      await reader.page.waitForSelector('.differences table');
      await studio.idle(reader.page);
      await reader.click('“Over 20 seeds”', '[data-command="compare.seeds"]');
      await reader.sees('.differences thead', /over 20 seeds, 95 %/);
      await reader.sees('.differences tbody', / ± /);
    }));

  test('4: why a download stalled', () =>
    task(4, async (reader) => {
      await openFirst(reader, 'stalled.pcap');
      await reader.sees('[data-view=limits] .view-says', /What limited the flow, .* %/);
      await reader.sees('[data-view=flight] .view-says', /1 retransmissions/);
    }));

  test('5: where a packet was sent again', () =>
    task(5, async (reader) => {
      await openFirst(reader, 'stalled.pcap');
      await reader.press('9');
      await reader.press('n');
      await reader.sees('[data-view=sequence] .view-live', /^1\.4\d* s retransmission, bytes/);
    }));

  test('6: round trips of two flows on one axis', () =>
    task(6, async (reader) => {
      await openFirst(reader, 'two-flows.pcap');
      await reader.press('p');
      await reader.press('u');
      await reader.page.waitForSelector('.connections tbody tr:nth-child(2) button');
      await reader.click('the other', '.connections tbody tr:nth-child(2) button');
      await reader.sees('[data-view=rtt] .view-says', /A: .*B: /);
    }));

  test('7: two captures of one path', () =>
    task(7, async (reader) => {
      await reader.drop('both captures', at('near.pcap'), at('far.pcap'));
      await reader.click('“Two points”', '[data-command="capture.points"]');
      await reader.sees('[data-view=one-way] .view-says', /20\.0 ms.*1 packets lost/);
    }));

  test('8: a capture beside a simulation', () =>
    task(8, async (reader) => {
      await openFirst(reader, 'stalled.pcap');
      await reader.press('c');
      await reader.sees('.differences', /Fitted to A/);
      await reader.sees('[data-view=flight] .view-says', /A: .*B: /);
    }));

  test('9: who wins at 1 % of loss', () =>
    task(9, async (reader) => {
      await reader.fill('the loss', field('Loss'), '1%');
      await reader.press('Control+Enter');
      await studio.idle(reader.page);
      await reader.sees('[data-view=flows] .view-says', /packets lost/);
      await reader.sees('[data-view=throughput] .view-says', /cubic between .* bbr between/);
    }));

  test('10: exactly this, for a colleague', () =>
    task(10, async (reader) => {
      await reader.press('s');
      await reader.click('“Copy the link”', 'dialog button:has-text("Copy the link")');
      await reader.page.waitForFunction(async () => (await navigator.clipboard.readText()).includes('#s1.'));
    }));

  test('11: a figure for a paper', () =>
    task(11, async (reader) => {
      await reader.press('3');
      await reader.press('Control+K');
      await reader.type('svg 84');
      const [download] = await Promise.all([reader.page.waitForEvent('download'), reader.press('Enter')]);
      expect(readFileSync(await download.path(), 'utf8')).toContain('width="84mm"');
    }));

  test('12: a running agent, and a moment of it that stays', async () => {
    const agent = await madeAgent(20, 100);
    const own = await openStudio('--agent', agent.url);
    try {
      const page = await own.load();
      const reader = new Reader(page, ['`mooring studio --agent ADDRESS`']);
      await reader.sees('.live-state', /^live$/);
      await reader.press('f');
      await reader.sees('.bar-run', /frozen out of 127\.0\.0\.1/);
      done.set(12, reader.actions);
    } finally {
      await own.close();
      await agent.close();
    }
  });

  test('and what all of them take is the page of the documentation', async () => {
    expect([...done.keys()].sort((a, b) => a - b)).toEqual(TASKS.map(({ number }) => number));
    await expect(tasksPage(done)).toMatchFileSnapshot('../../docs/generated/tasks.md');
  });
});
