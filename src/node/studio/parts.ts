// The files of the studio by the paths a page asks for. dist/studio stands beside the bundle this file becomes part of; two of
// its workers are those of the package.
const PARTS: Readonly<Record<string, string>> = {
  'index.html': './studio/index.html',
  'main.js': './studio/main.js',
  'editor.js': './studio/editor.js',
  'parquet.js': './studio/parquet.js',
  'sweep.js': './studio/sweep.js',
  'open.js': './studio/open.js',
  'report.js': './report.js',
  'style.css': './studio/style.css',
  'start.json': './studio/start.json',
  'sandbox.html': './studio/sandbox.html',
  'code-library.json': './studio/code-library.json',
  'workers/code.js': './studio/workers/code.js',
  'workers/results.js': './studio/workers/results.js',
  'workers/sandbox.js': './studio/workers/sandbox.js',
  'workers/sim.js': './workers/sim.js',
  'workers/capture.js': './workers/capture.js',
};

export const STUDIO_FILES: ReadonlyMap<string, URL> = new Map(
  Object.entries(PARTS).map(([name, path]) => [name, new URL(path, import.meta.url)] as const),
);

/** The page that runs a reader's code: it has a policy of its own, and only pages of the studio may show it. */
export const SANDBOX = 'sandbox.html';
