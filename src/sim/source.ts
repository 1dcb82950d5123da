import * as z from 'zod/mini';
import { unreachable } from '../base/index.js';
import { SOURCE } from '../generated/sim.js';
import { type Distribution, durationDistribution } from './distribution.js';
import { eitherOf, type Path, rateBytesPerSecond, rateText } from './quantity.js';
import { about, optional } from './schema.js';

// What the application of a flow offers: how a scenario writes it, and how the engine is handed it.

/** What the application offers. */
export type Source = Readonly<z.output<typeof sourceSchema>>;

export const GREEDY: Source = { kind: 'greedy' };

const SOURCES = {
  greedy: z.pipe(
    z.literal('greedy'),
    z.transform((kind) => ({ kind })),
  ),
  rate: z.pipe(
    z.strictObject({
      kind: z.literal('rate'),
      rate: optional(rateText),
      rateBytesPerSecond: optional(rateBytesPerSecond),
    }),
    z.transform(({ kind, ...given }, { issues }) => {
      const issue = (path: Path, message: string) =>
        issues.push({ code: 'custom', path: [...path], message, input: given });
      const bytesPerSecond = eitherOf(given, 'rate', 'rateBytesPerSecond', issue);
      if (bytesPerSecond === undefined) issue(['rate'], 'is missing');
      return { kind, rateBytesPerSecond: bytesPerSecond ?? 1 };
    }),
  ),
  onoff: z.pipe(
    z.strictObject({
      kind: z.literal('onoff'),
      on: durationDistribution,
      off: durationDistribution,
      rate: optional(rateText, 'rate while on; without it the source is greedy while on'),
      rateBytesPerSecond: optional(rateBytesPerSecond),
    }),
    z.transform(({ kind, on, off, ...given }, { issues }) => ({
      kind,
      onUs: on,
      offUs: off,
      /** 0: greedy while on. */
      rateBytesPerSecond:
        eitherOf(given, 'rate', 'rateBytesPerSecond', (path, message) =>
          issues.push({ code: 'custom', path: [...path], message, input: given }),
        ) ?? 0,
    })),
  ),
} satisfies Record<keyof typeof SOURCE, z.ZodMiniType>;

export const sourceSchema = about(
  z.union(Object.values(SOURCES)),
  'what the application offers: everything at once, a steady rate, or bursts',
);

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
