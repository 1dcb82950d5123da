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
export const ENCAP_GTP: u32 = 256;
export const ENCAP_L2TP: u32 = 512;
export const ENCAP_TEREDO: u32 = 1024;
export const ENCAP_PBB: u32 = 2048;
export const ENCAP_VN_TAG: u32 = 4096;
export const ENCAP_CMD: u32 = 8192;
export const ENCAP_TZSP: u32 = 16384;
export const ENCAP_LISP: u32 = 32768;
export const ENCAP_NSH: u32 = 65536;
export const ENCAP_ETHERIP: u32 = 131072;
export const ENCAP_MINIMAL: u32 = 262144;
export const ENCAP_AH: u32 = 524288;
export const ENCAP_PPTP: u32 = 1048576;
export const ENCAP_MACSEC: u32 = 2097152;
export const ENCAP_HSR: u32 = 4194304;
export const ENCAP_LLC: u32 = 8388608;

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
export const WARN_VERSION: u32 = 32;

export const MODE_TCP: u32 = 1;
export const MODE_ECHO: u32 = 2;
export const MODE_BATCH: u32 = 4;
export const MODE_TOTALS: u32 = 8;
export const MODE_EXCERPTS: u32 = 16;

export const STEP_DONE: u32 = 4096;
export const STEP_MORE: u32 = 4097;
export const STEP_BATCH: u32 = 4098;
export const STEP_ROWS: u32 = 4099;
export const STEP_MARKS: u32 = 4100;
export const STEP_LIMIT: u32 = 4101;
export const STEP_EXCERPTS: u32 = 4102;
export const STEP_ENDED: u32 = 8192;

export const EXCERPT_MULTIPATH: u32 = 1;
export const EXCERPT_QUIC: u32 = 2;

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

export const CAUSE_APPLICATION: u32 = 0;
export const CAUSE_RECEIVE_WINDOW: u32 = 1;
export const CAUSE_CONGESTION_WINDOW: u32 = 2;
export const CAUSE_RECOVERY: u32 = 3;
export const CAUSE_PACING: u32 = 4;
export const CAUSE_STARTUP: u32 = 5;

export const SERIES_ALL: u32 = 1;
export const SERIES_SENT: u32 = 2;
export const SERIES_RETRANSMITTED: u32 = 4;
export const SERIES_ACKED: u32 = 6;
export const SERIES_IN_FLIGHT: u32 = 8;
export const SERIES_RTT: u32 = 10;
export const SERIES_UPSTREAM: u32 = 12;
export const SERIES_SLOTS: u32 = 14;

export const UNREAD_NONE: u32 = 0;
export const UNREAD_LINK: u32 = 1;
export const UNREAD_ETHERTYPE: u32 = 2;
export const UNREAD_LLC: u32 = 3;
export const UNREAD_PPP: u32 = 4;
export const UNREAD_PROTOCOL: u32 = 5;
export const UNREAD_UDP_PORT: u32 = 6;
export const UNREAD_GRE: u32 = 7;
export const UNREAD_WLAN: u32 = 8;

export const WLAN_PROTECTED: u32 = 1;
export const WLAN_FRAGMENT: u32 = 2;

export const LIMIT_OPEN_FILES: u32 = 64;
export const LIMIT_FILTER_ENTRIES: u32 = 16;
export const LIMIT_BATCH_PACKETS: u32 = 8192;
export const LIMIT_UNREAD_KINDS: u32 = 128;

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
export const CONNECTION_COLUMN_TENANT_OF: u32 = 19;
export const CONNECTION_COLUMN_TENANT_ID: u32 = 20;

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

export const CAUSE_COLUMN_CONNECTION: u32 = 0;
export const CAUSE_COLUMN_DIRECTION: u32 = 1;
export const CAUSE_COLUMN_CAUSE: u32 = 2;
export const CAUSE_COLUMN_START_US: u32 = 3;
export const CAUSE_COLUMN_END_US: u32 = 4;
export const CAUSE_COLUMN_ROUNDS: u32 = 5;
export const CAUSE_COLUMN_SENT_BYTES: u32 = 6;
export const CAUSE_COLUMN_CLOCKED_BYTES: u32 = 7;
export const CAUSE_COLUMN_PUSHED_BYTES: u32 = 8;
export const CAUSE_COLUMN_RESENT_PACKETS: u32 = 9;
export const CAUSE_COLUMN_IDLE_US: u32 = 10;
export const CAUSE_COLUMN_WINDOW_FULL_US: u32 = 11;
export const CAUSE_COLUMN_FLIGHT_MAX_BYTES: u32 = 12;
export const CAUSE_COLUMN_WINDOW_BYTES: u32 = 13;
export const CAUSE_COLUMN_SRTT_US: u32 = 14;

export const SAMPLE_COLUMN_A_US: u32 = 0;
export const SAMPLE_COLUMN_DIFFERENCE_US: u32 = 1;
export const SAMPLE_COLUMN_PAIR: u32 = 2;
export const SAMPLE_COLUMN_ORIENTATION: u32 = 3;
export const SAMPLE_COLUMN_TTL_A: u32 = 4;
export const SAMPLE_COLUMN_TTL_B: u32 = 5;
export const SAMPLE_COLUMN_SAME_ID: u32 = 6;
export const SAMPLE_COLUMN_SAME_WINDOW: u32 = 7;
export const SAMPLE_COLUMN_SAME_OPTIONS: u32 = 8;

export const ANCHOR_COLUMN_B_US: u32 = 0;
export const ANCHOR_COLUMN_CONNECTION_A: u32 = 1;
export const ANCHOR_COLUMN_CONNECTION_B: u32 = 2;
export const ANCHOR_COLUMN_ORIENTATION_A: u32 = 3;
export const ANCHOR_COLUMN_ORIENTATION_B: u32 = 4;
export const ANCHOR_COLUMN_SEQ_A: u32 = 5;
export const ANCHOR_COLUMN_ACK_A: u32 = 6;
export const ANCHOR_COLUMN_SEQ_B: u32 = 7;
export const ANCHOR_COLUMN_ACK_B: u32 = 8;
export const ANCHOR_COLUMN_LENGTH_A: u32 = 9;
export const ANCHOR_COLUMN_LENGTH_B: u32 = 10;

export const CROSSING_COLUMN_ARRIVED: u32 = 0;
export const CROSSING_COLUMN_LOST: u32 = 1;
export const CROSSING_COLUMN_LOST_BYTES: u32 = 2;
export const CROSSING_COLUMN_NOT_CAPTURED_AFTER: u32 = 3;
export const CROSSING_COLUMN_NOT_CAPTURED_BEFORE: u32 = 4;
export const CROSSING_COLUMN_OUTSIDE: u32 = 5;
export const CROSSING_COLUMN_GIVEN_UP: u32 = 6;
export const CROSSING_COLUMN_REORDERED: u32 = 7;
export const CROSSING_COLUMN_AMBIGUOUS: u32 = 8;
export const CROSSING_COLUMN_SAMPLES: u32 = 9;
export const CROSSING_COLUMN_SUM_US: u32 = 10;
export const CROSSING_COLUMN_MIN_US: u32 = 11;
export const CROSSING_COLUMN_MAX_US: u32 = 12;

export const POINT_COLUMN_PACKETS: u32 = 0;
export const POINT_COLUMN_COMPARED: u32 = 1;
export const POINT_COLUMN_CUT: u32 = 2;
export const POINT_COLUMN_NOT_COMPARED: u32 = 3;
export const POINT_COLUMN_COPIES: u32 = 4;
export const POINT_COLUMN_ELSEWHERE: u32 = 5;
export const POINT_COLUMN_SEGMENTED: u32 = 6;
export const POINT_COLUMN_UNTIED: u32 = 7;
export const POINT_COLUMN_UNALIGNED: u32 = 8;
export const POINT_COLUMN_FIRST_US: u32 = 9;
export const POINT_COLUMN_LAST_US: u32 = 10;
export const POINT_COLUMN_START_US: u32 = 11;

export const COLUMNS_CONNECTION: u32 = 21;
export const COLUMNS_DIRECTION: u32 = 77;
export const COLUMNS_ECHO: u32 = 29;
export const COLUMNS_PRIMITIVE: u32 = 13;
export const COLUMNS_CAUSE: u32 = 15;
export const COLUMNS_SAMPLE: u32 = 9;
export const COLUMNS_ANCHOR: u32 = 11;
export const COLUMNS_CROSSING: u32 = 13;
export const COLUMNS_POINT: u32 = 12;

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
export const PACKET_AT_ENCAPSULATIONS: u32 = 56;
export const PACKET_AT_SRC_PORT: u32 = 60;
export const PACKET_AT_DST_PORT: u32 = 62;
export const PACKET_AT_VLAN: u32 = 64;
export const PACKET_AT_KIND: u32 = 66;
export const PACKET_AT_FAMILY: u32 = 67;
export const PACKET_AT_PROTOCOL: u32 = 68;
export const PACKET_AT_FLAGS: u32 = 69;
export const PACKET_AT_ECN: u32 = 70;
export const PACKET_AT_NOTES: u32 = 71;
export const PACKET_AT_SACK_BLOCKS: u32 = 72;
export const PACKET_AT_SRC: u32 = 73;
export const PACKET_AT_DST: u32 = 89;

export const MARK_AT_TIME_US: u32 = 0;
export const MARK_AT_A: u32 = 8;
export const MARK_AT_B: u32 = 16;
export const MARK_AT_KIND: u32 = 24;
export const MARK_AT_DIRECTION: u32 = 28;

export const MULTIPATH_EXCERPT_AT_BYTES: u32 = 0;
export const MULTIPATH_EXCERPT_AT_KIND: u32 = 4;
export const MULTIPATH_EXCERPT_AT_TIME_US: u32 = 8;
export const MULTIPATH_EXCERPT_AT_CONNECTION: u32 = 16;
export const MULTIPATH_EXCERPT_AT_DIRECTION: u32 = 20;
export const MULTIPATH_EXCERPT_AT_SEQ: u32 = 24;
export const MULTIPATH_EXCERPT_AT_OFFSET: u32 = 28;
export const MULTIPATH_EXCERPT_AT_PAYLOAD_BYTES: u32 = 32;
export const MULTIPATH_EXCERPT_AT_FLAGS: u32 = 36;
export const MULTIPATH_EXCERPT_AT_OPTION_BYTES: u32 = 40;

export const QUIC_EXCERPT_AT_BYTES: u32 = 0;
export const QUIC_EXCERPT_AT_KIND: u32 = 4;
export const QUIC_EXCERPT_AT_TIME_US: u32 = 8;
export const QUIC_EXCERPT_AT_WIRE_BYTES: u32 = 16;
export const QUIC_EXCERPT_AT_PAYLOAD_BYTES: u32 = 20;
export const QUIC_EXCERPT_AT_EXCERPT_BYTES: u32 = 24;
export const QUIC_EXCERPT_AT_PORTS: u32 = 28;
export const QUIC_EXCERPT_AT_ECN: u32 = 32;
export const QUIC_EXCERPT_AT_SRC: u32 = 40;
export const QUIC_EXCERPT_AT_DST: u32 = 56;

export const BYTES_PACKET: u32 = 105;
export const BYTES_MARK: u32 = 32;

export const EXCERPT_BYTES_MULTIPATH_EXCERPT: u32 = 48;
export const EXCERPT_BYTES_QUIC_EXCERPT: u32 = 72;

// https://www.iana.org/assignments/pcap (LINKTYPE_ values) and https://www.tcpdump.org/linktypes.html (their DLT_ names)
/** DLT_NULL */
export const LINKTYPE_NULL: u32 = 0;
/** DLT_EN10MB */
export const LINKTYPE_ETHERNET: u32 = 1;
/** DLT_IEEE802 */
export const LINKTYPE_IEEE802_5: u32 = 6;
/** DLT_PPP */
export const LINKTYPE_PPP: u32 = 9;
/** DLT_FDDI */
export const LINKTYPE_FDDI: u32 = 10;
/** DLT_RAW */
export const LINKTYPE_RAW_12: u32 = 12;
/** DLT_RAW */
export const LINKTYPE_RAW_14: u32 = 14;
/** DLT_PPP_SERIAL */
export const LINKTYPE_PPP_HDLC: u32 = 50;
/** DLT_PPP_ETHER */
export const LINKTYPE_PPP_ETHER: u32 = 51;
/** DLT_ATM_RFC1483 */
export const LINKTYPE_ATM_RFC1483: u32 = 100;
/** DLT_RAW */
export const LINKTYPE_RAW: u32 = 101;
/** DLT_C_HDLC */
export const LINKTYPE_C_HDLC: u32 = 104;
/** DLT_IEEE802_11 */
export const LINKTYPE_IEEE802_11: u32 = 105;
/** DLT_FRELAY */
export const LINKTYPE_FRELAY: u32 = 107;
/** DLT_LOOP */
export const LINKTYPE_LOOP: u32 = 108;
/** DLT_ENC */
export const LINKTYPE_ENC: u32 = 109;
/** DLT_LINUX_SLL */
export const LINKTYPE_LINUX_SLL: u32 = 113;
/** DLT_PFLOG */
export const LINKTYPE_PFLOG: u32 = 117;
/** DLT_PRISM_HEADER */
export const LINKTYPE_IEEE802_11_PRISM: u32 = 119;
/** DLT_IEEE802_11_RADIO */
export const LINKTYPE_IEEE802_11_RADIOTAP: u32 = 127;
/** DLT_IEEE802_11_RADIO_AVS */
export const LINKTYPE_IEEE802_11_AVS: u32 = 163;
/** DLT_PPP_PPPD */
export const LINKTYPE_PPP_PPPD: u32 = 166;
/** DLT_PPI */
export const LINKTYPE_PPI: u32 = 192;
/** DLT_PPP_WITH_DIR */
export const LINKTYPE_PPP_WITH_DIR: u32 = 204;
/** DLT_MPLS */
export const LINKTYPE_MPLS: u32 = 219;
/** DLT_IPV4 */
export const LINKTYPE_IPV4: u32 = 228;
/** DLT_IPV6 */
export const LINKTYPE_IPV6: u32 = 229;
/** DLT_NFLOG */
export const LINKTYPE_NFLOG: u32 = 239;
/** DLT_NETANALYZER */
export const LINKTYPE_NETANALYZER: u32 = 240;
/** DLT_NETANALYZER_TRANSPARENT */
export const LINKTYPE_NETANALYZER_TRANSPARENT: u32 = 241;
/** DLT_IPOIB */
export const LINKTYPE_IPOIB: u32 = 242;
/** DLT_PKTAP */
export const LINKTYPE_PKTAP: u32 = 258;
/** DLT_ETHERNET_MPACKET */
export const LINKTYPE_ETHERNET_MPACKET: u32 = 274;
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
/** Point-to-Point Protocol (PPP) */
export const ETHERTYPE_PPP: u32 = 0x880b;
/** Web Cache Communication Protocol, redirected packets */
export const ETHERTYPE_WCCP: u32 = 0x883e;
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
/** IEEE Std 802.1AE - Media Access Control Security */
export const ETHERTYPE_MACSEC: u32 = 0x88e5;
/** Backbone Service Instance tag (I-Tag) */
export const ETHERTYPE_PBB: u32 = 0x88e7;
/** Cisco MetaData */
export const ETHERTYPE_CMD: u32 = 0x8909;
/** VN-Tag (IEEE 802.1Qbh) */
export const ETHERTYPE_VN_TAG: u32 = 0x8926;
/** High-availability Seamless Redundancy (HSR) */
export const ETHERTYPE_HSR: u32 = 0x892f;
/** IEEE Std 802.1BR - Bridge port extension tag (E-Tag) */
export const ETHERTYPE_E_TAG: u32 = 0x893f;
/** NSH (Network Service Header) */
export const ETHERTYPE_NSH: u32 = 0x894f;
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
/** Encap Security Payload */
export const PROTOCOL_ESP: u32 = 50;
/** Authentication Header */
export const PROTOCOL_AH: u32 = 51;
/** Minimal IPv4 Encapsulation */
export const PROTOCOL_MINIMAL: u32 = 55;
/** ICMP for IPv6 */
export const PROTOCOL_IPV6_ICMP: u32 = 58;
/** Destination Options for IPv6 */
export const PROTOCOL_IPV6_OPTS: u32 = 60;
/** Ethernet-within-IP Encapsulation */
export const PROTOCOL_ETHERIP: u32 = 97;
/** Layer Two Tunneling Protocol */
export const PROTOCOL_L2TP: u32 = 115;
/** Mobility Header */
export const PROTOCOL_MOBILITY: u32 = 135;
/** MPLS-in-IP */
export const PROTOCOL_MPLS_IN_IP: u32 = 137;
/** Host Identity Protocol */
export const PROTOCOL_HIP: u32 = 139;
/** Shim6 Protocol */
export const PROTOCOL_SHIM6: u32 = 140;

// https://www.iana.org/assignments/service-names-port-numbers (UDP)
/** l2f; L2TP */
export const PORT_L2TP: u32 = 1701;
/** gtp-user */
export const PORT_GTP_U: u32 = 2152;
/** teredo */
export const PORT_TEREDO: u32 = 3544;
/** lisp-data */
export const PORT_LISP: u32 = 4341;
/** ipsec-nat-t */
export const PORT_ESP: u32 = 4500;
/** gre-in-udp */
export const PORT_GRE: u32 = 4754;
/** vxlan */
export const PORT_VXLAN: u32 = 4789;
/** vxlan-gpe */
export const PORT_VXLAN_GPE: u32 = 4790;
/** capwap-data */
export const PORT_CAPWAP: u32 = 5247;
/** gue */
export const PORT_GUE: u32 = 6080;
/** geneve */
export const PORT_GENEVE: u32 = 6081;
/** mpls-udp */
export const PORT_MPLS: u32 = 6635;
/** otv; Linux's VXLAN before RFC 7348 and still its default */
export const PORT_VXLAN_LINUX: u32 = 8472;
/** TZSP */
export const PORT_TZSP: u32 = 37008;

// https://www.iana.org/assignments/ppp-numbers
/** Internet Protocol version 4 */
export const PPP_IPV4: u32 = 0x0021;
/** PPP Multilink */
export const PPP_MULTILINK: u32 = 0x003d;
/** Internet Protocol version 6 */
export const PPP_IPV6: u32 = 0x0057;
/** MPLS Unicast */
export const PPP_MPLS: u32 = 0x0281;
/** MPLS Multicast */
export const PPP_MPLS_MULTICAST: u32 = 0x0283;

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
/** Multipath TCP (MPTCP) */
export const TCP_OPTION_MULTIPATH: u32 = 30;
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

// IEEE 802.2 link service access points, https://standards.ieee.org/products-programs/regauth/llc/
/** ARPANET Internet Protocol */
export const SAP_IP: u32 = 0x06;
/** Bridge Spanning Tree Protocol */
export const SAP_BPDU: u32 = 0x42;
/** SubNetwork Access Protocol */
export const SAP_SNAP: u32 = 0xaa;
/** Novell NetWare */
export const SAP_NETWARE: u32 = 0xe0;
/** ISO network layer */
export const SAP_ISO: u32 = 0xfe;
/** Global DSAP */
export const SAP_GLOBAL: u32 = 0xff;

// https://www.iana.org/assignments/nlpids
/** IEEE Subnetwork Access Protocol */
export const NLPID_SNAP: u32 = 0x80;
/** Internet Protocol v6 */
export const NLPID_IPV6: u32 = 0x8e;
/** Internet Protocol */
export const NLPID_IPV4: u32 = 0xcc;
/** Point to Point Protocol */
export const NLPID_PPP: u32 = 0xcf;

// https://www.iana.org/assignments/nsh (next protocol; VXLAN-GPE and LISP-GPE number as NSH does)
/** IPv4 */
export const NSH_IPV4: u32 = 1;
/** IPv6 */
export const NSH_IPV6: u32 = 2;
/** Ethernet */
export const NSH_ETHERNET: u32 = 3;
/** NSH */
export const NSH_NSH: u32 = 4;
/** MPLS */
export const NSH_MPLS: u32 = 5;
