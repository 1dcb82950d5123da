import * as v from 'valibot';
import { formatSize, type QueueSize, unreachable } from '../base/index.js';
import { QUEUE, SIM } from '../generated/sim.js';
import { about, either, integer, optional, positive } from '../schema/index.js';
import { durationText, queueSizeText, sizeText, type Tell } from './quantity.js';

// All there is to a queue outside the engine: how a scenario writes it, what is filled in, how it is told, and how
// the engine is handed it. A parameter has its column's name (spec/sim.json) from the schema on, so a new
// discipline is its schema, its case in `measureQueue` and its name in `NAMES`.

/** A queue discipline with every parameter. */
export type Queue = Measured<AskedQueue>;

/** Limits of which 0 means none; at least one is above 0. */
export interface QueueLimit {
  readonly packets: number;
  readonly bytes: number;
}

/** As a scenario asks for it: a size may be a multiple of a bandwidth-delay product only the path tells. */
export type AskedQueue = v.InferOutput<typeof queueSchema>;

/** The limit becomes a limit, any other size a number of what the limit counts. */
type Measured<Asked> = Asked extends unknown
  ? {
      readonly [Name in keyof Asked]-?: Name extends 'limit'
        ? QueueLimit
        : QueueSize extends Asked[Name]
          ? number
          : Asked[Name];
    }
  : never;

const NAMES: Record<Queue['kind'], string> = {
  droptail: 'drop-tail',
  red: 'RED',
  codel: 'CoDel',
  fqcodel: 'FQ-CoDel',
  pie: 'PIE',
  dualpi2: 'DualPI2',
  step: 'step',
};

const flag = (value: boolean) => v.optional(v.boolean(), value);

// RFC 8289 sections 4.2 and 4.3.
const CODEL = {
  target: v.optional(durationText, '5ms'),
  interval: v.optional(durationText, '100ms'),
  ecn: flag(false),
};

const DISCIPLINES = {
  droptail: v.strictObject({ kind: v.literal('droptail'), limit: v.optional(queueSizeText, '1bdp') }),
  red: v.strictObject({
    kind: v.literal('red'),
    limit: v.optional(queueSizeText, '2bdp'),
    minThreshold: optional(queueSizeText, 'average queue where marking begins'),
    maxThreshold: optional(queueSizeText, 'average queue where marking reaches maxProbability'),
    maxProbability: v.optional(positive(1), 0.1),
    weight: about(v.optional(positive(1), 0.002), 'weight of the newest sample in the average queue'),
    gentle: flag(true),
    ecn: flag(false),
  }),
  codel: v.pipe(
    v.strictObject({ kind: v.literal('codel'), limit: v.optional(queueSizeText, '1000pkt'), ...CODEL }),
    v.transform(({ kind, limit, target: targetUs, interval: intervalUs, ecn }) => ({
      kind,
      limit,
      targetUs,
      intervalUs,
      ecn,
    })),
  ),
  fqcodel: v.pipe(
    v.strictObject({
      kind: v.literal('fqcodel'),
      limit: v.optional(queueSizeText, '10240pkt'),
      ...CODEL,
      flows: about(v.optional(integer(1, 65_536), 1024), 'number of queues flows are hashed to'),
      quantum: v.optional(sizeText, '1514B'),
    }),
    v.transform(({ kind, limit, target: targetUs, interval: intervalUs, ecn, flows, quantum: quantumBytes }) => ({
      kind,
      limit,
      targetUs,
      intervalUs,
      ecn,
      flows,
      quantumBytes,
    })),
  ),
  pie: v.pipe(
    v.strictObject({
      kind: v.literal('pie'),
      limit: v.optional(queueSizeText, '1000pkt'),
      target: v.optional(durationText, '15ms'),
      interval: v.optional(durationText, '15ms'),
      burst: about(v.optional(durationText, '150ms'), 'how long a burst may take before anything is dropped'),
      ecn: flag(false),
    }),
    v.transform(({ kind, limit, target: targetUs, interval: intervalUs, burst: burstUs, ecn }) => ({
      kind,
      limit,
      targetUs,
      intervalUs,
      burstUs,
      ecn,
    })),
  ),
  dualpi2: v.pipe(
    v.strictObject({
      kind: v.literal('dualpi2'),
      limit: v.optional(queueSizeText, '10000pkt'),
      target: v.optional(durationText, '15ms'),
      interval: v.optional(durationText, '16ms'),
      coupling: about(v.optional(positive(100), 2), 'marks of low latency for a drop of Classic, by their roots'),
      rampStart: about(v.optional(durationText, '800us'), 'wait from which low latency is marked'),
      rampEnd: about(v.optional(durationText, '1200us'), 'wait from which all of it is'),
      ecn: flag(true),
    }),
    v.transform((given) => {
      const { kind, limit, target: targetUs, interval: intervalUs, coupling, ecn } = given;
      const { rampStart: rampStartUs, rampEnd: rampEndUs } = given;
      return { kind, limit, targetUs, intervalUs, coupling, rampStartUs, rampEndUs, ecn };
    }),
  ),
  step: v.strictObject({
    kind: v.literal('step'),
    limit: v.optional(queueSizeText, '1bdp'),
    markAt: about(queueSizeText, 'length from which packets that may be marked are (RFC 8257 3.1, its K)'),
  }),
} satisfies Record<keyof typeof QUEUE, v.GenericSchema>;

const dropTailSize = v.pipe(
  queueSizeText,
  v.transform((limit) => ({ kind: 'droptail' as const, limit })),
);

export const queueSchema = about(
  either(
    'object',
    v.variant('kind', [
      DISCIPLINES.droptail,
      DISCIPLINES.red,
      DISCIPLINES.codel,
      DISCIPLINES.fqcodel,
      DISCIPLINES.pie,
      DISCIPLINES.dualpi2,
      DISCIPLINES.step,
    ]),
    dropTailSize,
  ),
  'a drop-tail size such as "1bdp", or a queue discipline with its parameters',
);

/** Where nothing is said. */
export const DEFAULT_QUEUE: AskedQueue = v.parse(queueSchema, '1bdp');

/**
 * The queue with its sizes in packets or bytes. `refuse` is told of a field at fault, `notice` of a limit that is not
 * what was asked for.
 */
export function measureQueue(asked: AskedQueue, bdpBytes: number, refuse: Tell, notice: Tell): Queue {
  const limit = limitOf(asked.limit, bdpBytes, notice);
  switch (asked.kind) {
    case 'droptail':
    case 'codel':
    case 'fqcodel':
      return { ...asked, limit };
    case 'step':
      return { ...asked, limit, markAt: threshold(asked.markAt, 0, limit, bdpBytes) };
    case 'pie':
      if (asked.intervalUs < 100) refuse(['interval'], 'must be at least 100us');
      return { ...asked, limit };
    case 'dualpi2':
      if (asked.intervalUs < 100) refuse(['interval'], 'must be at least 100us');
      if (asked.rampStartUs >= asked.rampEndUs) refuse(['rampStart'], 'must be below rampEnd');
      return { ...asked, limit };
    case 'red': {
      // Floyd's advice: maxThreshold three times minThreshold, the limit at least twice that.
      const minThreshold = threshold(asked.minThreshold, 1 / 6, limit, bdpBytes);
      const maxThreshold = threshold(asked.maxThreshold, 1 / 2, limit, bdpBytes);
      if (minThreshold >= maxThreshold) refuse(['minThreshold'], 'must be below maxThreshold');
      return { ...asked, limit, minThreshold, maxThreshold };
    }
    default:
      return unreachable(asked, 'queue');
  }
}

/** As the engine's columns name it. */
export function queueParameters({ kind, limit, ...parameters }: Queue) {
  return {
    ...parameters,
    kind: QUEUE[kind],
    limitPackets: limit.packets || null,
    limitBytes: limit.bytes || null,
  };
}

/** In words: `CoDel 1000 packets with ECN`. */
export function describeQueue(queue: Queue): string {
  return `${NAMES[queue.kind]} ${describeLimit(queue.limit)}${'ecn' in queue && queue.ecn ? ' with ECN' : ''}`;
}

function describeLimit({ packets, bytes }: QueueLimit): string {
  return bytes > 0 ? formatSize(bytes) : `${packets} packets`;
}

function limitOf(size: QueueSize, bdpBytes: number, notice: Tell): QueueLimit {
  if (size.unit === 'packets') return { packets: size.value, bytes: 0 };
  const asked = Math.round(bytesOf(size, bdpBytes));
  // Less than two packets would let nothing through but lone ones.
  const bytes = Math.max(2 * SIM.PACKET_BYTES, asked);
  if (bytes > asked)
    notice([], `${formatSize(asked)} is less than two packets of ${SIM.PACKET_BYTES} bytes: the queue holds two`);
  return { packets: 0, bytes };
}

/** In bytes where the limit is in bytes, else in packets. */
function threshold(size: QueueSize | undefined, share: number, limit: QueueLimit, bdpBytes: number): number {
  const inBytes = limit.bytes > 0;
  if (size === undefined) return (inBytes ? limit.bytes : limit.packets) * share;
  if (size.unit === 'packets') return inBytes ? size.value * SIM.PACKET_BYTES : size.value;
  const bytes = Math.round(bytesOf(size, bdpBytes));
  return inBytes ? bytes : bytes / SIM.PACKET_BYTES;
}

function bytesOf({ unit, value }: QueueSize, bdpBytes: number): number {
  switch (unit) {
    case 'bytes':
      return value;
    case 'bdp':
      return value * bdpBytes;
    case 'packets':
      return value * SIM.PACKET_BYTES;
    default:
      return unreachable(unit, 'unit');
  }
}
