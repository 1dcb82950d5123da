// Operators and commands: how they are written, how many operands they take, what they become.
import { OP_ADD, OP_DIV, OP_EQUIV, OP_GT, OP_LT, OP_MAX, OP_MAXWRAP, OP_MIN, OP_MUL, OP_SUB } from '../generated/isa';
import {
  OPERATOR_ADD as ADD,
  OPERATOR_AND as AND,
  OPERATOR_ASSIGN as ASSIGN,
  OPERATOR_DIV as DIV,
  OPERATOR_EQUAL as EQUAL,
  OPERATOR_EWMA as EWMA,
  COMMAND_FALLTHROUGH as FALLTHROUGH,
  OPERATOR_GREATER as GREATER,
  OPERATOR_GREATER_EQUAL as GREATER_EQUAL,
  OPERATOR_IF as IF,
  OPERATOR_LESS as LESS,
  OPERATOR_LESS_EQUAL as LESS_EQUAL,
  OPERATOR_MAX as MAX,
  OPERATOR_MIN as MIN,
  OPERATOR_MUL as MUL,
  OPERATOR_NOT as NOT,
  OPERATOR_NOT_EQUAL as NOT_EQUAL,
  OPERATOR_NOT_IF as NOT_IF,
  OPERATOR_OR as OR,
  COMMAND_REPORT as REPORT,
  COMMAND_RESET as RESET,
  OPERATOR_SUB as SUB,
  OPERATOR_WRAPPED_MAX as WRAPPED_MAX,
} from '../generated/lang';
import { isWord, startsWith } from './source';

export {
  ADD,
  AND,
  ASSIGN,
  DIV,
  EQUAL,
  EWMA,
  FALLTHROUGH,
  GREATER,
  GREATER_EQUAL,
  IF,
  LESS,
  LESS_EQUAL,
  MAX,
  MIN,
  MUL,
  NOT,
  NOT_EQUAL,
  NOT_IF,
  OR,
  REPORT,
  RESET,
  SUB,
  WRAPPED_MAX,
};

export const NO_OPERATOR: u32 = 255;

/** Every word and sign an operator can be written with, for suggestions. */
export const OPERATOR_WORDS: string =
  '+ add && and := bind if / div == eq ewma > gt < lt wrapped_max max min * mul || or !if - sub >= <= != ! report fallthrough reset when def';

/** Bytes of the operator that `matchOperator` found. */
export let matchedSize: u32 = 0;

/**
 * The operator that the run at `pos` begins with, or NO_OPERATOR. Portus has no tokens: it tries
 * these prefixes in this order, so `(addx 3)` is `(+ x 3)` (quirk L30). `>=` and `<=` come before
 * `>` and `<`; portus cannot accept what follows there.
 */
export function matchOperator(pos: u32, stop: u32): u32 {
  matchedSize = 1;
  if (startsWith(pos, stop, '+')) return ADD;
  if (startsWith(pos, stop, '>=')) return matched(2, GREATER_EQUAL);
  if (startsWith(pos, stop, '<=')) return matched(2, LESS_EQUAL);
  if (startsWith(pos, stop, '>')) return GREATER;
  if (startsWith(pos, stop, '<')) return LESS;
  if (startsWith(pos, stop, '*')) return MUL;
  if (startsWith(pos, stop, '/')) return DIV;
  if (startsWith(pos, stop, '-')) return SUB;
  if (startsWith(pos, stop, '!if')) return matched(3, NOT_IF);
  if (startsWith(pos, stop, '!=')) return matched(2, NOT_EQUAL);
  if (startsWith(pos, stop, '!')) return NOT;
  if (startsWith(pos, stop, ':=')) return matched(2, ASSIGN);
  if (startsWith(pos, stop, 'add')) return matched(3, ADD);
  if (startsWith(pos, stop, '&&')) return matched(2, AND);
  if (startsWith(pos, stop, 'and')) return matched(3, AND);
  if (startsWith(pos, stop, 'bind')) return matched(4, ASSIGN);
  if (startsWith(pos, stop, 'if')) return matched(2, IF);
  if (startsWith(pos, stop, 'div')) return matched(3, DIV);
  if (startsWith(pos, stop, '==')) return matched(2, EQUAL);
  if (startsWith(pos, stop, 'eq')) return matched(2, EQUAL);
  if (startsWith(pos, stop, 'ewma')) return matched(4, EWMA);
  if (startsWith(pos, stop, 'gt')) return matched(2, GREATER);
  if (startsWith(pos, stop, 'lt')) return matched(2, LESS);
  if (startsWith(pos, stop, 'wrapped_max')) return matched(11, WRAPPED_MAX);
  if (startsWith(pos, stop, 'max')) return matched(3, MAX);
  if (startsWith(pos, stop, 'min')) return matched(3, MIN);
  if (startsWith(pos, stop, 'mul')) return matched(3, MUL);
  if (startsWith(pos, stop, '||')) return matched(2, OR);
  if (startsWith(pos, stop, 'or')) return matched(2, OR);
  if (startsWith(pos, stop, 'sub')) return matched(3, SUB);
  return NO_OPERATOR;
}

/** The command written as the whole run, or 0. */
export function matchCommand(pos: u32, stop: u32): u32 {
  if (isWord(pos, stop, 'report')) return REPORT;
  if (isWord(pos, stop, 'fallthrough')) return FALLTHROUGH;
  if (isWord(pos, stop, 'reset')) return RESET;
  return 0;
}

/** Whether `operator` takes more than two operands; portus takes exactly two (quirk L3). */
export function isNary(operator: u32): bool {
  switch (operator) {
    case ADD:
    case MUL:
    case MAX:
    case MIN:
    case AND:
    case OR:
      return true;
    default:
      return false;
  }
}

export function isComparison(operator: u32): bool {
  switch (operator) {
    case EQUAL:
    case NOT_EQUAL:
    case GREATER:
    case LESS:
    case GREATER_EQUAL:
    case LESS_EQUAL:
      return true;
    default:
      return false;
  }
}

/** if, !if, ewma: they write a register that the form around them names. */
export function isStateful(operator: u32): bool {
  return operator == IF || operator == NOT_IF || operator == EWMA;
}

/** The instruction that does the work; `>=`, `<=`, `!=` are the opposite of it. */
export function opcodeOf(operator: u32): u32 {
  switch (operator) {
    case ADD:
    case OR:
      return OP_ADD;
    case MUL:
    case AND:
      return OP_MUL;
    case SUB:
      return OP_SUB;
    case DIV:
      return OP_DIV;
    case MAX:
      return OP_MAX;
    case MIN:
      return OP_MIN;
    case WRAPPED_MAX:
      return OP_MAXWRAP;
    case GREATER:
    case LESS_EQUAL:
      return OP_GT;
    case LESS:
    case GREATER_EQUAL:
      return OP_LT;
    default:
      return OP_EQUIV;
  }
}

/** How the operator is written, by its sign where it has one. */
export function operatorText(operator: u32): string {
  switch (operator) {
    case ADD:
      return '+';
    case AND:
      return '&&';
    case ASSIGN:
      return ':=';
    case IF:
      return 'if';
    case DIV:
      return '/';
    case EQUAL:
      return '==';
    case EWMA:
      return 'ewma';
    case GREATER:
      return '>';
    case LESS:
      return '<';
    case WRAPPED_MAX:
      return 'wrapped_max';
    case MAX:
      return 'max';
    case MIN:
      return 'min';
    case MUL:
      return '*';
    case OR:
      return '||';
    case NOT_IF:
      return '!if';
    case SUB:
      return '-';
    case GREATER_EQUAL:
      return '>=';
    case LESS_EQUAL:
      return '<=';
    case NOT_EQUAL:
      return '!=';
    default:
      return '!';
  }
}

function matched(size: u32, operator: u32): u32 {
  matchedSize = size;
  return operator;
}
