import { EXCERPT_BYTES, QUIC_EXCERPT_AT } from '../../generated/excerpts.js';
import type { FormatAddress, QuicExcerpt } from './excerpts.js';
import { type End, QuicRecord } from './quic-connection.js';
import {
  FIXED_BIT,
  isCutInside,
  LONG_FORM,
  type LongHeader,
  longHeader,
  SPIN_BIT,
  versionKnown,
  versionName,
  versionReserved,
} from './quic-header.js';
import type { QuicAnalysis } from './quic-types.js';

/** Two ends, and the connection that was seen between them last. */
interface Path {
  readonly key: string;
  /** Both ends as the words that were compared: lower first. */
  readonly words: readonly number[];
  record: QuicRecord;
  /** The lower end is the client's. */
  lowIsClient: boolean;
  /** More than one connection was seen on it. */
  shared: boolean;
  next: Path | undefined;
}

/** Connection IDs kept of a connection: of long headers, and those of short ones it was recognised by. */
const MOST_IDS = 16;
/** A shorter one may be anybody's (RFC 9000 5.1 asks for enough of them to be told apart). */
const LEAST_ID_BYTES = 4;
/** spec: RFC 9000 14.1: a client's first datagram is not smaller. */
const INITIAL_BYTES = 1200;

/** Collects QUIC connections, up to a number of them; beyond it those with the fewest datagrams are summed up. */
export class QuicTally {
  readonly #records = new Map<number, QuicRecord>();
  readonly #paths = new Map<number, Path>();
  readonly #ids = new Map<string, QuicRecord>();
  /** Lengths of the connection IDs met so far, for packets on a path that is not known. */
  readonly #lengths = new Set<number>();
  readonly #folded = { connections: 0, packets: 0, bytes: 0 };
  readonly #most: number;
  #created = 0;
  #unknown = 0;

  constructor(most: number) {
    this.#most = Math.max(1, most);
  }

  take(excerpt: QuicExcerpt, view: DataView): void {
    const at = view.byteOffset + EXCERPT_BYTES.QUIC_EXCERPT;
    const bytes = new Uint8Array(view.buffer, at, excerpt.excerptBytes);
    const words = wordsOf(excerpt, view);
    const path = this.#pathOf(words);
    const fromLow = words.srcIsLow;
    if (bytes[0]! & LONG_FORM) this.#long(excerpt, view, bytes, words, path, fromLow);
    else this.#short(excerpt, view, bytes, words, path, fromLow);
  }

  analysis(formatAddress: FormatAddress): QuicAnalysis {
    const records = [...this.#records.values()];
    return {
      connections: records.map((record) => record.describe(formatAddress)),
      folded: this.#folded,
      unknownDatagrams: this.#unknown,
    };
  }

  #long(
    excerpt: QuicExcerpt,
    view: DataView,
    bytes: Uint8Array,
    words: Words,
    path: Path | undefined,
    fromLow: boolean,
  ): void {
    const header = longHeader(bytes, 0, excerpt.payloadBytes);
    if (!header) {
      this.#other(path, fromLow);
      return;
    }
    const known = this.#recordOf(header, path);
    const record = known ?? this.#begin(header, excerpt, view);
    if (!record) {
      this.#other(path, fromLow);
      return;
    }
    const place = this.#placeOn(words, path, record, fromLow, view, excerpt);
    const direction = directionOf(place, fromLow);
    record.travelled(direction, excerpt);
    if (header.version !== 0) record.speaks(versionName(header.version));
    this.#learn(record, direction, header);
    this.#count(record, direction, header, bytes, excerpt);
  }

  // The packets of a datagram, the first of which has a long header (RFC 9000 12.2).
  #count(record: QuicRecord, direction: 0 | 1, first: LongHeader, bytes: Uint8Array, excerpt: QuicExcerpt): void {
    const { packets } = record.sent[direction];
    let header: LongHeader | null = first;
    let next = 0;
    while (header) {
      packets[header.type] += 1;
      if (isCutInside(header, bytes.length, excerpt.payloadBytes)) record.sent[direction].cutDatagrams += 1;
      if (header.next <= next) return;
      next = header.next;
      header = longHeader(bytes, next, excerpt.payloadBytes);
    }
    const head = next < bytes.length ? bytes[next]! : 0;
    // What is neither is padding.
    if ((head & (LONG_FORM | FIXED_BIT)) === FIXED_BIT) this.#countShort(record, direction, head, excerpt);
  }

  #short(
    excerpt: QuicExcerpt,
    view: DataView,
    bytes: Uint8Array,
    words: Words,
    path: Path | undefined,
    fromLow: boolean,
  ): void {
    const record = this.#recordOfShort(bytes, path, fromLow);
    if (!record) {
      this.#other(path, fromLow);
      return;
    }
    const place = this.#placeOn(words, path, record, fromLow, view, excerpt);
    const direction = directionOf(place, fromLow);
    record.travelled(direction, excerpt);
    this.#countShort(record, direction, bytes[0]!, excerpt);
  }

  #countShort(record: QuicRecord, direction: 0 | 1, head: number, { timeUs }: QuicExcerpt): void {
    record.sent[direction].packets.oneRtt += 1;
    record.spin.observe(direction, head & SPIN_BIT ? 1 : 0, timeUs, record.handshakeRttUs);
  }

  // Nothing of it says whose it is.
  #other(path: Path | undefined, fromLow: boolean): void {
    if (path) path.record.sent[directionOf(path, fromLow)].otherDatagrams += 1;
    else this.#unknown += 1;
  }

  // Long headers name both sides; one that names nobody is of the path.
  #recordOf({ destination, source, type }: LongHeader, path: Path | undefined): QuicRecord | undefined {
    const byId = this.#byId(destination) ?? this.#byId(source);
    if (byId) return byId;
    if (!path) return undefined;
    // A new pair of names begins a connection where it may: an Initial that names its receiver at random.
    const isNew = type === 'initial' && destination.length > 0 && path.record.ids.length > 0;
    const isAnswer = path.record.ids.length <= 1 || destination.length === 0;
    return isNew && !isAnswer ? undefined : path.record;
  }

  #recordOfShort(bytes: Uint8Array, path: Path | undefined, fromLow: boolean): QuicRecord | undefined {
    const isFixed = (bytes[0]! & FIXED_BIT) !== 0;
    if (path && !path.shared) {
      const length = path.record.sent[directionOf(path, fromLow)].connectionIdBytes;
      // spec: RFC 9287 3: the bit may be grease; then the name tells.
      if (isFixed || (length !== null && length > 0 && this.#byShort(bytes, length) === path.record))
        return path.record;
      return undefined;
    }
    for (const length of this.#lengths) {
      const found = this.#byShort(bytes, length);
      if (found) return found;
    }
    return path && isFixed ? path.record : undefined;
  }

  #byShort(bytes: Uint8Array, length: number): QuicRecord | undefined {
    return bytes.length > length ? this.#byId(bytes.subarray(1, 1 + length)) : undefined;
  }

  #byId(id: Uint8Array): QuicRecord | undefined {
    return id.length < LEAST_ID_BYTES ? undefined : this.#ids.get(textOf(id));
  }

  #begin(header: LongHeader, excerpt: QuicExcerpt, view: DataView): QuicRecord | undefined {
    const { version, type, destination } = header;
    const isClients =
      (type === 'initial' || type === 'other') && excerpt.payloadBytes >= INITIAL_BYTES && destination.length >= 8;
    if (!versionKnown(version) && !(versionReserved(version) && isClients)) return undefined;
    if (this.#records.size >= this.#most) this.#fold();
    const from: End = { address: addressAt(view, QUIC_EXCERPT_AT.SRC), port: excerpt.srcPort };
    const to: End = { address: addressAt(view, QUIC_EXCERPT_AT.DST), port: excerpt.dstPort };
    // A server's Initial looks alike; servers have the lower port.
    const fromClient = isClients ? excerpt.srcPort >= excerpt.dstPort || excerpt.dstPort >= 1024 : from.port > to.port;
    this.#created += 1;
    const [client, server] = fromClient ? [from, to] : [to, from];
    const record = new QuicRecord(this.#created, client, server, isClients && fromClient);
    this.#records.set(record.number, record);
    return record;
  }

  #learn(record: QuicRecord, direction: 0 | 1, { source, destination, type }: LongHeader): void {
    const other = record.sent[direction === 0 ? 1 : 0];
    // The source names itself: what comes to it begins with a name as long.
    if (type !== 'versionNegotiation') {
      other.connectionIdBytes = source.length;
      if (source.length >= LEAST_ID_BYTES) this.#lengths.add(source.length);
      this.#name(record, source);
    }
    this.#name(record, destination);
  }

  #name(record: QuicRecord, id: Uint8Array): void {
    if (id.length < LEAST_ID_BYTES || record.ids.length >= MOST_IDS) return;
    const text = textOf(id);
    if (this.#ids.has(text)) return;
    this.#ids.set(text, record);
    record.ids.push(text);
  }

  // The path of the packet, where it is of `record`: another one, or one more.
  #placeOn(
    words: Words,
    path: Path | undefined,
    record: QuicRecord,
    fromLow: boolean,
    view: DataView,
    excerpt: QuicExcerpt,
  ): Path {
    if (path && path.record === record) return path;
    const lowIsClient = isClientLow(record, view, excerpt, fromLow);
    if (path) {
      path.shared = true;
      path.record = record;
      path.lowIsClient = lowIsClient;
      return path;
    }
    const begun: Path = {
      key: String(words.hash),
      words: words.words,
      record,
      lowIsClient,
      shared: false,
      next: this.#paths.get(words.hash),
    };
    this.#paths.set(words.hash, begun);
    if (record.pathKeys.length) record.paths += 1;
    record.pathKeys.push(begun.key);
    return begun;
  }

  #pathOf({ hash, words }: Words): Path | undefined {
    let path = this.#paths.get(hash);
    while (path && !words.every((word, i) => word === path!.words[i])) path = path.next;
    return path;
  }

  // Half of what is kept goes, those with the fewest datagrams first, so that each is looked at rarely.
  #fold(): void {
    const records = [...this.#records.values()].sort((a, b) => a.datagrams - b.datagrams || a.number - b.number);
    for (const record of records.slice(0, Math.max(1, records.length >> 1))) {
      this.#records.delete(record.number);
      this.#folded.connections += 1;
      this.#folded.packets += record.datagrams;
      this.#folded.bytes += record.bytes;
      for (const id of record.ids) this.#ids.delete(id);
      for (const key of record.pathKeys) this.#forget(Number(key), record);
    }
  }

  #forget(hash: number, record: QuicRecord): void {
    const kept: Path[] = [];
    for (let path = this.#paths.get(hash); path; path = path.next) if (path.record !== record) kept.push(path);
    let next: Path | undefined;
    for (const path of kept.reverse()) {
      path.next = next;
      next = path;
    }
    if (next) this.#paths.set(hash, next);
    else this.#paths.delete(hash);
  }
}

interface Words {
  readonly words: readonly number[];
  readonly hash: number;
  readonly srcIsLow: boolean;
}

const MIX = 0x9e3779b1;

// The ends as five words each, the lower end first, and a hash of them.
function wordsOf({ srcPort, dstPort }: QuicExcerpt, view: DataView): Words {
  const src = endWords(view, QUIC_EXCERPT_AT.SRC, srcPort);
  const dst = endWords(view, QUIC_EXCERPT_AT.DST, dstPort);
  const differs = src.findIndex((word, i) => word !== dst[i]);
  const srcIsLow = differs < 0 || src[differs]! < dst[differs]!;
  const words = srcIsLow ? [...src, ...dst] : [...dst, ...src];
  let hash = 0;
  for (const word of words) {
    hash = Math.imul(hash ^ word, MIX);
    hash ^= hash >>> 15;
  }
  return { words, hash: hash >>> 0, srcIsLow };
}

function endWords(view: DataView, at: number, port: number): number[] {
  return [0, 4, 8, 12].map((i) => view.getUint32(at + i)).concat(port);
}

function directionOf({ lowIsClient }: Path, fromLow: boolean): 0 | 1 {
  return fromLow === lowIsClient ? 0 : 1;
}

// One of the two ends stays the same where the other moves.
function isClientLow({ client, server }: QuicRecord, view: DataView, excerpt: QuicExcerpt, fromLow: boolean): boolean {
  const src = addressAt(view, QUIC_EXCERPT_AT.SRC);
  const dst = addressAt(view, QUIC_EXCERPT_AT.DST);
  const is = (end: End, address: Uint8Array, port: number): boolean =>
    end.port === port && end.address.every((byte, i) => byte === address[i]);
  const fromClient =
    is(client, src, excerpt.srcPort) ||
    is(server, dst, excerpt.dstPort) ||
    !(is(client, dst, excerpt.dstPort) || is(server, src, excerpt.srcPort));
  return fromClient === fromLow;
}

function addressAt(view: DataView, at: number): Uint8Array {
  return Uint8Array.from(new Uint8Array(view.buffer, view.byteOffset + at, 16));
}

function textOf(id: Uint8Array): string {
  return Array.from(id, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
