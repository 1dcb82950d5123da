import { copyFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ERROR } from '../../base/index.js';
import { fileFailure, makeFolder, makeWholeFile } from '../files/index.js';
import { STUDIO_FILES } from './parts.js';

/** Writes the studio into a folder that any web server can serve as it is. Throws MOORING_ERR_FILE_UNWRITABLE. */
export async function writeStudio(folder: string): Promise<readonly string[]> {
  const written: string[] = [];
  for (const [name, part] of STUDIO_FILES) {
    const path = join(resolve(folder), name);
    try {
      makeFolder(dirname(path));
      await makeWholeFile(path, (beside) => copyFile(fileURLToPath(part), beside));
    } catch (cause) {
      throw fileFailure(ERROR.MOORING_ERR_FILE_UNWRITABLE, path, cause);
    }
    written.push(path);
  }
  return written;
}
