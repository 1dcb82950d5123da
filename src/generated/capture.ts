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
  GTP: 256,
  L2TP: 512,
  TEREDO: 1024,
  PBB: 2048,
  VN_TAG: 4096,
  CMD: 8192,
  TZSP: 16384,
  LISP: 32768,
  NSH: 65536,
  ETHERIP: 131072,
  MINIMAL: 262144,
  AH: 524288,
  PPTP: 1048576,
  MACSEC: 2097152,
  HSR: 4194304,
  LLC: 8388608,
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

export const ECN = {
  UNKNOWN: 0,
  NONE: 1,
  CLASSIC: 2,
  ACC_ECN: 3,
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
  VERSION: 32,
} as const;

export const MODE = {
  TCP: 1,
  ECHO: 2,
  BATCH: 4,
  TOTALS: 8,
  EXCERPTS: 16,
} as const;

export const STEP = {
  DONE: 4096,
  MORE: 4097,
  BATCH: 4098,
  ROWS: 4099,
  MARKS: 4100,
  LIMIT: 4101,
  EXCERPTS: 4102,
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
  UPSTREAM: 11,
} as const;

export const CAUSE = {
  APPLICATION: 0,
  RECEIVE_WINDOW: 1,
  CONGESTION_WINDOW: 2,
  RECOVERY: 3,
  PACING: 4,
  STARTUP: 5,
} as const;

export const SERIES = {
  ALL: 1,
  SENT: 2,
  RETRANSMITTED: 4,
  ACKED: 6,
  IN_FLIGHT: 8,
  RTT: 10,
  UPSTREAM: 12,
  SLOTS: 14,
} as const;

export const UNREAD = {
  NONE: 0,
  LINK: 1,
  ETHERTYPE: 2,
  LLC: 3,
  PPP: 4,
  PROTOCOL: 5,
  UDP_PORT: 6,
  GRE: 7,
  WLAN: 8,
} as const;

export const WLAN = {
  PROTECTED: 1,
  FRAGMENT: 2,
} as const;

export const LIMIT = {
  OPEN_FILES: 64,
  FILTER_ENTRIES: 16,
  BATCH_PACKETS: 8192,
  UNREAD_KINDS: 128,
} as const;

export const PACKET_AT = {
  NUMBER: 0,
  TIME_US: 8,
  WIRE_BYTES: 16,
  CAPTURED_BYTES: 20,
  PAYLOAD_BYTES: 24,
  SEQ: 28,
  ACK: 32,
  WINDOW: 36,
  TSVAL: 40,
  TSECR: 44,
  CONNECTION: 48,
  INTERFACE_ID: 52,
  ENCAPSULATIONS: 56,
  SRC_PORT: 60,
  DST_PORT: 62,
  VLAN: 64,
  KIND: 66,
  FAMILY: 67,
  PROTOCOL: 68,
  FLAGS: 69,
  ECN: 70,
  NOTES: 71,
  SACK_BLOCKS: 72,
  SRC: 73,
  DST: 89,
} as const;

export const MARK_AT = {
  TIME_US: 0,
  A: 8,
  B: 16,
  KIND: 24,
  DIRECTION: 28,
} as const;

export const BYTES = {
  PACKET: 105,
  MARK: 32,
} as const;

export const CONNECTION_COLUMNS = [
  "number",
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
  "interfaceId",
  "tenantOf",
  "tenantId"
] as const;

export const CONNECTION_COLUMN = {
  number: 0,
  family: 1,
  src0: 2,
  src1: 3,
  src2: 4,
  src3: 5,
  srcPort: 6,
  dst0: 7,
  dst1: 8,
  dst2: 9,
  dst3: 10,
  dstPort: 11,
  startUs: 12,
  endUs: 13,
  startedMidway: 14,
  ending: 15,
  vlan: 16,
  encapsulations: 17,
  interfaceId: 18,
  tenantOf: 19,
  tenantId: 20,
} as const;

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
  "capturedTwice",
  "fragments",
  "ecnMode",
  "ceReportedPackets",
  "ceReportedBytes",
  "firstTtl",
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

export const DIRECTION_COLUMN = {
  packets: 0,
  bytes: 1,
  dataPackets: 2,
  dataBytes: 3,
  uniqueBytes: 4,
  ackedBytes: 5,
  pureAcks: 6,
  retransmittedPackets: 7,
  retransmittedBytes: 8,
  fastRetransmissions: 9,
  timeoutRetransmissions: 10,
  tailLossProbes: 11,
  unneededRetransmissions: 12,
  otherRetransmissions: 13,
  duplicateFrames: 14,
  spuriousByTimestamps: 15,
  spuriousByDsack: 16,
  timeouts: 17,
  reorderedPackets: 18,
  upstreamRetransmissions: 19,
  duplicateAcks: 20,
  tripleDuplicateAcks: 21,
  sackPackets: 22,
  dsackPackets: 23,
  zeroWindows: 24,
  zeroWindowProbes: 25,
  keepAlives: 26,
  resets: 27,
  syns: 28,
  fins: 29,
  ectPackets: 30,
  cePackets: 31,
  ecePackets: 32,
  cwrPackets: 33,
  gaps: 34,
  gapBytes: 35,
  lateCapturedPackets: 36,
  outOfWindowPackets: 37,
  capturedTwice: 38,
  fragments: 39,
  ecnMode: 40,
  ceReportedPackets: 41,
  ceReportedBytes: 42,
  firstTtl: 43,
  mss: 44,
  maxSegmentBytes: 45,
  windowScale: 46,
  sackPermitted: 47,
  timestamps: 48,
  windowMinBytes: 49,
  windowMaxBytes: 50,
  firstUs: 51,
  lastUs: 52,
  firstDataUs: 53,
  lastDataUs: 54,
  handshakeRttUs: 55,
  inFlightMaxBytes: 56,
  inFlightMeanBytes: 57,
  cwndLastBytes: 58,
  cwndMaxBytes: 59,
  cwndMeanBytes: 60,
  ambiguousAcks: 61,
  postLossAcks: 62,
  rttSamples: 63,
  rttMinUs: 64,
  rttMeanUs: 65,
  rttMaxUs: 66,
  rttStdevUs: 67,
  rttP50Us: 68,
  rttP95Us: 69,
  rttP99Us: 70,
  timestampRttSamples: 71,
  timestampRttMinUs: 72,
  timestampRttMeanUs: 73,
  timestampRttMaxUs: 74,
  timestampRttP50Us: 75,
  timestampRttP95Us: 76,
} as const;

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

export const ECHO_COLUMN = {
  family: 0,
  src0: 1,
  src1: 2,
  src2: 3,
  src3: 4,
  dst0: 5,
  dst1: 6,
  dst2: 7,
  dst3: 8,
  ident: 9,
  requests: 10,
  replies: 11,
  duplicateRequests: 12,
  duplicateReplies: 13,
  unmatchedReplies: 14,
  firstUs: 15,
  lastUs: 16,
  rttSamples: 17,
  rttMinUs: 18,
  rttMeanUs: 19,
  rttMaxUs: 20,
  rttP50Us: 21,
  rttP95Us: 22,
  atSender: 23,
  stampedMinUs: 24,
  stampedMeanUs: 25,
  stampedMaxUs: 26,
  stampedP50Us: 27,
  stampedP95Us: 28,
} as const;

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

export const PRIMITIVE_COLUMN = {
  bytesAcked: 0,
  packetsAcked: 1,
  bytesMisordered: 2,
  packetsMisordered: 3,
  ecnBytes: 4,
  ecnPackets: 5,
  lostPktsSample: 6,
  wasTimeout: 7,
  rttSampleUs: 8,
  rateOutgoing: 9,
  rateIncoming: 10,
  bytesInFlight: 11,
  packetsInFlight: 12,
} as const;

export const CAUSE_COLUMNS = [
  "connection",
  "direction",
  "cause",
  "startUs",
  "endUs",
  "rounds",
  "sentBytes",
  "clockedBytes",
  "pushedBytes",
  "resentPackets",
  "idleUs",
  "windowFullUs",
  "flightMaxBytes",
  "windowBytes",
  "srttUs"
] as const;

export const CAUSE_COLUMN = {
  connection: 0,
  direction: 1,
  cause: 2,
  startUs: 3,
  endUs: 4,
  rounds: 5,
  sentBytes: 6,
  clockedBytes: 7,
  pushedBytes: 8,
  resentPackets: 9,
  idleUs: 10,
  windowFullUs: 11,
  flightMaxBytes: 12,
  windowBytes: 13,
  srttUs: 14,
} as const;

export const SAMPLE_COLUMNS = [
  "aUs",
  "differenceUs",
  "pair",
  "orientation",
  "ttlA",
  "ttlB",
  "sameId",
  "sameWindow",
  "sameOptions"
] as const;

export const SAMPLE_COLUMN = {
  aUs: 0,
  differenceUs: 1,
  pair: 2,
  orientation: 3,
  ttlA: 4,
  ttlB: 5,
  sameId: 6,
  sameWindow: 7,
  sameOptions: 8,
} as const;

export const ANCHOR_COLUMNS = [
  "bUs",
  "connectionA",
  "connectionB",
  "orientationA",
  "orientationB",
  "seqA",
  "ackA",
  "seqB",
  "ackB",
  "lengthA",
  "lengthB"
] as const;

export const ANCHOR_COLUMN = {
  bUs: 0,
  connectionA: 1,
  connectionB: 2,
  orientationA: 3,
  orientationB: 4,
  seqA: 5,
  ackA: 6,
  seqB: 7,
  ackB: 8,
  lengthA: 9,
  lengthB: 10,
} as const;

export const CROSSING_COLUMNS = [
  "arrived",
  "lost",
  "lostBytes",
  "notCapturedAfter",
  "notCapturedBefore",
  "outside",
  "givenUp",
  "reordered",
  "ambiguous",
  "samples",
  "sumUs",
  "minUs",
  "maxUs"
] as const;

export const CROSSING_COLUMN = {
  arrived: 0,
  lost: 1,
  lostBytes: 2,
  notCapturedAfter: 3,
  notCapturedBefore: 4,
  outside: 5,
  givenUp: 6,
  reordered: 7,
  ambiguous: 8,
  samples: 9,
  sumUs: 10,
  minUs: 11,
  maxUs: 12,
} as const;

export const POINT_COLUMNS = [
  "packets",
  "compared",
  "cut",
  "notCompared",
  "copies",
  "elsewhere",
  "segmented",
  "untied",
  "unaligned",
  "firstUs",
  "lastUs",
  "startUs"
] as const;

export const POINT_COLUMN = {
  packets: 0,
  compared: 1,
  cut: 2,
  notCompared: 3,
  copies: 4,
  elsewhere: 5,
  segmented: 6,
  untied: 7,
  unaligned: 8,
  firstUs: 9,
  lastUs: 10,
  startUs: 11,
} as const;

export const PACKET_FIELDS = [
  ['number', 'f64', 0],
  ['timeUs', 'f64', 8],
  ['wireBytes', 'u32', 16],
  ['capturedBytes', 'u32', 20],
  ['payloadBytes', 'u32', 24],
  ['seq', 'u32', 28],
  ['ack', 'u32', 32],
  ['window', 'u32', 36],
  ['tsval', 'u32', 40],
  ['tsecr', 'u32', 44],
  ['connection', 'u32', 48],
  ['interfaceId', 'u32', 52],
  ['encapsulations', 'u32', 56],
  ['srcPort', 'u16', 60],
  ['dstPort', 'u16', 62],
  ['vlan', 'u16', 64],
  ['kind', 'u8', 66],
  ['family', 'u8', 67],
  ['protocol', 'u8', 68],
  ['flags', 'u8', 69],
  ['ecn', 'u8', 70],
  ['notes', 'u8', 71],
  ['sackBlocks', 'u8', 72],
  ['src', 'address', 73],
  ['dst', 'address', 89],
] as const;

// https://www.iana.org/assignments/pcap (LINKTYPE_ values) and https://www.tcpdump.org/linktypes.html (their DLT_ names)
export const LINKTYPE = {
  /** DLT_NULL */
  NULL: 0,
  /** DLT_EN10MB */
  ETHERNET: 1,
  /** DLT_IEEE802 */
  IEEE802_5: 6,
  /** DLT_PPP */
  PPP: 9,
  /** DLT_FDDI */
  FDDI: 10,
  /** DLT_RAW */
  RAW_12: 12,
  /** DLT_RAW */
  RAW_14: 14,
  /** DLT_PPP_SERIAL */
  PPP_HDLC: 50,
  /** DLT_PPP_ETHER */
  PPP_ETHER: 51,
  /** DLT_ATM_RFC1483 */
  ATM_RFC1483: 100,
  /** DLT_RAW */
  RAW: 101,
  /** DLT_C_HDLC */
  C_HDLC: 104,
  /** DLT_IEEE802_11 */
  IEEE802_11: 105,
  /** DLT_FRELAY */
  FRELAY: 107,
  /** DLT_LOOP */
  LOOP: 108,
  /** DLT_ENC */
  ENC: 109,
  /** DLT_LINUX_SLL */
  LINUX_SLL: 113,
  /** DLT_PFLOG */
  PFLOG: 117,
  /** DLT_PRISM_HEADER */
  IEEE802_11_PRISM: 119,
  /** DLT_IEEE802_11_RADIO */
  IEEE802_11_RADIOTAP: 127,
  /** DLT_IEEE802_11_RADIO_AVS */
  IEEE802_11_AVS: 163,
  /** DLT_PPP_PPPD */
  PPP_PPPD: 166,
  /** DLT_PPI */
  PPI: 192,
  /** DLT_PPP_WITH_DIR */
  PPP_WITH_DIR: 204,
  /** DLT_MPLS */
  MPLS: 219,
  /** DLT_IPV4 */
  IPV4: 228,
  /** DLT_IPV6 */
  IPV6: 229,
  /** DLT_NFLOG */
  NFLOG: 239,
  /** DLT_NETANALYZER */
  NETANALYZER: 240,
  /** DLT_NETANALYZER_TRANSPARENT */
  NETANALYZER_TRANSPARENT: 241,
  /** DLT_IPOIB */
  IPOIB: 242,
  /** DLT_PKTAP */
  PKTAP: 258,
  /** DLT_ETHERNET_MPACKET */
  ETHERNET_MPACKET: 274,
  /** DLT_LINUX_SLL2 */
  LINUX_SLL2: 276,
} as const;

export const LINKTYPE_TEXT: Readonly<Record<number, string>> = {
  0: 'DLT_NULL',
  1: 'DLT_EN10MB',
  6: 'DLT_IEEE802',
  9: 'DLT_PPP',
  10: 'DLT_FDDI',
  12: 'DLT_RAW',
  14: 'DLT_RAW',
  50: 'DLT_PPP_SERIAL',
  51: 'DLT_PPP_ETHER',
  100: 'DLT_ATM_RFC1483',
  101: 'DLT_RAW',
  104: 'DLT_C_HDLC',
  105: 'DLT_IEEE802_11',
  107: 'DLT_FRELAY',
  108: 'DLT_LOOP',
  109: 'DLT_ENC',
  113: 'DLT_LINUX_SLL',
  117: 'DLT_PFLOG',
  119: 'DLT_PRISM_HEADER',
  127: 'DLT_IEEE802_11_RADIO',
  163: 'DLT_IEEE802_11_RADIO_AVS',
  166: 'DLT_PPP_PPPD',
  192: 'DLT_PPI',
  204: 'DLT_PPP_WITH_DIR',
  219: 'DLT_MPLS',
  228: 'DLT_IPV4',
  229: 'DLT_IPV6',
  239: 'DLT_NFLOG',
  240: 'DLT_NETANALYZER',
  241: 'DLT_NETANALYZER_TRANSPARENT',
  242: 'DLT_IPOIB',
  258: 'DLT_PKTAP',
  274: 'DLT_ETHERNET_MPACKET',
  276: 'DLT_LINUX_SLL2',
};

// https://www.iana.org/assignments/ieee-802-numbers
export const ETHERTYPE = {
  /** Internet Protocol version 4 (IPv4) */
  IPV4: 0x0800,
  /** Address Resolution Protocol (ARP) */
  ARP: 0x0806,
  /** not in the registry: ERSPAN type III (draft-foschiano-erspan) */
  ERSPAN_III: 0x22eb,
  /** Trans Ether Bridging */
  TRANSPARENT_ETHERNET: 0x6558,
  /** Customer VLAN Tag Type (C-Tag) */
  C_TAG: 0x8100,
  /** Internet Protocol version 6 (IPv6) */
  IPV6: 0x86dd,
  /** Point-to-Point Protocol (PPP) */
  PPP: 0x880b,
  /** Web Cache Communication Protocol, redirected packets */
  WCCP: 0x883e,
  /** MPLS */
  MPLS: 0x8847,
  /** MPLS with upstream-assigned label */
  MPLS_UPSTREAM: 0x8848,
  /** PPP over Ethernet (PPPoE) Discovery Stage */
  PPPOE_DISCOVERY: 0x8863,
  /** PPP over Ethernet (PPPoE) Session Stage */
  PPPOE_SESSION: 0x8864,
  /** IEEE Std 802.1X - Port-based network access control */
  EAPOL: 0x888e,
  /** IEEE Std 802.1Q - Service VLAN tag identifier (S-Tag) */
  S_TAG: 0x88a8,
  /** not in the registry: ERSPAN types I and II (draft-foschiano-erspan) */
  ERSPAN: 0x88be,
  /** IEEE Std 802.1AB - Link Layer Discovery Protocol (LLDP) */
  LLDP: 0x88cc,
  /** IEEE Std 802.1AE - Media Access Control Security */
  MACSEC: 0x88e5,
  /** Backbone Service Instance tag (I-Tag) */
  PBB: 0x88e7,
  /** Cisco MetaData */
  CMD: 0x8909,
  /** VN-Tag (IEEE 802.1Qbh) */
  VN_TAG: 0x8926,
  /** High-availability Seamless Redundancy (HSR) */
  HSR: 0x892f,
  /** IEEE Std 802.1BR - Bridge port extension tag (E-Tag) */
  E_TAG: 0x893f,
  /** NSH (Network Service Header) */
  NSH: 0x894f,
  /** not in the registry: outer VLAN tag of equipment older than the S-Tag */
  QINQ_9100: 0x9100,
  /** not in the registry: outer VLAN tag of equipment older than the S-Tag */
  QINQ_9200: 0x9200,
} as const;

export const ETHERTYPE_TEXT: Readonly<Record<number, string>> = {
  0x0800: 'Internet Protocol version 4 (IPv4)',
  0x0806: 'Address Resolution Protocol (ARP)',
  0x22eb: 'not in the registry: ERSPAN type III (draft-foschiano-erspan)',
  0x6558: 'Trans Ether Bridging',
  0x8100: 'Customer VLAN Tag Type (C-Tag)',
  0x86dd: 'Internet Protocol version 6 (IPv6)',
  0x880b: 'Point-to-Point Protocol (PPP)',
  0x883e: 'Web Cache Communication Protocol, redirected packets',
  0x8847: 'MPLS',
  0x8848: 'MPLS with upstream-assigned label',
  0x8863: 'PPP over Ethernet (PPPoE) Discovery Stage',
  0x8864: 'PPP over Ethernet (PPPoE) Session Stage',
  0x888e: 'IEEE Std 802.1X - Port-based network access control',
  0x88a8: 'IEEE Std 802.1Q - Service VLAN tag identifier (S-Tag)',
  0x88be: 'not in the registry: ERSPAN types I and II (draft-foschiano-erspan)',
  0x88cc: 'IEEE Std 802.1AB - Link Layer Discovery Protocol (LLDP)',
  0x88e5: 'IEEE Std 802.1AE - Media Access Control Security',
  0x88e7: 'Backbone Service Instance tag (I-Tag)',
  0x8909: 'Cisco MetaData',
  0x8926: 'VN-Tag (IEEE 802.1Qbh)',
  0x892f: 'High-availability Seamless Redundancy (HSR)',
  0x893f: 'IEEE Std 802.1BR - Bridge port extension tag (E-Tag)',
  0x894f: 'NSH (Network Service Header)',
  0x9100: 'not in the registry: outer VLAN tag of equipment older than the S-Tag',
  0x9200: 'not in the registry: outer VLAN tag of equipment older than the S-Tag',
};

// https://www.iana.org/assignments/protocol-numbers; IPv6 extension headers are among them
export const PROTOCOL = {
  /** IPv6 Hop-by-Hop Option */
  HOPOPT: 0,
  /** Internet Control Message */
  ICMP: 1,
  /** IPv4 encapsulation */
  IPV4: 4,
  /** Transmission Control */
  TCP: 6,
  /** User Datagram */
  UDP: 17,
  /** IPv6 encapsulation */
  IPV6: 41,
  /** Routing Header for IPv6 */
  IPV6_ROUTE: 43,
  /** Fragment Header for IPv6 */
  IPV6_FRAG: 44,
  /** Generic Routing Encapsulation */
  GRE: 47,
  /** Encap Security Payload */
  ESP: 50,
  /** Authentication Header */
  AH: 51,
  /** Minimal IPv4 Encapsulation */
  MINIMAL: 55,
  /** ICMP for IPv6 */
  IPV6_ICMP: 58,
  /** Destination Options for IPv6 */
  IPV6_OPTS: 60,
  /** Ethernet-within-IP Encapsulation */
  ETHERIP: 97,
  /** Layer Two Tunneling Protocol */
  L2TP: 115,
  /** Mobility Header */
  MOBILITY: 135,
  /** MPLS-in-IP */
  MPLS_IN_IP: 137,
  /** Host Identity Protocol */
  HIP: 139,
  /** Shim6 Protocol */
  SHIM6: 140,
} as const;

export const PROTOCOL_TEXT: Readonly<Record<number, string>> = {
  0: 'IPv6 Hop-by-Hop Option',
  1: 'Internet Control Message',
  4: 'IPv4 encapsulation',
  6: 'Transmission Control',
  17: 'User Datagram',
  41: 'IPv6 encapsulation',
  43: 'Routing Header for IPv6',
  44: 'Fragment Header for IPv6',
  47: 'Generic Routing Encapsulation',
  50: 'Encap Security Payload',
  51: 'Authentication Header',
  55: 'Minimal IPv4 Encapsulation',
  58: 'ICMP for IPv6',
  60: 'Destination Options for IPv6',
  97: 'Ethernet-within-IP Encapsulation',
  115: 'Layer Two Tunneling Protocol',
  135: 'Mobility Header',
  137: 'MPLS-in-IP',
  139: 'Host Identity Protocol',
  140: 'Shim6 Protocol',
};

// https://www.iana.org/assignments/service-names-port-numbers (UDP)
export const PORT = {
  /** l2f; L2TP */
  L2TP: 1701,
  /** gtp-user */
  GTP_U: 2152,
  /** teredo */
  TEREDO: 3544,
  /** lisp-data */
  LISP: 4341,
  /** ipsec-nat-t */
  ESP: 4500,
  /** gre-in-udp */
  GRE: 4754,
  /** vxlan */
  VXLAN: 4789,
  /** vxlan-gpe */
  VXLAN_GPE: 4790,
  /** capwap-data */
  CAPWAP: 5247,
  /** gue */
  GUE: 6080,
  /** geneve */
  GENEVE: 6081,
  /** mpls-udp */
  MPLS: 6635,
  /** otv; Linux's VXLAN before RFC 7348 and still its default */
  VXLAN_LINUX: 8472,
  /** TZSP */
  TZSP: 37008,
} as const;

export const PORT_TEXT: Readonly<Record<number, string>> = {
  1701: 'l2f; L2TP',
  2152: 'gtp-user',
  3544: 'teredo',
  4341: 'lisp-data',
  4500: 'ipsec-nat-t',
  4754: 'gre-in-udp',
  4789: 'vxlan',
  4790: 'vxlan-gpe',
  5247: 'capwap-data',
  6080: 'gue',
  6081: 'geneve',
  6635: 'mpls-udp',
  8472: "otv; Linux's VXLAN before RFC 7348 and still its default",
  37008: 'TZSP',
};

// https://www.iana.org/assignments/ppp-numbers
export const PPP = {
  /** Internet Protocol version 4 */
  IPV4: 0x0021,
  /** PPP Multilink */
  MULTILINK: 0x003d,
  /** Internet Protocol version 6 */
  IPV6: 0x0057,
  /** MPLS Unicast */
  MPLS: 0x0281,
  /** MPLS Multicast */
  MPLS_MULTICAST: 0x0283,
} as const;

export const PPP_TEXT: Readonly<Record<number, string>> = {
  0x0021: 'Internet Protocol version 4',
  0x003d: 'PPP Multilink',
  0x0057: 'Internet Protocol version 6',
  0x0281: 'MPLS Unicast',
  0x0283: 'MPLS Multicast',
};

// https://www.iana.org/assignments/tcp-parameters
export const TCP_OPTION = {
  /** End of Option List */
  END: 0,
  /** No-Operation */
  NOP: 1,
  /** Maximum Segment Size */
  MSS: 2,
  /** Window Scale */
  WINDOW_SCALE: 3,
  /** SACK Permitted */
  SACK_PERMITTED: 4,
  /** SACK */
  SACK: 5,
  /** Timestamps */
  TIMESTAMPS: 8,
  /** Multipath TCP (MPTCP) */
  MULTIPATH: 30,
  /** Accurate ECN Order 0 (AccECN0) */
  ACC_ECN_0: 172,
  /** Accurate ECN Order 1 (AccECN1) */
  ACC_ECN_1: 174,
} as const;

export const TCP_OPTION_TEXT: Readonly<Record<number, string>> = {
  0: 'End of Option List',
  1: 'No-Operation',
  2: 'Maximum Segment Size',
  3: 'Window Scale',
  4: 'SACK Permitted',
  5: 'SACK',
  8: 'Timestamps',
  30: 'Multipath TCP (MPTCP)',
  172: 'Accurate ECN Order 0 (AccECN0)',
  174: 'Accurate ECN Order 1 (AccECN1)',
};

// https://www.iana.org/assignments/icmp-parameters
export const ICMP = {
  /** Echo Reply */
  ECHO_REPLY: 0,
  /** Echo */
  ECHO: 8,
} as const;

export const ICMP_TEXT: Readonly<Record<number, string>> = {
  0: 'Echo Reply',
  8: 'Echo',
};

// https://www.iana.org/assignments/icmpv6-parameters
export const ICMP6 = {
  /** Echo Request */
  ECHO_REQUEST: 128,
  /** Echo Reply */
  ECHO_REPLY: 129,
} as const;

export const ICMP6_TEXT: Readonly<Record<number, string>> = {
  128: 'Echo Request',
  129: 'Echo Reply',
};

// AF_ constants of the systems that write BSD loopback captures (https://www.tcpdump.org/linktypes/LINKTYPE_NULL.html)
export const ADDRESS_FAMILY = {
  /** AF_INET everywhere */
  INET: 2,
  /** AF_INET6 of Linux */
  INET6_LINUX: 10,
  /** AF_INET6 of NetBSD, OpenBSD, BSD/OS */
  INET6_BSD: 24,
  /** AF_INET6 of FreeBSD */
  INET6_FREEBSD: 28,
  /** AF_INET6 of macOS */
  INET6_DARWIN: 30,
} as const;

export const ADDRESS_FAMILY_TEXT: Readonly<Record<number, string>> = {
  2: 'AF_INET everywhere',
  10: 'AF_INET6 of Linux',
  24: 'AF_INET6 of NetBSD, OpenBSD, BSD/OS',
  28: 'AF_INET6 of FreeBSD',
  30: 'AF_INET6 of macOS',
};

// draft-ietf-opsawg-pcap 4, draft-ietf-opsawg-pcapng 4.1, as the machine that wrote the file reads them
export const MAGIC = {
  /** microseconds */
  PCAP: 0xa1b2c3d4,
  /** nanoseconds */
  PCAP_NANOSECOND: 0xa1b23c4d,
  /** A. Kuznetzov's variant: records with 8 bytes more */
  PCAP_MODIFIED: 0xa1b2cd34,
  /** the type of a section header block, the same in both byte orders */
  PCAPNG: 0x0a0d0d0a,
  /** the byte-order magic in a section header block */
  BYTE_ORDER: 0x1a2b3c4d,
} as const;

export const MAGIC_TEXT: Readonly<Record<number, string>> = {
  0xa1b2c3d4: 'microseconds',
  0xa1b23c4d: 'nanoseconds',
  0xa1b2cd34: "A. Kuznetzov's variant: records with 8 bytes more",
  0x0a0d0d0a: 'the type of a section header block, the same in both byte orders',
  0x1a2b3c4d: 'the byte-order magic in a section header block',
};

// IEEE 802.2 link service access points, https://standards.ieee.org/products-programs/regauth/llc/
export const SAP = {
  /** ARPANET Internet Protocol */
  IP: 0x06,
  /** Bridge Spanning Tree Protocol */
  BPDU: 0x42,
  /** SubNetwork Access Protocol */
  SNAP: 0xaa,
  /** Novell NetWare */
  NETWARE: 0xe0,
  /** ISO network layer */
  ISO: 0xfe,
  /** Global DSAP */
  GLOBAL: 0xff,
} as const;

export const SAP_TEXT: Readonly<Record<number, string>> = {
  0x06: 'ARPANET Internet Protocol',
  0x42: 'Bridge Spanning Tree Protocol',
  0xaa: 'SubNetwork Access Protocol',
  0xe0: 'Novell NetWare',
  0xfe: 'ISO network layer',
  0xff: 'Global DSAP',
};

// https://www.iana.org/assignments/nlpids
export const NLPID = {
  /** IEEE Subnetwork Access Protocol */
  SNAP: 0x80,
  /** Internet Protocol v6 */
  IPV6: 0x8e,
  /** Internet Protocol */
  IPV4: 0xcc,
  /** Point to Point Protocol */
  PPP: 0xcf,
} as const;

export const NLPID_TEXT: Readonly<Record<number, string>> = {
  0x80: 'IEEE Subnetwork Access Protocol',
  0x8e: 'Internet Protocol v6',
  0xcc: 'Internet Protocol',
  0xcf: 'Point to Point Protocol',
};

// https://www.iana.org/assignments/nsh (next protocol; VXLAN-GPE and LISP-GPE number as NSH does)
export const NSH = {
  /** IPv4 */
  IPV4: 1,
  /** IPv6 */
  IPV6: 2,
  /** Ethernet */
  ETHERNET: 3,
  /** NSH */
  NSH: 4,
  /** MPLS */
  MPLS: 5,
} as const;

export const NSH_TEXT: Readonly<Record<number, string>> = {
  1: 'IPv4',
  2: 'IPv6',
  3: 'Ethernet',
  4: 'NSH',
  5: 'MPLS',
};
