// Generated from spec/capture.json by `npm run gen`. Do not edit.
export const KIND = {
  OTHER: 0,
  TCP: 1,
  UDP: 2,
  ICMP: 3,
  ICMP6: 4,
  ARP: 5,
  IP: 6,
  FRAGMENT: 7,
  BROKEN: 8,
} as const;

export const ENCAP = {
  VLAN: 1,
  MPLS: 2,
  PSEUDOWIRE: 4,
  VXLAN: 8,
  GRE: 16,
  IPIP: 32,
  PPPOE: 64,
  GENEVE: 128,
} as const;

export const NOTE = {
  TRUNCATED: 1,
  MALFORMED: 2,
  TOO_DEEP: 4,
  FIRST_FRAGMENT: 8,
} as const;

export const ENDING = {
  OPEN: 0,
  UNANSWERED: 1,
  HALF_CLOSED: 2,
  CLOSED: 3,
  RESET: 4,
  REFUSED: 5,
} as const;

export const FORMAT = {
  UNKNOWN: 0,
  PCAP: 1,
  PCAPNG: 2,
} as const;

export const WARN = {
  CUT: 1,
  MALFORMED: 2,
  UNKNOWN_FORMAT: 4,
  PACKET: 8,
  LINK_TYPE: 16,
} as const;

export const MODE = {
  TCP: 1,
  ECHO: 2,
  BATCH: 4,
  TOTALS: 8,
} as const;

export const STEP = {
  DONE: 4096,
  MORE: 4097,
  BATCH: 4098,
  ROWS: 4099,
  MARKS: 4100,
  LIMIT: 4101,
  ENDED: 8192,
} as const;

export const MARK = {
  DATA: 0,
  RETRANSMISSION: 1,
  REORDERED: 2,
  ACK: 3,
  SACK: 4,
  DSACK: 5,
  RTT: 6,
  IN_FLIGHT: 7,
  GAP: 8,
  CWND: 9,
  PRIMITIVE: 10,
} as const;

export const BIN = {
  ALL: 1,
  SENT: 2,
  RETRANSMITTED: 4,
  ACKED: 6,
  IN_FLIGHT: 8,
  RTT: 10,
  SLOTS: 12,
} as const;

export const CONNECTION_COLUMNS = [
  "id",
  "family",
  "src0",
  "src1",
  "src2",
  "src3",
  "srcPort",
  "dst0",
  "dst1",
  "dst2",
  "dst3",
  "dstPort",
  "startUs",
  "endUs",
  "startedMidway",
  "ending",
  "vlan",
  "encapsulations",
  "interfaceId"
] as const;

export const DIRECTION_COLUMNS = [
  "packets",
  "bytes",
  "dataPackets",
  "dataBytes",
  "uniqueBytes",
  "ackedBytes",
  "pureAcks",
  "retransmittedPackets",
  "retransmittedBytes",
  "fastRetransmissions",
  "timeoutRetransmissions",
  "tailLossProbes",
  "unneededRetransmissions",
  "otherRetransmissions",
  "duplicateFrames",
  "spuriousByTimestamps",
  "spuriousByDsack",
  "timeouts",
  "reorderedPackets",
  "upstreamRetransmissions",
  "duplicateAcks",
  "tripleDuplicateAcks",
  "sackPackets",
  "dsackPackets",
  "zeroWindows",
  "zeroWindowProbes",
  "keepAlives",
  "resets",
  "syns",
  "fins",
  "ectPackets",
  "cePackets",
  "ecePackets",
  "cwrPackets",
  "gaps",
  "gapBytes",
  "lateCapturedPackets",
  "outOfWindowPackets",
  "fragments",
  "mss",
  "maxSegmentBytes",
  "windowScale",
  "sackPermitted",
  "timestamps",
  "windowMinBytes",
  "windowMaxBytes",
  "firstUs",
  "lastUs",
  "firstDataUs",
  "lastDataUs",
  "handshakeRttUs",
  "inFlightMaxBytes",
  "inFlightMeanBytes",
  "cwndLastBytes",
  "cwndMaxBytes",
  "cwndMeanBytes",
  "ambiguousAcks",
  "postLossAcks",
  "rttSamples",
  "rttMinUs",
  "rttMeanUs",
  "rttMaxUs",
  "rttStdevUs",
  "rttP50Us",
  "rttP95Us",
  "rttP99Us",
  "timestampRttSamples",
  "timestampRttMinUs",
  "timestampRttMeanUs",
  "timestampRttMaxUs",
  "timestampRttP50Us",
  "timestampRttP95Us"
] as const;

export const ECHO_COLUMNS = [
  "family",
  "src0",
  "src1",
  "src2",
  "src3",
  "dst0",
  "dst1",
  "dst2",
  "dst3",
  "ident",
  "requests",
  "replies",
  "duplicateRequests",
  "duplicateReplies",
  "unmatchedReplies",
  "firstUs",
  "lastUs",
  "rttSamples",
  "rttMinUs",
  "rttMeanUs",
  "rttMaxUs",
  "rttP50Us",
  "rttP95Us",
  "atSender",
  "stampedMinUs",
  "stampedMeanUs",
  "stampedMaxUs",
  "stampedP50Us",
  "stampedP95Us"
] as const;

export const PACKET_COLUMNS = [
  [
    "number",
    "f64"
  ],
  [
    "timeUs",
    "f64"
  ],
  [
    "wireBytes",
    "u32"
  ],
  [
    "capturedBytes",
    "u32"
  ],
  [
    "payloadBytes",
    "u32"
  ],
  [
    "seq",
    "u32"
  ],
  [
    "ack",
    "u32"
  ],
  [
    "window",
    "u32"
  ],
  [
    "tsval",
    "u32"
  ],
  [
    "tsecr",
    "u32"
  ],
  [
    "connection",
    "u32"
  ],
  [
    "interfaceId",
    "u32"
  ],
  [
    "srcPort",
    "u16"
  ],
  [
    "dstPort",
    "u16"
  ],
  [
    "vlan",
    "u16"
  ],
  [
    "kind",
    "u8"
  ],
  [
    "family",
    "u8"
  ],
  [
    "protocol",
    "u8"
  ],
  [
    "flags",
    "u8"
  ],
  [
    "ecn",
    "u8"
  ],
  [
    "encapsulations",
    "u8"
  ],
  [
    "notes",
    "u8"
  ],
  [
    "sackBlocks",
    "u8"
  ],
  [
    "src",
    "address"
  ],
  [
    "dst",
    "address"
  ]
] as const;

export const PRIMITIVE_COLUMNS = [
  "bytesAcked",
  "packetsAcked",
  "bytesMisordered",
  "packetsMisordered",
  "ecnBytes",
  "ecnPackets",
  "lostPktsSample",
  "wasTimeout",
  "rttSampleUs",
  "rateOutgoing",
  "rateIncoming",
  "bytesInFlight",
  "packetsInFlight"
] as const;
