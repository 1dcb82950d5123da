// The package's JavaScript as a table of entries. Everything lands flat in dist/, so that
// `new URL('./workers/sim.js', import.meta.url)` means the same from every file there.
import { readdirSync, readFileSync } from 'node:fs';
import json from '@rollup/plugin-json';
import esbuild from 'rollup-plugin-esbuild';

const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
const external = (id) =>
  id.startsWith('node:') || Object.keys(dependencies).some((name) => id === name || id.startsWith(`${name}/`));

const workers = readdirSync('workers')
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))
  .map((file) => file.slice(0, -3));

const entries = {
  index: 'src/index.ts',
  node: 'src/node/index.ts',
  web: 'src/web/index.ts',
  cli: 'src/node/cli/main.ts',
  ...Object.fromEntries(workers.map((name) => [`workers/${name}`, `workers/${name}.ts`])),
};

export default {
  input: entries,
  external,
  plugins: [json(), esbuild({ target: 'es2022', tsconfig: false })],
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
