// What tests read that is built: modules with little optimising, which mean the same and are there in a second, and
// the package's JavaScript without the files of pages.

import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { stop as stopEsbuild } from 'esbuild';
import { rollup } from 'rollup';
import { compileWasm, writeWasm } from '../compile-wasm.mjs';

/** Builds `modules`; gives the sources written, or undefined where one does not compile. */
export async function buildModules(root, modules) {
  const written = [];
  for (const name of modules) {
    const built = await compileWasm(root, name, { optimizeLevel: 1, shrinkLevel: 0, converge: false });
    if (built.fault) return undefined;
    written.push(await writeWasm(root, name, built));
  }
  return written;
}

/** A function that builds dist/ of `root`, the current folder, again and tells whether it could. */
export async function packageBuilder(root) {
  const { default: bundles } = await import(pathToFileURL(resolve(root, 'rollup.config.js')).href);
  const [library] = bundles;
  let cache;
  return async () => {
    try {
      // Its process may have been ended with those of a mutant that never did.
      await stopEsbuild();
      const bundle = await rollup({ ...library, cache, onwarn: () => {} });
      cache = bundle.cache;
      await bundle.write(library.output);
      await bundle.close();
      return true;
    } catch {
      return false;
    }
  };
}
