/** A state of a slice or a part of it, and when it was first seen in it. */
export interface SeenState {
  readonly name: string;
  readonly atMs: number;
  readonly state: string;
  /** What the testbed said of it then; '' where nothing. */
  readonly notice: string;
}

/** States seen of a slice's parts, change by change. What does not change costs nothing. */
export class StateHistory {
  readonly #seen = new Map<string, SeenState[]>();

  /** Keeps a look at a part; a state it was in already is not kept again. */
  note(name: string, state: string, atMs: number, notice = ''): void {
    const before = this.#seen.get(name) ?? [];
    if (before.at(-1)?.state === state) return;
    this.#seen.set(name, [...before, { name, atMs, state, notice }]);
  }

  /** The states of one part, the oldest first. */
  of(name: string): readonly SeenState[] {
    return this.#seen.get(name) ?? [];
  }

  /** Drops what was seen of a part. */
  forget(name: string): void {
    this.#seen.delete(name);
  }

  /** Everything seen, in the order of time. */
  all(): SeenState[] {
    return [...this.#seen.values()].flat().sort((a, b) => a.atMs - b.atMs);
  }
}
