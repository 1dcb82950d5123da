import { parseDurationUs, parseRateBytesPerSecond, parseShare } from '../../base/index.js';
import { parseQueueSize, type Scenario } from '../../sim/index.js';

/** What a constraint may ask of a scenario: a text, or a number by its powers of bytes and seconds. */
export type Measure = 'text' | readonly [bytes: number, seconds: number];

export const MEASURES = {
  rate: [1, -1],
  rtt: [0, 1],
  queue: [1, 0],
  bdp: [1, 0],
  loss: [0, 0],
  duration: [0, 1],
  flows: [0, 0],
  seed: [0, 0],
  alg: 'text',
} as const satisfies Record<string, Measure>;

export type MeasureName = keyof typeof MEASURES;

const PACKET_BYTES = 1500;

/** What the scenario says of each, in bytes and seconds; undefined where it says nothing, as of the rate of several links. */
export function measuresOf(scenario: Scenario): Readonly<Record<MeasureName, number | string | undefined>> {
  const { links, flows } = scenario;
  const link = links === undefined ? scenario : links.length === 1 ? links[0]! : {};
  const rate = link.rate === undefined ? link.rateBytesPerSecond : parseRateBytesPerSecond(link.rate);
  const rttUs = scenario.rtt === undefined ? scenario.rttUs : parseDurationUs(scenario.rtt);
  const rtt = rttUs === undefined ? undefined : rttUs / 1e6;
  const bdp = rate === undefined || rtt === undefined ? undefined : rate * rtt;
  const durationUs = scenario.duration === undefined ? scenario.durationUs : parseDurationUs(scenario.duration);
  const { loss } = link;
  return {
    rate,
    rtt,
    bdp,
    queue: queueBytes(link.queue, bdp),
    loss: typeof loss === 'string' ? parseShare(loss) : typeof loss === 'number' ? loss : undefined,
    duration: durationUs === undefined ? undefined : durationUs / 1e6,
    flows: flows.reduce((sum, { count = 1 }) => sum + count, 0),
    seed: scenario.seed ?? 1,
    alg: [...new Set(flows.map(({ algorithm }) => String(algorithm)))].join(','),
  };
}

function queueBytes(queue: unknown, bdp: number | undefined): number | undefined {
  if (typeof queue !== 'string') return undefined;
  const { unit, value } = parseQueueSize(queue);
  if (unit === 'bytes') return value;
  if (unit === 'packets') return value * PACKET_BYTES;
  return bdp === undefined ? undefined : value * bdp;
}
