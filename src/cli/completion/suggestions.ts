import type { Argument, Option } from 'commander';

// What a shell offers for a value beside the choices commander knows: choices refuse everything else, these do not.

const suggestions = new WeakMap<Option | Argument, readonly string[]>();

/** `values` are offered for it; others are taken, too. */
export function suggest<T extends Option | Argument>(taker: T, values: readonly string[]): T {
  suggestions.set(taker, values);
  return taker;
}

/** What to offer for it. */
export function suggestionsFor(taker: Option | Argument): readonly string[] {
  return taker.argChoices ?? suggestions.get(taker) ?? [];
}
