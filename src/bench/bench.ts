/** Programs around the originals (scripts/bench.mjs builds them), to be measured in the same run where they are there. */
export interface Originals {
  /** An agent with AIMD on portus: `PROGRAM NAME` listens at `/tmp/ccp/NAME`. */
  readonly portus?: string;
  /** Invocations of libccp: what it reads and prints stands at its top. */
  readonly libccp?: string;
}

/** What `mooring bench NAME` runs. A new one is a file here and a line in index.ts. */
export interface Bench {
  readonly name: string;
  readonly summary: string;
  /** The name of several together. */
  readonly group?: string;
  /** Why it cannot be run on this machine, in one line; undefined where it can. */
  missing?(): string | undefined;
  /**
   * Whether it has files, processes or network namespaces to take away. Then a signal ends it by an error, at its next line
   * of progress or where it heeds `signal`, and its `finally` takes them along.
   */
  readonly leavesNothing?: true;
  /** Measures; `progress` takes a line for people now and then. */
  run(progress: (line: string) => void, originals: Originals, signal: AbortSignal): Promise<BenchResult> | BenchResult;
}

export interface BenchResult {
  /** Rows of one table: keys are columns and name their units. */
  readonly rows: ReadonlyArray<Readonly<Record<string, string | number>>>;
  /** What the figures are held to on an idle core of the 2.6 GHz class. */
  readonly floors: readonly Floor[];
}

export interface Floor {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  /** Whether `value` has to stay below `limit`, or reach it. */
  readonly direction: 'at most' | 'at least';
  readonly limit: number;
}

export function atLeast(what: string, value: number, unit: string, limit: number): Floor {
  return { what, value, unit, direction: 'at least', limit };
}

export function atMost(what: string, value: number, unit: string, limit: number): Floor {
  return { what, value, unit, direction: 'at most', limit };
}

export function holds({ value, direction, limit }: Floor): boolean {
  return direction === 'at most' ? value <= limit : value >= limit;
}
