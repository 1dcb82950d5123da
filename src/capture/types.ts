// What an analysis says. Times are µs since the first packet of the capture unless `epoch` stands
// in the name; rates are bytes per second.

/** Something of a capture that could not be read as it claims. Reading went on, or stopped there. */
export interface CaptureWarning {
  readonly code:
    | 'cut'
    | 'malformed'
    | 'link-type'
    | 'packet'
    | 'version'
    | 'bomb'
    | 'too-deep'
    | 'captured-twice'
    | 'clock-back'
    | 'dropped'
    | 'clocks'
    | 'segmented'
    | 'given-up';
  /** The file, and the way into an archive. */
  readonly source: string;
  /** Byte of the unpacked stream where what is meant begins first; absent where it is of no one place. */
  readonly offset?: number;
  readonly message: string;
}

/** An interface of a capture file. */
export interface CaptureInterface {
  readonly name?: string;
  /** Number of https://www.tcpdump.org/linktypes.html, and its name where we decode it. */
  readonly linkType: number;
  readonly linkName: string;
  readonly snapLength: number;
  readonly packets: number;
  /** What the capturing machine says it lost (pcapng: interface statistics, drop counts of packets). */
  readonly dropped: number;
}

/** One capture stream that was read. */
export interface CaptureFile {
  readonly name: string;
  readonly format: 'pcap' | 'pcapng' | 'unknown';
  readonly packets: number;
  readonly interfaces: readonly CaptureInterface[];
}

/** Counts over the whole run. */
export interface CaptureTotals {
  readonly packets: number;
  /** Bytes on the wire. */
  readonly bytes: number;
  readonly capturedBytes: number;
  /** Packets that passed the filter. */
  readonly matched: number;
  /** µs since 1970; null where no packet says when it was captured. */
  readonly startEpochUs: number | null;
  /** From the earliest packet to the latest; null likewise. */
  readonly durationUs: number | null;
  /** Packets earlier than the one before them. */
  readonly outOfOrder: number;
  readonly kinds: Readonly<Record<PacketKind, number>>;
  readonly encapsulations: Readonly<Record<Encapsulation, number>>;
  /** Packets whose headers end after the captured bytes. */
  readonly truncatedHeaders: number;
  readonly malformed: number;
  /** Packets with more nested headers than 32. */
  readonly tooDeep: number;
  readonly fragments: number;
  /** TCP packets captured more than once, which the analysis leaves out; 0 where there was none. */
  readonly capturedTwice: number;
}

/** What a packet's innermost header is; `broken` where it cannot be read. */
export type PacketKind = 'tcp' | 'udp' | 'icmp' | 'icmp6' | 'arp' | 'ip' | 'fragment' | 'broken' | 'other';
/** A header around the innermost packet. */
export type Encapsulation =
  | 'vlan'
  | 'mpls'
  | 'pseudowire'
  | 'vxlan'
  | 'gre'
  | 'ipip'
  | 'pppoe'
  | 'geneve'
  | 'gtp'
  | 'l2tp'
  | 'teredo'
  | 'pbb'
  | 'vn-tag'
  | 'cmd'
  | 'tzsp'
  | 'lisp'
  | 'nsh'
  | 'etherip'
  | 'minimal'
  | 'ah'
  | 'pptp'
  | 'macsec'
  | 'hsr'
  | 'llc';

/** Round-trip times, µs; null without samples. Percentiles are exact up to 896 samples, within 1.6 % beyond. */
export interface RttSummary {
  readonly samples: number;
  readonly minUs: number | null;
  readonly meanUs: number | null;
  readonly maxUs: number | null;
  readonly p50Us: number | null;
  readonly p95Us: number | null;
}

/** What one side of a connection sent; docs/guide/tcp-analysis.md defines each figure. */
export interface DirectionSummary {
  readonly packets: number;
  /** On the wire, headers included. */
  readonly bytes: number;
  readonly dataPackets: number;
  readonly dataBytes: number;
  /** Payload seen for the first time. */
  readonly uniqueBytes: number;
  readonly ackedBytes: number;
  readonly pureAcks: number;
  /** Payload over the time from the first to the last data packet, bytes/s; null where there is none. */
  readonly throughputBytesPerSecond: number | null;
  /** Acknowledged payload over the same time, bytes/s. */
  readonly goodputBytesPerSecond: number | null;
  readonly retransmittedPackets: number;
  readonly retransmittedBytes: number;
  readonly retransmissions: {
    readonly fast: number;
    readonly timeout: number;
    readonly tailProbe: number;
    /** Of data that was acknowledged already. */
    readonly unneeded: number;
    readonly other: number;
    /** Copies of data, SYNs and FINs captured twice, which are no retransmissions: a part of `capturedTwice`. */
    readonly duplicateFrames: number;
    readonly spuriousByDsack: number;
    readonly spuriousByTimestamps: number;
    /** Retransmission timeouts, each of which may resend many segments. */
    readonly timeouts: number;
  };
  /** Segments lost, by where they were lost: what a receiver's capture or a mirror port shows is `beforeHere`. */
  readonly lost: {
    /** Seen here and sent again, without resends that turned out unneeded or spurious. */
    readonly here: number;
    /** Seen here only when sent again: `upstreamRetransmissions`. */
    readonly beforeHere: number;
  };
  /** Segments that filled a hole because they were overtaken. */
  readonly reorderedPackets: number;
  /** Segments that filled a hole because the first copy was lost before the capture point. */
  readonly upstreamRetransmissions: number;
  readonly duplicateAcks: number;
  readonly tripleDuplicateAcks: number;
  readonly sackPackets: number;
  readonly dsackPackets: number;
  readonly zeroWindows: number;
  readonly zeroWindowProbes: number;
  readonly keepAlives: number;
  readonly syns: number;
  readonly fins: number;
  readonly resets: number;
  readonly fragments: number;
  /** Packets whose SEQ or ACK no window allows, forged or of a connection long gone: nothing else counts them. */
  readonly outOfWindowPackets: number;
  /** Packets of which another copy had been captured within 2 ms: nothing else counts them. */
  readonly capturedTwice: number;
  /** TTL or hop limit of the first packet; null without packets. */
  readonly firstTtl: number | null;
  readonly ecn: {
    /** What the SYNs agreed on; the same in both directions. */
    readonly mode: EcnMode;
    readonly ect: number;
    readonly ce: number;
    /** Of classic ECN; 0 with AccECN, whose counter has the same bits. */
    readonly ece: number;
    readonly cwr: number;
    /** CE marks of the other side's packets that this side reports by the ACE counter; null without AccECN. */
    readonly ceReported: number | null;
    /** The same in bytes, by the AccECN option; null without it. */
    readonly ceReportedBytes: number | null;
  };
  /** Ranges acknowledged but never seen, and data seen only after its ACK. */
  readonly captureGaps: { readonly ranges: number; readonly bytes: number; readonly latePackets: number };
  /** What the SYN offered; −1 for an option that was not there or not seen. */
  readonly options: {
    readonly mss: number;
    readonly windowScale: number;
    readonly sackPermitted: boolean;
    readonly timestamps: boolean;
  };
  readonly maxSegmentBytes: number;
  readonly window: { readonly minBytes: number; readonly maxBytes: number };
  /** µs; −1 where there is none. */
  readonly firstUs: number;
  readonly lastUs: number;
  /** SYN of this side to its ACK, µs; −1 where not seen or ambiguous. */
  readonly handshakeRttUs: number;
  /** Just after each data packet, SACK-aware (RFC 6675 `pipe`). */
  readonly inFlight: { readonly maxBytes: number; readonly meanBytes: number };
  readonly cwnd: {
    readonly method: 'largest-pipe-per-round';
    readonly lastBytes: number;
    readonly meanBytes: number;
    readonly maxBytes: number;
  };
  /** Sequence-based, Karn's rule. */
  readonly rtt: RttSummary & {
    readonly stdevUs: number | null;
    readonly p99Us: number | null;
    /** ACKs of retransmitted segments, which give no sample. */
    readonly ambiguousAcks: number;
    /** ACKs that waited for a repair, which give none either. */
    readonly postLossAcks: number;
  };
  /** By the timestamps option. */
  readonly timestampRtt: RttSummary;
}

/** ECN feedback: none, ECE and CWR (RFC 3168), the ACE counter (RFC 9768); `unknown` without the SYNs. */
export type EcnMode = 'unknown' | 'none' | 'classic' | 'accecn';

/** Where on the path a capture was made: at one end, somewhere between, or that cannot be told. */
export type Vantage = 'src' | 'dst' | 'between' | 'unknown';

/** How a connection stood when the capture ended. */
export type ConnectionEnding = 'open' | 'unanswered' | 'half-closed' | 'closed' | 'reset' | 'refused';

/**
 * The innermost number that a tag or tunnel of a connection's first packet carries: `vlan` 10, `vxlan` 5001. Outer ones
 * tell connections apart as well.
 */
export interface Tenant {
  readonly kind: Encapsulation;
  /** VLAN, VNI, MPLS label, GRE key, TEID, session, as the header has it. */
  readonly id: number;
}

/** One TCP connection, both directions. */
export interface Connection {
  /** 1, 2, … in order of first packets: what `--flow N` means. */
  readonly number: number;
  readonly family: 4 | 6;
  /** The side that sent the SYN; where the capture began later, the side seen first. RFC 5952 text. */
  readonly src: string;
  readonly srcPort: number;
  readonly dst: string;
  readonly dstPort: number;
  /** µs since the first packet of the capture; null where none of its packets says when it was captured. */
  readonly startUs: number | null;
  readonly endUs: number | null;
  readonly durationUs: number | null;
  /** False where the SYN is not in the capture. */
  readonly complete: boolean;
  readonly ending: ConnectionEnding;
  /** 802.1Q VLAN of the first packet; absent where untagged. */
  readonly vlan?: number;
  readonly encapsulations: readonly Encapsulation[];
  /** What tells its network from others of the same addresses; absent where nothing does. */
  readonly tenant?: Tenant;
  readonly interfaceId: number;
  /** `MultipathConnection.number` of the connection it is a subflow of; null where it is of none. */
  readonly multipath: number | null;
  /** Where the capture was made, told by the two loops of round trips or by TTLs. */
  readonly vantage: Vantage;
  readonly forward: DirectionSummary;
  readonly backward: DirectionSummary;
}

/** Connections left out of a table that is full: their sums. */
export interface FoldedConnections {
  readonly connections: number;
  readonly packets: number;
  readonly bytes: number;
}

/** Echo requests of one host to another and what came back. */
export interface EchoSummary {
  readonly src: string;
  readonly dst: string;
  readonly family: 4 | 6;
  readonly requests: number;
  /** Requests answered. */
  readonly replies: number;
  readonly lost: number;
  readonly duplicateRequests: number;
  readonly duplicateReplies: number;
  readonly unmatchedReplies: number;
  readonly firstUs: number;
  readonly lastUs: number;
  /** µs; zeros without replies. */
  readonly rttUs: { readonly min: number; readonly mean: number; readonly max: number };
  /** One for each identifier: one for each run of ping. */
  readonly sessions: ReadonlyArray<{
    readonly ident: number;
    readonly requests: number;
    readonly replies: number;
    /** The requests carry ping's own time and were captured within 1 ms of it. */
    readonly capturedAtSender: boolean;
    /** As ping has it, from its own time stamp, where captured at the sender; else `captureRttUs`. */
    readonly rttUs: EchoRtt;
    /** From the capture of the request to the capture of the reply. */
    readonly captureRttUs: EchoRtt;
  }>;
}

/** Echo round-trip times, µs. */
export interface EchoRtt {
  readonly min: number;
  readonly mean: number;
  readonly max: number;
  readonly p50: number;
  readonly p95: number;
}

/** Which packets count. Hosts match either end, inside any encapsulation; ports those of TCP and UDP. */
export interface CaptureFilter {
  /** Addresses or networks: `10.0.0.1`, `fd00::/8`; any of them. */
  readonly hosts?: readonly string[];
  /** Any of them. */
  readonly ports?: readonly number[];
  /** µs since the first packet, or since 1970 with `epoch`. */
  readonly fromUs?: number;
  readonly toUs?: number;
  readonly epoch?: boolean;
}

/** How far a run is. */
export interface CaptureProgress {
  /** Bytes read as stored (compressed where the file is). */
  readonly bytesRead: number;
  /** All bytes, absent while unknown. */
  readonly bytesTotal?: number;
  readonly packets: number;
}

/** What every pass over a capture takes. */
export interface RunOptions {
  readonly filter?: CaptureFilter;
  /**
   * Connections of equal addresses and ports are one whatever tags and tunnels they come in. By default VLANs, VNIs,
   * labels, keys and TEIDs tell them apart. It changes which number a connection has.
   */
  readonly ignoreTunnels?: boolean;
  /** Rejects with the signal's reason; what was opened is closed. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: CaptureProgress) => void;
}
