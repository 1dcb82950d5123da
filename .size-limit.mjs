import { readFileSync } from 'node:fs';

// What an import may cost a page, compressed by brotli; scripts/size.mjs writes the bundles.
const imports = JSON.parse(readFileSync(new URL('scripts/size-imports.json', import.meta.url), 'utf8'));

export default Object.entries(imports).flatMap(([name, { limit }]) =>
  ['esbuild', 'rollup'].map((bundler) => ({
    name: `${name}, ${bundler}`,
    path: `out/size/${name}.${bundler}.js`,
    limit,
    brotli: true,
  })),
);
