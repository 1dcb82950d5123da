/** A door of the package: what a program imports, the declarations it gets, and the source behind it. */
export interface Door {
  readonly name: string;
  /** Its file in dist/, without the ending. */
  readonly entry: string;
  readonly types: string;
  readonly source: string;
  readonly about: string;
}
export const doors: readonly Door[];
