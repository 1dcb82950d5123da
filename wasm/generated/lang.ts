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

export const AT_COMPILED_OK: u32 = 0;
export const AT_COMPILED_EVENTS: u32 = 4;
export const AT_COMPILED_INSTRUCTIONS: u32 = 8;
export const AT_COMPILED_EXTENSIONS: u32 = 12;
export const AT_COMPILED_SYMBOLS: u32 = 16;
export const AT_COMPILED_FINDINGS: u32 = 20;
export const AT_PRIMITIVE_INDEX: u32 = 0;
export const AT_PRIMITIVE_BOOL: u32 = 1;
export const AT_PRIMITIVE_SIZE: u32 = 2;
export const AT_PLACE_START: u32 = 0;
export const AT_PLACE_END: u32 = 4;
export const AT_SYMBOL_KIND: u32 = 0;
export const AT_SYMBOL_VOLATILE: u32 = 1;
export const AT_SYMBOL_REGISTER_TYPE: u32 = 2;
export const AT_SYMBOL_HAS_DEF: u32 = 3;
export const AT_SYMBOL_INDEX: u32 = 4;
export const AT_SYMBOL_INIT: u32 = 8;
export const AT_SYMBOL_SIZE: u32 = 12;
export const AT_PARSED_OK: u32 = 0;
export const AT_PARSED_NODES: u32 = 4;
export const AT_PARSED_COMMENTS: u32 = 8;
export const AT_PARSED_FINDINGS: u32 = 12;
export const AT_NODE_KIND: u32 = 0;
export const AT_NODE_OP: u32 = 1;
export const AT_NODE_CHILDREN: u32 = 4;
export const AT_NODE_START: u32 = 8;
export const AT_NODE_END: u32 = 12;
export const AT_NODE_VALUE: u32 = 16;
export const AT_COMMENT_START: u32 = 0;
export const AT_COMMENT_END: u32 = 4;
export const AT_FINDING_ID: u32 = 0;
export const AT_FINDING_ARGUMENTS: u32 = 2;
export const AT_FINDING_START: u32 = 4;
export const AT_FINDING_END: u32 = 8;
export const AT_FINDING_RELATED_START: u32 = 12;
export const AT_FINDING_RELATED_END: u32 = 16;
export const AT_ARGUMENT_SIZE: u32 = 0;

export const BYTES_COMPILED: u32 = 24;
export const BYTES_PRIMITIVE: u32 = 3;
export const BYTES_PLACE: u32 = 8;
export const BYTES_SYMBOL: u32 = 16;
export const BYTES_PARSED: u32 = 16;
export const BYTES_NODE: u32 = 24;
export const BYTES_COMMENT: u32 = 8;
export const BYTES_FINDING: u32 = 20;
export const BYTES_ARGUMENT: u32 = 4;

export const VALUE_NOWHERE: u32 = 4294967295;

export const TYPE_NUMBER: u32 = 0;
export const TYPE_BOOL: u32 = 1;

export const KIND_REPORT: u32 = 0;
export const KIND_CONTROL: u32 = 1;
export const KIND_LOCAL: u32 = 2;
export const KIND_IMPLICIT: u32 = 3;
export const KIND_PRIMITIVE: u32 = 4;

export const OPERATOR_ADD: u32 = 0;
export const OPERATOR_SUB: u32 = 15;
export const OPERATOR_MUL: u32 = 12;
export const OPERATOR_DIV: u32 = 4;
export const OPERATOR_MAX: u32 = 10;
export const OPERATOR_MIN: u32 = 11;
export const OPERATOR_WRAPPED_MAX: u32 = 9;
export const OPERATOR_EQUAL: u32 = 5;
export const OPERATOR_NOT_EQUAL: u32 = 18;
export const OPERATOR_GREATER: u32 = 7;
export const OPERATOR_LESS: u32 = 8;
export const OPERATOR_GREATER_EQUAL: u32 = 16;
export const OPERATOR_LESS_EQUAL: u32 = 17;
export const OPERATOR_AND: u32 = 1;
export const OPERATOR_OR: u32 = 13;
export const OPERATOR_NOT: u32 = 19;
export const OPERATOR_ASSIGN: u32 = 2;
export const OPERATOR_IF: u32 = 3;
export const OPERATOR_NOT_IF: u32 = 14;
export const OPERATOR_EWMA: u32 = 6;

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
export const EXTENSION_PRIMITIVE: u32 = 256;

export const REPORT_MEMBERS = 'constructor hasOwnProperty isPrototypeOf propertyIsEnumerable then toLocaleString toString valueOf program programUid u64 has toJSON';
