import * as z from 'zod';
import { DISTRIBUTION } from '../generated/sim.js';
import { durationText, sizeText } from './quantity.js';

// Values that are drawn: how a scenario writes them, and how the engine is handed them. Their parameters have
// the same names everywhere.

/** A number, or how it is drawn; values in the unit of the field that holds it: µs or bytes. */
export type Distribution = Readonly<z.output<typeof durationDistribution>>;

export const durationDistribution = distributionOf(durationText).describe('a duration, or a distribution of durations');
export const sizeDistribution = distributionOf(sizeText).describe('a size, or a distribution of sizes');

export function fixed(value: number) {
  return { kind: 'fixed' as const, value };
}

/** As the engine's columns name it. */
export function distributionParameters(distribution: Distribution) {
  return { ...distribution, kind: DISTRIBUTION[distribution.kind] };
}

function distributionOf(quantity: typeof durationText) {
  const kinds = {
    fixed: z.strictObject({ distribution: z.literal('fixed'), value: quantity }).transform(asKind),
    uniform: z.strictObject({ distribution: z.literal('uniform'), min: quantity, max: quantity }).transform(asKind),
    exponential: z.strictObject({ distribution: z.literal('exponential'), mean: quantity }).transform(asKind),
    /** exp(N(ln median, sigma²)) */
    lognormal: z
      .strictObject({ distribution: z.literal('lognormal'), median: quantity, sigma: z.number().min(0).max(10) })
      .transform(asKind),
    /** min / U^(1/shape) */
    pareto: z
      .strictObject({ distribution: z.literal('pareto'), min: quantity, shape: z.number().min(0.1).max(100) })
      .transform(asKind),
  } satisfies Record<keyof typeof DISTRIBUTION, z.ZodType>;
  return z.union([quantity.transform(fixed), ...Object.values(kinds)]);
}

type Named<Given> = { readonly [Key in keyof Given as Key extends 'distribution' ? 'kind' : Key]: Given[Key] };

/** `distribution` says in a file what `kind` says here: the word a reader of the file needs. */
function asKind<Given extends { distribution: string }>({ distribution: kind, ...parameters }: Given): Named<Given> {
  // TypeScript does not see through the renaming of a key of a type it does not know yet.
  return { kind, ...parameters } as unknown as Named<Given>;
}
