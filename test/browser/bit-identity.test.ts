import { createHash } from 'node:crypto';
import { type Scenario, simulate } from 'mooring';
import { PRESETS, presetScenario, resultToJson } from 'mooring/sim';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasChromium, launchChromium } from './chromium.js';
import { pageScript } from './page-script.js';

// The same scenario and seed give the same bytes in Node and in Chromium, on both engines.

const SCENARIOS: Record<string, Scenario> = {
  ...Object.fromEntries(
    PRESETS.map(({ name }) => [name, { ...presetScenario(name), duration: '6s', measureFrom: '0s' }]),
  ),
  random: {
    seed: 99,
    links: [
      {
        rate: '20Mbit',
        delay: '10ms',
        queue: { kind: 'fqcodel', ecn: true },
        jitter: { distribution: 'lognormal', median: '200us', sigma: 1 },
        reorder: { probability: 0.001, extraDelay: '3ms' },
        loss: { kind: 'gilbertElliott', goodToBad: 0.001, badToGood: 0.2 },
      },
    ],
    agent: { reaction: { distribution: 'exponential', mean: '300us' } },
    flows: [
      { algorithm: 'cubic', ecn: true },
      { algorithm: 'aimd', rtt: '60ms' },
      {
        algorithm: 'builtin:reno',
        arrivals: { perSecond: 5, size: { distribution: 'pareto', min: '10KB', shape: 1.3 } },
      },
    ],
    duration: '6s',
  },
  marks: {
    seed: 5,
    links: [
      { rate: '40Mbit', delay: '5ms', queue: { kind: 'dualpi2' }, loss: 0.001 },
      { rate: '30Mbit', delay: '5ms', queue: { kind: 'pie', ecn: true } },
      { rate: '35Mbit', delay: '5ms', queue: { kind: 'step', markAt: '20pkt' } },
    ],
    flows: ['prague', 'dctcp', 'bbr', 'bbr3'].map((name) => ({ algorithm: `builtin:${name}`, count: 2 })),
    duration: '6s',
  },
};

function digest(scenario: Scenario): string {
  return createHash('sha256')
    .update(JSON.stringify(resultToJson(simulate(scenario), { series: true })))
    .digest('hex');
}

/** Results without the engine's name, which is the one thing that may differ. */
function outcome(scenario: Scenario): string {
  const { scenario: _, ...rest } = resultToJson(simulate(scenario), { series: true });
  return JSON.stringify(rest);
}

describe.skipIf(!hasChromium)('Chromium', () => {
  let browser: Browser;
  let script: string;
  beforeAll(async () => {
    browser = await launchChromium();
    script = await pageScript(`export { resultToJson } from 'mooring/sim';\nexport { simulate } from 'mooring';`);
  });
  afterAll(() => browser?.close());

  test.each(Object.keys(SCENARIOS))('gives the same bytes as Node: %s', async (name) => {
    const page = await browser.newPage();
    // A secure context, which crypto.subtle asks for; nothing is fetched.
    await page.route('http://localhost/', (route) =>
      route.fulfill({ contentType: 'text/html', body: '<!doctype html>' }),
    );
    await page.goto('http://localhost/');
    await page.addScriptTag({ content: script });
    const found = await page.evaluate(async (scenario) => {
      const { simulate, resultToJson } = (
        globalThis as unknown as { page: typeof import('mooring') & typeof import('mooring/sim') }
      ).page;
      const text = JSON.stringify(resultToJson(simulate(scenario as never), { series: true }));
      const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
      return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('');
    }, SCENARIOS[name]);
    expect(found).toBe(digest(SCENARIOS[name]!));
    await page.close();
  });
});

test.each(Object.keys(SCENARIOS))('interpreter and JIT give the same bytes: %s', (name) => {
  const scenario = SCENARIOS[name]!;
  expect(outcome({ ...scenario, engine: 'interpreter' }) === outcome({ ...scenario, engine: 'jit' })).toBe(true);
});
