import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  openSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

const ANYONE = 0o666;

const OWN_PART = /\.[0-9a-f]{8}\.part$/;

/** What a file is called until it is whole, where one writer at a time goes on with what an earlier one left. */
export const partOf = (path: string): string => `${path}.part`;

/**
 * What a file is called until it is whole, another at each call: of two who write one file at a time, under one name, the
 * first would give its name to what the second is still writing.
 */
export const ownPartOf = (path: string): string => partOf(`${path}.${randomBytes(4).toString('hex')}`);

/** Removes what killed writers left in a folder. For whoever holds its lock: a living writer's part would go along. */
export function dropOwnParts(folder: string): void {
  for (const name of readdirSync(folder))
    if (OWN_PART.test(name)) rmSync(join(folder, name), { recursive: true, force: true });
}

/**
 * Where a file of that name has its place: behind a link, where that leads. Undefined for what is no file, such as a device
 * or a pipe, and for the names of this process's own descriptors: those take bytes as they come.
 */
function placeOf(path: string): string | undefined {
  if (/^\/(dev|proc)\//.test(path)) return undefined;
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return path;
  return found.isFile() ? realpathSync(path) : undefined;
}

/**
 * Writes a file so that under its name there is at any moment the old one or the new one, whole: first as
 * {@link ownPartOf} it, brought to the disk, then renamed. When that fails nothing of it is left. A device or a pipe is written as it is.
 */
export function writeWholeFile(path: string, content: string | Uint8Array, mode = ANYONE): void {
  const place = placeOf(path);
  if (place === undefined) {
    writeFileSync(path, content);
    return;
  }
  const part = ownPartOf(place);
  try {
    writeFileSync(part, content, { mode, flag: 'wx' });
    keepWhole(part, place);
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  }
}

/** As {@link writeWholeFile}, for whoever writes the file itself: `write` is given the name to write under. */
export async function makeWholeFile<T>(path: string, write: (part: string) => Promise<T>): Promise<T> {
  const place = placeOf(path);
  if (place === undefined) return write(path);
  const part = ownPartOf(place);
  try {
    const made = await write(part);
    keepWhole(part, place);
    return made;
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

/** Brings a part to the disk and gives it its name. */
export function keepWhole(part: string, path: string): void {
  sync(part);
  renameSync(part, path);
  // The name too is to be there after a power cut; not every file system lets a folder be synced.
  try {
    sync(dirname(path));
  } catch {
    // the file is whole all the same
  }
}

function sync(path: string): void {
  const handle = openSync(path, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
