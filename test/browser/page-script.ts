import { build } from 'esbuild';

/** One script for a page out of `source`, JavaScript that imports the package; its exports become `page`. */
export async function pageScript(source: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: source, resolveDir: '.', loader: 'js' },
    bundle: true,
    format: 'iife',
    globalName: 'page',
    platform: 'browser',
    write: false,
  });
  return outputFiles[0]!.text;
}
