import * as z from 'zod';
import { unreachable } from '../base/index.js';
import { SOURCE } from '../generated/sim.js';
import { type Distribution, durationDistribution } from './distribution.js';
import { eitherOf, type Path, rateBytesPerSecond, rateText } from './quantity.js';

// What the application of a flow offers: how a scenario writes it, and how the engine is handed it.

/** What the application offers. */
export type Source = Readonly<z.output<typeof sourceSchema>>;

export const GREEDY: Source = { kind: 'greedy' };

const SOURCES = {
  greedy: z.literal('greedy').transform((kind) => ({ kind })),
  rate: z
    .strictObject({
      kind: z.literal('rate'),
      rate: rateText.optional(),
      rateBytesPerSecond: rateBytesPerSecond.optional(),
    })
    .transform(({ kind, ...given }, { addIssue }) => {
      const issue = (path: Path, message: string) => addIssue({ code: 'custom', path: [...path], message });
      const bytesPerSecond = eitherOf(given, 'rate', 'rateBytesPerSecond', issue);
      if (bytesPerSecond === undefined) issue(['rate'], 'is missing');
      return { kind, rateBytesPerSecond: bytesPerSecond ?? 1 };
    }),
  onoff: z
    .strictObject({
      kind: z.literal('onoff'),
      on: durationDistribution,
      off: durationDistribution,
      rate: rateText.optional().describe('rate while on; without it the source is greedy while on'),
      rateBytesPerSecond: rateBytesPerSecond.optional(),
    })
    .transform(({ kind, on, off, ...given }, { addIssue }) => ({
      kind,
      onUs: on,
      offUs: off,
      /** 0: greedy while on. */
      rateBytesPerSecond:
        eitherOf(given, 'rate', 'rateBytesPerSecond', (path, message) =>
          addIssue({ code: 'custom', path: [...path], message }),
        ) ?? 0,
    })),
} satisfies Record<keyof typeof SOURCE, z.ZodType>;

export const sourceSchema = z
  .union(Object.values(SOURCES))
  .describe('what the application offers: everything at once, a steady rate, or bursts');

/** As the engine's columns name it; `handleOf` puts a distribution into the engine. */
export function sourceParameters(source: Source, handleOf: (distribution: Distribution) => number) {
  const kind = SOURCE[source.kind];
  switch (source.kind) {
    case 'greedy':
      return { kind };
    case 'rate':
      return { kind, rateBytesPerSecond: source.rateBytesPerSecond };
    case 'onoff':
      return {
        kind,
        rateBytesPerSecond: source.rateBytesPerSecond || null,
        onUs: handleOf(source.onUs),
        offUs: handleOf(source.offUs),
      };
    default:
      return unreachable(source, 'source');
  }
}
