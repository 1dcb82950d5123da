import { type Scenario, simulate } from 'mooring';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasChromium, launchChromium } from './chromium.js';
import { pageScript } from './page-script.js';
import { mayCompile, openPage, provideCompiled, STRICT_POLICY } from './policy-page.js';

// A page that may not compile: a run tells that its programs are interpreted, and gives the same numbers.

const PAGE = `
import { createSimService } from './src/client/index.ts';
import { provideModule } from './src/index.ts';
import { createSimulation } from './src/sim/index.ts';
export { provideModule };
export async function run(scenario) {
  const heard = [];
  const simulation = createSimulation(scenario, { onNotice: (notice) => heard.push([simulation.timeUs, notice.code]) });
  simulation.runUntil(Infinity);
  const service = createSimService();
  await service.begin(scenario);
  const told = [0.1, 1000].map((s) => service.advance(s * 1e6).notices.map(({ code }) => code));
  const { notices, summary } = simulation.result();
  return { heard, told, notices, summary };
}`;

const SCENARIO: Scenario = { flows: [{ algorithm: 'cubic', count: 2 }, { algorithm: 'aimd' }], duration: '3s' };

describe.skipIf(!hasChromium)('a run in Chromium', () => {
  let browser: Browser;
  let script: string;
  beforeAll(async () => {
    browser = await launchChromium();
    script = await pageScript(PAGE);
  });
  afterAll(() => browser?.close());

  async function run(policy?: string) {
    const page = await openPage(browser, script, policy);
    const compiled = await mayCompile(page);
    if (!compiled) for (const name of ['sim', 'lang'] as const) await provideCompiled(page, name);
    type Page = {
      page: { run(scenario: Scenario): Promise<{ heard: unknown; told: unknown; notices: unknown; summary: unknown }> };
    };
    const answer = await page.evaluate((scenario) => (globalThis as unknown as Page).page.run(scenario), SCENARIO);
    await page.close();
    return { compiled, ...answer };
  }

  test('has nothing to tell where the page may compile', async () => {
    const { summary } = simulate(SCENARIO);
    expect(await run()).toEqual({ compiled: true, heard: [], told: [[], []], notices: [], summary });
  });

  test('tells once that the interpreter runs the programs, with the same numbers', async () => {
    const code = 'MOORING_ERR_WASM_UNAVAILABLE';
    expect(await run(STRICT_POLICY)).toEqual({
      compiled: false,
      // When the first flow is there, after its handshake.
      heard: [[expect.any(Number), code]],
      told: [[code], [code]],
      notices: [{ code, message: expect.stringContaining("'wasm-unsafe-eval'") }],
      summary: simulate(SCENARIO).summary,
    });
  });
});
