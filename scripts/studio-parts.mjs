// Parts of the studio that stand alone, made when its page is built: the frame in which a reader's code runs with its
// policy, the script of the worker inside, and the worker of the editor.
import { createHash } from 'node:crypto';
import { build } from 'esbuild';

const COMMON = { bundle: true, write: false, minify: true, logLevel: 'error', tsconfigRaw: {}, target: 'es2022' };

async function bundled(options) {
  const { outputFiles } = await build({ ...COMMON, ...options });
  return outputFiles[0].text;
}

/** A page without an origin of its own: it may run the script that its policy names and blobs it makes, and fetch nothing. */
export async function sandboxPage() {
  const script = (await bundled({ entryPoints: ['src/studio/sandbox/frame.ts'], format: 'iife' })).trim();
  const hash = createHash('sha256').update(script).digest('base64');
  const policy = `default-src 'none'; script-src 'sha256-${hash}' 'wasm-unsafe-eval' blob:; worker-src blob:; form-action 'none'; base-uri 'none'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>Sandbox</title>
<script>${script}</script>
</head>
</html>
`;
}

/** The simulator and what code imports, as one classic script: a module worker does not start without an origin. */
export function sandboxScript() {
  const contents = `
    import * as mooring from './src/index.ts';
    import * as program from './src/program/index.ts';
    import * as sim from './src/sim/index.ts';
    import { serveSandbox } from './src/studio/sandbox/worker.ts';
    serveSandbox({ mooring, 'mooring/program': program, 'mooring/sim': sim });`;
  return bundled({ stdin: { contents, resolveDir: '.', loader: 'ts' }, format: 'iife', platform: 'browser' });
}

/** What reads the results of sweeps and recordings. */
export function resultsWorker() {
  return bundled({ entryPoints: ['src/studio/results/worker.ts'], format: 'esm', platform: 'browser' });
}

/** The type checker. */
export function codeWorker() {
  return bundled({
    ...{ entryPoints: ['src/studio/editor/code-worker.ts'], format: 'esm', platform: 'browser' },
    // What it would do with files and processes it never does here.
    define: { 'process.env.NODE_ENV': '"production"' },
  });
}
