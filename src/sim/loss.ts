import * as z from 'zod/mini';
import { LOSS } from '../generated/sim.js';
import { share } from './quantity.js';
import { about } from './schema.js';

// Random loss on the wire, after the queue: how a scenario writes it, and how the engine is handed it.

/** Random loss on the wire, after the queue. */
export type Loss = { readonly kind: 'none' } | Readonly<z.output<typeof lossSchema>>;

export const NO_LOSS: Loss = { kind: 'none' };

const MODELS = {
  bernoulli: z.strictObject({ kind: z.literal('bernoulli'), probability: share }),
  gilbertElliott: z
    .strictObject({
      kind: z.literal('gilbertElliott'),
      goodToBad: about(share, 'probability per packet of leaving the good state'),
      badToGood: about(share, 'probability per packet of leaving the bad state'),
      lossGood: z._default(share, 0),
      lossBad: z._default(share, 1),
    })
    .check(
      z.refine(({ goodToBad, badToGood }) => badToGood > 0 || goodToBad === 0, {
        path: ['badToGood'],
        error: 'must be above 0, or the link never leaves the bad state',
      }),
    ),
} satisfies Record<Exclude<keyof typeof LOSS, 'none'>, z.ZodMiniType>;

const probability = z.pipe(
  about(share, 'probability that a packet is lost'),
  z.transform((probability: number) =>
    probability === 0 ? ({ kind: 'none' } as const) : ({ kind: 'bernoulli', probability } as const),
  ),
);

export const lossSchema = about(
  z.union([probability, ...Object.values(MODELS)]),
  'random loss on the wire, after the queue',
);

/** As the engine's columns name it. */
export function lossParameters(loss: Loss) {
  return { ...loss, kind: LOSS[loss.kind] };
}
