import { ERROR, MooringError } from '../base/index.js';

/** Where packets of a simulation can be seen: at the senders, at the receivers, at the end of a link, counted from 0. */
export type TapPoint = 'sender' | 'receiver' | `link${number}`;

/** A packet as it passed a point. Sequence numbers count segments from 0. */
export interface PacketRecord {
  readonly timeNs: bigint;
  readonly flow: number;
  /** Of its scenario, counted from 0. */
  readonly group: number;
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
}

const RECORD_BYTES = 56;
const LINKS = 2;

/** The engine's number of a point. Throws MOORING_ERR_BAD_ARGUMENT. */
export function tapNumber(point: TapPoint, links: number): number {
  if (point === 'sender') return 0;
  if (point === 'receiver') return 1;
  const link = /^link(\d+)$/.exec(point);
  if (link && Number(link[1]) < links) return LINKS + Number(link[1]);
  throw new MooringError(
    ERROR.MOORING_ERR_BAD_ARGUMENT,
    `packets pass sender, receiver, link0${links > 1 ? ` to link${links - 1}` : ''}, not ${JSON.stringify(point)}`,
    { argument: 'taps', value: point },
  );
}

/**
 * The records of `packets()`, in the order they were made: those of a sender's burst are of the instants they leave,
 * which may lie ahead.
 *
 * @example
 * ```ts
 * const simulation = createSimulation({ flows: [{ algorithm: 'cubic' }], duration: '1s' }, { taps: ['receiver'] });
 * simulation.runUntil(1_000_000);
 * readPackets(simulation.packets()).filter(({ flags }) => !flags.ack).length; // segments that arrived
 * ```
 */
export function readPackets(records: Uint8Array): PacketRecord[] {
  const view = new DataView(records.buffer, records.byteOffset, records.byteLength);
  return Array.from({ length: records.length / RECORD_BYTES }, (_, index) => readPacket(view, index * RECORD_BYTES));
}

function readPacket(view: DataView, at: number): PacketRecord {
  const u32 = (offset: number): number => view.getUint32(at + offset, true);
  const u16 = (offset: number): number => view.getUint16(at + offset, true);
  const bits = view.getUint8(at + 54);
  const has = (bit: number): boolean => (bits & bit) !== 0;
  const point = view.getUint8(at + 55);
  const ack = has(16);
  const sacks = [20, 28, 36].map((offset) => [u32(offset), u32(offset + 4)] as const);
  return {
    timeNs: view.getBigInt64(at, true),
    flow: u32(8),
    group: u16(52),
    point: point === 0 ? 'sender' : point === 1 ? 'receiver' : `link${point - LINKS}`,
    segment: u32(12),
    sizeBytes: u16(48),
    flags: { ack, syn: has(64), ce: has(2), ect: has(1), l4s: has(128), ece: ack && has(4), cwr: !ack && has(8) },
    ceCount: u32(16),
    sacks: sacks.filter(([start, end]) => start !== end),
    segments: u32(44),
    shortBytes: u16(50),
  };
}
