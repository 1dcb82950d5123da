// The package's JavaScript as a table of entries. Everything lands flat in dist/, so that
// `new URL('./workers/sim.js', import.meta.url)` means the same from every file there.
import { readdirSync, readFileSync } from 'node:fs';
import json from '@rollup/plugin-json';
import { nodeResolve } from '@rollup/plugin-node-resolve';
import esbuild from 'rollup-plugin-esbuild';

const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
const external = (id) =>
  !id.endsWith('.css') &&
  (id.startsWith('node:') || Object.keys(dependencies).some((name) => id === name || id.startsWith(`${name}/`)));

const workers = readdirSync('workers')
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))
  .map((file) => file.slice(0, -3));

const entries = {
  index: 'src/index.ts',
  node: 'src/node/index.ts',
  web: 'src/web/index.ts',
  cli: 'src/cli/main.ts',
  ...Object.fromEntries(workers.map((name) => [`workers/${name}`, `workers/${name}.ts`])),
};

// Scripts that a page or a file carries whole: one file each, with what they import inside.
const scripts = { report: 'src/web/report/main.ts' };

// A style sheet is text to the script that imports it.
const styleSheets = {
  name: 'style-sheets',
  transform: (code, id) =>
    id.endsWith('.css') ? { code: `export const css = ${JSON.stringify(code)};`, map: { mappings: '' } } : null,
};

const library = {
  input: entries,
  external,
  plugins: [nodeResolve(), json(), styleSheets, esbuild({ target: 'es2022', tsconfig: false })],
  output: {
    dir: 'dist',
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: 'chunk-[name]-[hash].js',
    banner: (chunk) => (chunk.name === 'cli' ? '#!/usr/bin/env node' : ''),
    sourcemap: true,
    sourcemapExcludeSources: true,
  },
};

const pages = Object.entries(scripts).map(([name, input]) => ({
  input,
  plugins: [nodeResolve({ browser: true }), styleSheets, esbuild({ target: 'es2022', tsconfig: false, minify: true })],
  output: { file: `dist/${name}.js`, format: 'iife' },
}));

export default [library, ...pages];
