import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { ERROR, MooringError } from '../../base/index.js';

/** The calls of esbuild that are needed, so that the package compiles without it. */
export interface Esbuild {
  build(options: Record<string, unknown>): Promise<{ outputFiles: readonly { readonly text: string }[] }>;
  /** Ends the process that compiles; the next build starts another. */
  stop(): Promise<void>;
}

/** Not a dependency: who writes JavaScript in one file, or has a Node that reads TypeScript, needs none. */
export async function findEsbuild(): Promise<Esbuild | undefined> {
  const name = 'esbuild';
  return import(name).catch(() => undefined);
}

/**
 * A reader's module as one text that can be loaded on another machine: all it imports is in it, but for this package and
 * what Node brings. The same sources give the same text, wherever they lie. Without esbuild a file that imports no other
 * is taken as it is. Throws MOORING_ERR_ALGORITHM_FILE.
 */
export async function bundleFile(file: string): Promise<{ readonly text: string; readonly extension: string }> {
  const esbuild = await findEsbuild();
  if (esbuild === undefined) {
    const text = await readFile(file, 'utf8').catch((cause: unknown) => {
      throw refusal(file, 'it cannot be read', cause);
    });
    if (!IMPORTS_A_NEIGHBOUR.test(text)) return { text, extension: /\.[cm]?[jt]s$/i.exec(file)?.[0] ?? '.mjs' };
    throw refusal(file, 'it imports other files and cannot travel without a bundler: npm install esbuild');
  }
  const text = await bundle(esbuild, file, { minifyWhitespace: true, keepNames: true }).catch((cause: unknown) => {
    throw refusal(file, `it cannot be bundled: ${(cause as Error).message}`, cause);
  });
  return { text, extension: '.mjs' };
}

/** `from './x.js'`, `import('../x.js')`, `require("./x")`. */
const IMPORTS_A_NEIGHBOUR = /\b(?:from|import|require)\s*\(?\s*['"`]\.{0,2}\//;

let bundling = 0;

/** One text of `file` and what it imports; stacks name the sources as esbuild's source map does. */
export async function bundle(esbuild: Esbuild, file: string, more: Record<string, unknown>): Promise<string> {
  bundling += 1;
  const folder = dirname(resolve(file));
  try {
    const { outputFiles } = await esbuild.build({
      entryPoints: [resolve(file)],
      absWorkingDir: folder,
      bundle: true,
      write: false,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      external: ['mooring', 'mooring/*'],
      logLevel: 'silent',
      sourcemap: 'inline',
      sourcesContent: false,
      outfile: join(folder, 'algorithm.mjs'),
      ...more,
    });
    return outputFiles[0]!.text;
  } finally {
    bundling -= 1;
    if (bundling === 0) await esbuild.stop();
  }
}

function refusal(path: string, why: string, cause?: unknown): MooringError {
  return new MooringError(ERROR.MOORING_ERR_ALGORITHM_FILE, `${path}: ${why}`, { path }, cause);
}
