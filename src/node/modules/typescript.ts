import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ERROR, MooringError } from '../../base/index.js';
import { bundle, findEsbuild } from './bundle.js';

/**
 * Imports a TypeScript module. Node strips types itself from 22.18 on; before that esbuild does, where
 * it is installed.
 */
export async function loadTypeScript(file: string): Promise<Record<string, unknown>> {
  if (stripsTypes()) return import(pathToFileURL(file).href);
  const esbuild = await findEsbuild();
  if (esbuild === undefined) {
    throw new MooringError(
      ERROR.MOORING_ERR_ALGORITHM_FILE,
      `${file}: Node ${process.versions.node} does not read TypeScript: npm install esbuild, use Node 22.18 or newer, or compile it to .js`,
      { path: file },
    );
  }
  // Before the module is loaded, or its stacks name the file that was made of it.
  process.setSourceMapsEnabled(true);
  // With whole paths: what the author's stack then names is the author's own file.
  const text = await bundle(esbuild, file, { sourceRoot: pathToFileURL(join(dirname(resolve(file)), '/')).href });
  const folder = await mkdtemp(join(tmpdir(), 'mooring-'));
  try {
    const path = join(folder, 'algorithm.mjs');
    await writeFile(path, text);
    return await import(pathToFileURL(path).href);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Whether {@link loadTypeScript} can do its work here. */
export async function readsTypeScript(): Promise<boolean> {
  return stripsTypes() || (await findEsbuild()) !== undefined;
}

function stripsTypes(): boolean {
  return Boolean((process.features as { typescript?: unknown }).typescript);
}
