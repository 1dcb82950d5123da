import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasChromium, launchChromium } from '../browser/chromium.js';
import { guide } from './guide.js';
import { type Capabilities, note, table } from './matrix.js';
import { createProject, type Project } from './project.js';
import { reference } from './reference.js';
import { serveFolder } from './serve.js';

// The packed package in pages: built as docs/guide/page.md says by each bundler in an empty project, opened in Chromium.

interface Host {
  readonly name: string;
  /** Its heading in the guide. */
  readonly heading: string;
  readonly tools: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly policy?: string;
  /** Serves the page; without it the folder `dist` is served. */
  serve?(project: Project): Promise<{ readonly url: string; close(): void }>;
}

/** What a strict page sends: no eval, no inline styles. */
const STRICT =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; worker-src 'self'; connect-src 'self'";
const TRUSTED = `${STRICT}; require-trusted-types-for 'script'; trusted-types workers`;

const INDEX = '<!doctype html><meta charset="utf-8"><script type="module" src="./main.js"></script>\n';
/** The page's script with workers made as another file says. */
const mainWith = (file: string) =>
  `import { sim, capture } from './${file}';\nimport { page } from './page.js';\nimport { watch } from './watch.js';\nwatch(() => page(sim, capture));\n`;
const OWN = `${guide('A worker of your own').files['own.js']}
import { spawnCapture } from 'mooring/web';
export const capture = () => spawnCapture();
`;

const HOSTS: readonly Host[] = [
  { name: 'Vite 7, build', heading: 'Vite', tools: 'vite7' },
  { name: 'Vite 8, build', heading: 'Vite', tools: 'vite8' },
  { name: 'Vite 7, dev', heading: 'Vite', tools: 'vite7', serve: viteDev },
  { name: 'Vite 8, dev', heading: 'Vite', tools: 'vite8', serve: viteDev },
  {
    name: 'Vite 8, a worker of your own',
    heading: 'Vite',
    tools: 'vite8',
    files: { 'own.js': OWN, 'main.js': mainWith('own.js'), ...pick('A worker of your own', 'own-worker.js') },
  },
  {
    name: 'webpack 5',
    heading: 'webpack',
    tools: 'webpack',
    files: { 'dist/index.html': INDEX },
  },
  { name: 'Rollup 4', heading: 'Rollup', tools: 'rollup', files: { 'dist/index.html': INDEX } },
  { name: 'esbuild', heading: 'esbuild', tools: 'esbuild', files: { 'dist/index.html': INDEX } },
  {
    name: 'esbuild, strict policy',
    heading: 'esbuild',
    tools: 'esbuild',
    files: { 'dist/index.html': INDEX },
    policy: STRICT,
  },
  {
    name: 'esbuild, Trusted Types',
    heading: 'esbuild',
    tools: 'esbuild',
    files: {
      'dist/index.html': INDEX,
      'main.js': mainWith('trusted.js'),
      ...pick('Under a strict policy', 'trusted.js'),
    },
    policy: TRUSTED,
  },
  {
    name: 'no bundler, import map',
    heading: 'No bundler',
    tools: 'none',
    serve: ({ folder }) => serveFolder(folder),
  },
  { name: 'Next 15, browser', heading: 'Next', tools: 'next', serve: nextStart },
];

describe.skipIf(!hasChromium)('a page built by', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
  });

  /** Opens `url`, hands on what `look` finds there and what the page had to say. */
  async function visit<T>(url: string, look: (page: Page) => Promise<T>) {
    const page = await browser.newPage();
    const said: string[] = [];
    page.on(
      'console',
      (message) => message.type() !== 'info' && message.type() !== 'debug' && said.push(message.text()),
    );
    page.on('pageerror', (error) => said.push(error.message));
    // Browsers ask for it by themselves.
    await page.route('**/favicon.ico', (route) => route.fulfill({ status: 204 }));
    try {
      await page.goto(url);
      const found = await look(page);
      const violations = await page.evaluate(() => (globalThis as unknown as Watched).violations);
      return { found, said: said.filter((text) => !/React DevTools|\[vite\]/.test(text)), violations };
    } finally {
      await page.close();
    }
  }

  test.each(HOSTS)('$name', async ({ name, heading, tools, files, policy, serve }) => {
    const project = createProject(tools, { ...guide(heading).files, ...files });
    try {
      if (!serve || heading === 'Next') for (const command of guide(heading).commands) project.shell(command);
      const site = await (serve?.(project) ?? serveFolder(`${project.folder}/dist`, policy));
      try {
        const answer = await visit(site.url, capabilities);
        note(name, answer.found);
        expect(answer).toEqual({ found: reference.page, said: [], violations: [] });
        if (heading === 'Next') {
          const found = (await (await fetch(new URL('/server', site.url))).json()) as Capabilities;
          note('Next 15, server', found);
          expect(found).toEqual(reference.node);
        }
      } finally {
        site.close();
      }
    } finally {
      project.remove();
    }
  });

  test('Trusted Types refuses the worker a page does not vouch for, and the error says what to pass', async () => {
    const project = createProject('esbuild', { ...guide('esbuild').files, 'dist/index.html': INDEX });
    try {
      for (const command of guide('esbuild').commands) project.shell(command);
      const site = await serveFolder(`${project.folder}/dist`, TRUSTED);
      const { found } = await visit(site.url, capabilities);
      site.close();
      note('esbuild, Trusted Types without a policy of the page', found);
      for (const name of ['spawnSim', 'spawnCapture'])
        expect(found[name]).toEqual({
          code: 'MOORING_ERR_NO_WORKER',
          message: expect.stringMatching(/createScriptURL/),
        });
    } finally {
      project.remove();
    }
  });

  test('a worker that is not where the page looks for it: the error names the URL', async () => {
    const project = createProject('esbuild', { ...guide('esbuild').files, 'dist/index.html': INDEX });
    try {
      project.shell(guide('esbuild').commands[0]!);
      const site = await serveFolder(`${project.folder}/dist`);
      const { found } = await visit(site.url, capabilities);
      site.close();
      expect(found['spawnSim']).toEqual({
        code: 'MOORING_ERR_THREAD_GONE',
        message: expect.stringContaining(`workers/sim.js beside ${site.url}main.js`),
      });
    } finally {
      project.remove();
    }
  });

  test("an algorithm of one's own reaches the worker by its URL", async () => {
    const section = guide('A worker of your own');
    const project = createProject('esbuild', {
      ...guide('esbuild').files,
      ...pick('A worker of your own', 'my-algorithm.js', 'with-algorithm.js'),
      'dist/index.html': INDEX,
      'main.js': `
import { spawnSim } from 'mooring/web';
import { begin } from './with-algorithm.js';
import { watch } from './watch.js';
watch(async () => {
  const worker = spawnSim();
  const { durationUs, flows } = await begin(worker.simulator, { flows: [{ algorithm: 'mine' }], duration: '5s' });
  await worker.simulator.advance(durationUs);
  const { summary, failures } = await worker.simulator.outcome();
  const missing = await worker.simulator.begin({ flows: [{ algorithm: 'x' }] }, { modules: { x: new URL('./none.js', location.href).href } }).catch(({ code }) => code);
  worker.close();
  return { flows, used: summary.utilisation > 0, failures, missing };
});
`,
    });
    try {
      for (const command of [...guide('esbuild').commands, ...section.commands]) project.shell(command);
      const site = await serveFolder(`${project.folder}/dist`, STRICT);
      const { found } = await visit(site.url, capabilities);
      site.close();
      expect(found).toEqual({ flows: ['mine'], used: true, failures: [], missing: 'MOORING_ERR_AGENT_NO_MODULE' });
    } finally {
      project.remove();
    }
  });

  test('a service worker', async () => {
    const project = createProject('esbuild', {
      'service-worker.js': `
import { probe } from './probe.js';
import { page } from './page.js';
self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));
self.addEventListener('fetch', (event) => {
  if (event.request.url.endsWith('/probe')) event.respondWith(page().then((found) => Response.json(found)));
});
`,
      'dist/index.html': '<!doctype html><script type="module" src="./register.js"></script>\n',
      'dist/register.js': `
globalThis.violations = [];
await navigator.serviceWorker.register('./service-worker.js', { type: 'module' });
await navigator.serviceWorker.ready;
if (!navigator.serviceWorker.controller)
  await new Promise((changed) => navigator.serviceWorker.addEventListener('controllerchange', changed));
globalThis.result = fetch('./probe').then((response) => response.json());
`,
    });
    try {
      for (const command of guide('A service worker').commands) project.shell(command);
      const site = await serveFolder(`${project.folder}/dist`);
      const { found } = await visit(site.url, capabilities);
      site.close();
      note('service worker', found);
      expect(found).toEqual(reference.node);
    } finally {
      project.remove();
    }
  });
});

test.skipIf(!hasChromium)('the table of the guide is what was seen', async () => {
  await expect(table()).toMatchFileSnapshot('../../docs/generated/hosts-pages.md');
});

interface Watched {
  readonly result?: Promise<Capabilities>;
  readonly violations: readonly string[];
}

async function capabilities(page: Page): Promise<Capabilities> {
  await page.waitForFunction(() => (globalThis as unknown as Watched).result !== undefined, undefined, {
    timeout: 60_000,
  });
  return page.evaluate(() => (globalThis as unknown as Watched).result!);
}

function pick(heading: string, ...names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, guide(heading).files[name]!]));
}

function viteDev(project: Project) {
  return project.serve(/http:\/\/127\.0\.0\.1:\d+\//, 'npx', 'vite', '--host', '127.0.0.1', '--port', '0');
}

function nextStart(project: Project) {
  return project.serve(/http:\/\/127\.0\.0\.1:\d+/, 'npx', 'next', 'start', '-H', '127.0.0.1', '-p', '0');
}
