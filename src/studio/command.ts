// Everything that can be done has a name. Buttons, keys, the palette and tests do it by its name, and nothing else does.

export interface Command {
  /** Stays as it is for ever: tests and links say it. */
  readonly id: string;
  readonly title: string;
  readonly keys?: string;
  /** Why it cannot be done now; absent where it can. */
  readonly barred?: () => string | undefined;
  readonly act: () => unknown;
}
