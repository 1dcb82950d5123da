import type { CaptureComparison, ClockStatus, CrossingSummary } from '../capture/index.js';
import { type Column, memorySource } from './memory.js';
import type { Fact, Run, RunFlow, SeriesInfo, SeriesKind, Unit } from './model.js';
import type { EventTable, Quantity } from './query.js';

/** What is known of delays, by what is known of the clocks. */
const CLOCKS: Readonly<Record<ClockStatus, string>> = {
  joined: 'clocks joined by the packets themselves',
  trusted: 'by one clock',
  'one-way': 'packets one way only: delays are known above their least alone',
  unsteady: 'one of the clocks was set: losses and order are known, delays are not',
  unmatched: 'no packet of one is in the other',
};

/**
 * A run out of two captures of one path: its flows are the two ways, 0 from the first point to the second and 1 back, with what
 * each packet took, and what was lost or came out of order between the points.
 */
export function fromComparison(found: CaptureComparison, names: readonly [a: string, b: string]): Run {
  const { clock, a, b, aToB, bToA, binUs, timeUs, warnings } = found;
  const ways = [aToB, bToA];
  const ends = timeUs.map((us) => us + binUs);
  const columns: Column[] = [];
  const series: SeriesInfo[] = [];
  const take = (owner: number, quantity: Quantity, unit: Unit, kind: SeriesKind, values: Float64Array): void => {
    // What is never known is no series.
    if (values.every((value) => Number.isNaN(value))) return;
    columns.push({ quantity, owner, timeUs: ends, values });
    series.push({ quantity, unit, kind, per: 'flow', owner });
  };
  for (const [owner, { delay, series: own }] of ways.entries()) {
    // Without the offset of the clocks the least is not known, and what is above it is.
    const from = (queueUs: Float64Array): Float64Array =>
      delay === null ? queueUs : queueUs.map((us) => us + delay.minUs);
    const known = delay === null ? (['aboveLeast', 'aboveLeastMost'] as const) : (['oneWay', 'oneWayMost'] as const);
    take(owner, known[0], 'us', 'sample', from(own.queueMeanUs));
    if (delay !== null) take(owner, 'oneWayLeast', 'us', 'sample', from(own.queueMinUs));
    take(owner, known[1], 'us', 'sample', from(own.queueMaxUs));
    if (own.arrived.length === 0) continue;
    take(owner, 'lostBetween', 'packets', 'bin', own.lost);
    take(owner, 'reordered', 'packets', 'bin', own.reordered);
  }
  return {
    title: `${names[0]} ↔ ${names[1]}`,
    about: `two points of one path, ${CLOCKS[clock.status]}`,
    provenance: {
      ...{ source: 'capture', files: [...names], scenario: null, version: null, seeds: [], algorithmHashes: {} },
      ...{ command: null, madeAtEpochUs: a.startEpochUs },
    },
    span: {
      fromUs: Math.min(a.fromUs, b.fromUs),
      toUs: Math.max(a.toUs, b.toUs, Math.min(a.fromUs, b.fromUs) + 1),
    },
    flows: ways.map((way, id) => flowOf(way, id, names, ends, binUs)),
    links: [],
    series,
    facts: factsOf(found),
    warnings: warnings.map(({ message }) => message),
    source: memorySource(columns, { loss: lossesOf(ways, ends) }),
  };
}

function flowOf(
  { packets, lost, series: { arrived } }: CrossingSummary,
  id: number,
  [a, b]: readonly [string, string],
  ends: Float64Array,
  binUs: number,
): RunFlow {
  const seen = Array.from(arrived.keys()).filter((i) => arrived[i]! > 0);
  const [first, last] = [seen[0], seen.at(-1)];
  return {
    ...{ id, name: id === 0 ? `${a} → ${b}` : `${b} → ${a}`, algorithm: null, baseRttUs: null },
    startUs: first === undefined ? null : ends[first]! - binUs,
    endUs: last === undefined ? null : ends[last]!,
    totals: {
      ...{ goodputBytesPerSecond: null, meanRttUs: null, p95RttUs: null, packetsSent: packets, packetsLost: lost },
      ...{ retransmissions: null, timeouts: null, marks: null },
    },
  };
}

function factsOf({ clock, aToB, bToA }: CaptureComparison): Fact[] {
  const fact = (name: string, value: number | null, unit: Unit): Fact => ({ name, value, unit });
  const way = (of: CrossingSummary, name: string): Fact[] => [
    fact(`packets ${name}`, of.packets, 'packets'),
    fact(`lost ${name}`, of.lost, 'packets'),
    fact(`loss rate ${name}`, of.lostShare, 'ratio'),
    fact(`out of order ${name}`, of.reordered, 'packets'),
    ...(of.delay || !of.queue
      ? [
          fact(`least delay ${name}`, of.delay?.minUs ?? null, 'us'),
          fact(`mean delay ${name}`, of.delay?.meanUs ?? null, 'us'),
          fact(`p95 delay ${name}`, of.delay?.p95Us ?? null, 'us'),
        ]
      : [
          fact(`mean delay above the least ${name}`, of.queue.meanUs, 'us'),
          fact(`p95 delay above the least ${name}`, of.queue.p95Us, 'us'),
        ]),
  ];
  return [
    ...way(aToB, 'A → B'),
    ...way(bToA, 'B → A'),
    fact('least round trip', clock.roundTripUs, 'us'),
    fact('delays right within', clock.uncertaintyUs, 'us'),
    fact('clock of B ahead by', clock.offsetUs, 'us'),
    fact('clock of B fast by, ppm', clock.driftPpm, 'none'),
  ];
}

/** What each bin lost, at its end, both ways in the order of time. */
function lossesOf(ways: readonly CrossingSummary[], ends: Float64Array): Omit<EventTable, 'left'> {
  const found = [...ends].flatMap((timeUs, i) =>
    ways.flatMap(({ series: { lost } }, flow) => (lost[i]! > 0 ? [{ timeUs, flow, times: lost[i]! }] : [])),
  );
  return {
    timeUs: Float64Array.from(found, ({ timeUs }) => timeUs),
    flow: Uint32Array.from(found, ({ flow }) => flow),
    times: Float64Array.from(found, ({ times }) => times),
  };
}
