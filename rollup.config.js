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
  if (room === 'capture') return chunkOfCapture(inner);
  // Interfaces need the helper and what installs it, files do not.
  if (room === 'node' && inner === 'capture/live') return 'room-node-live';
  // Who hands on a report's writer runs no sweeps.
  if (room === 'node' && inner === 'jobs/report-file') return 'room-node-report';
  // Every part of the package needs these, and together: a file costs its bytes and 0.5 ms.
  if (room === 'generated' && ['errors', 'isa'].includes(inner)) return 'room-base';
  if (room === 'core' && ['instance', 'memory', 'modules', 'trap'].includes(inner)) return 'room-core';
  if (room === 'web') return inner.startsWith('plots/') ? 'room-web-plots' : 'room-web-spawn';
  if (room === 'generated' || room === 'core' || room === 'client') return `room-${room}-${inner.replaceAll('/', '-')}`;
  return room === 'node' ? `room-node-${inner.split('/')[0]}` : `room-${room}`;
}

// The door is a list of names; replays bring the engine of programs with them, comparisons a module of their own, and
// transports are loaded with the first packet that needs them. Who opens a capture needs none of it.
function chunkOfCapture(inner) {
  if (inner === 'index') return undefined;
  const part = /^(?:(transports|compare)\/|(replay|xplot)$)/.exec(inner);
  return part ? `room-capture-${part[1] ?? part[2]}` : 'room-capture';
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
  treeshake: { moduleSideEffects: (id) => !/\/src\/(client|node\/jobs)\//.test(id) },
  output: {
    dir: 'dist',
    format: 'esm',
    entryFileNames: '[name].js',
    // What is no room is a verb of the command, or what verbs share; a verb of a verb has the names of both.
    chunkFileNames: ({ name, facadeModuleId }) =>
      name.startsWith('room-')
        ? `${name}.js`
        : `cli-${/\/src\/cli\/pcap\//.test(facadeModuleId) ? 'pcap-' : ''}${name}.js`,
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
