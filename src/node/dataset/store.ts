import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ERROR, MooringError } from '../../base/index.js';
import { keepWhole, makeFolder, ownPartOf, reasonOf } from '../files/index.js';
import type { Blobs } from './blobs.js';
import { openBucket, parseBucketAddress } from './s3-store.js';

/** Opens `fs:FOLDER`, a folder that workers and callers share, or `s3://BUCKET[/PREFIX]`. Throws MOORING_ERR_BAD_ARGUMENT, MOORING_ERR_JOBS_STORE. */
export async function openStore(text: string): Promise<Blobs> {
  const folder = /^fs:(.+)$/.exec(text)?.[1];
  if (folder !== undefined) return openFolder(text, folder);
  if (text.startsWith('s3:')) return openBucket(parseBucketAddress(text));
  throw new MooringError(
    ERROR.MOORING_ERR_BAD_ARGUMENT,
    `a store of results is fs:FOLDER or s3://BUCKET[/PREFIX], not "${text}"`,
    {
      argument: 'store',
    },
  );
}

function openFolder(shown: string, folder: string): Blobs {
  const failure = (cause: unknown): MooringError =>
    new MooringError(ERROR.MOORING_ERR_JOBS_STORE, `${shown}: ${reasonOf(cause)}`, { store: shown }, cause);
  // Folders of some thousands of files at most, where there are millions.
  const placeOf = (sha256: string): string => join(folder, sha256.slice(0, 2));
  try {
    makeFolder(folder);
  } catch (cause) {
    throw failure(cause);
  }
  return {
    shown,
    async put(sha256, bytes) {
      try {
        makeFolder(placeOf(sha256));
        // Two workers may write the same bytes at a time: each under a name of its own until they are whole.
        const place = join(placeOf(sha256), sha256);
        const part = ownPartOf(place);
        try {
          await writeFile(part, bytes, { flag: 'wx' });
          keepWhole(part, place);
        } finally {
          await rm(part, { force: true });
        }
      } catch (cause) {
        throw failure(cause);
      }
    },
    async get(sha256) {
      try {
        return await readFile(join(placeOf(sha256), sha256));
      } catch (cause) {
        if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw failure(cause);
      }
    },
  };
}
