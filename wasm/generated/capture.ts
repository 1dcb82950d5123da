// Generated from spec/capture.json by `npm run gen`. Do not edit.
export const KIND_OTHER: u32 = 0;
export const KIND_TCP: u32 = 1;
export const KIND_UDP: u32 = 2;
export const KIND_ICMP: u32 = 3;
export const KIND_ICMP6: u32 = 4;
export const KIND_ARP: u32 = 5;
export const KIND_IP: u32 = 6;
export const KIND_FRAGMENT: u32 = 7;
export const KIND_BROKEN: u32 = 8;

export const ENCAP_VLAN: u32 = 1;
export const ENCAP_MPLS: u32 = 2;
export const ENCAP_PSEUDOWIRE: u32 = 4;
export const ENCAP_VXLAN: u32 = 8;
export const ENCAP_GRE: u32 = 16;
export const ENCAP_IPIP: u32 = 32;
export const ENCAP_PPPOE: u32 = 64;
export const ENCAP_GENEVE: u32 = 128;

export const NOTE_TRUNCATED: u32 = 1;
export const NOTE_MALFORMED: u32 = 2;
export const NOTE_TOO_DEEP: u32 = 4;
export const NOTE_FIRST_FRAGMENT: u32 = 8;

export const ENDING_OPEN: u32 = 0;
export const ENDING_UNANSWERED: u32 = 1;
export const ENDING_HALF_CLOSED: u32 = 2;
export const ENDING_CLOSED: u32 = 3;
export const ENDING_RESET: u32 = 4;
export const ENDING_REFUSED: u32 = 5;

export const ECN_UNKNOWN: u32 = 0;
export const ECN_NONE: u32 = 1;
export const ECN_CLASSIC: u32 = 2;
export const ECN_ACC_ECN: u32 = 3;

export const FORMAT_UNKNOWN: u32 = 0;
export const FORMAT_PCAP: u32 = 1;
export const FORMAT_PCAPNG: u32 = 2;

export const WARN_CUT: u32 = 1;
export const WARN_MALFORMED: u32 = 2;
export const WARN_UNKNOWN_FORMAT: u32 = 4;
export const WARN_PACKET: u32 = 8;
export const WARN_LINK_TYPE: u32 = 16;

export const MODE_TCP: u32 = 1;
export const MODE_ECHO: u32 = 2;
export const MODE_BATCH: u32 = 4;
export const MODE_TOTALS: u32 = 8;

export const STEP_DONE: u32 = 4096;
export const STEP_MORE: u32 = 4097;
export const STEP_BATCH: u32 = 4098;
export const STEP_ROWS: u32 = 4099;
export const STEP_MARKS: u32 = 4100;
export const STEP_LIMIT: u32 = 4101;
export const STEP_ENDED: u32 = 8192;

export const MARK_DATA: u32 = 0;
export const MARK_RETRANSMISSION: u32 = 1;
export const MARK_REORDERED: u32 = 2;
export const MARK_ACK: u32 = 3;
export const MARK_SACK: u32 = 4;
export const MARK_DSACK: u32 = 5;
export const MARK_RTT: u32 = 6;
export const MARK_IN_FLIGHT: u32 = 7;
export const MARK_GAP: u32 = 8;
export const MARK_CWND: u32 = 9;
export const MARK_PRIMITIVE: u32 = 10;
export const MARK_UPSTREAM: u32 = 11;

export const SERIES_ALL: u32 = 1;
export const SERIES_SENT: u32 = 2;
export const SERIES_RETRANSMITTED: u32 = 4;
export const SERIES_ACKED: u32 = 6;
export const SERIES_IN_FLIGHT: u32 = 8;
export const SERIES_RTT: u32 = 10;
export const SERIES_UPSTREAM: u32 = 12;
export const SERIES_SLOTS: u32 = 14;

export const LIMIT_OPEN_FILES: u32 = 64;
export const LIMIT_FILTER_ENTRIES: u32 = 16;
export const LIMIT_BATCH_PACKETS: u32 = 8192;

export const CONNECTION_COLUMN_NUMBER: u32 = 0;
export const CONNECTION_COLUMN_FAMILY: u32 = 1;
export const CONNECTION_COLUMN_SRC0: u32 = 2;
export const CONNECTION_COLUMN_SRC1: u32 = 3;
export const CONNECTION_COLUMN_SRC2: u32 = 4;
export const CONNECTION_COLUMN_SRC3: u32 = 5;
export const CONNECTION_COLUMN_SRC_PORT: u32 = 6;
export const CONNECTION_COLUMN_DST0: u32 = 7;
export const CONNECTION_COLUMN_DST1: u32 = 8;
export const CONNECTION_COLUMN_DST2: u32 = 9;
export const CONNECTION_COLUMN_DST3: u32 = 10;
export const CONNECTION_COLUMN_DST_PORT: u32 = 11;
export const CONNECTION_COLUMN_START_US: u32 = 12;
export const CONNECTION_COLUMN_END_US: u32 = 13;
export const CONNECTION_COLUMN_STARTED_MIDWAY: u32 = 14;
export const CONNECTION_COLUMN_ENDING: u32 = 15;
export const CONNECTION_COLUMN_VLAN: u32 = 16;
export const CONNECTION_COLUMN_ENCAPSULATIONS: u32 = 17;
export const CONNECTION_COLUMN_INTERFACE_ID: u32 = 18;

export const DIRECTION_COLUMN_PACKETS: u32 = 0;
export const DIRECTION_COLUMN_BYTES: u32 = 1;
export const DIRECTION_COLUMN_DATA_PACKETS: u32 = 2;
export const DIRECTION_COLUMN_DATA_BYTES: u32 = 3;
export const DIRECTION_COLUMN_UNIQUE_BYTES: u32 = 4;
export const DIRECTION_COLUMN_ACKED_BYTES: u32 = 5;
export const DIRECTION_COLUMN_PURE_ACKS: u32 = 6;
export const DIRECTION_COLUMN_RETRANSMITTED_PACKETS: u32 = 7;
export const DIRECTION_COLUMN_RETRANSMITTED_BYTES: u32 = 8;
export const DIRECTION_COLUMN_FAST_RETRANSMISSIONS: u32 = 9;
export const DIRECTION_COLUMN_TIMEOUT_RETRANSMISSIONS: u32 = 10;
export const DIRECTION_COLUMN_TAIL_LOSS_PROBES: u32 = 11;
export const DIRECTION_COLUMN_UNNEEDED_RETRANSMISSIONS: u32 = 12;
export const DIRECTION_COLUMN_OTHER_RETRANSMISSIONS: u32 = 13;
export const DIRECTION_COLUMN_DUPLICATE_FRAMES: u32 = 14;
export const DIRECTION_COLUMN_SPURIOUS_BY_TIMESTAMPS: u32 = 15;
export const DIRECTION_COLUMN_SPURIOUS_BY_DSACK: u32 = 16;
export const DIRECTION_COLUMN_TIMEOUTS: u32 = 17;
export const DIRECTION_COLUMN_REORDERED_PACKETS: u32 = 18;
export const DIRECTION_COLUMN_UPSTREAM_RETRANSMISSIONS: u32 = 19;
export const DIRECTION_COLUMN_DUPLICATE_ACKS: u32 = 20;
export const DIRECTION_COLUMN_TRIPLE_DUPLICATE_ACKS: u32 = 21;
export const DIRECTION_COLUMN_SACK_PACKETS: u32 = 22;
export const DIRECTION_COLUMN_DSACK_PACKETS: u32 = 23;
export const DIRECTION_COLUMN_ZERO_WINDOWS: u32 = 24;
export const DIRECTION_COLUMN_ZERO_WINDOW_PROBES: u32 = 25;
export const DIRECTION_COLUMN_KEEP_ALIVES: u32 = 26;
export const DIRECTION_COLUMN_RESETS: u32 = 27;
export const DIRECTION_COLUMN_SYNS: u32 = 28;
export const DIRECTION_COLUMN_FINS: u32 = 29;
export const DIRECTION_COLUMN_ECT_PACKETS: u32 = 30;
export const DIRECTION_COLUMN_CE_PACKETS: u32 = 31;
export const DIRECTION_COLUMN_ECE_PACKETS: u32 = 32;
export const DIRECTION_COLUMN_CWR_PACKETS: u32 = 33;
export const DIRECTION_COLUMN_GAPS: u32 = 34;
export const DIRECTION_COLUMN_GAP_BYTES: u32 = 35;
export const DIRECTION_COLUMN_LATE_CAPTURED_PACKETS: u32 = 36;
export const DIRECTION_COLUMN_OUT_OF_WINDOW_PACKETS: u32 = 37;
export const DIRECTION_COLUMN_CAPTURED_TWICE: u32 = 38;
export const DIRECTION_COLUMN_FRAGMENTS: u32 = 39;
export const DIRECTION_COLUMN_ECN_MODE: u32 = 40;
export const DIRECTION_COLUMN_CE_REPORTED_PACKETS: u32 = 41;
export const DIRECTION_COLUMN_CE_REPORTED_BYTES: u32 = 42;
export const DIRECTION_COLUMN_FIRST_TTL: u32 = 43;
export const DIRECTION_COLUMN_MSS: u32 = 44;
export const DIRECTION_COLUMN_MAX_SEGMENT_BYTES: u32 = 45;
export const DIRECTION_COLUMN_WINDOW_SCALE: u32 = 46;
export const DIRECTION_COLUMN_SACK_PERMITTED: u32 = 47;
export const DIRECTION_COLUMN_TIMESTAMPS: u32 = 48;
export const DIRECTION_COLUMN_WINDOW_MIN_BYTES: u32 = 49;
export const DIRECTION_COLUMN_WINDOW_MAX_BYTES: u32 = 50;
export const DIRECTION_COLUMN_FIRST_US: u32 = 51;
export const DIRECTION_COLUMN_LAST_US: u32 = 52;
export const DIRECTION_COLUMN_FIRST_DATA_US: u32 = 53;
export const DIRECTION_COLUMN_LAST_DATA_US: u32 = 54;
export const DIRECTION_COLUMN_HANDSHAKE_RTT_US: u32 = 55;
export const DIRECTION_COLUMN_IN_FLIGHT_MAX_BYTES: u32 = 56;
export const DIRECTION_COLUMN_IN_FLIGHT_MEAN_BYTES: u32 = 57;
export const DIRECTION_COLUMN_CWND_LAST_BYTES: u32 = 58;
export const DIRECTION_COLUMN_CWND_MAX_BYTES: u32 = 59;
export const DIRECTION_COLUMN_CWND_MEAN_BYTES: u32 = 60;
export const DIRECTION_COLUMN_AMBIGUOUS_ACKS: u32 = 61;
export const DIRECTION_COLUMN_POST_LOSS_ACKS: u32 = 62;
export const DIRECTION_COLUMN_RTT_SAMPLES: u32 = 63;
export const DIRECTION_COLUMN_RTT_MIN_US: u32 = 64;
export const DIRECTION_COLUMN_RTT_MEAN_US: u32 = 65;
export const DIRECTION_COLUMN_RTT_MAX_US: u32 = 66;
export const DIRECTION_COLUMN_RTT_STDEV_US: u32 = 67;
export const DIRECTION_COLUMN_RTT_P50_US: u32 = 68;
export const DIRECTION_COLUMN_RTT_P95_US: u32 = 69;
export const DIRECTION_COLUMN_RTT_P99_US: u32 = 70;
export const DIRECTION_COLUMN_TIMESTAMP_RTT_SAMPLES: u32 = 71;
export const DIRECTION_COLUMN_TIMESTAMP_RTT_MIN_US: u32 = 72;
export const DIRECTION_COLUMN_TIMESTAMP_RTT_MEAN_US: u32 = 73;
export const DIRECTION_COLUMN_TIMESTAMP_RTT_MAX_US: u32 = 74;
export const DIRECTION_COLUMN_TIMESTAMP_RTT_P50_US: u32 = 75;
export const DIRECTION_COLUMN_TIMESTAMP_RTT_P95_US: u32 = 76;

export const ECHO_COLUMN_FAMILY: u32 = 0;
export const ECHO_COLUMN_SRC0: u32 = 1;
export const ECHO_COLUMN_SRC1: u32 = 2;
export const ECHO_COLUMN_SRC2: u32 = 3;
export const ECHO_COLUMN_SRC3: u32 = 4;
export const ECHO_COLUMN_DST0: u32 = 5;
export const ECHO_COLUMN_DST1: u32 = 6;
export const ECHO_COLUMN_DST2: u32 = 7;
export const ECHO_COLUMN_DST3: u32 = 8;
export const ECHO_COLUMN_IDENT: u32 = 9;
export const ECHO_COLUMN_REQUESTS: u32 = 10;
export const ECHO_COLUMN_REPLIES: u32 = 11;
export const ECHO_COLUMN_DUPLICATE_REQUESTS: u32 = 12;
export const ECHO_COLUMN_DUPLICATE_REPLIES: u32 = 13;
export const ECHO_COLUMN_UNMATCHED_REPLIES: u32 = 14;
export const ECHO_COLUMN_FIRST_US: u32 = 15;
export const ECHO_COLUMN_LAST_US: u32 = 16;
export const ECHO_COLUMN_RTT_SAMPLES: u32 = 17;
export const ECHO_COLUMN_RTT_MIN_US: u32 = 18;
export const ECHO_COLUMN_RTT_MEAN_US: u32 = 19;
export const ECHO_COLUMN_RTT_MAX_US: u32 = 20;
export const ECHO_COLUMN_RTT_P50_US: u32 = 21;
export const ECHO_COLUMN_RTT_P95_US: u32 = 22;
export const ECHO_COLUMN_AT_SENDER: u32 = 23;
export const ECHO_COLUMN_STAMPED_MIN_US: u32 = 24;
export const ECHO_COLUMN_STAMPED_MEAN_US: u32 = 25;
export const ECHO_COLUMN_STAMPED_MAX_US: u32 = 26;
export const ECHO_COLUMN_STAMPED_P50_US: u32 = 27;
export const ECHO_COLUMN_STAMPED_P95_US: u32 = 28;

export const PRIMITIVE_COLUMN_BYTES_ACKED: u32 = 0;
export const PRIMITIVE_COLUMN_PACKETS_ACKED: u32 = 1;
export const PRIMITIVE_COLUMN_BYTES_MISORDERED: u32 = 2;
export const PRIMITIVE_COLUMN_PACKETS_MISORDERED: u32 = 3;
export const PRIMITIVE_COLUMN_ECN_BYTES: u32 = 4;
export const PRIMITIVE_COLUMN_ECN_PACKETS: u32 = 5;
export const PRIMITIVE_COLUMN_LOST_PKTS_SAMPLE: u32 = 6;
export const PRIMITIVE_COLUMN_WAS_TIMEOUT: u32 = 7;
export const PRIMITIVE_COLUMN_RTT_SAMPLE_US: u32 = 8;
export const PRIMITIVE_COLUMN_RATE_OUTGOING: u32 = 9;
export const PRIMITIVE_COLUMN_RATE_INCOMING: u32 = 10;
export const PRIMITIVE_COLUMN_BYTES_IN_FLIGHT: u32 = 11;
export const PRIMITIVE_COLUMN_PACKETS_IN_FLIGHT: u32 = 12;

export const COLUMNS_CONNECTION: u32 = 19;
export const COLUMNS_DIRECTION: u32 = 77;
export const COLUMNS_ECHO: u32 = 29;
export const COLUMNS_PRIMITIVE: u32 = 13;

export const PACKET_AT_NUMBER: u32 = 0;
export const PACKET_AT_TIME_US: u32 = 8;
export const PACKET_AT_WIRE_BYTES: u32 = 16;
export const PACKET_AT_CAPTURED_BYTES: u32 = 20;
export const PACKET_AT_PAYLOAD_BYTES: u32 = 24;
export const PACKET_AT_SEQ: u32 = 28;
export const PACKET_AT_ACK: u32 = 32;
export const PACKET_AT_WINDOW: u32 = 36;
export const PACKET_AT_TSVAL: u32 = 40;
export const PACKET_AT_TSECR: u32 = 44;
export const PACKET_AT_CONNECTION: u32 = 48;
export const PACKET_AT_INTERFACE_ID: u32 = 52;
export const PACKET_AT_SRC_PORT: u32 = 56;
export const PACKET_AT_DST_PORT: u32 = 58;
export const PACKET_AT_VLAN: u32 = 60;
export const PACKET_AT_KIND: u32 = 62;
export const PACKET_AT_FAMILY: u32 = 63;
export const PACKET_AT_PROTOCOL: u32 = 64;
export const PACKET_AT_FLAGS: u32 = 65;
export const PACKET_AT_ECN: u32 = 66;
export const PACKET_AT_ENCAPSULATIONS: u32 = 67;
export const PACKET_AT_NOTES: u32 = 68;
export const PACKET_AT_SACK_BLOCKS: u32 = 69;
export const PACKET_AT_SRC: u32 = 70;
export const PACKET_AT_DST: u32 = 86;

export const MARK_AT_TIME_US: u32 = 0;
export const MARK_AT_A: u32 = 8;
export const MARK_AT_B: u32 = 16;
export const MARK_AT_KIND: u32 = 24;
export const MARK_AT_DIRECTION: u32 = 28;

export const BYTES_PACKET: u32 = 102;
export const BYTES_MARK: u32 = 32;

// https://www.iana.org/assignments/pcap (LINKTYPE_ values) and https://www.tcpdump.org/linktypes.html (their DLT_ names)
/** DLT_NULL */
export const LINKTYPE_NULL: u32 = 0;
/** DLT_EN10MB */
export const LINKTYPE_ETHERNET: u32 = 1;
/** DLT_PPP */
export const LINKTYPE_PPP: u32 = 9;
/** DLT_RAW */
export const LINKTYPE_RAW_12: u32 = 12;
/** DLT_RAW */
export const LINKTYPE_RAW_14: u32 = 14;
/** DLT_RAW */
export const LINKTYPE_RAW: u32 = 101;
/** DLT_LOOP */
export const LINKTYPE_LOOP: u32 = 108;
/** DLT_LINUX_SLL */
export const LINKTYPE_LINUX_SLL: u32 = 113;
/** DLT_IPV4 */
export const LINKTYPE_IPV4: u32 = 228;
/** DLT_IPV6 */
export const LINKTYPE_IPV6: u32 = 229;
/** DLT_LINUX_SLL2 */
export const LINKTYPE_LINUX_SLL2: u32 = 276;

// https://www.iana.org/assignments/ieee-802-numbers
/** Internet Protocol version 4 (IPv4) */
export const ETHERTYPE_IPV4: u32 = 0x0800;
/** Address Resolution Protocol (ARP) */
export const ETHERTYPE_ARP: u32 = 0x0806;
/** not in the registry: ERSPAN type III (draft-foschiano-erspan) */
export const ETHERTYPE_ERSPAN_III: u32 = 0x22eb;
/** Trans Ether Bridging */
export const ETHERTYPE_TRANSPARENT_ETHERNET: u32 = 0x6558;
/** Customer VLAN Tag Type (C-Tag) */
export const ETHERTYPE_C_TAG: u32 = 0x8100;
/** Internet Protocol version 6 (IPv6) */
export const ETHERTYPE_IPV6: u32 = 0x86dd;
/** MPLS */
export const ETHERTYPE_MPLS: u32 = 0x8847;
/** MPLS with upstream-assigned label */
export const ETHERTYPE_MPLS_UPSTREAM: u32 = 0x8848;
/** PPP over Ethernet (PPPoE) Discovery Stage */
export const ETHERTYPE_PPPOE_DISCOVERY: u32 = 0x8863;
/** PPP over Ethernet (PPPoE) Session Stage */
export const ETHERTYPE_PPPOE_SESSION: u32 = 0x8864;
/** IEEE Std 802.1X - Port-based network access control */
export const ETHERTYPE_EAPOL: u32 = 0x888e;
/** IEEE Std 802.1Q - Service VLAN tag identifier (S-Tag) */
export const ETHERTYPE_S_TAG: u32 = 0x88a8;
/** not in the registry: ERSPAN types I and II (draft-foschiano-erspan) */
export const ETHERTYPE_ERSPAN: u32 = 0x88be;
/** IEEE Std 802.1AB - Link Layer Discovery Protocol (LLDP) */
export const ETHERTYPE_LLDP: u32 = 0x88cc;
/** not in the registry: outer VLAN tag of equipment older than the S-Tag */
export const ETHERTYPE_QINQ_9100: u32 = 0x9100;
/** not in the registry: outer VLAN tag of equipment older than the S-Tag */
export const ETHERTYPE_QINQ_9200: u32 = 0x9200;

// https://www.iana.org/assignments/protocol-numbers; IPv6 extension headers are among them
/** IPv6 Hop-by-Hop Option */
export const PROTOCOL_HOPOPT: u32 = 0;
/** Internet Control Message */
export const PROTOCOL_ICMP: u32 = 1;
/** IPv4 encapsulation */
export const PROTOCOL_IPV4: u32 = 4;
/** Transmission Control */
export const PROTOCOL_TCP: u32 = 6;
/** User Datagram */
export const PROTOCOL_UDP: u32 = 17;
/** IPv6 encapsulation */
export const PROTOCOL_IPV6: u32 = 41;
/** Routing Header for IPv6 */
export const PROTOCOL_IPV6_ROUTE: u32 = 43;
/** Fragment Header for IPv6 */
export const PROTOCOL_IPV6_FRAG: u32 = 44;
/** Generic Routing Encapsulation */
export const PROTOCOL_GRE: u32 = 47;
/** Authentication Header */
export const PROTOCOL_AH: u32 = 51;
/** ICMP for IPv6 */
export const PROTOCOL_IPV6_ICMP: u32 = 58;
/** Destination Options for IPv6 */
export const PROTOCOL_IPV6_OPTS: u32 = 60;
/** Mobility Header */
export const PROTOCOL_MOBILITY: u32 = 135;
/** MPLS-in-IP */
export const PROTOCOL_MPLS_IN_IP: u32 = 137;
/** Host Identity Protocol */
export const PROTOCOL_HIP: u32 = 139;
/** Shim6 Protocol */
export const PROTOCOL_SHIM6: u32 = 140;

// https://www.iana.org/assignments/service-names-port-numbers (UDP)
/** vxlan */
export const PORT_VXLAN: u32 = 4789;
/** geneve */
export const PORT_GENEVE: u32 = 6081;
/** otv; Linux's VXLAN before RFC 7348 and still its default */
export const PORT_VXLAN_LINUX: u32 = 8472;

// https://www.iana.org/assignments/ppp-numbers
/** Internet Protocol version 4 */
export const PPP_IPV4: u32 = 0x0021;
/** Internet Protocol version 6 */
export const PPP_IPV6: u32 = 0x0057;
/** MPLS Unicast */
export const PPP_MPLS: u32 = 0x0281;

// https://www.iana.org/assignments/tcp-parameters
/** End of Option List */
export const TCP_OPTION_END: u32 = 0;
/** No-Operation */
export const TCP_OPTION_NOP: u32 = 1;
/** Maximum Segment Size */
export const TCP_OPTION_MSS: u32 = 2;
/** Window Scale */
export const TCP_OPTION_WINDOW_SCALE: u32 = 3;
/** SACK Permitted */
export const TCP_OPTION_SACK_PERMITTED: u32 = 4;
/** SACK */
export const TCP_OPTION_SACK: u32 = 5;
/** Timestamps */
export const TCP_OPTION_TIMESTAMPS: u32 = 8;
/** Accurate ECN Order 0 (AccECN0) */
export const TCP_OPTION_ACC_ECN_0: u32 = 172;
/** Accurate ECN Order 1 (AccECN1) */
export const TCP_OPTION_ACC_ECN_1: u32 = 174;

// https://www.iana.org/assignments/icmp-parameters
/** Echo Reply */
export const ICMP_ECHO_REPLY: u32 = 0;
/** Echo */
export const ICMP_ECHO: u32 = 8;

// https://www.iana.org/assignments/icmpv6-parameters
/** Echo Request */
export const ICMP6_ECHO_REQUEST: u32 = 128;
/** Echo Reply */
export const ICMP6_ECHO_REPLY: u32 = 129;

// AF_ constants of the systems that write BSD loopback captures (https://www.tcpdump.org/linktypes/LINKTYPE_NULL.html)
/** AF_INET everywhere */
export const ADDRESS_FAMILY_INET: u32 = 2;
/** AF_INET6 of Linux */
export const ADDRESS_FAMILY_INET6_LINUX: u32 = 10;
/** AF_INET6 of NetBSD, OpenBSD, BSD/OS */
export const ADDRESS_FAMILY_INET6_BSD: u32 = 24;
/** AF_INET6 of FreeBSD */
export const ADDRESS_FAMILY_INET6_FREEBSD: u32 = 28;
/** AF_INET6 of macOS */
export const ADDRESS_FAMILY_INET6_DARWIN: u32 = 30;

// draft-ietf-opsawg-pcap 4, draft-ietf-opsawg-pcapng 4.1, as the machine that wrote the file reads them
/** microseconds */
export const MAGIC_PCAP: u32 = 0xa1b2c3d4;
/** nanoseconds */
export const MAGIC_PCAP_NANOSECOND: u32 = 0xa1b23c4d;
/** A. Kuznetzov's variant: records with 8 bytes more */
export const MAGIC_PCAP_MODIFIED: u32 = 0xa1b2cd34;
/** the type of a section header block, the same in both byte orders */
export const MAGIC_PCAPNG: u32 = 0x0a0d0d0a;
/** the byte-order magic in a section header block */
export const MAGIC_BYTE_ORDER: u32 = 0x1a2b3c4d;
