import { type PackedTexts, packFloats, packTexts, unpackFloats, unpackTexts } from '../packed/index.js';
import type { Sweep, SweepKey, SweepMeasure } from './model.js';

// A sweep as JSON that a page carries: each different value once, numbers with seven digits, which is more than is shown.

export interface FrozenSweep extends Pick<Sweep, 'length' | 'planned' | 'base' | 'version'> {
  readonly keys: readonly (Omit<SweepKey, 'places'> & { readonly places: PackedTexts })[];
  readonly measures: readonly (Omit<SweepMeasure, 'values'> & { readonly values: string })[];
  readonly seeds: PackedTexts;
  readonly isSample: PackedTexts;
}

export function freezeSweep({ keys, measures, seeds, isSample, ...rest }: Sweep): FrozenSweep {
  return {
    ...rest,
    keys: keys.map((key) => ({ ...key, places: packTexts(Array.from(key.places, String)) })),
    measures: measures.map((measure) => ({ ...measure, values: packFloats(Array.from(measure.values)) })),
    seeds: packTexts(Array.from(seeds, String)),
    isSample: packTexts(Array.from(isSample, String)),
  };
}

export function thawSweep({ keys, measures, seeds, isSample, ...rest }: FrozenSweep): Sweep {
  return {
    ...rest,
    keys: keys.map((key) => ({ ...key, places: Uint32Array.from(numbersOf(key.places)) })),
    measures: measures.map((measure) => ({ ...measure, values: Float64Array.from(unpackFloats(measure.values)) })),
    seeds: Float64Array.from(numbersOf(seeds)),
    isSample: Uint8Array.from(numbersOf(isSample)),
  };
}

function numbersOf(packed: PackedTexts): number[] {
  const texts = unpackTexts(packed);
  return Array.from({ length: texts.length }, (_, row) => Number(texts.at(row)));
}
