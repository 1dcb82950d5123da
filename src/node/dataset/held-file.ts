import { createHash } from 'node:crypto';
import { type BigIntStats, closeSync, constants, fstatSync, openSync, readSync, realpathSync } from 'node:fs';
import { sep } from 'node:path';
import { ERROR, MooringError } from '../../base/index.js';
import type { ByteSource } from '../../capture/index.js';

const CHUNK = 1 << 20;

export interface HeldFileOptions {
  /** What it is called in messages and rows; the path where none is given. */
  readonly name?: string;
  /** It must lie in this folder, wherever links lead; a real path. */
  readonly root?: string;
}

/**
 * A file that is read several times and must be the same each time: each opening looks whether it is the file of the first
 * one, unchanged. All errors are MooringErrors: MOORING_ERR_CAPTURE_UNREADABLE, MOORING_ERR_JOBS_UNTRUSTED outside of `root`.
 */
export class HeldFile {
  readonly name: string;
  readonly sizeBytes: number;
  readonly mtimeMs: number;
  readonly #path: string;
  readonly #isFenced: boolean;
  readonly #first: BigIntStats;

  constructor(path: string, { name = path, root }: HeldFileOptions = {}) {
    this.name = name;
    this.#isFenced = root !== undefined;
    this.#path = root === undefined ? path : this.#placeIn(root, path);
    const fd = this.#open();
    try {
      this.#first = fstatSync(fd, { bigint: true });
      // A folder on the way may have become a link meanwhile.
      if (root !== undefined && this.#placeIn(root, this.#path) !== this.#path)
        throw this.#refusal('its place changed');
      if (this.#first.isDirectory()) throw this.#refusal('it is a folder');
      // A pipe gives its bytes once.
      if (!this.#first.isFile()) throw this.#refusal('it is no file that can be read more than once');
      this.mtimeMs = fstatSync(fd).mtimeMs;
    } finally {
      closeSync(fd);
    }
    this.sizeBytes = Number(this.#first.size);
  }

  /** The file for `openCapture`. */
  get source(): ByteSource {
    return {
      name: this.name,
      size: this.sizeBytes,
      open: () => {
        let fd = this.#openSame();
        let position = 0;
        return {
          read: (into) => {
            const got = this.#carriedOut(() => readSync(fd, into, 0, into.length, position));
            position += got;
            return got;
          },
          close: () => {
            if (fd >= 0) closeSync(fd);
            fd = -1;
          },
        };
      },
    };
  }

  /** SHA-256 of its bytes, in hexadecimal. */
  async sha256(onBytes: (bytes: number) => void = () => {}): Promise<string> {
    const hash = createHash('sha256');
    const reader = this.source.open();
    const chunk = new Uint8Array(CHUNK);
    try {
      for (let total = 0, got = 0; ; total += got) {
        got = await reader.read(chunk);
        if (got === 0) break;
        hash.update(chunk.subarray(0, got));
        onBytes(total + got);
        // Others who share the thread have a turn.
        if (total % (16 * CHUNK) === 0) await new Promise<void>((resolve) => setImmediate(resolve));
      }
    } finally {
      await reader.close();
    }
    return hash.digest('hex');
  }

  /** Throws where it has changed since it was first opened. */
  check(): void {
    closeSync(this.#openSame());
  }

  // Links are followed once, before it is opened, and the opening follows none: what is read is what was looked at.
  #placeIn(root: string, path: string): string {
    const place = this.#carriedOut(() => realpathSync(path));
    if (place.startsWith(root.endsWith(sep) ? root : root + sep)) return place;
    throw new MooringError(ERROR.MOORING_ERR_JOBS_UNTRUSTED, `${this.name}: it leads out of ${root}`, { path });
  }

  #openSame(): number {
    const fd = this.#open();
    const now = fstatSync(fd, { bigint: true });
    for (const field of ['dev', 'ino', 'size', 'mtimeNs', 'ctimeNs'] as const) {
      if (now[field] === this.#first[field]) continue;
      closeSync(fd);
      throw this.#refusal('it changed while it was read; try again when nothing writes to it');
    }
    return fd;
  }

  #open(): number {
    // A pipe without a writer would keep us waiting.
    const noLink = this.#isFenced ? constants.O_NOFOLLOW : 0;
    return this.#carriedOut(() => openSync(this.#path, constants.O_RDONLY | constants.O_NONBLOCK | noLink));
  }

  #carriedOut<T>(work: () => T): T {
    try {
      return work();
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException;
      throw this.#refusal(code === 'ENOENT' ? 'no such file' : (code ?? String(cause)), cause);
    }
  }

  #refusal(why: string, cause?: unknown): MooringError {
    const detail = { source: this.name };
    return new MooringError(ERROR.MOORING_ERR_CAPTURE_UNREADABLE, `${this.name}: ${why}`, detail, cause);
  }
}
