import { ERROR, MooringError } from '../base/index.js';
import { readJsonFile } from '../node/files/index.js';

/** The JSON object a file or standard input (`-`) holds. Throws MOORING_ERR_FILE_UNREADABLE where it holds none. */
export function readJson(file: string): Record<string, unknown> {
  const value = readJsonFile(file);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new MooringError(ERROR.MOORING_ERR_FILE_UNREADABLE, `${file}: a JSON object {…} is wanted`, { path: file });
}
