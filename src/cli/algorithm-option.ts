import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ALGORITHMS } from '../algorithms/index.js';
import { MODULE_FILE } from '../node/modules/index.js';
import { UsageError } from './failure.js';

/** What `--alg` names: one of the package's algorithms, or the module of a reader. Bad usage where it is neither. */
export function algorithmOption(text: string): string | URL {
  if (Object.hasOwn(ALGORITHMS, text)) return text;
  if (MODULE_FILE.test(text) && existsSync(text)) return pathToFileURL(resolve(text));
  const known = Object.keys(ALGORITHMS).join(', ');
  throw new UsageError(
    /[./]/.test(text)
      ? `--alg ${text}: no such file`
      : `--alg ${text}: there are ${known}; or give the path of a module`,
  );
}
