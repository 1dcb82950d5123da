import { unreachable } from '../base/index.js';

/**
 * The word for each number of a table of spec/capture.json. `words` has every name of the table, or it does not
 * compile; a number that the table does not have throws MOORING_ERR_INTERNAL.
 */
export function wordsOf<Name extends string, Word>(
  numbers: Readonly<Record<Name, number>>,
  words: Readonly<Record<Name, Word>>,
  what: string,
): (value: number) => Word {
  const names = Object.keys(numbers) as Name[];
  const known = new Map(names.map((name) => [numbers[name], words[name]]));
  return (value) => {
    const word = known.get(value);
    return word === undefined ? unreachable(value as never, what) : word;
  };
}
