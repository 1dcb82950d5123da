import type { CaptureInstance } from '../../core/index.js';
import { CAUSE_COLUMN as at, CAUSE, CAUSE_COLUMNS } from '../../generated/capture.js';
import type { Connection, DirectionSummary } from '../types.js';
import { wordsOf } from '../words.js';
import type { ConnectionLimits, DirectionLimits, LimitCause, LimitEvidence, LimitInterval } from './types.js';

type Told = Exclude<LimitCause, 'unknown'>;

/** Every cause, in the order they are shown. */
export const LIMIT_CAUSES: readonly LimitCause[] = [
  'application',
  'receive-window',
  'congestion-window',
  'recovery',
  'pacing',
  'startup',
  'unknown',
];

const causeOf = wordsOf<keyof typeof CAUSE, Told>(
  CAUSE,
  {
    APPLICATION: 'application',
    RECEIVE_WINDOW: 'receive-window',
    CONGESTION_WINDOW: 'congestion-window',
    RECOVERY: 'recovery',
    PACING: 'pacing',
    STARTUP: 'startup',
  },
  'what limited a flow',
);

const ROW = CAUSE_COLUMNS.length;
const SIDES = ['forward', 'backward'] as const;

/** What `intervals` of one cause come to. */
interface Sum {
  us: number;
  evidence: LimitEvidence;
}

interface Side {
  readonly causes: Map<Told, Sum>;
  readonly intervals: LimitInterval[];
}

/** Adds up the rows of spec/capture.json, `cause`, as they come. */
export class LimitTally {
  intervalsDropped = 0;
  connectionsDropped = 0;
  readonly #sides = new Map<number, readonly [Side, Side]>();
  readonly #dropped = new Set<number>();
  readonly #only: number | undefined;
  readonly #maxConnections: number;
  readonly #maxIntervals: number;

  constructor(only: number | undefined, maxConnections: number, maxIntervals: number) {
    this.#only = only;
    this.#maxConnections = maxConnections;
    this.#maxIntervals = maxIntervals;
  }

  /** Takes the module's rows and clears them. */
  take(wasm: CaptureInstance): void {
    const count = wasm.causesCount();
    const rows = new Float64Array(wasm.memory.buffer, wasm.causesAddress() >>> 0, count * ROW);
    for (let i = 0; i < count; i += 1) this.#add(rows.subarray(i * ROW, (i + 1) * ROW));
    wasm.clearCauses();
  }

  /** What is known of a connection; its place in the capture decides how much of it counts. */
  of(connection: Connection): ConnectionLimits | undefined {
    const sides = this.#sides.get(connection.number);
    if (!sides) return undefined;
    const directions = SIDES.flatMap((direction, index) => {
      const side = sides[index]!;
      return side.causes.size ? [this.#direction(direction, connection, side)] : [];
    });
    return { connection, directions };
  }

  #add(row: Float64Array): void {
    const number = row[at.connection]!;
    if (this.#only !== undefined && number !== this.#only) return;
    let sides = this.#sides.get(number);
    if (!sides) {
      if (this.#sides.size >= this.#maxConnections) {
        // A direction has many rows: the set of those left out is bounded, their number then a lower bound.
        if (this.#dropped.size < this.#maxConnections && !this.#dropped.has(number)) {
          this.#dropped.add(number);
          this.connectionsDropped += 1;
        }
        return;
      }
      sides = [emptySide(), emptySide()];
      this.#sides.set(number, sides);
    }
    const side = sides[row[at.direction]!]!;
    const cause = causeOf(row[at.cause]!);
    const interval = intervalOf(cause, row);
    const sum = side.causes.get(cause) ?? { us: 0, evidence: NOTHING };
    side.causes.set(cause, {
      us: sum.us + interval.endUs - interval.startUs,
      evidence: added(sum.evidence, interval),
    });
    if (this.#only === undefined) return;
    if (side.intervals.length < this.#maxIntervals) side.intervals.push(interval);
    else this.intervalsDropped += 1;
  }

  #direction(direction: 'forward' | 'backward', connection: Connection, side: Side): DirectionLimits {
    const unknownBecause = whyUnknown(direction, connection, side);
    const causes = Object.fromEntries(
      LIMIT_CAUSES.map((cause) => [cause, { us: 0, evidence: NOTHING } as Sum]),
    ) as Record<LimitCause, Sum>;
    for (const [cause, { us, evidence }] of side.causes) {
      const to = causes[unknownBecause ? 'unknown' : cause];
      to.us += us;
      to.evidence = added(to.evidence, evidence);
    }
    const intervals = unknownBecause
      ? side.intervals.map((one): LimitInterval => ({ ...one, cause: 'unknown' }))
      : side.intervals;
    return {
      direction,
      durationUs: LIMIT_CAUSES.reduce((sum, cause) => sum + causes[cause].us, 0),
      causes,
      mostly: LIMIT_CAUSES.reduce((most, cause) => (causes[cause].us > causes[most].us ? cause : most)),
      unknownBecause,
      ...(this.#only === undefined ? {} : { intervals }),
    };
  }
}

function emptySide(): Side {
  return { causes: new Map(), intervals: [] };
}

const NOTHING: LimitEvidence = {
  rounds: 0,
  sentBytes: 0,
  clockedBytes: 0,
  pushedBytes: 0,
  resentPackets: 0,
  idleUs: 0,
  windowFullUs: 0,
  flightMaxBytes: 0,
  windowBytes: null,
};

function intervalOf(cause: LimitCause, row: Float64Array): LimitInterval {
  const known = (value: number): number | null => (value < 0 ? null : value);
  return {
    cause,
    startUs: row[at.startUs]!,
    endUs: row[at.endUs]!,
    srttUs: known(row[at.srttUs]!),
    rounds: row[at.rounds]!,
    sentBytes: row[at.sentBytes]!,
    clockedBytes: row[at.clockedBytes]!,
    pushedBytes: row[at.pushedBytes]!,
    resentPackets: row[at.resentPackets]!,
    idleUs: row[at.idleUs]!,
    windowFullUs: row[at.windowFullUs]!,
    flightMaxBytes: row[at.flightMaxBytes]!,
    windowBytes: known(row[at.windowBytes]!),
  };
}

function added(a: LimitEvidence, b: LimitEvidence): LimitEvidence {
  return {
    rounds: a.rounds + b.rounds,
    sentBytes: a.sentBytes + b.sentBytes,
    clockedBytes: a.clockedBytes + b.clockedBytes,
    pushedBytes: a.pushedBytes + b.pushedBytes,
    resentPackets: a.resentPackets + b.resentPackets,
    idleUs: a.idleUs + b.idleUs,
    windowFullUs: a.windowFullUs + b.windowFullUs,
    flightMaxBytes: Math.max(a.flightMaxBytes, b.flightMaxBytes),
    windowBytes:
      a.windowBytes === null || b.windowBytes === null
        ? (a.windowBytes ?? b.windowBytes)
        : Math.min(a.windowBytes, b.windowBytes),
  };
}

// Away from the sender its answers to ACKs come a path later, and its flight is not what is seen to be out.
function whyUnknown(
  direction: 'forward' | 'backward',
  connection: Connection,
  side: Side,
): DirectionLimits['unknownBecause'] {
  const sender: DirectionSummary = connection[direction];
  const receiver = connection[direction === 'forward' ? 'backward' : 'forward'];
  if (sender.packets === 0 || receiver.packets === 0) return 'unseen';
  const atSender = direction === 'forward' ? 'src' : 'dst';
  if (connection.vantage === atSender) return null;
  if (connection.vantage === 'between') return 'between';
  if (connection.vantage !== 'unknown') return 'receiver';
  // Nothing tells the place but this: ACKs that are answered at once are answered here.
  const sums = [...side.causes.values()].reduce((sum, { evidence }) => added(sum, evidence), NOTHING);
  return 2 * sums.clockedBytes >= sums.sentBytes && sums.sentBytes > 0 ? null : 'unseen';
}
