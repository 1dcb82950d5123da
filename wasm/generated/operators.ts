// Generated from spec/lang.json by `npm run gen`. Do not edit.

/** In OPERATOR_TAKES, OPERATOR_GIVES and OPERATOR_STATEFUL: nothing of the kind. */
export const NONE: u32 = 255;

export const STEP_A: u32 = 0;
export const STEP_B: u32 = 1;
export const STEP_ZERO: u32 = 2;
export const STEP_FIRST: u32 = 3;

// By the number of an operator.
export const OPERATOR_SIGNS: StaticArray<string> = ['+', '&&', ':=', 'if', '/', '==', 'ewma', '>', '<', 'wrapped_max', 'max', 'min', '*', '||', '!if', '-', '>=', '<=', '!=', '!'];
export const OPERATOR_LEAST: StaticArray<u8> = [2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1];
export const OPERATOR_NARY: StaticArray<u8> = [1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0];
export const OPERATOR_TAKES: StaticArray<u8> = [0, 1, 255, 255, 0, 0, 255, 0, 0, 0, 0, 0, 0, 1, 255, 0, 0, 0, 0, 1];
export const OPERATOR_GIVES: StaticArray<u8> = [0, 1, 255, 255, 0, 1, 255, 1, 1, 0, 0, 0, 0, 1, 255, 0, 1, 1, 1, 1];
/** The instruction that writes the register of the assignment around it. */
export const OPERATOR_STATEFUL: StaticArray<u8> = [255, 255, 255, 7, 255, 255, 5, 255, 255, 255, 255, 255, 255, 255, 13, 255, 255, 255, 255, 255];
export const OPERATOR_EXTENSIONS: StaticArray<u32> = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 2, 2, 2];
/** Its first step in LOWERING; the last operator is followed by their number. */
export const OPERATOR_STEPS: StaticArray<u8> = [0, 1, 2, 2, 2, 3, 4, 4, 5, 6, 7, 8, 9, 10, 11, 11, 12, 14, 16, 18, 19];

/** Steps of three: an opcode, and the two it works on as STEP_…. */
export const LOWERING: StaticArray<u8> = [0, 0, 1, 12, 0, 1, 3, 0, 1, 4, 0, 1, 6, 0, 1, 8, 0, 1, 10, 0, 1, 9, 0, 1, 11, 0, 1, 12, 0, 1, 0, 0, 1, 14, 0, 1, 8, 0, 1, 4, 3, 2, 6, 0, 1, 4, 3, 2, 4, 0, 1, 4, 3, 2, 4, 0, 2];

// Every way to write an operator, none after one it begins with; the first byte of each, and what it is.
export const SPELLINGS: StaticArray<string> = ['wrapped_max', 'bind', 'ewma', 'add', 'and', 'div', 'max', 'min', 'mul', '!if', 'sub', '&&', ':=', 'if', '==', 'eq', 'gt', 'lt', '||', 'or', '>=', '<=', '!=', '+', '/', '>', '<', '*', '-', '!'];
export const SPELLING_LEADS: StaticArray<u8> = [119, 98, 101, 97, 97, 100, 109, 109, 109, 33, 115, 38, 58, 105, 61, 101, 103, 108, 124, 111, 62, 60, 33, 43, 47, 62, 60, 42, 45, 33];
export const SPELLING_OPERATORS: StaticArray<u8> = [9, 2, 6, 0, 1, 4, 10, 11, 12, 14, 15, 1, 2, 3, 5, 5, 7, 8, 13, 13, 16, 17, 18, 0, 4, 7, 8, 12, 15, 19];

// By the number of a command; 0 is none.
export const COMMAND_WORDS: StaticArray<string> = ['', 'report', 'fallthrough', 'reset'];
export const COMMAND_WRITES: StaticArray<u8> = [255, 2, 1, 3];
export const COMMAND_VALUES: StaticArray<u8> = [0, 1, 1, 0];
export const COMMAND_GIVES: StaticArray<u8> = [255, 1, 1, 0];
export const COMMAND_EXTENSIONS: StaticArray<u32> = [0, 0, 0, 8];

/** Every word and sign that a form can begin with, for suggestions. */
export const OPERATOR_WORDS: string = '+ add && and := bind if / div == eq ewma > gt < lt wrapped_max max min * mul || or !if - sub >= <= != ! report fallthrough reset when def';
