// What an import costs a page before it runs: a bundle of one import each, by esbuild and by Rollup, minified, without
// what is loaded when it is asked for, into out/size, where size-limit weighs them (.size-limit.mjs).
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { nodeResolve } from '@rollup/plugin-node-resolve';
import { build, transform } from 'esbuild';
import { rollup } from 'rollup';

const folder = 'out/size';
const imports = JSON.parse(readFileSync('scripts/size-imports.json', 'utf8'));

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
for (const [name, { from }] of Object.entries(imports)) {
  const entry = `${folder}/${name}.js`;
  writeFileSync(entry, `import { ${name} } from '${from}';\nglobalThis.used = ${name};\n`);
  writeFileSync(`${folder}/${name}.esbuild.js`, await byEsbuild(entry));
  writeFileSync(`${folder}/${name}.rollup.js`, await byRollup(entry));
}

async function byEsbuild(entry) {
  const { outputFiles, metafile } = await build({
    entryPoints: [entry],
    bundle: true,
    splitting: true,
    minify: true,
    format: 'esm',
    outdir: `${folder}/esbuild`,
    write: false,
    metafile: true,
    logLevel: 'error',
    tsconfigRaw: {},
  });
  const textOf = (path) => outputFiles.find((file) => file.path.endsWith(path)).text;
  const first = Object.entries(metafile.outputs).find(([, { entryPoint }]) => entryPoint === entry)[0];
  const staticImports = (path) =>
    metafile.outputs[path].imports.filter(({ kind }) => kind === 'import-statement').map(({ path }) => path);
  return reached(first, staticImports).map(textOf).join('');
}

async function byRollup(entry) {
  const bundle = await rollup({ input: entry, plugins: [nodeResolve({ browser: true })], onwarn: () => {} });
  const { output } = await bundle.generate({ format: 'esm' });
  const chunks = new Map(output.map((chunk) => [chunk.fileName, chunk]));
  const files = reached(output[0].fileName, (file) => chunks.get(file).imports);
  const { code } = await transform(files.map((file) => chunks.get(file).code).join(''), {
    minify: true,
    format: 'esm',
  });
  return code;
}

/** `from` and what it leads to by `next`. */
function reached(from, next, seen = new Set()) {
  if (seen.has(from)) return [];
  seen.add(from);
  return [from, ...next(from).flatMap((path) => reached(path, next, seen))];
}
