import * as v from 'valibot';
import { LOSS } from '../generated/sim.js';
import { about, either } from '../schema/index.js';
import { share } from './quantity.js';

// Random loss on the wire, after the queue: how a scenario writes it, and how the engine is handed it.

/** Random loss on the wire, after the queue. */
export type Loss = { readonly kind: 'none' } | Readonly<v.InferOutput<typeof lossSchema>>;

export const NO_LOSS: Loss = { kind: 'none' };

const MODELS = {
  bernoulli: v.strictObject({ kind: v.literal('bernoulli'), probability: share }),
  gilbertElliott: v.pipe(
    v.strictObject({
      kind: v.literal('gilbertElliott'),
      goodToBad: about(share, 'probability per packet of leaving the good state'),
      badToGood: about(share, 'probability per packet of leaving the bad state'),
      lossGood: v.optional(share, 0),
      lossBad: v.optional(share, 1),
    }),
    v.forward(
      v.check(
        ({ goodToBad, badToGood }) => badToGood > 0 || goodToBad === 0,
        'must be above 0, or the link never leaves the bad state',
      ),
      ['badToGood'],
    ),
  ),
} satisfies Record<Exclude<keyof typeof LOSS, 'none'>, v.GenericSchema>;

const probability = v.pipe(
  about(share, 'probability that a packet is lost'),
  v.transform((probability) =>
    probability === 0 ? ({ kind: 'none' } as const) : ({ kind: 'bernoulli', probability } as const),
  ),
);

export const lossSchema = about(
  either('object', v.variant('kind', [MODELS.bernoulli, MODELS.gilbertElliott]), probability),
  'random loss on the wire, after the queue',
);

/** As the engine's columns name it. */
export function lossParameters(loss: Loss) {
  return { ...loss, kind: LOSS[loss.kind] };
}
