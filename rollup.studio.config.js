// The studio as static files in dist/studio: its page, its script, its editor, and what it begins with. Two of its workers are
// those of the package; `mooring studio --out` lays them beside it.
import { readFileSync } from 'node:fs';
import { nodeResolve } from '@rollup/plugin-node-resolve';
import { build } from 'esbuild';
import esbuild, { minify } from 'rollup-plugin-esbuild';
import { codeWorker, resultsWorker, sandboxPage, sandboxScript } from './scripts/studio-parts.mjs';

const { version } = JSON.parse(readFileSync('package.json', 'utf8'));

// A style sheet that a script imports is text to it.
const styleSheets = {
  name: 'style-sheets',
  transform: (code, id) =>
    id.endsWith('.css') ? { code: `export const css = ${JSON.stringify(code)};`, map: { mappings: '' } } : null,
};

const assets = {
  name: 'assets',
  async generateBundle() {
    for (const name of ['index.html', 'style.css'])
      this.emitFile({ type: 'asset', fileName: name, source: readFileSync(`src/studio/${name}`) });
    const emit = (fileName, source) => this.emitFile({ type: 'asset', fileName, source });
    emit('start.json', `${JSON.stringify(await start())}\n`);
    emit('sandbox.html', await sandboxPage());
    emit('workers/sandbox.js', await sandboxScript());
    emit('workers/code.js', await codeWorker());
    emit('workers/results.js', await resultsWorker());
  },
};

/** A visitor sees a run that is done: it is simulated now. */
async function start() {
  const { outputFiles } = await build({
    ...{ entryPoints: ['src/studio/build-start.ts'], bundle: true, write: false, format: 'esm', platform: 'node' },
    ...{ logLevel: 'error', tsconfigRaw: {} },
  });
  const script = `data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`;
  const { buildStart } = await import(script);
  return buildStart(version);
}

const PARTS = [
  ['/hyparquet-writer/', 'parquet.js'],
  ['/src/studio/editor/mount.ts', 'editor.js'],
  ['/src/web/sweep/views.ts', 'sweep.js'],
  ['/src/studio/sources/gather.ts', 'open.js'],
];

export default {
  input: 'src/studio/main.tsx',
  plugins: [
    nodeResolve({ browser: true }),
    styleSheets,
    esbuild({ target: 'es2022', tsconfig: false, jsx: 'automatic', jsxImportSource: 'preact' }),
    minify({ target: 'es2022' }),
    assets,
  ],
  // Rooms are doors of names: what a page does not take from one stays out.
  treeshake: { moduleSideEffects: (id) => !/\/src\/(?!studio|web)/.test(id) },
  // The editor is fetched when somebody writes, what writes Parquet with the first file, and views of sweeps with the first sweep.
  output: {
    dir: 'dist/studio',
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: ({ moduleIds }) =>
      PARTS.find(([part]) => moduleIds.some((id) => id.includes(part)))?.[1] ?? 'rest-[hash].js',
  },
};
