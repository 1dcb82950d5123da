import * as z from 'zod/mini';
import en from 'zod/v4/locales/en.js';

// The words scenarios are described in. zod's small build: a page that simulates carries what these need and no more.
// It comes without texts; and its checks are interpreted, for what compiles them probes for eval, which a strict
// page reports as a violation.
z.config({ ...en(), jitless: true });

/** A whole number from `least` to `most`. */
export const integer = (least: number, most: number) => z.int().check(z.minimum(least), z.maximum(most));

/** A number from `least` to `most`. */
export const number = (least: number, most: number) => z.number().check(z.minimum(least), z.maximum(most));

/** A number above 0, up to `most`. */
export const positive = (most: number) => z.number().check(z.positive(), z.maximum(most));

/** `schema` with the text that editors show for it. */
export const about = <Schema extends z.ZodMiniType>(schema: Schema, text: string): Schema =>
  schema.check(z.describe(text));

/** `schema` with examples that editors offer for it. */
export const like = <Schema extends z.ZodMiniType>(schema: Schema, ...examples: string[]): Schema =>
  schema.check(z.meta({ examples }));

/** A field that may be left out. */
export const optional = <Schema extends z.ZodMiniType>(schema: Schema, text?: string) =>
  text === undefined ? z.optional(schema) : about(z.optional(schema), text);
