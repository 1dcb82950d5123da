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

export const OPERATORS = [
  [0, '+'],
  [1, '&&'],
  [2, ':='],
  [3, 'if'],
  [4, '/'],
  [5, '=='],
  [6, 'ewma'],
  [7, '>'],
  [8, '<'],
  [9, 'wrapped_max'],
  [10, 'max'],
  [11, 'min'],
  [12, '*'],
  [13, '||'],
  [14, '!if'],
  [15, '-'],
  [16, '>='],
  [17, '<='],
  [18, '!='],
  [19, '!'],
] as const;

export const COMMANDS = [
  [1, 'report'],
  [2, 'fallthrough'],
  [3, 'reset'],
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
] as const;
