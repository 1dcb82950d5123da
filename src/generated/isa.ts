// Generated from spec/isa.json by `npm run gen`. Do not edit.
export const OP = {
  ADD: 0,
  BIND: 1,
  DEF: 2,
  DIV: 3,
  EQUIV: 4,
  EWMA: 5,
  GT: 6,
  IF: 7,
  LT: 8,
  MAX: 9,
  MAXWRAP: 10,
  MIN: 11,
  MUL: 12,
  NOTIF: 13,
  SUB: 14,
} as const;

export const REG = {
  CONTROL: 0,
  IMMEDIATE: 1,
  IMPLICIT: 2,
  LOCAL: 3,
  PRIMITIVE: 4,
  REPORT_VOLATILE: 5,
  REPORT: 6,
  TMP: 7,
  CONTROL_VOLATILE: 8,
} as const;

export const IMPLICIT = {
  EVENT_FLAG: 0,
  SHOULD_CONTINUE: 1,
  SHOULD_REPORT: 2,
  MICROS: 3,
  CWND: 4,
  RATE: 5,
} as const;

export const PRIMITIVE = {
  ACK_BYTES_ACKED: 0,
  ACK_BYTES_MISORDERED: 1,
  ACK_ECN_BYTES: 2,
  ACK_ECN_PACKETS: 3,
  ACK_LOST_PKTS_SAMPLE: 4,
  ACK_NOW: 5,
  ACK_PACKETS_ACKED: 6,
  ACK_PACKETS_MISORDERED: 7,
  FLOW_BYTES_IN_FLIGHT: 8,
  FLOW_BYTES_PENDING: 9,
  FLOW_PACKETS_IN_FLIGHT: 10,
  FLOW_RATE_INCOMING: 11,
  FLOW_RATE_OUTGOING: 12,
  FLOW_RTT_SAMPLE_US: 13,
  FLOW_WAS_TIMEOUT: 14,
  FLOW_SRTT_US: 15,
  FLOW_MIN_RTT_US: 16,
  ACK_DELIVERED: 17,
  FLOW_APP_LIMITED: 18,
  FLOW_ECN_CE: 19,
} as const;

export const LIMIT = {
  REPORT_REGISTERS: 16,
  CONTROL_REGISTERS: 16,
  LOCAL_REGISTERS: 6,
  TMP_REGISTERS: 16,
  LIBCCP_TMP_REGISTERS: 8,
  VM_REPORT_REGISTERS: 110,
  VM_CONTROL_REGISTERS: 110,
  VM_LOCAL_REGISTERS: 8,
  VM_TMP_REGISTERS: 16,
  IMPLICIT_REGISTERS: 6,
  LIBCCP_PRIMITIVE_REGISTERS: 15,
  PRIMITIVE_REGISTERS: 32,
  INSTRUCTIONS: 255,
  EVENTS: 255,
  SOURCE_BYTES: 1048576,
  NESTING: 256,
  DIAGNOSTICS: 100,
  MAX_IMMEDIATE: 2147483647,
  ROW_BYTES: 16,
} as const;

export const VALUE = {
  INFINITY: 4294967295,
  WIRE_INFINITY: 4294967295,
  DEF_INFINITY_SENTINEL: 1073741823,
} as const;

export const EVENT_ROW = {
  CONDITION: 0,
  CONDITION_COUNT: 4,
  BODY: 8,
  BODY_COUNT: 12,
} as const;

export const ROW = {
  OP: 0,
  RESULT_TYPE: 1,
  RESULT: 2,
  LEFT_TYPE: 6,
  LEFT: 7,
  RIGHT_TYPE: 11,
  RIGHT: 12,
} as const;

export const PRIMITIVES = [
  // bytes
  { index: 0, name: 'Ack.bytes_acked', field: 'bytesAcked', bits: 32, absent: 0 },
  // bytes
  { index: 1, name: 'Ack.bytes_misordered', field: 'bytesMisordered', bits: 32, absent: 0 },
  // bytes
  { index: 2, name: 'Ack.ecn_bytes', field: 'ecnBytes', bits: 32, absent: 0 },
  // packets
  { index: 3, name: 'Ack.ecn_packets', field: 'ecnPackets', bits: 32, absent: 0 },
  // packets
  { index: 4, name: 'Ack.lost_pkts_sample', field: 'lostPktsSample', bits: 32, absent: 0 },
  // µs since the datapath started
  { index: 5, name: 'Ack.now', field: null, bits: 64, absent: 0 },
  // packets
  { index: 6, name: 'Ack.packets_acked', field: 'packetsAcked', bits: 32, absent: 0 },
  // packets
  { index: 7, name: 'Ack.packets_misordered', field: 'packetsMisordered', bits: 32, absent: 0 },
  // bytes
  { index: 8, name: 'Flow.bytes_in_flight', field: 'bytesInFlight', bits: 32, absent: 0 },
  // bytes
  { index: 9, name: 'Flow.bytes_pending', field: 'bytesPending', bits: 32, absent: 0 },
  // packets
  { index: 10, name: 'Flow.packets_in_flight', field: 'packetsInFlight', bits: 32, absent: 0 },
  // bytes/s
  { index: 11, name: 'Flow.rate_incoming', field: 'rateIncoming', bits: 64, absent: 0 },
  // bytes/s
  { index: 12, name: 'Flow.rate_outgoing', field: 'rateOutgoing', bits: 64, absent: 0 },
  // µs; no sample reads as infinity
  { index: 13, name: 'Flow.rtt_sample_us', field: 'rttSampleUs', bits: 64, absent: 0 },
  // bool
  { index: 14, name: 'Flow.was_timeout', field: 'wasTimeout', bits: 1, absent: 0 },
  // µs, smoothed as RFC 6298 does; infinity before the first sample
  { index: 15, name: 'Flow.srtt_us', field: 'srttUs', bits: 64, absent: 4294967295 },
  // µs, the least the sender knows of; infinity before the first sample
  { index: 16, name: 'Flow.min_rtt_us', field: 'minRttUs', bits: 64, absent: 4294967295 },
  // bytes that this ACK says for the first time have arrived, in order or not
  { index: 17, name: 'Ack.delivered', field: 'delivered', bits: 32, absent: 0 },
  // bool: the sender had nothing to send when it sent what is acknowledged now
  { index: 18, name: 'Flow.app_limited', field: 'appLimited', bits: 1, absent: 0 },
  // packets the receiver has seen marked, since the flow began
  { index: 19, name: 'Flow.ecn_ce', field: 'ecnCe', bits: 32, absent: 0 },
] as const;
