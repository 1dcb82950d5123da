// Generated from spec/bpf.json by `npm run gen`. Do not edit.
export const BPF_OFFSET_REPORT: u32 = 0;
export const BPF_OFFSET_IMPLICIT: u32 = 880;
export const BPF_OFFSET_PRIMITIVE: u32 = 928;
export const BPF_OFFSET_SEND: u32 = 1184;
export const BPF_OFFSET_LOCAL: u32 = 1200;
export const BPF_OFFSET_TMP: u32 = 1264;
export const BPF_OFFSET_CONTROL: u32 = 1392;
export const BPF_OFFSET_SEND_CWND: u32 = 1184;
export const BPF_OFFSET_SEND_RATE: u32 = 1192;

export const BPF_BYTES_REGISTERS: u32 = 2272;
export const BPF_BYTES_HEAD: u32 = 20;
export const BPF_BYTES_RESET: u32 = 16;
export const BPF_BYTES_INSTRUCTION: u32 = 8;

export const BPF_AT_HEAD_INSTRUCTIONS: u32 = 0;
export const BPF_AT_HEAD_BRANCHES: u32 = 4;
export const BPF_AT_HEAD_REPORT_FIELDS: u32 = 8;
export const BPF_AT_HEAD_VOLATILE_RESETS: u32 = 12;
export const BPF_AT_HEAD_STABLE_RESETS: u32 = 16;
export const BPF_AT_RESET_OFFSET: u32 = 0;
export const BPF_AT_RESET_VALUE: u32 = 8;

export const BPF_LIMIT_INSTRUCTIONS: u32 = 32000;
export const BPF_LIMIT_BRANCHES: u32 = 8000;

export const BPF_ADD64: u32 = 15;
export const BPF_SUB64: u32 = 31;
export const BPF_SUB32_IMMEDIATE: u32 = 20;
export const BPF_SUB32: u32 = 28;
export const BPF_MUL64: u32 = 47;
export const BPF_DIV64: u32 = 63;
export const BPF_DIV64_IMMEDIATE: u32 = 55;
export const BPF_MOV64_IMMEDIATE: u32 = 183;
export const BPF_MOV64: u32 = 191;
export const BPF_MOV32_IMMEDIATE: u32 = 180;
export const BPF_MOV32: u32 = 188;
export const BPF_LOAD64: u32 = 121;
export const BPF_STORE64: u32 = 123;
export const BPF_JUMP: u32 = 5;
export const BPF_JUMP_EQUAL_IMMEDIATE: u32 = 21;
export const BPF_JUMP_EQUAL: u32 = 29;
export const BPF_JUMP_NOT_EQUAL_IMMEDIATE: u32 = 85;
export const BPF_JUMP_GREATER: u32 = 45;
export const BPF_JUMP_GREATER_EQUAL: u32 = 61;
export const BPF_JUMP_LESS: u32 = 173;
export const BPF_JUMP_LESS_EQUAL: u32 = 189;
export const BPF_JUMP32_GREATER: u32 = 46;
export const BPF_JUMP32_LESS: u32 = 174;
