import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { ERROR, MooringError } from '../../base/index.js';
import { OVERRIDES } from './overrides.js';
import type { SweepDescription } from './plan.js';
import type { Row } from './rows.js';
import type { Until } from './until-text.js';

// What stands in the folder of a sweep: sweep.json says which sweep it is, and each file of runs/ what a run gave and what was
// varied for it. Both say of which schema they are.

/** One more with every change of either file. */
export const SWEEP_FILE_SCHEMA = 2;

/** What a sweep varies, and when it has enough. */
export interface StoredSweep extends SweepDescription {
  readonly until?: Until | undefined;
}

/** A sweep as its folder has it. */
export interface SweepFile {
  readonly schema: typeof SWEEP_FILE_SCHEMA;
  /** What computed its runs. */
  readonly build: string;
  /** Tells it from another sweep. */
  readonly hash: string;
  readonly runs: number;
  /** What its scenarios name by path, and the hash of that. */
  readonly files: Readonly<Record<string, string>>;
  /** Absent where another verb than `sim` made the folder. */
  readonly sweep?: StoredSweep | undefined;
}

/** A run as its file has it. */
export interface RunFile {
  readonly schema: typeof SWEEP_FILE_SCHEMA;
  /** What was varied, which repeat, which seed. */
  readonly run: Row;
  readonly rows: readonly Row[];
}

export const sweepFileOf = (folder: string): string => join(folder, 'sweep.json');
export const runsOf = (folder: string): string => join(folder, 'runs');
/** The name of a run's file, after its key. */
export const RUN_FILE_NAME = /^[0-9a-f]{64}\.json$/;

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const hash = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
const finite = v.pipe(v.number(), v.finite());
const key = v.picklist(OVERRIDES);
const named = v.looseObject({ algorithm: v.string() });

const sweepFile = v.looseObject({
  build: v.string(),
  hash,
  runs: count,
  files: v.record(v.string(), hash),
  sweep: v.optional(
    v.looseObject({
      base: v.looseObject({ flows: v.array(named), links: v.optional(v.array(v.looseObject({}))) }),
      axes: v.array(
        v.union([
          v.strictObject({ key, values: v.pipe(v.array(v.pipe(v.string(), v.nonEmpty())), v.nonEmpty()) }),
          v.strictObject({
            ...{ key, low: finite, high: finite, unit: v.string(), isLog: v.boolean(), isWhole: v.boolean() },
          }),
        ]),
      ),
      repeat: v.pipe(count, v.minValue(1)),
      design: v.optional(v.strictObject({ kind: v.picklist(['lhs', 'sobol']), points: count, seed: count })),
      where: v.array(v.string()),
      until: v.optional(v.strictObject({ ci: finite, column: v.string(), least: count, most: count })),
    }),
  ),
});

/** The sweep of a folder; undefined where it has none. Throws MOORING_ERR_SWEEP_FOLDER for what cannot be read. */
export function readSweepFile(folder: string): SweepFile | undefined {
  const file = sweepFileOf(folder);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw folderRefused(folder, `has a sweep.json that cannot be read: ${(error as Error).message}`);
  }
  const document = parsed(text);
  if (isOtherSchema(document)) throw folderRefused(folder, `is ${ofSchema(document)}`);
  // As it was read: a schema's output has its names in another order.
  if (!v.is(sweepFile, document))
    throw folderRefused(folder, 'has a sweep.json that cannot be read; give another --out, or remove it');
  return document as unknown as SweepFile;
}

/** A run; the number of its schema where that is another, undefined where the text is no whole run. */
export function readRunFile(text: string): RunFile | { readonly otherSchema: string } | undefined {
  const document = parsed(text);
  if (isOtherSchema(document)) return { otherSchema: ofSchema(document) };
  const { run, rows } = Object(document) as Partial<RunFile>;
  return isRow(run) && areRows(rows) ? { schema: SWEEP_FILE_SCHEMA, run, rows } : undefined;
}

// Until there was a schema a run was a list, and a sweep had a hash without one.
function isOtherSchema(document: unknown): document is { readonly schema?: unknown } {
  if (typeof document !== 'object' || document === null) return false;
  const { schema, hash: known } = document as { readonly schema?: unknown; readonly hash?: unknown };
  return schema === undefined ? areRows(document) || typeof known === 'string' : schema !== SWEEP_FILE_SCHEMA;
}

function ofSchema({ schema = 1 }: { readonly schema?: unknown }): string {
  return `of schema ${JSON.stringify(schema)}, this reads ${SWEEP_FILE_SCHEMA}: another version of mooring made it`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Whether a value from outside can stand in a table: rows of a run, each of one flow. */
export function areRows(rows: unknown): rows is Row[] {
  return Array.isArray(rows) && rows.length > 0 && rows.every((row) => isRow(row) && typeof row['flow'] === 'number');
}

function isRow(value: unknown): value is Row {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every((cell) => cell === null || typeof cell === 'string' || typeof cell === 'number')
  );
}

export function folderRefused(folder: string, what: string): MooringError {
  return new MooringError(ERROR.MOORING_ERR_SWEEP_FOLDER, `${folder} ${what}`, { folder });
}
