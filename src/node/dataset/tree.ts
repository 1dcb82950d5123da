import { type Dirent, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ERROR, MooringError } from '../../base/index.js';
import { isCaptureName } from '../../dataset/index.js';

/** Captures below a folder, and what could not be looked at. */
export interface FoundCaptures {
  readonly paths: readonly string[];
  readonly errors: readonly MooringError[];
}

/**
 * Files below `folder` that are captures by their names, in order. Links to folders are not followed, so that it ends; hidden
 * folders are left out. A folder that cannot be read is told and the rest is found.
 */
export function findInTree(folder: string): FoundCaptures {
  const paths: string[] = [];
  const errors: MooringError[] = [];
  const waiting = [folder];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    const below: string[] = [];
    for (const entry of listed(at, errors)) {
      const path = join(at, entry.name);
      if (entry.isDirectory()) {
        if (!entry.name.startsWith('.')) below.push(path);
      } else if (isCaptureName(entry.name) && !isFolder(path)) paths.push(path);
    }
    waiting.push(...below.reverse());
  }
  return { paths, errors };
}

function listed(folder: string, errors: MooringError[]): Dirent[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (cause) {
    const why = (cause as NodeJS.ErrnoException).code ?? String(cause);
    const detail = { source: folder };
    errors.push(new MooringError(ERROR.MOORING_ERR_CAPTURE_UNREADABLE, `${folder}: ${why}`, detail, cause));
    return [];
  }
}

/** Behind a link. */
function isFolder(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  } catch {
    return false;
  }
}
