import { signal } from '@preact/signals';

// What was opened: each file, or set of captures that make one, is a source, and shows one run when it is chosen.

/** What can be shown again by its name. */
export interface Source {
  /** As it was dropped or named, its folder before it. */
  readonly name: string;
  /** What it is, in a word: `capture`, `qlog`. */
  readonly kind: string;
  readonly open: () => Promise<void>;
}

/** What was not opened, and why. */
export interface Refusal {
  readonly name: string;
  readonly why: string;
}

export const opened = signal<readonly Source[]>([]);
export const refused = signal<readonly Refusal[]>([]);
/** The source that is shown, by its name; null where the page shows something else. */
export const chosen = signal<string | null>(null);

/** Shows a source. */
export async function choose(source: Source): Promise<void> {
  chosen.value = source.name;
  await source.open();
}
