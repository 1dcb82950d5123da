import type { CaptureComparison, CrossingSummary } from '../capture/index.js';
import { capturedIn } from './from-capture.js';
import { type Column, memorySource } from './memory.js';
import type { Fact, Run, RunFlow, SeriesInfo, SeriesKind, Unit } from './model.js';
import type { EventTable, Quantity } from './query.js';

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
    const known = delay === null ? 'aboveLeast' : 'oneWay';
    take(owner, known, 'us', 'sample', from(own.queueMeanUs));
    if (delay !== null) take(owner, 'oneWayLeast', 'us', 'sample', from(own.queueMinUs));
    take(owner, `${known}Most`, 'us', 'sample', from(own.queueMaxUs));
    take(owner, 'lostBetween', 'packets', 'bin', own.lost);
    take(owner, 'reordered', 'packets', 'bin', own.reordered);
  }
  return {
    title: `${names[0]} ↔ ${names[1]}`,
    // What that means for delays is among its warnings.
    about: `two points of one path, clocks ${clock.status}`,
    provenance: capturedIn(names, a.startEpochUs),
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
  const way = ({ packets, lost, lostShare, reordered, delay, queue }: CrossingSummary, name: string): Fact[] => {
    const told = delay ?? queue;
    const of = `delay${delay || !queue ? '' : ' above the least'} ${name}`;
    return [
      fact(`packets ${name}`, packets, 'packets'),
      fact(`lost ${name}`, lost, 'packets'),
      fact(`loss rate ${name}`, lostShare, 'ratio'),
      fact(`out of order ${name}`, reordered, 'packets'),
      fact(`mean ${of}`, told?.meanUs ?? null, 'us'),
      fact(`p95 ${of}`, told?.p95Us ?? null, 'us'),
    ];
  };
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
