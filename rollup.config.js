// The package's JavaScript. dist/ is flat, so that `new URL('./workers/sim.js', import.meta.url)` means the same
// from every file there: a file a door, a file a room behind them, so that whoever imports one function carries
// the rooms it needs and no other.
import { readFileSync } from 'node:fs';
import json from '@rollup/plugin-json';
import { nodeResolve } from '@rollup/plugin-node-resolve';
import esbuild from 'rollup-plugin-esbuild';

const { dependencies, peerDependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
const others = Object.keys({ ...dependencies, ...peerDependencies });
const external = (id) =>
  !id.endsWith('.css') && (id.startsWith('node:') || others.some((name) => id === name || id.startsWith(`${name}/`)));

// The doors of the package, what it starts as threads of Node, and the command.
const entries = {
  index: 'src/index.ts',
  program: 'src/program/index.ts',
  sim: 'src/sim/index.ts',
  capture: 'src/capture/index.ts',
  twine: 'src/twine/public.ts',
  node: 'src/node/index.ts',
  web: 'src/web/public.ts',
  cli: 'src/cli/main.ts',
  'workers/agent': 'src/workers/agent.ts',
  'workers/bench': 'src/workers/bench.ts',
  'workers/echo': 'src/workers/echo.ts',
  'workers/run': 'src/workers/run.ts',
  'workers/tables': 'src/workers/tables.ts',
};

// The file a source belongs to. Who spawns a worker does not carry plots; verbs are loaded one by one; numbers and the
// bytes of modules go with whoever needs them, file by file.
function roomOf(id) {
  const [, room, inner] = /\/src\/([^/]+)\/(.+)\.ts$/.exec(id) ?? [];
  if (room === undefined || ['cli', 'bench', 'figures', 'workers'].includes(room) || id.endsWith('/src/web/public.ts'))
    return undefined;
  // Loaded with the first packet that needs it.
  if (room === 'capture' && inner.startsWith('transports/')) return 'room-capture-transports';
  // Interfaces need the helper and what installs it, files do not.
  if (room === 'node' && inner === 'capture/live') return 'room-node-live';
  if (room === 'web') return inner.startsWith('plots/') ? 'room-web-plots' : 'room-web-spawn';
  if (room === 'generated' || room === 'core' || room === 'client') return `room-${room}-${inner.replaceAll('/', '-')}`;
  return room === 'node' ? `room-node-${inner.split('/')[0]}` : `room-${room}`;
}

// Files that are whole: workers of pages, and what a report carries.
const whole = [
  { input: 'src/workers/sim.ts', file: 'dist/workers/sim.js', format: 'esm' },
  { input: 'src/workers/capture.ts', file: 'dist/workers/capture.js', format: 'esm' },
  { input: 'src/web/report/main.ts', file: 'dist/report.js', format: 'iife' },
];

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
  // Who takes one thing from the boundary between threads does not load all that stands at it.
  treeshake: { moduleSideEffects: (id) => !id.includes('/src/client/') },
  output: {
    dir: 'dist',
    format: 'esm',
    entryFileNames: '[name].js',
    // What is no room is a verb of the command, or what verbs share.
    chunkFileNames: ({ name }) => (name.startsWith('room-') ? `${name}.js` : `cli-${name}.js`),
    manualChunks: roomOf,
    onlyExplicitManualChunks: true,
    // A door imports what it exports, and nothing for the sake of loading early.
    hoistTransitiveImports: false,
    banner: ({ name }) => (name === 'cli' ? '#!/usr/bin/env node' : ''),
  },
};

const files = whole.map(({ input, file, format }) => ({
  input,
  // Annotations of others' files are none of ours.
  onwarn: (warning, warn) =>
    warning.id?.includes('node_modules') || warning.ids?.some((id) => id.includes('node_modules')) || warn(warning),
  plugins: [nodeResolve({ browser: true }), styleSheets, esbuild({ target: 'es2022', tsconfig: false, minify: true })],
  // Of rooms that are doors of names a report carries what it takes from them.
  treeshake: { moduleSideEffects: (id) => !file.endsWith('report.js') || !/\/src\/(?!web)/.test(id) },
  output: { file, format, inlineDynamicImports: true },
}));

export default [library, ...files];
