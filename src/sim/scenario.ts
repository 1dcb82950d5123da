import * as z from 'zod';
import type { Algorithm } from '../algorithms/index.js';
import { RECOVERY, SIM } from '../generated/sim.js';
import { durationDistribution, sizeDistribution } from './distribution.js';
import { lossSchema } from './loss.js';
import { durationText, durationUs, rateBytesPerSecond, rateText, share, sizeBytes, sizeText } from './quantity.js';
import { queueSchema } from './queue.js';
import { sourceSchema } from './source.js';

// The scenario as people write it: a strict schema, so that a mistyped field is an error with its
// path. `npm run gen` writes the same as spec/scenario.schema.json for editors and other languages.
// Where a quantity has two spellings (`rate`, `rateBytesPerSecond`) at most one may stand; normalise.ts joins them.

const step = z
  .strictObject({
    at: durationText.optional(),
    atUs: durationUs.optional(),
    rate: rateText.optional(),
    rateBytesPerSecond: rateBytesPerSecond.optional(),
    delay: durationText.optional(),
    delayUs: durationUs.optional(),
  })
  .describe('from this instant on, the link has this rate and (or) this delay');

const link = z.strictObject({
  rate: rateText.optional(),
  rateBytesPerSecond: rateBytesPerSecond.optional(),
  trace: z
    .union([z.string(), z.array(z.int().nonnegative().max(86_400_000)).min(1).max(2_000_000)])
    .optional()
    .describe(
      "mahimahi's packet-delivery trace: one millisecond stamp per MTU-sized opportunity, repeated for ever; the command line also reads a file of them",
    ),
  delay: durationText.optional().describe('one-way propagation delay'),
  delayUs: durationUs.optional(),
  queue: queueSchema.optional(),
  jitter: durationDistribution.optional().describe('added to the propagation delay of each packet; keeps their order'),
  reorder: z
    .strictObject({ probability: share, extraDelay: durationText.optional(), extraDelayUs: durationUs.optional() })
    .optional()
    .describe('packets held back by extraDelay, so that later ones overtake them'),
  loss: lossSchema.optional(),
  steps: z.array(step).max(10_000).optional(),
});

const ackPath = z
  .strictObject({
    rate: rateText.optional(),
    rateBytesPerSecond: rateBytesPerSecond.optional(),
    delay: durationText.optional(),
    delayUs: durationUs.optional(),
    queue: queueSchema.optional(),
    jitter: durationDistribution.optional(),
    loss: lossSchema.optional(),
  })
  .describe('the way back; without a rate it is never a bottleneck');

const algorithm = z.custom<Algorithm>((value) => typeof value === 'function' || hasNewFlow(value), {
  error: 'expected the name of an algorithm, a class that extends AlgBase, or an object with newFlow()',
});

const flow = z.strictObject({
  name: z.string().max(80).optional(),
  algorithm: z
    .union([z.string().min(1), algorithm])
    .describe(
      'the name of an algorithm (cubic), of a built-in sender (builtin:cubic), or on the command line the path of a module',
    ),
  count: z.int().min(1).max(SIM.MAX_FLOWS).optional(),
  start: durationText.optional(),
  startUs: durationUs.optional(),
  stagger: durationText.optional().describe('time between the starts of the flows of this group'),
  staggerUs: durationUs.optional(),
  stop: durationText.optional(),
  stopUs: durationUs.optional(),
  size: sizeText.optional().describe('bytes the flow sends before it ends; without it the flow runs to the end'),
  sizeBytes: sizeBytes.optional(),
  source: sourceSchema.optional(),
  arrivals: z
    .strictObject({
      perSecond: z.number().positive().max(1e6),
      size: sizeDistribution,
      maxActive: z.int().min(1).max(SIM.MAX_FLOWS).optional(),
    })
    .optional()
    .describe('flows that arrive as a Poisson process instead of all at start'),
  path: z
    .tuple([
      z
        .int()
        .nonnegative()
        .max(SIM.MAX_LINKS - 1),
      z
        .int()
        .nonnegative()
        .max(SIM.MAX_LINKS - 1),
    ])
    .optional()
    .describe('first and last link the flow crosses, counted from 0; without it all of them'),
  rtt: durationText.optional().describe('base round trip of this flow; sets its access delay'),
  rttUs: durationUs.optional(),
  accessDelay: durationText.optional().describe('one-way delay between sender and first link, each way'),
  accessDelayUs: durationUs.optional(),
  mssBytes: z.int().min(64).max(65_000).optional(),
  initialCwndPackets: z.int().min(1).max(100_000).optional(),
  receiveWindow: sizeText.optional(),
  receiveWindowBytes: sizeBytes.optional(),
  delayedAcks: z
    .union([
      z.boolean(),
      z.strictObject({
        everyPackets: z.int().min(1).max(64).optional(),
        timeout: durationText.optional(),
        timeoutUs: durationUs.optional(),
      }),
    ])
    .optional(),
  recovery: z.enum(Object.keys(RECOVERY) as (keyof typeof RECOVERY)[]).optional(),
  minRto: durationText.optional(),
  minRtoUs: durationUs.optional(),
  pacing: z
    .boolean()
    .optional()
    .describe('spread segments over the round trip where the algorithm sets no rate; a rate it sets is always obeyed'),
  ecn: z.boolean().optional(),
});

/** The schema of {@link Scenario}; `npm run gen` writes it as spec/scenario.schema.json. */
export const scenarioSchema = z.strictObject({
  $schema: z.string().optional(),
  name: z.string().max(200).optional(),
  topology: z.enum(['dumbbell', 'parkinglot']).optional(),
  rate: rateText.optional().describe('rate of the bottleneck, where `links` is not given'),
  rateBytesPerSecond: rateBytesPerSecond.optional(),
  rtt: durationText.optional().describe('base round trip of the whole path; what `1bdp` is reckoned with'),
  rttUs: durationUs.optional(),
  queue: queueSchema.optional().describe('queue of the bottleneck, where `links` is not given'),
  loss: lossSchema.optional().describe('random loss of the bottleneck, where `links` is not given'),
  links: z
    .array(link)
    .min(1)
    .max(SIM.MAX_LINKS)
    .optional()
    .describe('links of the path in the order data crosses them'),
  ackPath: ackPath.optional(),
  flows: z.array(flow).min(1).max(SIM.MAX_FLOWS),
  agent: z
    .strictObject({
      reaction: durationDistribution
        .optional()
        .describe('time from the instant a report is sent to the instant the answer takes effect'),
      fallback: durationText.optional().describe('silence after which the datapath falls back'),
      fallbackUs: durationUs.optional(),
    })
    .optional(),
  duration: durationText.optional(),
  durationUs: durationUs.optional(),
  measureFrom: durationText.optional().describe('start of the part the summary counts'),
  measureFromUs: durationUs.optional(),
  seed: z.int().min(0).max(0xffff_ffff).optional(),
  series: z
    .union([
      z.boolean(),
      z.strictObject({
        bin: durationText.optional(),
        binUs: durationUs.optional(),
        flows: z.int().min(0).max(SIM.MAX_FLOWS).optional().describe('how many flows have series of their own'),
      }),
    ])
    .optional()
    .describe('false, or the width of the bins of the series'),
  engine: z.enum(['jit', 'interpreter']).optional().describe('how datapath programs run; the results are the same'),
});

/**
 * What to simulate. Quantities are text with a unit (`rate: '12Mbit'`) or numbers in a field that
 * names it (`rateBytesPerSecond: 1500000`). Everything but `flows` has a default.
 *
 * @example
 * ```ts
 * const scenario: Scenario = {
 *   rate: '12Mbit', rtt: '40ms', queue: '1bdp',
 *   flows: [{ algorithm: 'cubic', count: 2 }],
 *   duration: '60s', seed: 1,
 * };
 * ```
 */
export type Scenario = z.input<typeof scenarioSchema>;
/** One group of equal flows of a {@link Scenario}. */
export type FlowGroup = z.input<typeof flow>;
/** One link of a {@link Scenario}. */
export type Link = z.input<typeof link>;

/** The scenario after reading: text has become numbers; defaults are not filled in yet. */
export type ParsedScenario = z.output<typeof scenarioSchema>;
export type ParsedLink = z.output<typeof link>;
export type ParsedFlow = z.output<typeof flow>;

function hasNewFlow(value: unknown): boolean {
  return typeof (value as { newFlow?: unknown } | null)?.newFlow === 'function';
}
