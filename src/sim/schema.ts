import * as v from 'valibot';

// The words scenarios are described in.

type Schema = v.GenericSchema<unknown, unknown>;

/** A whole number from `least` to `most`. */
export const integer = (least: number, most: number) =>
  v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most));

/** A number from `least` to `most`. */
export const number = (least: number, most: number) => v.pipe(v.number(), v.minValue(least), v.maxValue(most));

/** A number above 0, up to `most`. */
export const positive = (most: number) => v.pipe(v.number(), v.gtValue(0), v.maxValue(most));

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
