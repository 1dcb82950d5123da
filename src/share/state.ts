import * as v from 'valibot';
import type { Scenario } from '../sim/index.js';

// What a link or a file of the studio holds: enough to make what is shown again, and to say whether it came out the same. One object
// with a version. What an older version wrote is brought forward a step at a time, by steps that are kept for ever.

export interface SharedCode {
  readonly name: string;
  readonly text: string;
}

/** What a run is made of. */
export interface SharedRun {
  readonly scenario: Scenario;
  /** Files that its flows name as their algorithms. */
  readonly code: readonly SharedCode[];
  /** What it gave; null where it had not been run. */
  readonly result: SharedResult | null;
}

export interface SharedResult {
  /** SHA-256 of `runBytes`, hexadecimal. */
  readonly sha256: string;
  /** Some of its numbers, so that another result can be told by how much. */
  readonly facts: Readonly<Record<string, number | null>>;
}

export interface SharedView {
  /** Null: all of the time. */
  readonly range: readonly [fromUs: number, toUs: number] | null;
  /** Flows left out. */
  readonly hidden: readonly number[];
  readonly rate: 'bit/s' | 'B/s';
}

/** The newest version. */
export interface SharedState {
  readonly version: typeof VERSION;
  /** Of Mooring, that wrote it. */
  readonly mooring: string;
  readonly run: SharedRun;
  /** What is laid under it to be compared with. */
  readonly pinned: SharedRun | null;
  readonly view: SharedView;
}

export const VERSION = 2;

const MOST_FILES = 100;
const MOST_CODE = 1 << 20;

const run = v.object({
  scenario: v.custom<Scenario>(
    (value) => typeof value === 'object' && value !== null && Array.isArray((value as Scenario).flows),
    'this is no scenario',
  ),
  code: v.pipe(
    v.array(
      v.object({
        name: v.pipe(v.string(), v.regex(/^[\w.-]{1,80}$/)),
        text: v.pipe(v.string(), v.maxLength(MOST_CODE)),
      }),
    ),
    v.maxLength(MOST_FILES),
  ),
  result: v.nullable(
    v.object({
      sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
      facts: v.record(v.pipe(v.string(), v.maxLength(80)), v.nullable(v.number())),
    }),
  ),
});

const state = v.object({
  version: v.literal(VERSION),
  mooring: v.pipe(v.string(), v.maxLength(80)),
  run,
  pinned: v.nullable(run),
  view: v.object({
    range: v.nullable(v.tuple([v.number(), v.number()])),
    hidden: v.pipe(v.array(v.number()), v.maxLength(100_000)),
    rate: v.picklist(['bit/s', 'B/s']),
  }),
});

/** From each version to the next. None is ever changed or taken away. */
const STEPS: Readonly<Record<number, (old: Record<string, unknown>) => Record<string, unknown>>> = {
  // 1 knew one run, in place.
  1: ({ scenario, code, result, ...rest }) => ({
    ...rest,
    version: 2,
    run: { scenario, code, result },
    pinned: null,
  }),
};

/** What a link or a file says, in the newest version. Throws an Error with what is wrong with it. */
export function readState(value: unknown): SharedState {
  let now = value as Record<string, unknown> | null;
  if (typeof now !== 'object' || now === null || typeof now['version'] !== 'number')
    throw new Error('it holds nothing of the studio');
  while (now['version'] !== VERSION) {
    const step: ((old: Record<string, unknown>) => Record<string, unknown>) | undefined = STEPS[Number(now['version'])];
    if (!step)
      throw new Error(
        `it was made by a newer Mooring (its version is ${now['version']}, here up to ${VERSION} is known)`,
      );
    now = step(now);
  }
  const read = v.safeParse(state, now, { abortEarly: true });
  if (read.success) return read.output as SharedState;
  const [issue] = read.issues;
  throw new Error(`${v.getDotPath(issue) ?? 'it'}: ${issue.message}`);
}
