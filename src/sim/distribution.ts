import * as v from 'valibot';
import { DISTRIBUTION } from '../generated/sim.js';
import { about, either, number } from '../schema/index.js';
import { durationText, sizeText } from './quantity.js';

// Values that are drawn: how a scenario writes them, and how the engine is handed them. Their parameters have
// the same names everywhere.

/** A number, or how it is drawn; values in the unit of the field that holds it: µs or bytes. */
export type Distribution = Readonly<v.InferOutput<typeof durationDistribution>>;

export const durationDistribution = about(distributionOf(durationText), 'a duration, or a distribution of durations');
export const sizeDistribution = about(distributionOf(sizeText), 'a size, or a distribution of sizes');

export function fixed(value: number) {
  return { kind: 'fixed' as const, value };
}

/** As the engine's columns name it. */
export function distributionParameters(distribution: Distribution) {
  return { ...distribution, kind: DISTRIBUTION[distribution.kind] };
}

function distributionOf<Text extends string>(quantity: v.GenericSchema<Text, number>) {
  const kinds = {
    fixed: v.strictObject({ distribution: v.literal('fixed'), value: quantity }),
    uniform: v.strictObject({ distribution: v.literal('uniform'), min: quantity, max: quantity }),
    exponential: v.strictObject({ distribution: v.literal('exponential'), mean: quantity }),
    /** exp(N(ln median, sigma²)) */
    lognormal: v.strictObject({ distribution: v.literal('lognormal'), median: quantity, sigma: number(0, 10) }),
    /** Cut off at 0. */
    normal: v.strictObject({ distribution: v.literal('normal'), mean: quantity, deviation: quantity }),
    /** min / U^(1/shape) */
    pareto: v.strictObject({ distribution: v.literal('pareto'), min: quantity, shape: number(0.1, 100) }),
  } satisfies Record<keyof typeof DISTRIBUTION, v.GenericSchema>;
  const drawn = v.variant('distribution', [
    kinds.fixed,
    kinds.uniform,
    kinds.exponential,
    kinds.lognormal,
    kinds.pareto,
    kinds.normal,
  ]);
  return either('object', v.pipe(drawn, v.transform(asKind)), v.pipe(quantity, v.transform(fixed)));
}

type Named<Given> = { readonly [Key in keyof Given as Key extends 'distribution' ? 'kind' : Key]: Given[Key] };

/** `distribution` says in a file what `kind` says here: the word a reader of the file needs. */
function asKind<Given extends { distribution: string }>({ distribution: kind, ...parameters }: Given): Named<Given> {
  // TypeScript does not see through the renaming of a key of a type it does not know yet.
  return { kind, ...parameters } as unknown as Named<Given>;
}
