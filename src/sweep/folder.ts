import * as v from 'valibot';
import { OVERRIDES } from './overrides.js';

// What stands in the folder of a sweep: sweep.json says which sweep it is, and each file of runs/ what a run gave and what was
// varied for it. Both say of which schema they are; here they are read.

/** One more with every change of either file. */
export const SWEEP_FILE_SCHEMA = 2;

/** Something in a row: null is what is not known. */
type Row = Readonly<Record<string, string | number | null>>;

/** A run as its file has it. */
export interface RunFile {
  readonly schema: typeof SWEEP_FILE_SCHEMA;
  /** What was varied, which repeat, which seed. */
  readonly run: Row;
  readonly rows: readonly Row[];
}

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

/** What sweep.json says. */
export type SweepDocument = v.InferOutput<typeof sweepFile>;

/** Reads sweep.json: what it says, or why it cannot be read, in words that follow a name. */
export function readSweepDocument(
  text: string,
): { readonly ok: true; readonly document: SweepDocument } | { readonly ok: false; readonly why: string } {
  const document = parsed(text);
  if (isOtherSchema(document)) return { ok: false, why: `is ${ofSchema(document)}` };
  // As it was read: a schema's output has its names in another order.
  if (!v.is(sweepFile, document)) return { ok: false, why: 'has a sweep.json that cannot be read' };
  return { ok: true, document };
}

/** A run; the number of its schema where that is another, undefined where the text is no whole run. */
export function readRunFile(text: string): RunFile | { readonly otherSchema: string } | undefined {
  const document = parsed(text);
  if (isOtherSchema(document)) return { otherSchema: ofSchema(document) };
  const { run, rows } = Object(document) as Partial<RunFile>;
  return isRow(run) && areRows(rows) ? { schema: SWEEP_FILE_SCHEMA, run, rows } : undefined;
}

/** Whether a value from outside can stand in a table: rows of a run, each of one flow. */
export function areRows(rows: unknown): rows is Row[] {
  return Array.isArray(rows) && rows.length > 0 && rows.every((row) => isRow(row) && typeof row['flow'] === 'number');
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

function isRow(value: unknown): value is Row {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every((cell) => cell === null || typeof cell === 'string' || typeof cell === 'number')
  );
}
