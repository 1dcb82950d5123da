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

export const BIN_ALL: u32 = 1;
export const BIN_SENT: u32 = 2;
export const BIN_RETRANSMITTED: u32 = 4;
export const BIN_ACKED: u32 = 6;
export const BIN_IN_FLIGHT: u32 = 8;
export const BIN_RTT: u32 = 10;
export const BIN_SLOTS: u32 = 12;

export const COLUMNS_CONNECTION: u32 = 19;
export const COLUMNS_DIRECTION: u32 = 72;
export const COLUMNS_ECHO: u32 = 29;
export const COLUMNS_PACKET: u32 = 25;
export const COLUMNS_PRIMITIVE: u32 = 13;
