import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ALGORITHMS } from '../../algorithms/index.js';
import { UsageError } from './failure.js';

/** What `--alg` names: one of the package's algorithms, or the module of a reader. Bad usage where it is neither. */
export function algorithmOption(text: string): string | URL {
  if (Object.hasOwn(ALGORITHMS, text)) return text;
  if (/\.[cm]?js$/.test(text) && existsSync(text)) return pathToFileURL(resolve(text));
  const known = Object.keys(ALGORITHMS).join(', ');
  if (/\.[cm]?ts$/.test(text)) {
    throw new UsageError(
      `--alg ${text}: compile it to JavaScript first (npx tsc, npx esbuild); worker threads load .js and .mjs`,
    );
  }
  throw new UsageError(
    /[./]/.test(text)
      ? `--alg ${text}: no such file`
      : `--alg ${text}: there are ${known}; or give the path of a module`,
  );
}
