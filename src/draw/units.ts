import type { Unit } from '../run/index.js';

/** How the reader of a page wants numbers written; once for all of it. */
export interface Units {
  readonly rate: 'bit/s' | 'B/s';
}

export const BITS: Units = { rate: 'bit/s' };

/** A unit with its prefix, and what a value is multiplied by to be in it. */
export interface Scaled {
  readonly label: string;
  readonly factor: number;
}

const PREFIXES = ['', 'k', 'M', 'G', 'T'];
const TIMES: readonly Scaled[] = [
  { label: 'µs', factor: 1 },
  { label: 'ms', factor: 1e-3 },
  { label: 's', factor: 1e-6 },
];

/** The unit in which `most` has one to three digits before its point. */
export function scaledUnit(unit: Unit, most: number, { rate }: Units = BITS): Scaled {
  const size = Math.abs(most);
  switch (unit) {
    case 'us':
      return TIMES[size >= 2e6 ? 2 : size >= 1e3 ? 1 : 0]!;
    case 'bytes':
      return prefixed('B', size, 1);
    case 'bytes/s':
      return rate === 'bit/s' ? prefixed('bit/s', size, 8) : prefixed('B/s', size, 1);
    case 'ratio':
      return { label: '%', factor: 100 };
    case 'packets':
    case 'segments':
      return { label: unit, factor: 1 };
    case 'none':
      return { label: '', factor: 1 };
  }
}

function prefixed(label: string, size: number, factor: number): Scaled {
  const step = Math.max(
    0,
    Math.min(PREFIXES.length - 1, Math.floor(Math.log10(Math.max(size * factor, 1)) / 3 + 1e-9)),
  );
  return { label: `${PREFIXES[step]}${label}`, factor: factor / 1000 ** step };
}

/** A value with its unit, three digits or more, an index with three behind its point as everywhere; `–` for one that is not known. */
export function valueText(value: number | null, unit: Unit, units: Units = BITS): string {
  if (value === null || !Number.isFinite(value)) return '–';
  const { label, factor } = scaledUnit(unit, value, units);
  const shown = value * factor;
  const size = Math.abs(shown);
  const counted = unit === 'packets' || unit === 'segments' || (unit === 'bytes' && size < 1000 && factor === 1);
  const whole = counted || (unit === 'none' && Number.isInteger(value)) || shown === 0;
  const few = unit === 'none' ? 3 : 2;
  const digits = whole ? 0 : size >= 100 ? 0 : size >= 10 ? 1 : size >= 0.1 ? few : 4;
  const text = whole && size >= 1e4 ? grouped(shown) : shown.toFixed(digits);
  return label === '' || unit === 'packets' || unit === 'segments' ? text : `${text} ${label}`;
}

/** An instant, as fine as a range of `spanUs` needs. */
export function timeText(us: number, spanUs: number): string {
  const digits = Math.max(0, Math.min(6, Math.ceil(3 - Math.log10(Math.max(spanUs, 1) / 1e6))));
  return `${(us / 1e6).toFixed(digits)} s`;
}

function grouped(value: number): string {
  return Math.round(value)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, '\u202f');
}

/** A range of time, in as few digits as it has: `0 to 30 s`. */
export function rangeText(fromUs: number, toUs: number): string {
  const digits = (us: number): string =>
    timeText(us, toUs - fromUs)
      .replace(' s', '')
      .replace(/\.0*$|(\.\d*?)0+$/, '$1');
  return `${fromUs === 0 ? '0' : digits(fromUs)} to ${digits(toUs)} s`;
}
