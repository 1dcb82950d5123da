import type { FileKind } from './files.js';

/** A file, and the way to it out of what was opened. */
export interface Found {
  readonly path: string;
  /** The file; one that a command serves is fetched when it is asked for. */
  readonly get: () => Promise<File>;
  /** What it is, where its name says it: then it is not read before it is shown. */
  readonly kind?: FileKind;
}

export function foundFile(file: File, path = file.name): Found {
  return { path, get: async () => file };
}
