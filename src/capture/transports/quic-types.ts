import type { FoldedConnections, RttSummary } from '../types.js';

// What is said of QUIC without decrypting it (RFC 8999, 9000, 9369). Times are µs since the first packet of the capture.

/** QUIC connections of a capture. */
export interface QuicAnalysis {
  /** In order of their first packets. */
  readonly connections: readonly QuicConnection[];
  /** Sums of connections beyond those kept apart; their `packets` are datagrams. */
  readonly folded: FoldedConnections;
  /** Datagrams of hosts and ports that speak QUIC which are of no connection whose begin is in the capture. */
  readonly unknownDatagrams: number;
}

/**
 * Whether the spin bit of a connection tells its round trips (RFC 9000 17.4): it turned once a round trip; it never
 * turned; it turned without order, as it does where hosts set it at random; no or one packet has one.
 */
export type SpinState = 'spinning' | 'still' | 'irregular' | 'unknown';

/** One QUIC connection. */
export interface QuicConnection {
  /** 1, 2, … in order of first packets. */
  readonly number: number;
  /** Versions of its long headers, in order: `v1`, `v2`, `draft-29`, else as `0x1a2a3a4a`. */
  readonly versions: readonly string[];
  /** The client, from where it began; where its first Initial is not in the capture, the side with the higher port. */
  readonly src: string;
  readonly srcPort: number;
  readonly dst: string;
  readonly dstPort: number;
  /** Null where no packet says when it was captured. */
  readonly startUs: number | null;
  readonly endUs: number | null;
  readonly durationUs: number | null;
  /** The client's first Initial is in the capture. */
  readonly complete: boolean;
  /** Pairs of addresses and ports it was seen on: more than one where it migrated or a NAT gave it others. */
  readonly paths: number;
  /**
   * From the client's first Initial to the server's first packet, and from that to what the client sends next: the two
   * parts of a round trip as the capture divides it, with what the hosts took to answer; null where not known.
   */
  readonly handshakeRttUs: { readonly toServer: number | null; readonly toClient: number | null };
  readonly spin: {
    readonly state: SpinState;
    /** Round trips by turns of the bit, the client's and the server's together; without samples unless `spinning`. */
    readonly rtt: RttSummary;
    /** Its two parts: from the capture to the server and back, and to the client and back. */
    readonly toServer: RttSummary;
    readonly toClient: RttSummary;
    /** Turns not counted, within an eighth of a round trip of another: overtaken packets make them. */
    readonly turnsRejected: number;
  };
  /** What the client sent, and what the server did. */
  readonly forward: QuicDirection;
  readonly backward: QuicDirection;
}

/** What one side of a QUIC connection sent. */
export interface QuicDirection {
  readonly datagrams: number;
  /** On the wire, headers included. */
  readonly bytes: number;
  /** Of UDP. */
  readonly payloadBytes: number;
  /** Packets by type; several may stand in a datagram, where those behind one with a short header cannot be told. */
  readonly packets: Readonly<Record<QuicPacketType, number>>;
  /** Datagrams of which the capture has too little to see all packets. */
  readonly cutDatagrams: number;
  /** Datagrams between the same ends that are no packets of it. */
  readonly otherDatagrams: number;
  /** Datagrams by the ECN bits of their IP header. */
  readonly ecn: { readonly notEct: number; readonly ect0: number; readonly ect1: number; readonly ce: number };
  /** Length of the connection ID in packets this way; null where no long header of the other side told it. */
  readonly connectionIdBytes: number | null;
  /** Null without datagrams, or where none says when it was captured. */
  readonly firstUs: number | null;
  readonly lastUs: number | null;
}

/** `oneRtt` packets have the short header. */
export type QuicPacketType = 'initial' | 'zeroRtt' | 'handshake' | 'retry' | 'versionNegotiation' | 'oneRtt' | 'other';
