// Operators and commands, as the table in spec/lang.json has them: how they are written, what they take and give.
import {
  OPERATOR_ASSIGN as ASSIGN,
  OPERATOR_DIV as DIV,
  OPERATOR_EWMA as EWMA,
  COMMAND_FALLTHROUGH as FALLTHROUGH,
} from '../generated/lang';
import {
  COMMAND_WORDS,
  NONE,
  OPERATOR_NARY,
  OPERATOR_STATEFUL,
  SPELLING_LEADS,
  SPELLING_OPERATORS,
  SPELLINGS,
} from '../generated/operators';
import { byteAt, isWord, startsWith } from './source';

export { ASSIGN, DIV, EWMA, FALLTHROUGH };

export const NO_OPERATOR: u32 = NONE;

/** Bytes of the operator that `matchOperator` found. */
export let matchedSize: u32 = 0;

/**
 * The operator that the run at `pos` begins with, or NO_OPERATOR. Portus has no tokens: it tries
 * prefixes in an order, so `(addx 3)` is `(+ x 3)` (quirk L30). In its order `>` hides `>=`, and it
 * cannot accept what follows then.
 */
export function matchOperator(pos: u32, stop: u32): u32 {
  const lead = byteAt(pos);
  for (let i = 0; i < SPELLINGS.length; i++) {
    if (SPELLING_LEADS[i] != lead || !startsWith(pos, stop, SPELLINGS[i])) continue;
    matchedSize = SPELLINGS[i].length;
    return SPELLING_OPERATORS[i];
  }
  matchedSize = 1;
  return NO_OPERATOR;
}

/** The command written as the whole run, or 0. */
export function matchCommand(pos: u32, stop: u32): u32 {
  for (let command = 1; command < COMMAND_WORDS.length; command++) {
    if (isWord(pos, stop, COMMAND_WORDS[command])) return command;
  }
  return 0;
}

/** Whether `operator` takes more operands than two; portus takes exactly two (quirk L3). */
export function isNary(operator: u32): bool {
  return OPERATOR_NARY[operator] != 0;
}

/** if, !if, ewma: they write a register that the form around them names. */
export function isStateful(operator: u32): bool {
  return OPERATOR_STATEFUL[operator] != NONE;
}

/** if, !if: what they are given may also be a statement. */
export function isConditional(operator: u32): bool {
  return isStateful(operator) && operator != EWMA;
}
