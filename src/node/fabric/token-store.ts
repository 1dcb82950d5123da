import { statSync } from 'node:fs';
import { ERROR } from '../../base/index.js';
import { parseTokenFile, type TokenFile } from '../../fabric/index.js';
import { fileFailure, readTextFile, writeWholeFile } from '../files/index.js';

/** Only its owner may read a token. */
const PRIVATE = 0o600;

/** A token file, and whether others than its owner could read it. */
export interface StoredToken extends TokenFile {
  readonly exposed: boolean;
}

/** Reads the token file at `path`. */
export function loadToken(path: string): StoredToken {
  const file = parseTokenFile(readTextFile(path));
  return { ...file, exposed: (statSync(path).mode & 0o077) !== 0 };
}

/**
 * Writes a token file so that at any moment the old one or the new one is there, whole, and nobody else can read it: a
 * refresh token that was used is worth nothing any more, and the new one must not be lost.
 */
export function storeToken(path: string, text: string): void {
  try {
    writeWholeFile(path, text, PRIVATE);
  } catch (cause) {
    throw fileFailure(ERROR.MOORING_ERR_FILE_UNWRITABLE, path, cause);
  }
}
