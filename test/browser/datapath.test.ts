import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { VmVector } from '../datapath/replay.js';
import { readVmVectors } from '../datapath/vectors.js';
import { hasChromium, launchChromium } from './chromium.js';
import { pageScript } from './page-script.js';
import { mayCompile, openPage, provideCompiled, STRICT_POLICY } from './policy-page.js';

// The datapath in a page, against the traces of libccp: with the JIT, and where a
// content-security policy forbids compiling.

interface Answer {
  readonly disagreeing: readonly string[];
  readonly engine: string;
  readonly warning: string | undefined;
}

// What runs in the page.
const PAGE = `
import { Datapath, provideModule } from './src/index.ts';
import { asLists, replay, TRACE_OPTIONS } from './test/datapath/replay.ts';
export { provideModule };
export function replayAll(vectors) {
  let last;
  const disagreeing = vectors
    .filter((vector) =>
      replay(vector, (last = new Datapath(TRACE_OPTIONS))).some(
        ({ expected, actual }) => asLists(expected) !== asLists(actual),
      ),
    )
    .map(({ id }) => id);
  return { disagreeing, engine: last.engine, warning: last.engineWarning?.code };
}`;

const vectors = readVmVectors();
if (vectors.length === 0) console.log('datapath in a page: skipped, ../shared/vectors/vm.jsonl is not here');

describe.skipIf(!hasChromium || vectors.length === 0)('the datapath in Chromium', () => {
  let browser: Browser;
  let script: string;
  beforeAll(async () => {
    browser = await launchChromium();
    script = await pageScript(PAGE);
  });
  afterAll(() => browser?.close());

  test('agrees with libccp in every step of every trace, compiled', async () => {
    const page = await openPage(browser, script);
    const answer = await replayIn(page);
    expect(answer).toEqual({ disagreeing: [], engine: 'jit', warning: undefined });
  });

  test('does so where the page may not compile: the interpreter runs, and says why', async () => {
    const page = await openPage(browser, script, STRICT_POLICY);
    expect(await mayCompile(page)).toBe(false);
    await provideCompiled(page, 'datapath');
    const answer = await replayIn(page);
    expect(answer).toEqual({
      disagreeing: [],
      engine: 'interpreter',
      warning: 'MOORING_ERR_WASM_UNAVAILABLE',
    });
  });
});

interface PageGlobals {
  readonly page: {
    replayAll(vectors: readonly VmVector[]): Answer;
  };
}

function replayIn(page: Page): Promise<Answer> {
  return page.evaluate((all) => (globalThis as unknown as PageGlobals).page.replayAll(all), vectors);
}
