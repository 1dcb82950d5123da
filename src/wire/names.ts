/** The names of a program's registers; `Scope` of the compiler is one. */
export interface MessageNames {
  /** Report registers in index order. */
  readonly reports: ReadonlyArray<{ readonly name: string }>;
  readonly controls: ReadonlyArray<{ readonly name: string; readonly index: number }>;
}

export function list(parts: readonly string[]): string {
  return parts.length === 0 ? 'no fields' : parts.join(', ');
}
