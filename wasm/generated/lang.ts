// Generated from spec/lang.json by `npm run gen`. Do not edit.
export const NODE_NUMBER: u32 = 0;
export const NODE_BOOL: u32 = 1;
export const NODE_NAME: u32 = 2;
export const NODE_COMMAND: u32 = 3;
export const NODE_FORM: u32 = 4;
export const NODE_EVENT: u32 = 5;
export const NODE_DECLARATION: u32 = 6;
export const NODE_REPORT_STRUCT: u32 = 7;
export const NODE_DEFINITIONS: u32 = 8;

export const OPERATOR_ADD: u32 = 0;
export const OPERATOR_AND: u32 = 1;
export const OPERATOR_ASSIGN: u32 = 2;
export const OPERATOR_IF: u32 = 3;
export const OPERATOR_DIV: u32 = 4;
export const OPERATOR_EQUAL: u32 = 5;
export const OPERATOR_EWMA: u32 = 6;
export const OPERATOR_GREATER: u32 = 7;
export const OPERATOR_LESS: u32 = 8;
export const OPERATOR_WRAPPED_MAX: u32 = 9;
export const OPERATOR_MAX: u32 = 10;
export const OPERATOR_MIN: u32 = 11;
export const OPERATOR_MUL: u32 = 12;
export const OPERATOR_OR: u32 = 13;
export const OPERATOR_NOT_IF: u32 = 14;
export const OPERATOR_SUB: u32 = 15;
export const OPERATOR_GREATER_EQUAL: u32 = 16;
export const OPERATOR_LESS_EQUAL: u32 = 17;
export const OPERATOR_NOT_EQUAL: u32 = 18;
export const OPERATOR_NOT: u32 = 19;

export const COMMAND_REPORT: u32 = 1;
export const COMMAND_FALLTHROUGH: u32 = 2;
export const COMMAND_RESET: u32 = 3;

export const EXTENSION_COMMENT: u32 = 1;
export const EXTENSION_COMPARISON: u32 = 2;
export const EXTENSION_NARY: u32 = 4;
export const EXTENSION_RESET: u32 = 8;
export const EXTENSION_CONDITIONAL: u32 = 16;
export const EXTENSION_STATEFUL_TARGET: u32 = 32;
export const EXTENSION_BOOL_CONDITION: u32 = 64;
export const EXTENSION_LAYOUT: u32 = 128;
