import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname, extname, join, relative, resolve, sep } from 'node:path';
import { ERROR, MooringError } from '../../base/index.js';
import { fileFailure, writeWholeFile } from '../files/index.js';

// The files that a studio hands out and takes back: those named on the command line, and code and scenarios of a folder that
// was. No path comes from a page: files are numbers there, and a new file is a name within the folder.

/** A file a page may ask for by its number. */
export interface ServedFile {
  readonly path: string;
  readonly name: string;
  readonly isInFolder: boolean;
  /** What it is, where its name or its place says it: none of these is written here. */
  readonly kind?: ServedKind;
  /** Files that are handed out as one, a line each, in the place of one file. */
  readonly parts?: readonly string[];
}

/** Of what the folder of a reader holds: captures, events, and what sweeps gave. */
export type ServedKind = 'capture' | 'qlog' | 'results' | 'recording';

/** By the end of a name; what is compressed or packed may be anything, and is told by its content when it is shown. */
const KINDS: readonly (readonly [end: RegExp, kind: ServedKind])[] = [
  [/\.(?:pcap|pcapng|cap|ntar)(?:\.(?:gz|zst))?$|\.pcap\d+$/i, 'capture'],
  [/\.s?qlog$/i, 'qlog'],
  [/\.parquet$/i, 'results'],
  [/\.jsonl$/i, 'recording'],
];

/** What says which sweep a folder is of, the table of its runs, and each of them. */
const SWEEP = 'sweep.json';
const TABLE = 'results.parquet';
const RUNS = 'runs';
const RUN = /^[0-9a-f]{64}\.json$/;

/** Text that people write here: it may be written back. */
const WRITTEN = new Set(['.ts', '.mts', '.cts', '.js', '.mjs', '.cjs', '.ccp', '.json']);
const MOST_FILES = 500;
const MOST_BYTES = 4 * 1024 * 1024;
const DEPTH = 4;

export class ServedFiles {
  readonly #files: ServedFile[] = [];
  readonly #folders: string[] = [];

  /** Throws MOORING_ERR_FILE_UNREADABLE for a path there is not. */
  constructor(paths: readonly string[]) {
    for (const path of paths) {
      const kind = kindOf(path);
      if (kind === 'file') this.#files.push({ path: resolve(path), name: basename(path), isInFolder: false });
      else {
        const folder = realpathSync(path);
        this.#folders.push(folder);
        this.#take(folder, folder, 0);
      }
    }
  }

  get list(): readonly ServedFile[] {
    return this.#files;
  }

  get hasFolder(): boolean {
    return this.#folders.length > 0;
  }

  /** Those that people write. */
  get written(): readonly ServedFile[] {
    return this.#files.filter((file) => this.canWrite(file));
  }

  /** Folders in which a file that people write lies. */
  get places(): readonly string[] {
    return [...new Set(this.written.map(({ path }) => dirname(path)))];
  }

  at(index: number): ServedFile | undefined {
    return this.#files[index];
  }

  canWrite({ path, kind }: ServedFile): boolean {
    return kind === undefined && WRITTEN.has(extname(path).toLowerCase());
  }

  /** Makes room for a new file in the first folder; undefined for a name that is none there. */
  add(name: string): number | undefined {
    const [folder] = this.#folders;
    if (folder === undefined || this.#files.length >= MOST_FILES || !NAME.test(name)) return undefined;
    const path = join(folder, name);
    const known = this.#files.findIndex((file) => file.path === path);
    if (known >= 0) return known;
    // A link in its place would lead elsewhere.
    if (lstatSync(path, { throwIfNoEntry: false })) return undefined;
    return this.#files.push({ path, name, isInFolder: true }) - 1;
  }

  /** What a file holds now, in short. Null where there is none. */
  async tagOf({ path }: ServedFile): Promise<string | null> {
    try {
      return tagOf(await readFile(path));
    } catch {
      return null;
    }
  }

  /** Writes a file whole, its rights as they were. Throws MOORING_ERR_FILE_UNWRITABLE. */
  write({ path, isInFolder }: ServedFile, text: Uint8Array): string {
    try {
      const found = lstatSync(path, { throwIfNoEntry: false });
      if (isInFolder && found?.isSymbolicLink()) throw new Error('a link stands in its place meanwhile');
      writeWholeFile(path, text, found ? statSync(path).mode & 0o777 : undefined);
    } catch (cause) {
      throw fileFailure(ERROR.MOORING_ERR_FILE_UNWRITABLE, path, cause);
    }
    return tagOf(text);
  }

  #take(folder: string, top: string, depth: number): void {
    const entries = readdirSync(folder, { withFileTypes: true });
    const nameOf = (path: string): string => {
      const name = relative(top, path).split(sep).join('/');
      // A folder of results is called by its name also where it is the one that was given.
      return isResults && folder === top ? `${basename(top)}/${name}` : name;
    };
    const has = (name: string, isFolder = false): boolean =>
      entries.some((entry) => entry.name === name && (isFolder ? entry.isDirectory() : entry.isFile()));
    const isResults = has(SWEEP) && (has(TABLE) || has(RUNS, true));
    if (isResults) {
      this.#takeResults(folder, nameOf, has(TABLE));
      return;
    }
    for (const entry of entries) {
      if (entry.name.startsWith('.') || entry.name === 'node_modules' || this.#files.length >= MOST_FILES) continue;
      const path = join(folder, entry.name);
      if (entry.isDirectory() && depth < DEPTH) this.#take(path, top, depth + 1);
      // Links are left out: they may lead out of the folder.
      if (!entry.isFile()) continue;
      const kind = KINDS.find(([end]) => end.test(entry.name))?.[1];
      const isWritten = WRITTEN.has(extname(path).toLowerCase()) && statSync(path).size <= MOST_BYTES;
      if (kind) this.#files.push({ path, name: nameOf(path), isInFolder: true, kind });
      else if (isWritten) this.#files.push({ path, name: nameOf(path), isInFolder: true });
    }
  }

  /** Of a folder of results what says which sweep it is and its table; where that is not there yet, its runs as one. */
  #takeResults(folder: string, nameOf: (path: string) => string, hasTable: boolean): void {
    const add = (name: string, parts?: readonly string[]): void => {
      const path = join(folder, name);
      this.#files.push({ path, name: nameOf(path), isInFolder: true, kind: 'results', ...(parts ? { parts } : {}) });
    };
    add(SWEEP);
    if (hasTable) {
      add(TABLE);
      return;
    }
    const runs = readdirSync(join(folder, RUNS)).filter((name) => RUN.test(name));
    add(
      `${RUNS}.jsonl`,
      runs.map((name) => join(folder, RUNS, name)),
    );
  }
}

/** A name of its own in the folder: no way into another, nothing hidden. */
const NAME = /^[A-Za-z0-9_][\w.-]{0,99}\.(?:[cm]?[jt]s|ccp|json)$/;

export function tagOf(bytes: Uint8Array): string {
  return `"${createHash('sha256').update(bytes).digest('hex').slice(0, 32)}"`;
}

function kindOf(path: string): 'file' | 'folder' {
  try {
    const status = statSync(path);
    if (status.isFile()) return 'file';
    if (status.isDirectory()) return 'folder';
  } catch (cause) {
    throw fileFailure(ERROR.MOORING_ERR_FILE_UNREADABLE, path, cause);
  }
  throw new MooringError(ERROR.MOORING_ERR_FILE_UNREADABLE, `${path} is neither a file nor a folder`, { path });
}
