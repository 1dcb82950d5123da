/**
 * Where a table comes from, as a file says it of itself: each field is a key `mooring.FIELD` of its key-value metadata. What is
 * not known is not there.
 */
export interface Provenance {
  /** What the columns are, and one more with every change of theirs: `results/1`. */
  readonly schema: string;
  /** What makes the same rows. */
  readonly command?: string;
  /** Of this package. */
  readonly version?: string;
  /** Of what computed: the version and a hash of its files. */
  readonly build?: string;
  /** First and last of each unbroken range. */
  readonly seeds?: readonly (readonly [first: number, last: number])[];
  /** SHA-256 of each algorithm and trace that is not the package's own, by the name it was given. */
  readonly sources?: Readonly<Record<string, string>>;
  /** What was varied, or run. */
  readonly scenario?: object;
  /** What a capture was read with. */
  readonly options?: object;
}

/** As Parquet keeps it; what is no text as JSON. */
export function provenanceEntries(provenance: Provenance): { readonly key: string; readonly value: string }[] {
  return Object.entries(provenance).flatMap(([name, value]) =>
    value === undefined
      ? []
      : [{ key: `mooring.${name}`, value: typeof value === 'string' ? value : JSON.stringify(value) }],
  );
}

/** Seeds in few words. */
export function seedRanges(seeds: Iterable<number>): [first: number, last: number][] {
  const ranges: [number, number][] = [];
  for (const seed of [...new Set(seeds)].sort((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last && last[1] + 1 === seed) last[1] = seed;
    else ranges.push([seed, seed]);
  }
  return ranges;
}
