import { InvalidArgumentError, Option } from 'commander';
import { parseDurationUs } from '../base/index.js';

// Checks of option values, for commander: each returns what the option holds, or refuses and says what to write.

const PLAIN_NUMBER = /^\d+(\.\d+)?$/;

/** Text that `parse` accepts; the option keeps the text, for whoever reads it later. */
export function checkedBy(parse: (text: string) => unknown): (text: string) => string {
  const check = parsedBy(parse);
  return (text) => {
    check(text);
    return text;
  };
}

/** What `parse` makes of the text; where it throws, its words are the refusal. */
export function parsedBy<T>(parse: (text: string) => T): (text: string) => T {
  return (text) => {
    try {
      return parse(text);
    } catch (error) {
      throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
    }
  };
}

/** A whole number from `least` to `most`. */
export function wholeNumber(least: number, most = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    const range = most === Number.MAX_SAFE_INTEGER ? `from ${least} up` : `from ${least} to ${most}`;
    throw new InvalidArgumentError(`Give a whole number ${range}.`);
  };
}

/** A duration with its unit, in microseconds; a bare number is refused, since it could mean anything. */
export function duration(leastUs: number, mostUs = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return parsedBy((text) => {
    if (PLAIN_NUMBER.test(text)) throw new Error(`${text} of what? Write ${text}s or ${text}ms.`);
    const us = parseDurationUs(text);
    if (us >= leastUs && us <= mostUs) return us;
    const most = mostUs === Number.MAX_SAFE_INTEGER ? 'up' : `to ${exact(mostUs)}`;
    throw new Error(`Give a duration from ${exact(leastUs)} ${most}.`);
  });
}

/** An option whose default is read as what is given would be, and shown as it is written. */
export function withDefault(flags: string, what: string, read: (text: string) => number, text: string): Option {
  return new Option(flags, what).argParser(read).default(read(text), text);
}

/** An option that may be given several times. */
export function collect<T>(parse: (text: string) => T): (text: string, before: readonly T[] | undefined) => T[] {
  return (text, before = []) => [...before, parse(text)];
}

function exact(us: number): string {
  if (us % 1e6 === 0) return `${us / 1e6}s`;
  return us % 1e3 === 0 ? `${us / 1e3}ms` : `${us}us`;
}
