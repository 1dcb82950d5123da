import { register } from 'node:module';
import { extname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { loadTypeScript } from './typescript.js';

/** A module a reader wrote. */
export const MODULE_FILE = /\.[cm]?[jt]s$/i;

/**
 * Imports a reader's file, JavaScript or TypeScript, wherever it lies; in any thread. Throws what loading it throws, and
 * MOORING_ERR_ALGORITHM_FILE for TypeScript that cannot be read here, saying how to mend that.
 */
export function importFile(file: string): Promise<Record<string, unknown>> {
  findOwnPackage();
  return /ts$/i.test(extname(file)) ? loadTypeScript(file) : import(pathToFileURL(file).href);
}

let registered = false;

/**
 * A reader's file may lie anywhere: where `mooring`, or a door of it such as `mooring/sim`, cannot be resolved
 * from there, it means this very package, as seen from one of its own files. Where it can, what was found is used.
 */
function findOwnPackage(): void {
  if (registered) return;
  registered = true;
  const own = JSON.stringify(import.meta.url);
  const hook = `
    export async function resolve(specifier, context, next) {
      try { return await next(specifier, context); } catch (error) {
        if (specifier !== 'mooring' && !specifier.startsWith('mooring/')) throw error;
        return next(specifier, { ...context, parentURL: ${own} });
      }
    }`;
  register(`data:text/javascript,${encodeURIComponent(hook)}`);
}
