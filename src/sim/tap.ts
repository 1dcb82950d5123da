import { ERROR, MooringError } from '../base/index.js';

/** Where packets of a simulation can be seen: at the senders, at the receivers, at the end of a link, counted from 0. */
export type TapPoint = 'sender' | 'receiver' | `link${number}`;

/** What a simulation can record: packets at a point, or with `state` how its senders stand and what they take for lost. */
export type Tap = TapPoint | 'state';

/** One of them, as `readRecords` gives it. */
export type TapRecord = PacketRecord | StateRecord | LossRecord;

interface RecordHead {
  readonly timeNs: bigint;
  readonly flow: number;
  /** Of its scenario, counted from 0. */
  readonly group: number;
}

/** A packet as it passed a point. Sequence numbers count segments from 0. */
export interface PacketRecord extends RecordHead {
  readonly kind: 'packet';
  readonly point: TapPoint;
  /** Of data its segment, of an acknowledgement the next one expected. */
  readonly segment: number;
  /** With headers. */
  readonly sizeBytes: number;
  readonly flags: PacketFlags;
  /** Marks the receiver has counted. */
  readonly ceCount: number;
  /** From the first segment to the one after the last. */
  readonly sacks: readonly (readonly [start: number, end: number])[];
  /** Of a flow that ends: its segments, and by how much the last is shorter. */
  readonly segments: number;
  readonly shortBytes: number;
}

/** How a sender stood when it had dealt with an acknowledgement or a timer. */
export interface StateRecord extends RecordHead {
  readonly kind: 'state';
  readonly inFlightPackets: number;
  readonly cwndBytes: number;
  /** Infinity where it has none. */
  readonly ssthreshBytes: number;
  /** Payload; null where it is not paced. */
  readonly pacingRateBytesPerSecond: number | null;
  /** Null before the first sample. */
  readonly srttUs: number | null;
  readonly minRttUs: number | null;
  /** Null where this one gave no sample. */
  readonly latestRttUs: number | null;
  /** Whether it repairs losses, and those of a timeout. */
  readonly recovery: 'open' | 'recovery' | 'loss';
}

/** A segment that its sender took for lost. */
export interface LossRecord extends RecordHead {
  readonly kind: 'loss';
  readonly segment: number;
  readonly byTimeout: boolean;
}

/** What a packet says by bits. */
export interface PacketFlags {
  readonly ack: boolean;
  readonly syn: boolean;
  readonly ce: boolean;
  readonly ect: boolean;
  readonly l4s: boolean;
  /** ECE on an acknowledgement. */
  readonly ece: boolean;
  readonly cwr: boolean;
  /** On data: the application had offered no more when it left. */
  readonly psh: boolean;
}

const RECORD_BYTES = 56;
const LINKS = 2;
const STATE = 254;
const LOSS = 255;
const RECOVERY = ['open', 'recovery', 'loss'] as const;

/** The engine's number of a tap. Throws MOORING_ERR_BAD_ARGUMENT. */
export function tapNumber(tap: Tap, links: number): number {
  if (tap === 'sender') return 0;
  if (tap === 'receiver') return 1;
  if (tap === 'state') return STATE;
  const link = /^link(\d+)$/.exec(tap);
  if (link && Number(link[1]) < links) return LINKS + Number(link[1]);
  throw new MooringError(
    ERROR.MOORING_ERR_BAD_ARGUMENT,
    `packets pass sender, receiver, link0${links > 1 ? ` to link${links - 1}` : ''}, not ${JSON.stringify(tap)}`,
    { argument: 'taps', value: tap },
  );
}

/**
 * The packets of `Simulation.packets()`, in the order they were recorded: those of a sender's burst are of the instants
 * they leave, which may lie ahead.
 *
 * @example
 * ```ts
 * const simulation = createSimulation({ flows: [{ algorithm: 'cubic' }], duration: '1s' }, { taps: ['receiver'] });
 * simulation.runUntil(1_000_000);
 * readPackets(simulation.packets()).filter(({ flags }) => !flags.ack).length; // segments that arrived
 * ```
 */
export function readPackets(records: Uint8Array): PacketRecord[] {
  return readRecords(records).filter((record) => record.kind === 'packet');
}

/**
 * All records of `Simulation.packets()`, of packets and of the tap `state`, in the order they were recorded.
 *
 * @example
 * ```ts
 * const simulation = createSimulation({ flows: [{ algorithm: 'cubic' }], duration: '1s' }, { taps: ['state'] });
 * simulation.runUntil(1_000_000);
 * const states = readRecords(simulation.packets()).filter((record) => record.kind === 'state');
 * console.log(states.at(-1)?.cwndBytes);
 * ```
 */
export function readRecords(records: Uint8Array): TapRecord[] {
  const view = new DataView(records.buffer, records.byteOffset, records.byteLength);
  return Array.from({ length: records.length / RECORD_BYTES }, (_, index) => readRecord(view, index * RECORD_BYTES));
}

function readRecord(view: DataView, at: number): TapRecord {
  const point = view.getUint8(at + 55);
  const head: RecordHead = {
    timeNs: view.getBigInt64(at, true),
    flow: view.getUint32(at + 8, true),
    group: view.getUint16(at + 52, true),
  };
  if (point === STATE) return readState(view, at, head);
  if (point === LOSS)
    return { kind: 'loss', ...head, segment: view.getUint32(at + 12, true), byTimeout: view.getUint8(at + 54) !== 0 };
  return readPacket(view, at, head, point);
}

function readState(view: DataView, at: number, head: RecordHead): StateRecord {
  const known = (value: number): number | null => (value > 0 ? value : null);
  const f32 = (offset: number): number | null => known(view.getFloat32(at + offset, true));
  return {
    kind: 'state',
    ...head,
    inFlightPackets: view.getUint32(at + 12, true),
    cwndBytes: view.getFloat64(at + 16, true),
    ssthreshBytes: view.getFloat64(at + 24, true),
    pacingRateBytesPerSecond: known(view.getFloat64(at + 32, true)),
    srttUs: f32(40),
    minRttUs: f32(44),
    latestRttUs: f32(48),
    recovery: RECOVERY[view.getUint8(at + 54)] ?? 'loss',
  };
}

function readPacket(view: DataView, at: number, head: RecordHead, point: number): PacketRecord {
  const u32 = (offset: number): number => view.getUint32(at + offset, true);
  const u16 = (offset: number): number => view.getUint16(at + offset, true);
  const bits = view.getUint8(at + 54);
  const has = (bit: number): boolean => (bits & bit) !== 0;
  const ack = has(16);
  const sacks = [20, 28, 36].map((offset) => [u32(offset), u32(offset + 4)] as const);
  return {
    kind: 'packet',
    ...head,
    point: point === 0 ? 'sender' : point === 1 ? 'receiver' : `link${point - LINKS}`,
    segment: u32(12),
    sizeBytes: u16(48),
    flags: {
      ack,
      syn: has(64),
      ce: has(2),
      ect: has(1),
      l4s: has(128),
      ece: ack && has(4),
      cwr: !ack && has(8),
      psh: !ack && has(32),
    },
    ceCount: u32(16),
    sacks: sacks.filter(([start, end]) => start !== end),
    segments: u32(44),
    shortBytes: u16(50),
  };
}

const LAST_NS = 2n ** 62n;

/**
 * Puts records in the order of their times: of a burst the last segments leave a little later than they were sent.
 *
 * @example
 * ```ts
 * const simulation = createSimulation({ flows: [{ algorithm: 'cubic' }], duration: '2s' }, { taps: ['sender'] });
 * const queue = new RecordQueue();
 * simulation.runUntil(1_000_000);
 * const first = queue.take(simulation.packets(), simulation.timeUs);
 * simulation.runUntil(2_000_000);
 * const rest = [...queue.take(simulation.packets(), simulation.timeUs), ...queue.end()];
 * ```
 */
export class RecordQueue {
  #held: TapRecord[] = [];

  /** Those up to `timeUs`, the instant the simulation has come to; the rest waits. */
  take(records: Uint8Array, timeUs: number): TapRecord[] {
    return this.#due(records, BigInt(Math.floor(timeUs * 1000)));
  }

  /** All that is left. */
  end(): TapRecord[] {
    return this.#due(new Uint8Array(), LAST_NS);
  }

  #due(records: Uint8Array, untilNs: bigint): TapRecord[] {
    const all = [...this.#held, ...readRecords(records)];
    all.sort((a, b) => (a.timeNs < b.timeNs ? -1 : a.timeNs > b.timeNs ? 1 : 0));
    const ready = all.findIndex(({ timeNs }) => timeNs > untilNs);
    this.#held = ready < 0 ? [] : all.slice(ready);
    return ready < 0 ? all : all.slice(0, ready);
  }
}
