// Generated from spec/isa.json by `npm run gen`. Do not edit.
export const OP_ADD: u32 = 0;
export const OP_BIND: u32 = 1;
export const OP_DEF: u32 = 2;
export const OP_DIV: u32 = 3;
export const OP_EQUIV: u32 = 4;
export const OP_EWMA: u32 = 5;
export const OP_GT: u32 = 6;
export const OP_IF: u32 = 7;
export const OP_LT: u32 = 8;
export const OP_MAX: u32 = 9;
export const OP_MAXWRAP: u32 = 10;
export const OP_MIN: u32 = 11;
export const OP_MUL: u32 = 12;
export const OP_NOTIF: u32 = 13;
export const OP_SUB: u32 = 14;

export const REG_CONTROL: u32 = 0;
export const REG_IMMEDIATE: u32 = 1;
export const REG_IMPLICIT: u32 = 2;
export const REG_LOCAL: u32 = 3;
export const REG_PRIMITIVE: u32 = 4;
export const REG_REPORT_VOLATILE: u32 = 5;
export const REG_REPORT: u32 = 6;
export const REG_TMP: u32 = 7;
export const REG_CONTROL_VOLATILE: u32 = 8;

export const IMPLICIT_EVENT_FLAG: u32 = 0;
export const IMPLICIT_SHOULD_CONTINUE: u32 = 1;
export const IMPLICIT_SHOULD_REPORT: u32 = 2;
export const IMPLICIT_MICROS: u32 = 3;
export const IMPLICIT_CWND: u32 = 4;
export const IMPLICIT_RATE: u32 = 5;

export const PRIMITIVE_ACK_BYTES_ACKED: u32 = 0;
export const PRIMITIVE_ACK_BYTES_MISORDERED: u32 = 1;
export const PRIMITIVE_ACK_ECN_BYTES: u32 = 2;
export const PRIMITIVE_ACK_ECN_PACKETS: u32 = 3;
export const PRIMITIVE_ACK_LOST_PKTS_SAMPLE: u32 = 4;
export const PRIMITIVE_ACK_NOW: u32 = 5;
export const PRIMITIVE_ACK_PACKETS_ACKED: u32 = 6;
export const PRIMITIVE_ACK_PACKETS_MISORDERED: u32 = 7;
export const PRIMITIVE_FLOW_BYTES_IN_FLIGHT: u32 = 8;
export const PRIMITIVE_FLOW_BYTES_PENDING: u32 = 9;
export const PRIMITIVE_FLOW_PACKETS_IN_FLIGHT: u32 = 10;
export const PRIMITIVE_FLOW_RATE_INCOMING: u32 = 11;
export const PRIMITIVE_FLOW_RATE_OUTGOING: u32 = 12;
export const PRIMITIVE_FLOW_RTT_SAMPLE_US: u32 = 13;
export const PRIMITIVE_FLOW_WAS_TIMEOUT: u32 = 14;
export const PRIMITIVE_FLOW_SRTT_US: u32 = 15;
export const PRIMITIVE_FLOW_MIN_RTT_US: u32 = 16;
export const PRIMITIVE_ACK_DELIVERED: u32 = 17;
export const PRIMITIVE_FLOW_APP_LIMITED: u32 = 18;
export const PRIMITIVE_FLOW_ECN_CE: u32 = 19;

export const LIMIT_REPORT_REGISTERS: u32 = 16;
export const LIMIT_CONTROL_REGISTERS: u32 = 16;
export const LIMIT_LOCAL_REGISTERS: u32 = 6;
export const LIMIT_TMP_REGISTERS: u32 = 16;
export const LIMIT_LIBCCP_TMP_REGISTERS: u32 = 8;
export const LIMIT_VM_REPORT_REGISTERS: u32 = 110;
export const LIMIT_VM_CONTROL_REGISTERS: u32 = 110;
export const LIMIT_VM_LOCAL_REGISTERS: u32 = 8;
export const LIMIT_VM_TMP_REGISTERS: u32 = 16;
export const LIMIT_IMPLICIT_REGISTERS: u32 = 6;
export const LIMIT_LIBCCP_PRIMITIVE_REGISTERS: u32 = 15;
export const LIMIT_PRIMITIVE_REGISTERS: u32 = 32;
export const LIMIT_INSTRUCTIONS: u32 = 255;
export const LIMIT_EVENTS: u32 = 255;
export const LIMIT_SOURCE_BYTES: u32 = 1048576;
export const LIMIT_NESTING: u32 = 256;
export const LIMIT_DIAGNOSTICS: u32 = 100;
export const LIMIT_MAX_IMMEDIATE: u32 = 2147483647;
export const LIMIT_ROW_BYTES: u32 = 16;

export const VALUE_INFINITY: u32 = 4294967295;
export const VALUE_WIRE_INFINITY: u32 = 4294967295;
export const VALUE_DEF_INFINITY_SENTINEL: u32 = 1073741823;

export const EVENT_ROW_CONDITION: u32 = 0;
export const EVENT_ROW_CONDITION_COUNT: u32 = 4;
export const EVENT_ROW_BODY: u32 = 8;
export const EVENT_ROW_BODY_COUNT: u32 = 12;

export const ROW_OP: u32 = 0;
export const ROW_RESULT_TYPE: u32 = 1;
export const ROW_RESULT: u32 = 2;
export const ROW_LEFT_TYPE: u32 = 6;
export const ROW_LEFT: u32 = 7;
export const ROW_RIGHT_TYPE: u32 = 11;
export const ROW_RIGHT: u32 = 12;

// In index order.
export const PRIMITIVE_NAMES: string = 'Ack.bytes_acked Ack.bytes_misordered Ack.ecn_bytes Ack.ecn_packets Ack.lost_pkts_sample Ack.now Ack.packets_acked Ack.packets_misordered Flow.bytes_in_flight Flow.bytes_pending Flow.packets_in_flight Flow.rate_incoming Flow.rate_outgoing Flow.rtt_sample_us Flow.was_timeout Flow.srtt_us Flow.min_rtt_us Ack.delivered Flow.app_limited Flow.ecn_ce';
export const PRIMITIVE_COUNT: u32 = 20;
// Bit n: primitive n is true or false; every datapath has it.
export const PRIMITIVE_BOOLS: u32 = 278528;
export const PRIMITIVES_OF_LIBCCP: u32 = 32767;
export const PRIMITIVES_NAMED: u32 = 1048575;
