/** What makes an agent's program: its text, and how that is compiled. */
export interface ProgramSource {
  readonly text: string;
  /** Makes the window and the rate fields of every report. */
  readonly reportCwnd: boolean;
}

/** What a ledger, which may be shared by threads, knows the program by. */
export function keyOf({ text, reportCwnd }: ProgramSource): string {
  return JSON.stringify({ text, reportCwnd });
}

/** The source a key of `keyOf` stands for. */
export function sourceOf(key: string): ProgramSource {
  return JSON.parse(key) as ProgramSource;
}
