/** Something that can be done, by name. */
export interface Command {
  /** Stays as it is for ever: tests and links say it. */
  readonly id: string;
  readonly title: string;
  readonly keys?: string;
  /** Why it cannot be done now; absent where it can. */
  readonly barred?: () => string | undefined;
  readonly act: () => unknown;
}
