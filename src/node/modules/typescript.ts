import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ERROR, MooringError } from '../../base/index.js';

/** The one call of esbuild that is needed, so that the package compiles without it. */
interface Esbuild {
  build(options: Record<string, unknown>): Promise<{ outputFiles: readonly { readonly text: string }[] }>;
  /** Ends the process that compiles; the next build starts another. */
  stop(): Promise<void>;
}

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
  const { outputFiles } = await bundle(esbuild, file);
  const folder = await mkdtemp(join(tmpdir(), 'mooring-'));
  try {
    const path = join(folder, 'algorithm.mjs');
    await writeFile(path, outputFiles[0]!.text);
    return await import(pathToFileURL(path).href);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

let bundling = 0;

async function bundle(esbuild: Esbuild, file: string): ReturnType<Esbuild['build']> {
  bundling += 1;
  try {
    return await esbuild.build({
      entryPoints: [file],
      bundle: true,
      write: false,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      external: ['mooring', 'mooring/*'],
      logLevel: 'silent',
      // With whole paths: what the author's stack then names is the author's own file.
      sourcemap: 'inline',
      sourcesContent: false,
      sourceRoot: pathToFileURL(join(dirname(resolve(file)), '/')).href,
      outfile: join(dirname(resolve(file)), 'algorithm.mjs'),
    });
  } finally {
    bundling -= 1;
    if (bundling === 0) await esbuild.stop();
  }
}

/** Whether {@link loadTypeScript} can do its work here. */
export async function readsTypeScript(): Promise<boolean> {
  return stripsTypes() || (await findEsbuild()) !== undefined;
}

function stripsTypes(): boolean {
  return Boolean((process.features as { typescript?: unknown }).typescript);
}

/** Not a dependency: only readers who write TypeScript for Node 20 need it. */
async function findEsbuild(): Promise<Esbuild | undefined> {
  const name = 'esbuild';
  return import(name).catch(() => undefined);
}
