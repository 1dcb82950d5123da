import { readFileSync } from 'node:fs';
import { ERROR, MooringError } from '../../base/index.js';
import { findJsonFault } from './json-fault.js';

const STANDARD_INPUT = '-';
const BYTE_ORDER_MARK = /^\uFEFF/;

/** What the system says of a file, in words; its own words for what stands not here. */
const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EEXIST: 'a file stands where a folder is needed',
  EISDIR: 'it is a folder, not a file',
  EACCES: 'permission to it is denied',
  EPERM: 'permission to it is denied',
  ENOSPC: 'no space is left on the device',
  EROFS: 'it lies on a file system that is read-only',
};

/**
 * The text of a file, or of standard input for `-`. Throws MOORING_ERR_FILE_UNREADABLE, with `detail.path`.
 */
export function readTextFile(path: string): string {
  try {
    return readFileSync(path === STANDARD_INPUT ? 0 : path, 'utf8').replace(BYTE_ORDER_MARK, '');
  } catch (cause) {
    throw fileFailure(ERROR.MOORING_ERR_FILE_UNREADABLE, nameOf(path), cause);
  }
}

/**
 * The value a JSON file holds. Throws MOORING_ERR_FILE_UNREADABLE, with `detail.path` and, where the text is
 * not JSON, `detail.line` and `detail.column`, which the message has as `path:line:column`.
 */
export function readJsonFile(path: string): unknown {
  const text = readTextFile(path);
  try {
    return JSON.parse(text);
  } catch (cause) {
    const { line, column, message } = findJsonFault(text) ?? { line: 1, column: 1, message: (cause as Error).message };
    const name = nameOf(path);
    const detail = { path: name, line, column };
    throw new MooringError(
      ERROR.MOORING_ERR_FILE_UNREADABLE,
      `${name}:${line}:${column}: this is not JSON: ${message}`,
      detail,
      cause,
    );
  }
}

/** An error of the system about `path`, in the words of all of them. */
export function fileFailure(
  code: typeof ERROR.MOORING_ERR_FILE_UNREADABLE | typeof ERROR.MOORING_ERR_FILE_UNWRITABLE,
  path: string,
  cause: unknown,
): MooringError {
  const { code: errno } = cause as NodeJS.ErrnoException;
  return new MooringError(code, `${path}: ${reasonOf(cause)}`, { path, errno }, cause);
}

/** Why the system refuses a file, in words. */
export function reasonOf(cause: unknown): string {
  const { code = '', message } = cause as NodeJS.ErrnoException;
  return REASONS[code] ?? message;
}

function nameOf(path: string): string {
  return path === STANDARD_INPUT ? 'standard input' : path;
}
