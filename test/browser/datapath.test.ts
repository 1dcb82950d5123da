import { readFileSync } from 'node:fs';
import { build } from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { VmVector } from '../datapath/replay.js';
import { readVmVectors } from '../datapath/vectors.js';
import { hasChromium, launchChromium } from './chromium.js';

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
    const { outputFiles } = await build({
      stdin: { contents: PAGE, resolveDir: '.', loader: 'js' },
      bundle: true,
      format: 'iife',
      globalName: 'page',
      platform: 'browser',
      write: false,
    });
    script = outputFiles[0]!.text;
  });
  afterAll(() => browser?.close());

  test('agrees with libccp in every step of every trace, compiled', async () => {
    const page = await open({});
    const answer = await replayIn(page);
    expect(answer).toEqual({ disagreeing: [], engine: 'jit', warning: undefined });
  });

  test('does so where the page may not compile: the interpreter runs, and says why', async () => {
    const page = await open({ 'content-security-policy': "default-src 'self'; script-src 'self' 'unsafe-inline'" });
    expect(await page.evaluate(() => compiles())).toBe(false);
    // Such a page gets its modules compiled by a worker, whose own policy allows it.
    await page.evaluate(async () => {
      const worker = new Worker('/compile.js');
      const module = await new Promise<WebAssembly.Module>((resolve) => {
        worker.onmessage = ({ data }) => resolve(data);
      });
      (globalThis as unknown as PageGlobals).page.provideModule('datapath', module);
    });
    const answer = await replayIn(page);
    expect(answer).toEqual({
      disagreeing: [],
      engine: 'interpreter',
      warning: 'MOORING_ERR_WASM_UNAVAILABLE',
    });
  });

  async function open(headers: Record<string, string>): Promise<Page> {
    const page = await browser.newPage();
    const wasm = readFileSync('dist/wasm/datapath.wasm').toString('base64');
    const worker = `WebAssembly.compile(Uint8Array.from(atob('${wasm}'), (c) => c.charCodeAt(0))).then(postMessage)`;
    await page.route('http://localhost/', (route) =>
      route.fulfill({ contentType: 'text/html', body: '<!doctype html>', headers }),
    );
    await page.route('http://localhost/compile.js', (route) =>
      route.fulfill({ contentType: 'text/javascript', body: worker }),
    );
    await page.goto('http://localhost/');
    await page.addScriptTag({ content: `${script}\n${compiles}` });
    return page;
  }
});

interface PageGlobals {
  readonly page: {
    replayAll(vectors: readonly VmVector[]): Answer;
    provideModule(name: string, module: WebAssembly.Module): void;
  };
}

function replayIn(page: Page): Promise<Answer> {
  return page.evaluate((all) => (globalThis as unknown as PageGlobals).page.replayAll(all), vectors);
}

/** Whether WebAssembly may be compiled where this runs. */
function compiles(): boolean {
  try {
    return new WebAssembly.Module(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0)) !== undefined;
  } catch {
    return false;
  }
}
