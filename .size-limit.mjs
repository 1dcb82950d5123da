import { readFileSync } from 'node:fs';

// What an import may cost a page, compressed by brotli; scripts/size.mjs writes the bundles.
const imports = JSON.parse(readFileSync(new URL('scripts/size-imports.json', import.meta.url), 'utf8'));

// What a visitor of the studio loads before the first picture, and the simulator with the first run.
const studio = {
  name: 'studio, first load',
  path: [
    ...['index.html', 'main.js', 'style.css', 'start.json'].map((name) => `dist/studio/${name}`),
    'dist/workers/sim.js',
  ],
  limit: '200 kB',
  brotli: true,
};

// What is fetched when somebody writes, beside the checker of types; with the first file that is saved or opened, and with the first sweep.
const onDemand = [
  { name: 'studio, editor', path: 'dist/studio/editor.js', limit: '150 kB', brotli: true },
  { name: 'studio, Parquet', path: 'dist/studio/parquet.js', limit: '20 kB', brotli: true },
  { name: 'studio, views of sweeps', path: 'dist/studio/sweep.js', limit: '16 kB', brotli: true },
  { name: 'studio, what opens files', path: 'dist/studio/open.js', limit: '9 kB', brotli: true },
  { name: 'studio, reader of results', path: 'dist/studio/workers/results.js', limit: '36 kB', brotli: true },
];

const imported = Object.entries(imports).flatMap(([name, { limit }]) =>
  ['esbuild', 'rollup'].map((bundler) => ({
    name: `${name}, ${bundler}`,
    path: `out/size/${name}.${bundler}.js`,
    limit,
    brotli: true,
  })),
);

export default [...imported, studio, ...onDemand];
