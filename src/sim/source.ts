import * as v from 'valibot';
import { unreachable } from '../base/index.js';
import { SOURCE } from '../generated/sim.js';
import { about, either, optional } from '../schema/index.js';
import { type Distribution, durationDistribution } from './distribution.js';
import { eitherOf, rateBytesPerSecond, rateText, type Tell } from './quantity.js';

// What the application of a flow offers: how a scenario writes it, and how the engine is handed it.

/** What the application offers. */
export type Source = Readonly<v.InferOutput<typeof sourceSchema>>;

export const GREEDY: Source = { kind: 'greedy' };

const atRate = <Kind extends 'rate' | 'poisson'>(kind: Kind) =>
  v.pipe(
    v.strictObject({
      kind: v.literal(kind),
      rate: optional(rateText),
      rateBytesPerSecond: optional(rateBytesPerSecond),
    }),
    v.rawTransform(({ dataset: { value: given }, addIssue, NEVER }) => {
      const refuse = refusalsOf(given, addIssue);
      const bytesPerSecond = eitherOf(given, 'rate', 'rateBytesPerSecond', refuse);
      if (bytesPerSecond !== undefined) return { kind, rateBytesPerSecond: bytesPerSecond };
      refuse(['rate'], 'is missing');
      return NEVER;
    }),
  );

const SOURCES = {
  greedy: v.pipe(
    v.literal('greedy'),
    v.transform((kind) => ({ kind })),
  ),
  rate: atRate('rate'),
  /** Segments with gaps as of a Poisson process. */
  poisson: atRate('poisson'),
  onoff: v.pipe(
    v.strictObject({
      kind: v.literal('onoff'),
      on: durationDistribution,
      off: durationDistribution,
      rate: optional(rateText, 'rate while on; without it the source is greedy while on'),
      rateBytesPerSecond: optional(rateBytesPerSecond),
    }),
    v.rawTransform(({ dataset: { value: given }, addIssue }) => ({
      kind: given.kind,
      onUs: given.on,
      offUs: given.off,
      /** 0: greedy while on. */
      rateBytesPerSecond: eitherOf(given, 'rate', 'rateBytesPerSecond', refusalsOf(given, addIssue)) ?? 0,
    })),
  ),
} satisfies Record<keyof typeof SOURCE, v.GenericSchema>;

export const sourceSchema = about(
  either('object', v.variant('kind', [SOURCES.rate, SOURCES.poisson, SOURCES.onoff]), SOURCES.greedy),
  'what the application offers: everything at once, a steady rate, a Poisson process, or bursts',
);

/** As the engine's columns name it; `handleOf` puts a distribution into the engine. */
export function sourceParameters(source: Source, handleOf: (distribution: Distribution) => number) {
  const kind = SOURCE[source.kind];
  switch (source.kind) {
    case 'greedy':
      return { kind };
    case 'rate':
    case 'poisson':
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

type AddIssue = (issue: { message: string; path: [v.IssuePathItem, ...v.IssuePathItem[]] }) => void;

function refusalsOf(input: Record<string, unknown>, addIssue: AddIssue): Tell {
  return ([key], message) =>
    addIssue({ message, path: [{ type: 'object', origin: 'value', input, key: String(key), value: undefined }] });
}
