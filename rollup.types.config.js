// The package's declarations: one file a door, and one for what several doors share. Nothing internal is in them.
import { dts } from 'rollup-plugin-dts';
import { doors } from './scripts/doors.mjs';

export default {
  input: {
    ...Object.fromEntries(doors.map(({ entry, source }) => [entry, declarationsOf(source)])),
    worker: declarationsOf('src/workers/worker.ts'),
  },
  external: (id) => !id.startsWith('.') && !id.startsWith('/') && !id.startsWith('out/'),
  plugins: [dts({ respectExternal: false }), withoutUnused()],
  output: {
    dir: 'dist/types',
    format: 'esm',
    hoistTransitiveImports: false,
    entryFileNames: '[name].d.ts',
    chunkFileNames: ({ name }) => `shared-${name.replace(/\.d$/, '')}.d.ts`,
  },
};

function declarationsOf(source) {
  return source.replace('src/', 'out/types/').replace('.ts', '.d.ts');
}

/** Rollup keeps the import of a library of which nothing is left once the schemas behind the types are gone. */
function withoutUnused() {
  const unused = (code, name) => !new RegExp(`\\b${name}\\.[A-Za-z]`).test(code);
  return {
    name: 'without-unused',
    renderChunk: (code) =>
      code.replace(/^import \* as (\w+) from '[\w-]+';\n/gm, (line, name) => (unused(code, name) ? '' : line)),
  };
}
