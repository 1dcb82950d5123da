import { type FSWatcher, watch } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { basename, dirname } from 'node:path';
import type { ServedFiles } from './served-files.js';

// Tells pages of files that changed. Folders are watched, not files: editors write a new file and give it the name of the old.

/** Events of one save come together. */
const REST_MS = 15;
const MOST_LISTENERS = 32;

export class FileWatch {
  readonly #files: ServedFiles;
  readonly #watchers = new Map<string, FSWatcher>();
  readonly #listeners = new Set<ServerResponse>();
  readonly #waiting = new Map<string, NodeJS.Timeout>();
  readonly #tags = new Map<string, string | null>();

  constructor(files: ServedFiles) {
    this.#files = files;
  }

  /** Tells of each change, as server-sent events, until the other side goes. */
  async listen(response: ServerResponse): Promise<void> {
    if (this.#listeners.size >= MOST_LISTENERS) {
      response.end();
      return;
    }
    this.#listeners.add(response);
    response.on('close', () => this.#listeners.delete(response));
    // Only what is written here is taken anew when it changes; captures are not read to be compared.
    for (const file of this.#files.written)
      if (!this.#tags.has(file.path)) this.#tags.set(file.path, await this.#files.tagOf(file));
    for (const place of this.#files.places) this.#watch(place);
    response.write(': listening\n\n');
  }

  close(): void {
    for (const watcher of this.#watchers.values()) watcher.close();
    for (const timer of this.#waiting.values()) clearTimeout(timer);
    for (const listener of this.#listeners) listener.end();
  }

  #watch(place: string): void {
    if (this.#watchers.has(place)) return;
    try {
      const watcher = watch(place, (_, name) => this.#changed(place, name));
      // A folder that goes takes its watch with it.
      watcher.on('error', () => watcher.close());
      this.#watchers.set(place, watcher);
    } catch {
      // Where nothing can be watched (too many are), files are still read and written.
    }
  }

  #changed(place: string, name: string | null): void {
    for (const { path } of this.#files.written) {
      if (dirname(path) !== place || (name !== null && basename(path) !== name)) continue;
      clearTimeout(this.#waiting.get(path));
      this.#waiting.set(
        path,
        setTimeout(() => void this.#tell(path), REST_MS),
      );
    }
  }

  async #tell(path: string): Promise<void> {
    this.#waiting.delete(path);
    const index = this.#files.list.findIndex((file) => file.path === path);
    const file = this.#files.at(index);
    if (!file) return;
    const tag = await this.#files.tagOf(file);
    // A file that is gone for a moment is being written.
    if (tag === null || tag === this.#tags.get(path)) return;
    this.#tags.set(path, tag);
    const event = `data: ${JSON.stringify({ index, name: file.name, tag })}\n\n`;
    for (const listener of this.#listeners) listener.write(event);
  }
}
