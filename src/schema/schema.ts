import * as v from 'valibot';

// The words in which scenarios, intents and files of a run are described, beside valibot's own.

type Schema = v.GenericSchema<unknown, unknown>;

/** A whole number from `least` to `most`. */
export const integer = (least: number, most = Number.MAX_SAFE_INTEGER) =>
  v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most));

/** A number from `least` to `most`. */
export const number = (least: number, most = Number.MAX_VALUE) =>
  v.pipe(v.number(), v.minValue(least), v.maxValue(most));

/** A number above 0, up to `most`. */
export const positive = (most = Number.MAX_VALUE) => v.pipe(v.number(), v.gtValue(0), v.maxValue(most));

/** `schema` with the text that editors show for it. */
export const about = <const Given extends Schema>(schema: Given, text: string) => v.pipe(schema, v.description(text));

/** A field that may be left out. */
export const optional = <const Given extends Schema>(
  schema: Given,
  text?: string,
): v.OptionalSchema<Given, undefined> => (text === undefined ? v.optional(schema) : about(v.optional(schema), text));

/**
 * `first` for what is of this type, else `second`: what is wrong is told of the one that was meant. The options stand
 * beside it for whoever writes the schema down.
 */
export const either = <const First extends Schema, const Second extends Schema>(
  type: 'object' | 'number' | 'string',
  first: First,
  second: Second,
) =>
  Object.assign(
    v.lazy((input): First | Second => (typeof input === type ? first : second)),
    { options: [first, second] as const },
  );

/** One field at fault. */
export interface FieldDiagnostic {
  readonly path: ReadonlyArray<string | number>;
  readonly message: string;
}

/** What a schema found, as one line each with the path of the field. `of` says what has those fields. */
export function fieldDiagnostics(issues: ReadonlyArray<v.BaseIssue<unknown>>, of: string): FieldDiagnostic[] {
  return issues.map((issue) => ({
    path: (issue.path ?? []).map(({ key }) => (typeof key === 'number' ? key : String(key))),
    message: messageOf(issue, of),
  }));
}

function messageOf({ type, expected, received, input, message }: v.BaseIssue<unknown>, of: string): string {
  if (expected === 'never') return `is not a field of ${of}`;
  if (received === 'undefined') return 'is missing';
  // `("droptail" | "red")` of a variant's names.
  if (type === 'variant' && typeof input !== 'object')
    return `is none of ${expected?.replace(/[()]/g, '').replaceAll(' | ', ', ')}`;
  return message.replace(/^Invalid [\w ]+: /, '');
}
