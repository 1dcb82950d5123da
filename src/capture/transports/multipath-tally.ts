import { EXCERPT_BYTES } from '../../generated/excerpts.js';
import type { MultipathExcerpt } from './excerpts.js';
import { type DataSequence, type Long, type MultipathOption, multipathOptions } from './multipath-options.js';
import type { MultipathOptionName } from './multipath-types.js';

/** What the options of one direction of a subflow said. */
export interface SubflowSide {
  key: Long | null;
  addressId: number | null;
  nonce: number | null;
  /** Of MP_JOIN: 8 bytes in an answer, 20 in a third segment. */
  hmac: Uint8Array | null;
  backup: boolean;
  /** MP_CAPABLE was sent. */
  capable: boolean;
  /** Data that came with MP_CAPABLE: it begins at the first data sequence number. */
  firstBytes: number;
  /** The data sequence number that positions count from; what was mapped is from `low` to `high`. */
  base: DataSequence | null;
  low: number;
  high: number;
  /** Of this side's data, by the other side's DATA_ACK. */
  acked: number;
  finished: boolean;
  fellBack: boolean;
  resetReason: number | null;
  readonly addresses: Array<{ id: number; address: Uint8Array | null; port: number | null; removed: boolean }>;
  readonly options: Record<MultipathOptionName, number>;
  // The last position, from which a short number (32 bits) or a lie is told.
  last: number;
  lastLow: number;
}

/** What is known of a TCP connection that has options of Multipath TCP. */
export interface Subflow {
  readonly connection: number;
  version: number | null;
  /** What its SYN asks to join. */
  token: number | null;
  readonly sides: readonly [SubflowSide, SubflowSide];
}

/** spec: RFC 8684 3.3.1: a receiver's window is less, so no two numbers of one flight are further apart. */
const FURTHEST = 2 ** 31;
/** Addresses kept of a side of a subflow; a host has few. */
const MOST_ADDRESSES = 64;
const SYN = 2;
const ACK = 16;

/** Collects what the options say, TCP connection by TCP connection, up to a number of them. */
export class MultipathTally {
  readonly subflows = new Map<number, Subflow>();
  dropped = 0;
  #lastDropped = 0;
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  take(excerpt: MultipathExcerpt, view: DataView): void {
    const subflow = this.#subflowOf(excerpt.connection);
    if (!subflow) return;
    const from = subflow.sides[excerpt.direction]!;
    const to = subflow.sides[1 - excerpt.direction]!;
    const options = new DataView(view.buffer, view.byteOffset + EXCERPT_BYTES.MULTIPATH_EXCERPT, excerpt.optionBytes);
    for (const option of multipathOptions(options)) {
      from.options[option.kind] += 1;
      this.#read(option, excerpt, subflow, from, to);
    }
  }

  #read(
    option: MultipathOption,
    excerpt: MultipathExcerpt,
    subflow: Subflow,
    from: SubflowSide,
    to: SubflowSide,
  ): void {
    switch (option.kind) {
      case 'mpCapable':
        // The side that was asked may answer with a lower version, which then is the connection's.
        subflow.version = option.version;
        from.capable = true;
        from.key ??= option.senderKey;
        to.key ??= option.receiverKey;
        if (option.dataBytes !== null) from.firstBytes = Math.max(from.firstBytes, option.dataBytes);
        break;
      case 'mpJoin':
        if ((excerpt.flags & (SYN | ACK)) === SYN) subflow.token = option.token;
        from.addressId ??= option.addressId;
        from.nonce ??= option.nonce;
        from.hmac ??= option.hmac;
        if (option.backup) from.backup = true;
        break;
      case 'dss':
        if (option.dataAck) noteAck(to, option.dataAck);
        if (option.mapping) noteMapping(from, option.mapping, option.fin);
        if (option.fin) from.finished = true;
        break;
      case 'addAddr':
        if (!option.echo) offer(from, option.id, option.address, option.port);
        break;
      case 'removeAddr':
        for (const id of option.ids) takeBack(from, id);
        break;
      case 'mpPrio':
        from.backup = option.backup;
        break;
      case 'mpFail':
        from.fellBack = true;
        break;
      case 'mpTcprst':
        from.resetReason ??= option.reason;
        break;
      default:
    }
  }

  #subflowOf(connection: number): Subflow | undefined {
    const found = this.subflows.get(connection);
    if (found) return found;
    if (this.subflows.size >= this.#most) {
      if (connection > this.#lastDropped) this.dropped += 1;
      this.#lastDropped = Math.max(this.#lastDropped, connection);
      return undefined;
    }
    const begun: Subflow = { connection, version: null, token: null, sides: [newSide(), newSide()] };
    this.subflows.set(connection, begun);
    return begun;
  }
}

function newSide(): SubflowSide {
  return {
    key: null,
    addressId: null,
    nonce: null,
    hmac: null,
    backup: false,
    capable: false,
    firstBytes: 0,
    base: null,
    low: Number.POSITIVE_INFINITY,
    high: Number.NEGATIVE_INFINITY,
    acked: Number.NEGATIVE_INFINITY,
    finished: false,
    fellBack: false,
    resetReason: null,
    addresses: [],
    options: noOptions(),
    last: 0,
    lastLow: 0,
  };
}

/** None of each option. */
export function noOptions(): Record<MultipathOptionName, number> {
  return {
    mpCapable: 0,
    mpJoin: 0,
    dss: 0,
    addAddr: 0,
    removeAddr: 0,
    mpPrio: 0,
    mpFail: 0,
    mpFastclose: 0,
    mpTcprst: 0,
    other: 0,
    malformed: 0,
  };
}

function noteMapping(
  side: SubflowSide,
  mapping: NonNullable<Extract<MultipathOption, { kind: 'dss' }>['mapping']>,
  fin: boolean,
): void {
  // spec: RFC 8684 3.7: what follows is plain TCP.
  if (mapping.infinite && !fin) side.fellBack = true;
  const start = positionOf(side, mapping.start);
  if (start === null) return;
  side.low = Math.min(side.low, start);
  side.high = Math.max(side.high, start + mapping.bytes);
}

function noteAck(side: SubflowSide, ack: DataSequence): void {
  const at = positionOf(side, ack);
  if (at !== null) side.acked = Math.max(side.acked, at);
}

// Where a data sequence number stands from the first that was seen; null where it can be of no window.
function positionOf(side: SubflowSide, sequence: DataSequence): number | null {
  if (!side.base) {
    side.base = sequence;
    side.last = 0;
    side.lastLow = sequence.low;
    return 0;
  }
  const short = side.last + ((sequence.low - side.lastLow) | 0);
  const isLong = sequence.high !== null && side.base.high !== null;
  const position = isLong ? distance(sequence as Long, side.base as Long) : short;
  if (Math.abs(position - side.last) > FURTHEST) {
    side.options.malformed += 1;
    return null;
  }
  // The first whole number says what the short ones before it were short of.
  if (sequence.high !== null && side.base.high === null) side.base = shifted(sequence as Long, -position);
  side.last = position;
  side.lastLow = sequence.low;
  return position;
}

/** a − b modulo 2^64, as a signed number; exact up to 2^53. */
export function distance(a: Long, b: Long): number {
  return ((a.high - b.high) | 0) * 2 ** 32 + (a.low - b.low);
}

/** a + by modulo 2^64. */
export function shifted(a: Long, by: number): Long {
  const sum = BigInt.asUintN(64, (BigInt(a.high) << 32n) + BigInt(a.low) + BigInt(by));
  return { high: Number(sum >> 32n), low: Number(sum & 0xffff_ffffn) };
}

function offer(side: SubflowSide, id: number, address: Uint8Array, port: number | null): void {
  const isSame = (one: SubflowSide['addresses'][number]): boolean =>
    one.id === id && one.port === port && one.address?.join() === address.join();
  if (side.addresses.some(isSame) || side.addresses.length === MOST_ADDRESSES) return;
  side.addresses.push({ id, address, port, removed: false });
}

function takeBack(side: SubflowSide, id: number): void {
  const offered = side.addresses.filter((one) => one.id === id);
  for (const one of offered) one.removed = true;
  if (offered.length || side.addresses.length === MOST_ADDRESSES) return;
  side.addresses.push({ id, address: null, port: null, removed: true });
}
