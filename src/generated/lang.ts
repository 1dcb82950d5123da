// Generated from spec/lang.json by `npm run gen`. Do not edit.
export const NODE = {
  NUMBER: 0,
  BOOL: 1,
  NAME: 2,
  COMMAND: 3,
  FORM: 4,
  EVENT: 5,
  DECLARATION: 6,
  REPORT_STRUCT: 7,
  DEFINITIONS: 8,
} as const;

export const AT = {
  COMPILED_OK: 0,
  COMPILED_EVENTS: 4,
  COMPILED_INSTRUCTIONS: 8,
  COMPILED_EXTENSIONS: 12,
  COMPILED_SYMBOLS: 16,
  COMPILED_FINDINGS: 20,
  PRIMITIVE_INDEX: 0,
  PRIMITIVE_BOOL: 1,
  PRIMITIVE_SIZE: 2,
  PLACE_START: 0,
  PLACE_END: 4,
  SYMBOL_KIND: 0,
  SYMBOL_VOLATILE: 1,
  SYMBOL_REGISTER_TYPE: 2,
  SYMBOL_HAS_DEF: 3,
  SYMBOL_INDEX: 4,
  SYMBOL_INIT: 8,
  SYMBOL_SIZE: 12,
  PARSED_OK: 0,
  PARSED_NODES: 4,
  PARSED_COMMENTS: 8,
  PARSED_FINDINGS: 12,
  NODE_KIND: 0,
  NODE_OP: 1,
  NODE_CHILDREN: 4,
  NODE_START: 8,
  NODE_END: 12,
  NODE_VALUE: 16,
  COMMENT_START: 0,
  COMMENT_END: 4,
  FINDING_ID: 0,
  FINDING_ARGUMENTS: 2,
  FINDING_START: 4,
  FINDING_END: 8,
  FINDING_RELATED_START: 12,
  FINDING_RELATED_END: 16,
  ARGUMENT_SIZE: 0,
} as const;

export const BYTES = {
  COMPILED: 24,
  PRIMITIVE: 3,
  PLACE: 8,
  SYMBOL: 16,
  PARSED: 16,
  NODE: 24,
  COMMENT: 8,
  FINDING: 20,
  ARGUMENT: 4,
} as const;

export const VALUE = {
  NOWHERE: 4294967295,
} as const;

export const SYMBOL_KINDS = [
  'report',
  'control',
  'local',
  'implicit',
  'primitive',
] as const;

/** What a register is. */
export type SymbolKind = 'report' | 'control' | 'local' | 'implicit' | 'primitive';

/** How an operator is written; `bind`, `add` and the other words are the same operators. */
export type Operator = '+' | '-' | '*' | '/' | 'max' | 'min' | 'wrapped_max' | '==' | '!=' | '>' | '<' | '>=' | '<=' | '&&' | '||' | '!' | ':=' | 'if' | '!if' | 'ewma';

/** What stands by itself in a body: `(report)`, `(fallthrough)`, `(reset)`. */
export type Command = 'report' | 'fallthrough' | 'reset';

/** What a report answers itself, as any object or as a report. */
export const REPORT_MEMBERS = [
  'constructor',
  'hasOwnProperty',
  'isPrototypeOf',
  'propertyIsEnumerable',
  'then',
  'toLocaleString',
  'toString',
  'valueOf',
  'program',
  'programUid',
  'u64',
  'has',
  'toJSON',
] as const;

/** `takes` and `gives` are null where the form around the operator decides. */
export const OPERATORS = [
  { number: 0, sign: '+', least: 2, nary: true, takes: 'number', gives: 'number' },
  { number: 15, sign: '-', least: 2, nary: false, takes: 'number', gives: 'number' },
  { number: 12, sign: '*', least: 2, nary: true, takes: 'number', gives: 'number' },
  { number: 4, sign: '/', least: 2, nary: false, takes: 'number', gives: 'number' },
  { number: 10, sign: 'max', least: 2, nary: true, takes: 'number', gives: 'number' },
  { number: 11, sign: 'min', least: 2, nary: true, takes: 'number', gives: 'number' },
  { number: 9, sign: 'wrapped_max', least: 2, nary: false, takes: 'number', gives: 'number' },
  { number: 5, sign: '==', least: 2, nary: false, takes: 'number', gives: 'bool' },
  { number: 18, sign: '!=', least: 2, nary: false, takes: 'number', gives: 'bool' },
  { number: 7, sign: '>', least: 2, nary: false, takes: 'number', gives: 'bool' },
  { number: 8, sign: '<', least: 2, nary: false, takes: 'number', gives: 'bool' },
  { number: 16, sign: '>=', least: 2, nary: false, takes: 'number', gives: 'bool' },
  { number: 17, sign: '<=', least: 2, nary: false, takes: 'number', gives: 'bool' },
  { number: 1, sign: '&&', least: 2, nary: true, takes: 'bool', gives: 'bool' },
  { number: 13, sign: '||', least: 2, nary: true, takes: 'bool', gives: 'bool' },
  { number: 19, sign: '!', least: 1, nary: false, takes: 'bool', gives: 'bool' },
  { number: 2, sign: ':=', least: 2, nary: false, takes: null, gives: null },
  { number: 3, sign: 'if', least: 2, nary: false, takes: null, gives: null },
  { number: 14, sign: '!if', least: 2, nary: false, takes: null, gives: null },
  { number: 6, sign: 'ewma', least: 2, nary: false, takes: null, gives: null },
] as const;

export const COMMANDS = [
  { number: 1, word: 'report' },
  { number: 2, word: 'fallthrough' },
  { number: 3, word: 'reset' },
] as const;

export const EXTENSIONS = [
  [1, 'L1'],
  [2, 'L2'],
  [4, 'L3'],
  [8, 'L4'],
  [16, 'L5'],
  [32, 'L6'],
  [64, 'L7'],
  [128, 'L8'],
  [256, 'L9'],
] as const;
