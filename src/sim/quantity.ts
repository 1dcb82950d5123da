import * as v from 'valibot';
import {
  MooringError,
  parseDurationUs,
  parseQueueSize,
  parseRateBytesPerSecond,
  parseShare,
  parseSize,
  type QueueSize,
} from '../base/index.js';
import { about, either, integer, number, positive } from '../schema/index.js';

// Quantities of a scenario file. Each has two spellings: text with its unit (`rate: '12Mbit'`)
// or a number whose unit stands in the field's name (`rateBytesPerSecond: 1500000`).

/** Is told what there is to say of a field, by its path from where it looks. */
export type Tell = (path: Path, message: string) => void;
export type Path = ReadonlyArray<string | number>;

type Prefix = '' | 'k' | 'K' | 'M' | 'm' | 'G' | 'g' | 'T' | 't';
/** A number and a unit, with or without a space. */
type Quantity<Unit extends string> = `${number}${Unit}` | `${number} ${Unit}`;
/** `'12Mbit'`, `'1.5 MB/s'`. */
export type RateText = Quantity<
  `${Prefix}${'bit' | 'bit/s' | 'bps' | 'b/s'}` | `${'' | 'k' | 'M' | 'G' | 'T'}${'Bps' | 'B/s'}`
>;
/** `'40ms'`, `'1 min'`. */
export type DurationText = Quantity<'us' | 'µs' | 'ms' | 's' | 'min' | 'h'>;
/** `'64KiB'`, `'1.5MB'`. */
export type SizeText = Quantity<'B' | 'kB' | 'KB' | 'MB' | 'GB' | 'KiB' | 'MiB' | 'GiB'>;
/** `'1bdp'`, `'100pkt'`, or a size. */
export type QueueSizeText = Quantity<'bdp' | 'pkt' | 'pkts' | 'packet' | 'packets'> | SizeText;
/** `'1%'`, or a number as text. */
export type ShareText = `${number}%` | `${number} %` | `${number}`;

const MAX_RATE_BYTES_PER_SECOND = 1e12;
const MAX_DURATION_US = 1e12;
const MAX_SIZE_BYTES = 1e15;

/** `'12Mbit'` → bytes per second, above zero. */
export const rateText = text<RateText, number>(
  parseRateBytesPerSecond,
  (value) => value > 0 && value <= MAX_RATE_BYTES_PER_SECOND,
  'above 0, up to 8 Tbit',
  ['12Mbit', '1.5Gbit'],
);
/** The same, or no rate at all. */
export const rateTextOrNone = text<RateText, number>(
  parseRateBytesPerSecond,
  (value) => value <= MAX_RATE_BYTES_PER_SECOND,
  'up to 8 Tbit',
  ['0Mbit'],
);
/** `'40ms'` → microseconds. */
export const durationText = text<DurationText, number>(
  parseDurationUs,
  (value) => value <= MAX_DURATION_US,
  'up to 277 h',
  ['40ms', '100us', '60s'],
);
/** `'64KiB'` → bytes. */
export const sizeText = text<SizeText, number>(parseSize, (value) => value <= MAX_SIZE_BYTES, 'up to 1 PB', [
  '1MB',
  '64KiB',
]);
/** `'1bdp'`, `'100pkt'` or `'64KiB'`. */
export const queueSizeText = text<QueueSizeText, QueueSize>(
  parseQueueSize,
  ({ value }) => value > 0 && value <= MAX_SIZE_BYTES,
  'above 0',
  ['1bdp', '100pkt', '64KiB'],
);

export const rateBytesPerSecond = about(positive(MAX_RATE_BYTES_PER_SECOND), 'bytes per second');
export const rateBytesPerSecondOrNone = about(number(0, MAX_RATE_BYTES_PER_SECOND), 'bytes per second');
export const durationUs = about(number(0, MAX_DURATION_US), 'microseconds');
export const sizeBytes = about(integer(0, MAX_SIZE_BYTES), 'bytes');
/** `0.01` or `'1%'`. */
export const share = either(
  'number',
  number(0, 1),
  text<ShareText, number>(parseShare, () => true, '', ['1%', '0.01']),
);

/** The value of a quantity that has two spellings; both at once is an error. */
export function eitherOf<Text extends string, Unit extends string>(
  object: { readonly [key in Text | Unit]?: number | undefined },
  text: Text,
  unit: Unit,
  refuse: Tell,
): number | undefined {
  if (object[text] !== undefined && object[unit] !== undefined)
    refuse([unit], `says the same as ${text}: give one of them`);
  return object[text] ?? object[unit];
}

/** The schema of a text with a unit. TypeScript sees from the form of a literal what is none. */
function text<Text extends string, T>(
  parse: (given: string) => T,
  accepts: (value: T) => boolean,
  range: string,
  examples: Text[],
): v.GenericSchema<Text, T> {
  const schema = v.pipe(
    v.string(textExpected),
    v.examples(examples),
    v.rawTransform(({ dataset: { value: given }, addIssue, NEVER }): T => {
      try {
        const value = parse(given);
        if (accepts(value)) return value;
        addIssue({ message: `"${given}" is out of range: ${range}` });
      } catch (error) {
        if (!(error instanceof MooringError)) throw error;
        addIssue({ message: error.message });
      }
      return NEVER;
    }),
  );
  return schema as unknown as v.GenericSchema<Text, T>;
}

function textExpected(issue: { input?: unknown }): string {
  return typeof issue.input === 'number'
    ? `${issue.input} has no unit: write text such as "12Mbit", "40ms" or "64KiB", or use the field whose name carries the unit (rateBytesPerSecond, rttUs, sizeBytes)`
    : 'expected text with a unit, such as "12Mbit", "40ms" or "64KiB"';
}
