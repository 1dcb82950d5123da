import { cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasChromium, launchChromium } from '../browser/chromium.js';
import { type Capabilities, note } from './matrix.js';
import { createProject, type Project, tool } from './project.js';
import { reference } from './reference.js';
import { serveFolder } from './serve.js';

// The packed package in pages: built by each bundler in an empty project, opened in Chromium.

interface Host {
  readonly name: string;
  readonly tools: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly policy?: string;
  /** Builds the page and gives the folder to serve. */
  build(project: Project): string;
}

/** What a strict page sends: no eval, no inline styles. */
const STRICT =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; worker-src 'self'; connect-src 'self'";

const viteBuild = (project: Project): string => {
  project.run(tool(project, 'vite'), 'build', '--outDir', 'built', '--logLevel', 'warn');
  return 'built';
};

const copyWorkers = (project: Project, to: string): void =>
  cpSync(join(project.folder, 'node_modules/mooring/dist/workers'), join(project.folder, to, 'workers'), {
    recursive: true,
  });

const esbuildBuild = (project: Project): string => {
  project.run(tool(project, 'esbuild'), 'main.js', '--bundle', '--format=esm', '--outdir=built', '--log-level=error');
  cpSync(join(project.folder, 'index.html'), join(project.folder, 'built/index.html'));
  copyWorkers(project, 'built');
  return 'built';
};

const HOSTS: readonly Host[] = [
  { name: 'Vite 7, build', tools: 'vite7', build: viteBuild },
  { name: 'Vite 8, build', tools: 'vite8', build: viteBuild },
  {
    name: 'webpack 5',
    tools: 'webpack',
    files: {
      'webpack.config.cjs':
        "module.exports = { mode: 'production', entry: './main.js', output: { path: __dirname + '/built' }, performance: false };",
    },
    build(project) {
      project.run(tool(project, 'webpack'), '--config', 'webpack.config.cjs');
      writeFileSync(join(project.folder, 'built/index.html'), '<!doctype html><script src="./main.js"></script>');
      return 'built';
    },
  },
  {
    name: 'Rollup 4',
    tools: 'rollup',
    build(project) {
      project.run(
        tool(project, 'rollup'),
        'main.js',
        '-d',
        'built',
        '-f',
        'es',
        '-p',
        'node-resolve={browser:true}',
        '--silent',
      );
      cpSync(join(project.folder, 'index.html'), join(project.folder, 'built/index.html'));
      copyWorkers(project, 'built');
      return 'built';
    },
  },
  { name: 'esbuild', tools: 'esbuild', build: esbuildBuild },
  { name: 'esbuild, strict policy', tools: 'esbuild', policy: STRICT, build: esbuildBuild },
  {
    name: 'no bundler, import map',
    tools: 'none',
    build(project) {
      const packages = ['comlink', 'fflate', 'fzstd', 'uplot', 'valibot'];
      const imports: Record<string, string> = {
        mooring: './node_modules/mooring/dist/index.js',
        'mooring/web': './node_modules/mooring/dist/web.js',
        comlink: './node_modules/comlink/dist/esm/comlink.mjs',
        fflate: './node_modules/fflate/esm/browser.js',
        fzstd: './node_modules/fzstd/esm/index.mjs',
        uplot: './node_modules/uplot/dist/uPlot.esm.js',
        valibot: './node_modules/valibot/dist/index.mjs',
      };
      const missing = packages.filter((name) => !existsSync(join(project.folder, 'node_modules', name)));
      for (const name of missing) delete imports[name];
      const map = JSON.stringify({ imports });
      writeFileSync(
        join(project.folder, 'index.html'),
        `<!doctype html><script type="importmap">${map}</script><script type="module" src="./main.js"></script>`,
      );
      return '.';
    },
  },
];

describe.skipIf(!hasChromium)('a page built by', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser?.close());

  test.each(HOSTS)('$name', async ({ name, tools, files, policy, build }) => {
    const project = createProject(tools, files);
    try {
      const folder = build(project);
      mkdirSync(join(project.folder, folder), { recursive: true });
      const site = await serveFolder(join(project.folder, folder), policy);
      const page = await browser.newPage();
      const said: string[] = [];
      page.on('console', (message) => said.push(message.text()));
      page.on('pageerror', (error) => said.push(error.message));
      await page.goto(site.url);
      const found = await page.evaluate(
        () => (globalThis as unknown as { result?: Promise<Capabilities> }).result ?? ({} as Capabilities),
      );
      const violations = await page.evaluate(() => (globalThis as unknown as { violations: string[] }).violations);
      await page.close();
      site.close();
      note(name, found);
      expect({ found, said, violations }).toEqual({ found: reference.page, said: [], violations: [] });
    } finally {
      project.remove();
    }
  });
});
