// The examples that are pages, as a table: their scripts, and the workers of the package they start.
// Everything a page needs lands in its own dist/, flat as in the package, with nothing left to resolve.
import { nodeResolve } from '@rollup/plugin-node-resolve';
import esbuild from 'rollup-plugin-esbuild';

const pages = [
  { folder: 'browser-simulator', scripts: ['main'], workers: ['sim'] },
  { folder: 'pcap-page', scripts: ['main'], workers: ['capture'] },
];

export default pages.map(({ folder, scripts, workers }) => ({
  input: {
    ...Object.fromEntries(scripts.map((name) => [name, `examples/${folder}/${name}.ts`])),
    ...Object.fromEntries(workers.map((name) => [`workers/${name}`, `dist/workers/${name}.js`])),
  },
  // Annotations of others' files are none of ours.
  onwarn: (warning, warn) =>
    warning.id?.includes('node_modules') || warning.ids?.some((id) => id.includes('node_modules')) || warn(warning),
  plugins: [nodeResolve({ browser: true }), esbuild({ target: 'es2022', tsconfig: false })],
  output: {
    dir: `examples/${folder}/dist`,
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: 'chunk-[name]-[hash].js',
  },
}));
