import * as v from 'valibot';
import type { Algorithm } from '../algorithms/index.js';
import { ECN, GROWTH, RECOVERY, SIM, SLOW_START } from '../generated/sim.js';
import { about, either, integer, number, optional, positive } from '../schema/index.js';
import { durationDistribution, sizeDistribution } from './distribution.js';
import { lossSchema } from './loss.js';
import {
  durationText,
  durationUs,
  rateBytesPerSecond,
  rateBytesPerSecondOrNone,
  rateText,
  rateTextOrNone,
  share,
  sizeBytes,
  sizeText,
} from './quantity.js';
import { queueSchema } from './queue.js';
import { sourceSchema } from './source.js';

// The scenario as people write it: a strict schema, so that a mistyped field is an error with its
// path. `npm run gen` writes the same as spec/scenario.schema.json for editors and other languages.
// Where a quantity has two spellings (`rate`, `rateBytesPerSecond`) at most one may stand; normalise.ts joins them.

const step = about(
  v.strictObject({
    at: optional(durationText),
    atUs: optional(durationUs),
    rate: optional(rateTextOrNone, '0Mbit sends nothing'),
    rateBytesPerSecond: optional(rateBytesPerSecondOrNone),
    delay: optional(durationText),
    delayUs: optional(durationUs),
    loss: optional(lossSchema),
    down: optional(v.boolean(), 'true: nothing is sent, what arrives waits; false: as before it went down'),
  }),
  'from this instant on, the link has this rate, delay or loss, goes down or comes up',
);

const link = v.strictObject({
  rate: optional(rateText),
  rateBytesPerSecond: optional(rateBytesPerSecond),
  trace: optional(
    either('string', v.string(), v.pipe(v.array(integer(0, 86_400_000)), v.minLength(1), v.maxLength(2_000_000))),
    "mahimahi's packet-delivery trace: one millisecond stamp per MTU-sized opportunity, repeated for ever; the command line also reads a file of them",
  ),
  delay: optional(durationText, 'one-way propagation delay'),
  delayUs: optional(durationUs),
  queue: optional(queueSchema),
  jitter: optional(durationDistribution, 'added to the propagation delay of each packet; keeps their order'),
  reorder: optional(
    v.strictObject({ probability: share, extraDelay: optional(durationText), extraDelayUs: optional(durationUs) }),
    'packets held back by extraDelay, so that later ones overtake them',
  ),
  loss: optional(lossSchema),
  tokenBucket: optional(
    v.strictObject({
      rate: rateText,
      burst: about(v.optional(sizeText, '64KiB'), 'bytes that may pass at once after a pause'),
      action: v.optional(v.picklist(['police', 'shape']), 'shape'),
    }),
    'a rate below that of the link: what exceeds it waits (shape) or is dropped as it arrives (police)',
  ),
  steps: optional(v.pipe(v.array(step), v.maxLength(10_000))),
});

const ackPath = about(
  v.strictObject({
    rate: optional(rateText),
    rateBytesPerSecond: optional(rateBytesPerSecond),
    delay: optional(durationText),
    delayUs: optional(durationUs),
    queue: optional(queueSchema),
    jitter: optional(durationDistribution),
    loss: optional(lossSchema),
  }),
  'the way back; without a rate it is never a bottleneck',
);

const algorithm = v.custom<Algorithm>(
  (value) => typeof value === 'function' || hasNewFlow(value),
  'expected the name of an algorithm, a class that extends AlgBase, or an object with newFlow()',
);

const jitter = about(
  number(0, 1),
  'how much of what keeps flows from acting in step is drawn: 1 starts each up to a round trip later and spaces the segments of a burst by up to a quarter of a packet time, 0 does neither',
);

const linkNumber = integer(0, SIM.MAX_LINKS - 1);

const flow = v.strictObject({
  name: optional(v.pipe(v.string(), v.maxLength(80))),
  algorithm: about(
    either('string', v.pipe(v.string(), v.minLength(1)), algorithm),
    'the name of an algorithm (cubic), of a built-in sender (builtin:cubic), or on the command line the path of a module',
  ),
  count: optional(integer(1, SIM.MAX_FLOWS)),
  start: optional(durationDistribution, 'when the flows of this group start; a distribution draws for each of them'),
  startUs: optional(durationUs),
  stagger: optional(durationText, 'time between the starts of the flows of this group'),
  staggerUs: optional(durationUs),
  stop: optional(durationText),
  stopUs: optional(durationUs),
  size: optional(sizeText, 'bytes the flow sends before it ends; without it the flow runs to the end'),
  sizeBytes: optional(sizeBytes),
  source: optional(sourceSchema),
  arrivals: optional(
    v.strictObject({
      perSecond: positive(1e6),
      size: sizeDistribution,
      maxActive: optional(integer(1, SIM.MAX_FLOWS)),
    }),
    'flows that arrive as a Poisson process instead of all at start',
  ),
  path: optional(
    v.strictTuple([linkNumber, linkNumber]),
    'first and last link the flow crosses, counted from 0; without it all of them',
  ),
  via: optional(
    v.pipe(v.array(linkNumber), v.minLength(1), v.maxLength(SIM.MAX_LINKS)),
    'links the flow crosses, in their order, counted from 0: any of them, for topologies that are no row',
  ),
  backVia: optional(
    v.pipe(v.array(linkNumber), v.minLength(1), v.maxLength(SIM.MAX_LINKS)),
    'links its acknowledgements cross on their way back, instead of ackPath: for traffic in both directions',
  ),
  rtt: optional(durationText, 'base round trip of this flow; sets its access delay'),
  rttUs: optional(durationUs),
  accessDelay: optional(durationText, 'one-way delay between sender and first link, each way'),
  accessDelayUs: optional(durationUs),
  accessRate: optional(
    rateText,
    'rate between sender and first link; the segments of a burst leave one after the other',
  ),
  accessRateBytesPerSecond: optional(rateBytesPerSecond),
  jitter: optional(jitter),
  handshake: optional(v.boolean(), 'false: the flow has been established before, and knows the round trip of its path'),
  mssBytes: optional(integer(64, 65_000)),
  initialCwndPackets: optional(integer(1, 100_000)),
  receiveWindow: optional(sizeText),
  receiveWindowBytes: optional(sizeBytes),
  delayedAcks: optional(
    either(
      'object',
      v.strictObject({
        everyPackets: optional(integer(1, 64)),
        timeout: optional(durationText),
        timeoutUs: optional(durationUs),
      }),
      v.boolean(),
    ),
  ),
  recovery: optional(v.picklist(Object.keys(RECOVERY) as (keyof typeof RECOVERY)[])),
  growth: optional(
    v.picklist(Object.keys(GROWTH) as (keyof typeof GROWTH)[]),
    'what the window of a built-in sender grows by: acknowledged segments (linux) or ACKs (rfc5681)',
  ),
  slowStart: optional(
    v.picklist(Object.keys(SLOW_START) as (keyof typeof SLOW_START)[]),
    'how a built-in sender finds the end of slow start before a loss does',
  ),
  minRto: optional(durationText),
  minRtoUs: optional(durationUs),
  pacing: optional(
    v.boolean(),
    'spread segments over the round trip where the algorithm sets no rate; a rate it sets is always obeyed',
  ),
  ecn: optional(
    either(
      'string',
      v.picklist(Object.keys(ECN).filter((kind) => kind !== 'off') as Exclude<keyof typeof ECN, 'off'>[]),
      v.boolean(),
    ),
    'what marks the sender bears and its receiver echoes; true is classic',
  ),
});

const scenario = v.strictObject({
  $schema: optional(v.string()),
  name: optional(v.pipe(v.string(), v.maxLength(200))),
  topology: optional(v.picklist(['dumbbell', 'parkinglot'])),
  rate: optional(rateText, 'rate of the bottleneck, where `links` is not given'),
  rateBytesPerSecond: optional(rateBytesPerSecond),
  rtt: optional(durationText, 'base round trip of the whole path; what `1bdp` is reckoned with'),
  rttUs: optional(durationUs),
  queue: optional(queueSchema, 'queue of the bottleneck, where `links` is not given'),
  loss: optional(lossSchema, 'random loss of the bottleneck, where `links` is not given'),
  links: optional(
    v.pipe(v.array(link), v.minLength(1), v.maxLength(SIM.MAX_LINKS)),
    'links of the path in the order data crosses them',
  ),
  ackPath: optional(ackPath),
  flows: v.pipe(v.array(flow), v.minLength(1), v.maxLength(SIM.MAX_FLOWS)),
  agent: optional(
    v.strictObject({
      reaction: optional(
        durationDistribution,
        'time from the instant a report is sent to the instant the answer takes effect',
      ),
      fallback: optional(durationText, 'silence after which the datapath falls back'),
      fallbackUs: optional(durationUs),
    }),
  ),
  duration: optional(durationText),
  durationUs: optional(durationUs),
  measureFrom: optional(durationText, 'start of the part the summary counts'),
  measureFromUs: optional(durationUs),
  seed: optional(integer(0, 0xffff_ffff)),
  jitter: optional(jitter),
  series: optional(
    either(
      'object',
      v.strictObject({
        bin: optional(durationText),
        binUs: optional(durationUs),
        flows: optional(integer(0, SIM.MAX_FLOWS), 'how many flows have series of their own'),
      }),
      v.boolean(),
    ),
    'false, or the width of the bins of the series',
  ),
  engine: optional(v.picklist(['jit', 'interpreter']), 'how datapath programs run; the results are the same'),
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
export type Scenario = v.InferInput<typeof scenario>;
/** One group of equal flows of a {@link Scenario}. */
export type FlowGroup = v.InferInput<typeof flow>;
/** One link of a {@link Scenario}. */
export type Link = v.InferInput<typeof link>;

/** The scenario after reading: text has become numbers; defaults are not filled in yet. */
export type ParsedScenario = v.InferOutput<typeof scenario>;
export type ParsedLink = v.InferOutput<typeof link>;
export type ParsedFlow = v.InferOutput<typeof flow>;

/** The schema of {@link Scenario}; `npm run gen` writes it as spec/scenario.schema.json. */
export const scenarioSchema: v.GenericSchema<Scenario, ParsedScenario> = scenario;

function hasNewFlow(value: unknown): boolean {
  return typeof (value as { newFlow?: unknown } | null)?.newFlow === 'function';
}
