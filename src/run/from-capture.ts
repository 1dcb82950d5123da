import type {
  CaptureTotals,
  CaptureWarning,
  Connection,
  ConnectionLimits,
  ConnectionSeries,
  OverallSeries,
} from '../capture/index.js';
import { MARK_KIND } from '../capture/index.js';
import { type Column, memorySource } from './memory.js';
import type { Fact, FlowTotals, Provenance, Run, RunFlow, RunLimit, SeriesInfo, SeriesKind, Unit } from './model.js';
import type { EventTable, Quantity } from './query.js';
import { sequenceSource } from './sequence.js';

/** What an analysis has of a whole capture, as far as a run shows it. */
export interface WholeCapture {
  readonly totals: CaptureTotals;
  readonly overall: OverallSeries;
  /** Busiest first or in any order; each is a flow of the run. */
  readonly connections: readonly CaptureFlow[];
  /** Connections that are not among these. */
  readonly more: number;
  readonly warnings: readonly CaptureWarning[];
  readonly files: readonly string[];
}

/** A connection as a row of an analysis has it, its two directions together or its busier one. */
export interface CaptureFlow {
  /** `Connection.number`. */
  readonly number: number;
  readonly name: string;
  readonly startUs: number | null;
  readonly endUs: number | null;
  readonly totals: FlowTotals;
}

/** A run out of all of a capture: its connections as flows, and what was on the wire. */
export function fromCapture(capture: WholeCapture): Run {
  const { totals, overall, connections, more, warnings, files } = capture;
  const perSecond = 1e6 / overall.binUs;
  const ends = overall.timeUs.map((us) => us + overall.binUs);
  const durationUs = totals.durationUs ?? 0;
  const fact = (name: string, value: number | null, unit: Unit): Fact => ({ name, value, unit });
  return {
    title: files.join(', '),
    about: `${totals.packets} packets, ${connections.length + more} TCP connections${more > 0 ? `, of which ${connections.length} are shown` : ''}`,
    provenance: capturedIn(files, totals.startEpochUs),
    span: { fromUs: Math.min(0, overall.timeUs[0] ?? 0), toUs: Math.max(durationUs, 1) },
    flows: connections.map(
      ({ number, name, startUs, endUs, totals: counted }): RunFlow => ({
        ...{ id: number, name, algorithm: null, startUs, endUs, baseRttUs: null, totals: counted },
      }),
    ),
    links: [],
    series: [{ quantity: 'wireRate', unit: 'bytes/s', kind: 'bin', per: 'run', owner: 0 }],
    facts: [
      fact('packets', totals.packets, 'packets'),
      fact('on the wire', totals.bytes, 'bytes'),
      fact('duration', totals.durationUs, 'us'),
      fact('mean rate', totals.durationUs ? (totals.bytes * 1e6) / totals.durationUs : null, 'bytes/s'),
      fact('TCP connections', connections.length + more, 'none'),
    ],
    warnings: warnings.map(({ message }) => message),
    source: memorySource([
      { quantity: 'wireRate', owner: 0, timeUs: ends, values: overall.bytes.map((bytes) => bytes * perSecond) },
    ]),
  };
}

const OF_DIRECTION = [
  ['throughputBytesPerSecond', 'sendingRate', 'bytes/s', 'bin'],
  ['goodputBytesPerSecond', 'deliveryRate', 'bytes/s', 'bin'],
  ['inFlightBytes', 'inFlight', 'bytes', 'sample'],
  ['inFlightMaxBytes', 'inFlightMost', 'bytes', 'sample'],
  ['rttMeanUs', 'rtt', 'us', 'sample'],
  ['rttMinUs', 'rttLeast', 'us', 'sample'],
  ['rttMaxUs', 'rttMost', 'us', 'sample'],
] as const satisfies readonly (readonly [string, Quantity, Unit, SeriesKind])[];

/** A run out of one connection: its directions that carry data are its flows, 0 forward and 1 backward. */
export function fromConnection(
  series: ConnectionSeries,
  files: readonly string[],
  limits: ConnectionLimits | null = null,
): Run {
  const { connection: c, binUs } = series;
  const ends = series.timeUs.map((us) => us + binUs);
  const columns: Column[] = [];
  const infos: SeriesInfo[] = [];
  const sides = (['forward', 'backward'] as const).filter((side) => c[side].dataBytes > 0);
  for (const side of sides) {
    const owner = side === 'forward' ? 0 : 1;
    for (const [name, quantity, unit, kind] of OF_DIRECTION) {
      const values = series[side][name];
      if (values.every((value) => Number.isNaN(value))) continue;
      columns.push({ quantity, owner, timeUs: ends, values });
      infos.push({ quantity, unit, kind, per: 'flow', owner });
    }
  }
  const startUs = c.startUs ?? ends[0] ?? 0;
  const endUs = c.endUs ?? ends.at(-1) ?? startUs;
  return {
    title: `${c.src}:${c.srcPort} → ${c.dst}:${c.dstPort}`,
    about: `connection ${c.number} of ${files.join(', ')}, ${c.ending}`,
    provenance: capturedIn(files, null),
    span: { fromUs: startUs, toUs: Math.max(endUs, startUs + 1) },
    flows: sides.map((side) => directionFlow(c, side)),
    links: [],
    series: infos,
    facts: sides.flatMap((side) => factsOf(c, side, sides.length > 1)),
    warnings:
      series.marksDropped > 0 ? [`${series.marksDropped} marks of the time–sequence graph were beyond its bound`] : [],
    source: memorySource(columns, { retransmission: resends(series) }),
    ...(limits ? { limits: limitsOf(limits) } : {}),
    ...(series.marks ? { sequence: sequenceSource(series.marks) } : {}),
  };
}

function limitsOf({ directions }: ConnectionLimits): RunLimit[] {
  return directions.flatMap(({ direction, intervals = [] }) =>
    intervals.map(
      ({ cause, startUs, endUs, rounds, sentBytes, resentPackets }): RunLimit => ({
        ...{ flow: direction === 'forward' ? 0 : 1, cause, fromUs: startUs, toUs: endUs },
        ...{ rounds, sentBytes, resentPackets },
      }),
    ),
  );
}

function directionFlow(c: Connection, side: 'forward' | 'backward'): RunFlow {
  const d = c[side];
  const [from, to] = side === 'forward' ? [c.src, c.dst] : [c.dst, c.src];
  return {
    ...{ id: side === 'forward' ? 0 : 1, name: `${from} → ${to}`, algorithm: null },
    startUs: d.firstUs < 0 ? null : d.firstUs,
    endUs: d.lastUs < 0 ? null : d.lastUs,
    // The least of what was seen stands in for the path's own where nothing better is known.
    baseRttUs: d.rtt.minUs,
    totals: {
      goodputBytesPerSecond: d.goodputBytesPerSecond,
      meanRttUs: d.rtt.meanUs,
      p95RttUs: d.rtt.p95Us,
      packetsSent: d.packets,
      packetsLost: d.lost.here + d.lost.beforeHere,
      retransmissions: d.retransmittedPackets,
      timeouts: d.retransmissions.timeouts,
      marks: d.ecn.ce,
    },
  };
}

function factsOf(c: Connection, side: 'forward' | 'backward', both: boolean): Fact[] {
  const d = c[side];
  const fact = (name: string, value: number | null, unit: Unit): Fact => ({
    name: both ? `${name}, ${side}` : name,
    ...{ value, unit },
  });
  return [
    fact('throughput', d.throughputBytesPerSecond, 'bytes/s'),
    fact('goodput', d.goodputBytesPerSecond, 'bytes/s'),
    fact('payload', d.dataBytes, 'bytes'),
    fact('mean RTT', d.rtt.meanUs, 'us'),
    fact('p95 RTT', d.rtt.p95Us, 'us'),
    fact('lost here', d.lost.here, 'segments'),
    fact('lost before here', d.lost.beforeHere, 'segments'),
    fact('retransmissions', d.retransmittedPackets, 'segments'),
    fact('timeouts', d.retransmissions.timeouts, 'none'),
  ];
}

function resends({ marks }: ConnectionSeries): Omit<EventTable, 'left'> {
  const found = marks
    ? Array.from({ length: marks.length }, (_, i) => i).filter((i) => marks.kind[i] === MARK_KIND.RETRANSMISSION)
    : [];
  return {
    timeUs: Float64Array.from(found, (i) => marks!.timeUs[i]!),
    flow: Uint32Array.from(found, (i) => marks!.direction[i]!),
    times: new Float64Array(found.length).fill(1),
  };
}

/** What is known of where captures come from. */
export function capturedIn(files: readonly string[], madeAtEpochUs: number | null): Provenance {
  return {
    ...{ source: 'capture', files, scenario: null, version: null, seeds: [], algorithmHashes: {}, madeAtEpochUs },
    command: files.length > 0 ? `mooring studio ${files.map(quoted).join(' ')}` : null,
  };
}

/** A file's name as a shell takes it. */
function quoted(name: string): string {
  return /^[\w./+-]+$/.test(name) ? name : `'${name.replaceAll("'", "'\\''")}'`;
}
