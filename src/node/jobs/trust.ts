import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { ERROR, MooringError } from '../../base/index.js';
import { readTextFile } from '../files/index.js';
import type { StoredPart } from './redis-keys.js';

/** Whose algorithms a worker runs. */
export interface Trust {
  /** False where anybody's are run. */
  readonly isLimited: boolean;
  has(part: Pick<StoredPart, 'hash' | 'signature'>): boolean;
}

const HASH = /^[0-9a-f]{64}$/;

/**
 * Trust in what is given: hashes of algorithms, files with public keys (Ed25519, PEM) whose signatures count; with
 * nothing given, in everybody. Throws MOORING_ERR_BAD_ARGUMENT, MOORING_ERR_FILE_UNREADABLE.
 */
export function createTrust(given: readonly string[]): Trust {
  const hashes = new Set(given.filter((text) => HASH.test(text)));
  const keys = given.filter((text) => !HASH.test(text)).map((file) => readKey(file, createPublicKey));
  return {
    isLimited: given.length > 0,
    has({ hash, signature }) {
      if (given.length === 0 || hashes.has(hash)) return true;
      if (signature === undefined) return false;
      const bytes = Buffer.from(signature, 'base64');
      return keys.some((key) => verify(null, Buffer.from(hash), key, bytes));
    },
  };
}

/** Signs hashes of parts by the private key of a file (Ed25519, PEM), as `Trust` wants it. */
export function readSigner(file: string): (hash: string) => string {
  const key = readKey(file, createPrivateKey);
  return (hash) => sign(null, Buffer.from(hash), key).toString('base64');
}

function readKey(file: string, read: (text: string) => KeyObject): KeyObject {
  const text = readTextFile(file);
  try {
    const key = read(text);
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch {
    // told below
  }
  const message = `${file}: no Ed25519 key in PEM: openssl genpkey -algorithm ed25519 makes one, openssl pkey -pubout its public half`;
  throw new MooringError(ERROR.MOORING_ERR_BAD_ARGUMENT, message, { path: file });
}
