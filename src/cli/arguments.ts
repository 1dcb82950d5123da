import { InvalidArgumentError } from 'commander';

// Checks of option values, for commander: each returns what the option holds, or refuses.

/** Text that `parse` accepts; the option keeps the text. */
export function checkedBy(parse: (text: string) => unknown): (text: string) => string {
  return (text) => {
    try {
      parse(text);
      return text;
    } catch (error) {
      throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
    }
  };
}

/** A whole number from `least` up. */
export function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= least) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${least} up.`);
  };
}

/** A share from 0 to 1. */
export function share(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && value <= 1) return value;
  throw new InvalidArgumentError('It must be a number from 0 to 1.');
}

/** An option that may be given several times. */
export function collect<T>(parse: (text: string) => T): (text: string, before: readonly T[]) => T[] {
  return (text, before) => [...before, parse(text)];
}
