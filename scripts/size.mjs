// What an import costs a page: a bundle of one import each, by esbuild and by Rollup, minified, into out/size, where
// size-limit weighs them (.size-limit.json). Without arguments it builds; `--table` prints what came out.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { brotliCompressSync } from 'node:zlib';
import { nodeResolve } from '@rollup/plugin-node-resolve';
import { build, transform } from 'esbuild';
import { rollup } from 'rollup';

const folder = 'out/size';
const limits = JSON.parse(readFileSync('.size-limit.json', 'utf8'));
const imports = JSON.parse(readFileSync('scripts/size-imports.json', 'utf8'));

mkdirSync(folder, { recursive: true });
for (const [name, from] of Object.entries(imports)) {
  const entry = `${folder}/${name}.js`;
  writeFileSync(entry, `import { ${name} } from '${from}';\nglobalThis.used = ${name};\n`);
  await build({
    entryPoints: [entry],
    bundle: true,
    minify: true,
    format: 'esm',
    outfile: `${folder}/${name}.esbuild.js`,
    logLevel: 'error',
    tsconfigRaw: {},
  });
  const bundle = await rollup({ input: entry, plugins: [nodeResolve({ browser: true })], onwarn: () => {} });
  const { output } = await bundle.generate({ format: 'esm', inlineDynamicImports: true });
  const { code } = await transform(output[0].code, { minify: true, format: 'esm' });
  writeFileSync(`${folder}/${name}.rollup.js`, code);
}
if (process.argv.includes('--table')) {
  for (const { name, path, limit } of limits) {
    const size = brotliCompressSync(readFileSync(path)).length;
    console.log(`${name.padEnd(44)} ${(size / 1000).toFixed(1).padStart(7)} kB of ${limit}`);
  }
}
