import type { FormatAddress, QuicExcerpt } from './excerpts.js';
import { SpinObserver } from './quic-spin.js';
import type { QuicConnection, QuicDirection, QuicPacketType } from './quic-types.js';

/** One end of a path. */
export interface End {
  /** 16 bytes, IPv4 as ::ffff:a.b.c.d. */
  readonly address: Uint8Array;
  readonly port: number;
}

interface Sent {
  datagrams: number;
  bytes: number;
  payloadBytes: number;
  readonly packets: Record<QuicPacketType, number>;
  cutDatagrams: number;
  otherDatagrams: number;
  /** By the ECN bits. */
  readonly ecn: [number, number, number, number];
  connectionIdBytes: number | null;
  firstUs: number;
  lastUs: number;
}

/** What is noted of a connection while its packets come. `sent[0]` is the client's. */
export class QuicRecord {
  readonly number: number;
  readonly client: End;
  readonly server: End;
  readonly complete: boolean;
  readonly sent: readonly [Sent, Sent] = [newSent(), newSent()];
  readonly spin = new SpinObserver();
  readonly versions: string[] = [];
  paths = 1;
  /** Connection IDs and paths it is found by. */
  readonly ids: string[] = [];
  readonly pathKeys: string[] = [];
  #firstUs = Number.NaN;
  #clientUs = Number.NaN;
  #serverUs = Number.NaN;
  #toServerUs: number | null = null;
  #toClientUs: number | null = null;

  constructor(number: number, client: End, server: End, complete: boolean) {
    this.number = number;
    this.client = client;
    this.server = server;
    this.complete = complete;
  }

  get datagrams(): number {
    return this.sent[0].datagrams + this.sent[1].datagrams;
  }

  get bytes(): number {
    return this.sent[0].bytes + this.sent[1].bytes;
  }

  get handshakeRttUs(): number | null {
    return this.#toServerUs === null || this.#toClientUs === null ? null : this.#toServerUs + this.#toClientUs;
  }

  /** Counts a datagram of the side `direction`. */
  travelled(direction: 0 | 1, { timeUs, wireBytes, payloadBytes, ecn }: QuicExcerpt): void {
    const sent = this.sent[direction];
    sent.datagrams += 1;
    sent.bytes += wireBytes;
    sent.payloadBytes += payloadBytes;
    sent.ecn[ecn & 3]! += 1;
    if (Number.isNaN(timeUs)) return;
    sent.firstUs = Math.min(sent.firstUs, timeUs);
    sent.lastUs = Math.max(sent.lastUs, timeUs);
    this.#timeHandshake(direction, timeUs);
  }

  /** The version of a long header. */
  speaks(version: string): void {
    if (!this.versions.includes(version) && this.versions.length < MOST_VERSIONS) this.versions.push(version);
  }

  // A first flight may be several datagrams. Where they are further apart than the answer is from the last, one was sent
  // again, and which one is answered cannot be told (Karn's rule).
  #timeHandshake(direction: 0 | 1, timeUs: number): void {
    if (!this.complete || this.#toClientUs !== null) return;
    if (direction === 0) {
      if (Number.isNaN(this.#serverUs)) {
        if (Number.isNaN(this.#firstUs)) this.#firstUs = timeUs;
        this.#clientUs = timeUs;
      } else this.#toClientUs = Math.max(0, timeUs - this.#serverUs);
    } else if (Number.isNaN(this.#serverUs)) {
      this.#serverUs = timeUs;
      const loopUs = timeUs - this.#clientUs;
      if (loopUs >= 0 && this.#clientUs - this.#firstUs <= loopUs) this.#toServerUs = loopUs;
    }
  }

  describe(formatAddress: FormatAddress): QuicConnection {
    const startUs = Math.min(this.sent[0].firstUs, this.sent[1].firstUs);
    const endUs = Math.max(this.sent[0].lastUs, this.sent[1].lastUs);
    return {
      number: this.number,
      versions: this.versions,
      src: formatAddress(this.client.address),
      srcPort: this.client.port,
      dst: formatAddress(this.server.address),
      dstPort: this.server.port,
      startUs: finite(startUs),
      endUs: finite(endUs),
      durationUs: finite(endUs - startUs),
      complete: this.complete,
      paths: this.paths,
      handshakeRttUs: { toServer: this.#toServerUs, toClient: this.#toClientUs },
      spin: this.spin.summary(),
      forward: toDirection(this.sent[0]),
      backward: toDirection(this.sent[1]),
    };
  }
}

/** Versions kept of a connection, which has one or two. */
const MOST_VERSIONS = 8;

function newSent(): Sent {
  return {
    datagrams: 0,
    bytes: 0,
    payloadBytes: 0,
    packets: { initial: 0, zeroRtt: 0, handshake: 0, retry: 0, versionNegotiation: 0, oneRtt: 0, other: 0 },
    cutDatagrams: 0,
    otherDatagrams: 0,
    ecn: [0, 0, 0, 0],
    connectionIdBytes: null,
    firstUs: Number.POSITIVE_INFINITY,
    lastUs: Number.NEGATIVE_INFINITY,
  };
}

// spec: RFC 3168 5: 01 is ECT(1), 10 is ECT(0).
function toDirection({ ecn: [notEct, ect1, ect0, ce], firstUs, lastUs, ...rest }: Sent): QuicDirection {
  return { ...rest, ecn: { notEct, ect0, ect1, ce }, firstUs: finite(firstUs), lastUs: finite(lastUs) };
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
