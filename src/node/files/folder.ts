import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes a folder and those it stands in; one that is there is well. Throws the errno of what is in the way. Node's own
 * `recursive` never returns where the parent is there and takes no folder (under /proc): it tries again for ever.
 */
export function makeFolder(path: string, mode = 0o777): void {
  const wanted: string[] = [];
  for (let at = path; statSync(at, { throwIfNoEntry: false }) === undefined && dirname(at) !== at; at = dirname(at)) {
    wanted.push(at);
  }
  if (wanted.length === 0 && !statSync(path).isDirectory()) throw taken(path);
  for (const folder of wanted.reverse()) {
    try {
      mkdirSync(folder, { mode });
    } catch (error) {
      // Another process may have made it meanwhile.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || !statSync(folder).isDirectory()) throw error;
    }
  }
}

function taken(path: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`EEXIST: file already exists, mkdir '${path}'`), { code: 'EEXIST', path });
}
