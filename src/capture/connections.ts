import {
  CONNECTION_COLUMN as at,
  CONNECTION_COLUMNS,
  DIRECTION_COLUMN as column,
  DIRECTION_COLUMNS,
  ECN,
  ENDING,
} from '../generated/capture.js';
import { formatWords } from './address.js';
import { encapsulationNames, orNull } from './totals.js';
import type { MultipathAnalysis, MultipathConnection, RowFigures } from './transports/index.js';
import type { Connection, ConnectionEnding, DirectionSummary, EcnMode } from './types.js';
import { vantageOf } from './vantage.js';
import { wordsOf } from './words.js';

/** A figure of one direction, as spec/capture.json names it. */
export type DirectionColumn = keyof typeof column;

const HEAD = CONNECTION_COLUMNS.length;
const SIDE = DIRECTION_COLUMNS.length;
/** Numbers in one connection's row. */
export const ROW = HEAD + 2 * SIDE;

/** What tells a connection, as `Connection` names it. */
export type HeadColumn =
  | 'number'
  | 'src'
  | 'srcPort'
  | 'dst'
  | 'dstPort'
  | 'startUs'
  | 'endUs'
  | 'durationUs'
  | 'ending'
  | 'interfaceId';
/** Numbers come as a Float64Array, not a number where there is none; words as an array. */
export type HeadValues<Name extends HeadColumn> = Connection[Name] extends number | null
  ? Float64Array
  : Connection[Name][];

type Word = 'src' | 'dst' | 'ending';

const NUMBERS: { readonly [Name in Exclude<HeadColumn, Word>]: (row: Float64Array) => number } = {
  number: (row) => row[at.number]!,
  srcPort: (row) => row[at.srcPort]!,
  dstPort: (row) => row[at.dstPort]!,
  startUs: (row) => row[at.startUs]!,
  endUs: (row) => row[at.endUs]!,
  durationUs: (row) => row[at.endUs]! - row[at.startUs]!,
  interfaceId: (row) => row[at.interfaceId]!,
};
const WORDS: { readonly [Name in Word]: (row: Float64Array) => Connection[Name] } = {
  src: (row) => formatWords(familyOf(row), row, at.src0),
  dst: (row) => formatWords(familyOf(row), row, at.dst0),
  ending: (row) => endingOf(row[at.ending]!),
};

const endingOf = wordsOf<keyof typeof ENDING, ConnectionEnding>(
  ENDING,
  {
    OPEN: 'open',
    UNANSWERED: 'unanswered',
    HALF_CLOSED: 'half-closed',
    CLOSED: 'closed',
    RESET: 'reset',
    REFUSED: 'refused',
  },
  'how a connection ended',
);

const ecnModeOf = wordsOf<keyof typeof ECN, EcnMode>(
  ECN,
  { UNKNOWN: 'unknown', NONE: 'none', CLASSIC: 'classic', ACC_ECN: 'accecn' },
  'what ECN a connection has',
);

/**
 * Connections of an analysis, in order of their first packets. They are kept as rows of numbers
 * and become objects when asked for; `column` gives one figure of all of them.
 *
 * @example
 * ```ts
 * // A pcap header and nothing after it; usually the bytes come from a file.
 * const bytes = new Uint8Array(24);
 * new DataView(bytes.buffer).setUint32(0, 0xa1b2c3d4, true);
 * new DataView(bytes.buffer).setUint32(20, 1, true);
 * const { connections } = await (await openCapture(bytes)).analyse();
 * for (const c of connections) console.log(c.src, c.dst, c.forward.rtt.meanUs);
 * const resent = connections.column('forward', 'retransmittedPackets'); // one figure of all of them
 * const starts = connections.column('connection', 'startUs');
 * console.log(connections.length, resent.length, starts.length);
 * ```
 */
export class ConnectionTable implements Iterable<Connection> {
  #rows: Float64Array[] = [];
  #sorted = true;
  #threshold = 0;
  /** Of which Multipath TCP connection a row is a subflow. */
  readonly #multipath = new Map<number, number>();
  readonly #most: number;
  readonly folded = { connections: 0, packets: 0, bytes: 0 };

  /** Keeps up to `most` rows; beyond that those with the fewest packets are folded into sums. */
  constructor(most: number) {
    this.#most = most;
  }

  get length(): number {
    return this.#rows.length;
  }

  /** @internal Adds `count` rows that stand one after another. */
  addRows(rows: Float64Array, count: number): void {
    for (let i = 0; i < count; i += 1) {
      const packets = packetsOf(rows, i * ROW);
      if (packets < this.#threshold) this.#fold(rows, i * ROW);
      else this.#rows.push(rows.slice(i * ROW, (i + 1) * ROW));
    }
    this.#sorted = false;
    while (this.#rows.length > this.#most) this.#compact();
  }

  /** @internal Keeps only the rows that pass. */
  retain(keep: (row: Float64Array) => boolean): void {
    this.#rows = this.#rows.filter(keep);
  }

  /** @internal What joining subflows asks of a row. */
  figures(): (connection: number) => RowFigures | undefined {
    const rows = new Map(this.#rows.map((row) => [row[at.number]!, row]));
    return (connection) => {
      const row = rows.get(connection);
      return (
        row && {
          uniqueBytes: [row[HEAD + column.uniqueBytes]!, row[HEAD + SIDE + column.uniqueBytes]!],
          answers: row[HEAD + SIDE + column.syns]!,
        }
      );
    };
  }

  /** @internal Notes of which connection of Multipath TCP each row is a subflow. */
  join(connections: readonly MultipathConnection[]): void {
    for (const { number, subflows } of connections)
      for (const { connection } of subflows) this.#multipath.set(connection, number);
  }

  /** @internal What is left of `all` where only some rows are kept: connections with one of them. */
  joined(all: MultipathAnalysis): MultipathAnalysis {
    const kept = new Set(this.#rows.map((row) => this.#multipath.get(row[at.number]!)));
    return { ...all, connections: all.connections.filter(({ number }) => kept.has(number)) };
  }

  /** The connection at `index`, 0 … length − 1. */
  at(index: number): Connection | undefined {
    const row = this.#ordered()[index];
    return row && this.#connection(row);
  }

  /** The connection of this number (`Connection.number`). */
  get(number: number): Connection | undefined {
    const row = this.#rows.find((one) => one[at.number] === number);
    return row && this.#connection(row);
  }

  /** One figure of a direction of all connections, as spec/capture.json names it. */
  column(of: 'forward' | 'backward', name: DirectionColumn): Float64Array;
  /** What tells the connections themselves, as `Connection` names it. */
  column<Name extends HeadColumn>(of: 'connection', name: Name): HeadValues<Name>;
  column(
    of: 'forward' | 'backward' | 'connection',
    name: DirectionColumn | HeadColumn,
  ): Float64Array | Connection[Word][] {
    const rows = this.#ordered();
    if (of !== 'connection') {
      const offset = (of === 'forward' ? HEAD : HEAD + SIDE) + column[name as DirectionColumn];
      return Float64Array.from(rows, (row) => row[offset]!);
    }
    if (name in WORDS) return rows.map(WORDS[name as Word]);
    return Float64Array.from(rows, NUMBERS[name as Exclude<HeadColumn, Word>]);
  }

  *[Symbol.iterator](): Iterator<Connection> {
    for (const row of this.#ordered()) yield this.#connection(row);
  }

  #connection(row: Float64Array): Connection {
    return toConnection(row, this.#multipath.get(row[at.number]!) ?? null);
  }

  #ordered(): Float64Array[] {
    if (!this.#sorted) this.#rows.sort((a, b) => a[at.number]! - b[at.number]!);
    this.#sorted = true;
    return this.#rows;
  }

  // Doubling the threshold folds each row at most once and keeps the busiest; where all are small,
  // those that came first.
  #compact(): void {
    this.#threshold = Math.max(2, this.#threshold * 2);
    const kept = this.#rows.filter((row) => packetsOf(row) >= this.#threshold);
    const room = Math.max(0, (this.#most >> 1) - kept.length);
    const small = this.#rows.filter((row) => packetsOf(row) < this.#threshold);
    for (const row of small.slice(room)) this.#fold(row, 0);
    this.#rows = [...kept, ...small.slice(0, room)];
  }

  #fold(rows: Float64Array, offset: number): void {
    this.folded.connections += 1;
    this.folded.packets += packetsOf(rows, offset);
    this.folded.bytes += bothWays(rows, offset, 'bytes');
  }
}

function packetsOf(rows: Float64Array, offset = 0): number {
  return bothWays(rows, offset, 'packets');
}

function bothWays(rows: Float64Array, offset: number, name: DirectionColumn): number {
  return rows[offset + HEAD + column[name]]! + rows[offset + HEAD + SIDE + column[name]]!;
}

function toConnection(row: Float64Array, multipath: number | null): Connection {
  const vlan = row[at.vlan]!;
  const forward = toDirection(row.subarray(HEAD, HEAD + SIDE));
  const backward = toDirection(row.subarray(HEAD + SIDE, ROW));
  return {
    number: NUMBERS.number(row),
    family: familyOf(row),
    src: WORDS.src(row),
    srcPort: NUMBERS.srcPort(row),
    dst: WORDS.dst(row),
    dstPort: NUMBERS.dstPort(row),
    startUs: orNull(NUMBERS.startUs(row)),
    endUs: orNull(NUMBERS.endUs(row)),
    durationUs: orNull(NUMBERS.durationUs(row)),
    complete: row[at.startedMidway] === 0,
    ending: WORDS.ending(row),
    ...(vlan ? { vlan: (vlan - 1) & 0xfff } : {}),
    encapsulations: encapsulationNames(row[at.encapsulations]!),
    ...tenantOf(row),
    interfaceId: NUMBERS.interfaceId(row),
    multipath,
    vantage: vantageOf(forward, backward),
    forward,
    backward,
  };
}

// The innermost number that tells its network from others.
function tenantOf(row: Float64Array): Pick<Connection, 'tenant'> {
  const [kind] = encapsulationNames(row[at.tenantOf]!);
  return kind ? { tenant: { kind, id: row[at.tenantId]! } } : {};
}

function familyOf(row: Float64Array): 4 | 6 {
  return row[at.family]! as 4 | 6;
}

function toDirection(row: Float64Array): DirectionSummary {
  const get = (name: DirectionColumn): number => row[column[name]]!;
  // −1 in a row is no number.
  const known = (name: DirectionColumn): number | null => (get(name) < 0 ? null : get(name));
  const notLost = get('unneededRetransmissions') + get('spuriousByDsack') + get('spuriousByTimestamps');
  const dataUs = get('lastDataUs') - get('firstDataUs');
  const rate = (bytes: number): number | null => {
    if (bytes === 0) return 0;
    return dataUs > 0 ? (bytes * 1e6) / dataUs : null;
  };
  const sampled = (samples: DirectionColumn, name: DirectionColumn): number | null =>
    get(samples) > 0 ? get(name) : null;
  return {
    packets: get('packets'),
    bytes: get('bytes'),
    dataPackets: get('dataPackets'),
    dataBytes: get('dataBytes'),
    uniqueBytes: get('uniqueBytes'),
    ackedBytes: get('ackedBytes'),
    pureAcks: get('pureAcks'),
    throughputBytesPerSecond: rate(get('dataBytes')),
    goodputBytesPerSecond: rate(get('ackedBytes')),
    retransmittedPackets: get('retransmittedPackets'),
    retransmittedBytes: get('retransmittedBytes'),
    retransmissions: {
      fast: get('fastRetransmissions'),
      timeout: get('timeoutRetransmissions'),
      tailProbe: get('tailLossProbes'),
      unneeded: get('unneededRetransmissions'),
      other: get('otherRetransmissions'),
      duplicateFrames: get('duplicateFrames'),
      spuriousByDsack: get('spuriousByDsack'),
      spuriousByTimestamps: get('spuriousByTimestamps'),
      timeouts: get('timeouts'),
    },
    lost: { here: Math.max(0, get('retransmittedPackets') - notLost), beforeHere: get('upstreamRetransmissions') },
    reorderedPackets: get('reorderedPackets'),
    upstreamRetransmissions: get('upstreamRetransmissions'),
    duplicateAcks: get('duplicateAcks'),
    tripleDuplicateAcks: get('tripleDuplicateAcks'),
    sackPackets: get('sackPackets'),
    dsackPackets: get('dsackPackets'),
    zeroWindows: get('zeroWindows'),
    zeroWindowProbes: get('zeroWindowProbes'),
    keepAlives: get('keepAlives'),
    syns: get('syns'),
    fins: get('fins'),
    resets: get('resets'),
    fragments: get('fragments'),
    outOfWindowPackets: get('outOfWindowPackets'),
    capturedTwice: get('capturedTwice'),
    firstTtl: known('firstTtl'),
    ecn: {
      mode: ecnModeOf(get('ecnMode')),
      ect: get('ectPackets'),
      ce: get('cePackets'),
      ece: get('ecePackets'),
      cwr: get('cwrPackets'),
      ceReported: known('ceReportedPackets'),
      ceReportedBytes: known('ceReportedBytes'),
    },
    captureGaps: { ranges: get('gaps'), bytes: get('gapBytes'), latePackets: get('lateCapturedPackets') },
    options: {
      mss: get('mss') || -1,
      windowScale: get('windowScale'),
      sackPermitted: get('sackPermitted') === 1,
      timestamps: get('timestamps') === 1,
    },
    maxSegmentBytes: get('maxSegmentBytes'),
    window: { minBytes: get('windowMinBytes'), maxBytes: get('windowMaxBytes') },
    firstUs: get('firstUs'),
    lastUs: get('lastUs'),
    handshakeRttUs: get('handshakeRttUs'),
    inFlight: { maxBytes: get('inFlightMaxBytes'), meanBytes: get('inFlightMeanBytes') },
    cwnd: {
      method: 'largest-pipe-per-round',
      lastBytes: get('cwndLastBytes'),
      meanBytes: get('cwndMeanBytes'),
      maxBytes: get('cwndMaxBytes'),
    },
    rtt: {
      samples: get('rttSamples'),
      minUs: sampled('rttSamples', 'rttMinUs'),
      meanUs: sampled('rttSamples', 'rttMeanUs'),
      maxUs: sampled('rttSamples', 'rttMaxUs'),
      p50Us: sampled('rttSamples', 'rttP50Us'),
      p95Us: sampled('rttSamples', 'rttP95Us'),
      stdevUs: sampled('rttSamples', 'rttStdevUs'),
      p99Us: sampled('rttSamples', 'rttP99Us'),
      ambiguousAcks: get('ambiguousAcks'),
      postLossAcks: get('postLossAcks'),
    },
    timestampRtt: {
      samples: get('timestampRttSamples'),
      minUs: sampled('timestampRttSamples', 'timestampRttMinUs'),
      meanUs: sampled('timestampRttSamples', 'timestampRttMeanUs'),
      maxUs: sampled('timestampRttSamples', 'timestampRttMaxUs'),
      p50Us: sampled('timestampRttSamples', 'timestampRttP50Us'),
      p95Us: sampled('timestampRttSamples', 'timestampRttP95Us'),
    },
  };
}
