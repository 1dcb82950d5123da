import { ERROR } from '../generated/errors.js';
import { MooringError } from './errors.js';

// Quantities as people write them. Rates are read in bits per second, as links are sold, unless the unit
// says bytes; sizes and durations become bytes and microseconds. The case of a unit counts: a b is a bit,
// a B is a byte, and `kb` as a size is neither.
/** What stands for people where a number is not known. */
const UNKNOWN = '–';

const BITS: Record<string, number> = {};
const BYTES: Record<string, number> = {};
for (const [prefixes, factor] of [
  [[''], 1],
  [['k', 'K'], 1e3],
  [['M', 'm'], 1e6],
  [['G', 'g'], 1e9],
  [['T', 't'], 1e12],
] as const) {
  for (const prefix of prefixes)
    for (const unit of ['bit', 'bit/s', 'bps', 'b/s']) BITS[`${prefix}${unit}`] = factor / 8;
  const [prefix] = prefixes;
  for (const unit of ['Bps', 'B/s']) BYTES[`${prefix}${unit}`] = factor;
}
const RATE = { ...BITS, ...BYTES };
const DURATION: Record<string, number> = { us: 1, µs: 1, ms: 1e3, s: 1e6, min: 60e6, h: 3600e6 };
const SIZE: Record<string, number> = {
  B: 1,
  kB: 1e3,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  KiB: 1024,
  MiB: 1048576,
  GiB: 1073741824,
};
const RATES_SHOWN =
  'bit, kbit, Mbit, Gbit, Tbit, bps, kbps, Mbps, Gbps, Tbps (bits) or B/s, kB/s, MB/s, GB/s, TB/s (bytes)';

const QUANTITY = /^\s*(\d+(?:\.\d+)?(?:e\d+)?)\s*([a-zµ]+(?:\/s)?)\s*$/i;
const SHARE = /^\s*(\d+(?:\.\d*)?|\.\d+)(?:e([+-]?\d+))?\s*(%?)\s*$/i;

function read(
  text: string,
  units: Record<string, number>,
  what: string,
  example: string,
  known = Object.keys(units).join(', '),
): number {
  const match = QUANTITY.exec(text);
  const factor = match && Object.hasOwn(units, match[2]!) ? units[match[2]!] : undefined;
  if (!match || factor === undefined) {
    throw new MooringError(
      ERROR.MOORING_ERR_BAD_UNIT,
      `"${text}" is not a ${what}: write a number and one of ${known}, such as ${example}`,
      { text, known },
    );
  }
  return Number(match[1]) * factor;
}

/**
 * A rate such as `12Mbit` in bytes per second. `bit`, `kbit`, `Mbit`, `Gbit`, `Tbit` count bits, powers of
 * 1000; so do `bps`, `kbps`, `Mbps`, … with a small b, as ns-3 has it (tc(8) counts bytes there). A capital
 * B counts bytes: `1.5MB/s`, `1.5MBps`. Throws MOORING_ERR_BAD_UNIT.
 *
 * @example
 * ```ts
 * parseRateBytesPerSecond('12Mbit'); // 1500000
 * parseRateBytesPerSecond('1.5MB/s'); // 1500000
 * ```
 */
export function parseRateBytesPerSecond(text: string): number {
  return read(text, RATE, 'rate', '12Mbit', RATES_SHOWN);
}

/**
 * A duration such as `40ms` in microseconds (`us`, `ms`, `s`, `min`, `h`). Throws MOORING_ERR_BAD_UNIT.
 *
 * @example
 * ```ts
 * parseDurationUs('40ms'); // 40000
 * ```
 */
export function parseDurationUs(text: string): number {
  return Math.round(read(text, DURATION, 'duration', '40ms'));
}

/**
 * A size such as `64KiB` in bytes; `kB` and its kin are powers of 1000, `KiB` of 1024. A small b is refused: it
 * could be bits. Throws MOORING_ERR_BAD_UNIT.
 *
 * @example
 * ```ts
 * parseSize('64KiB'); // 65536
 * ```
 */
export function parseSize(text: string): number {
  return Math.round(read(text, SIZE, 'size', '64KiB'));
}

/**
 * A share such as `0.01` or `1%`, from 0 to 1 or 0% to 100%. Throws MOORING_ERR_BAD_UNIT.
 *
 * @example
 * ```ts
 * parseShare('1%'); // 0.01
 * ```
 */
export function parseShare(text: string): number {
  const match = SHARE.exec(text);
  // Shifted in the text, so that 0.07% is the number one writes as 0.0007.
  const share = match ? Number(`${match[1]}e${Number(match[2] ?? 0) - (match[3] ? 2 : 0)}`) : Number.NaN;
  if (share >= 0 && share <= 1) return share;
  throw new MooringError(
    ERROR.MOORING_ERR_BAD_UNIT,
    `"${text}" is not a share: write a number from 0 to 1, or a percentage such as 1%`,
    { text, known: '0 to 1, 0% to 100%' },
  );
}

/**
 * A rate for people: bytes per second in, bits per second out.
 *
 * @example
 * ```ts
 * formatRate(1_500_000); // '12.0 Mbit/s'
 * ```
 */
export function formatRate(rateBytesPerSecond: number): string {
  return scale(rateBytesPerSecond * 8, ['bit/s', 'kbit/s', 'Mbit/s', 'Gbit/s', 'Tbit/s'], 1000);
}

/**
 * A duration for people: microseconds in; null and NaN are a duration nobody knows.
 *
 * @example
 * ```ts
 * formatDuration(40_000); // '40.0 ms'
 * formatDuration(null); // '–'
 * ```
 */
export function formatDuration(us: number | null): string {
  if (us === null || Number.isNaN(us)) return UNKNOWN;
  if (us < 999_500) return scale(us, ['µs', 'ms'], 1000);
  return us < 120e6 ? `${trim(us / 1e6)} s` : `${trim(us / 60e6)} min`;
}

/**
 * A share for people: 0 to 1 in, percent out; null is a share nobody knows.
 *
 * @example
 * ```ts
 * formatShare(0.123); // '12.3 %'
 * ```
 */
export function formatShare(share: number | null): string {
  if (share === null) return UNKNOWN;
  if (share === 0) return '0 %';
  return `${(share * 100).toFixed(share < 0.01 ? 3 : 1)} %`;
}

/** How `formatSize` writes. */
export interface SizeFormat {
  /** KiB, MiB, … (1024, when absent) or kB, MB, …, as the axis of a plot wants them. */
  readonly powersOf?: 1000 | 1024;
  /** Significant digits at most, none of them a trailing zero; always three when absent. */
  readonly digits?: number;
}

/**
 * A size for people: bytes in, powers of 1024 or 1000 out.
 *
 * @example
 * ```ts
 * formatSize(65_536); // '64.0 KiB'
 * formatSize(2_500_000, { powersOf: 1000, digits: 6 }); // '2.5 MB'
 * ```
 */
export function formatSize(bytes: number, { powersOf = 1024, digits }: SizeFormat = {}): string {
  const units = powersOf === 1024 ? ['B', 'KiB', 'MiB', 'GiB', 'TiB'] : ['B', 'kB', 'MB', 'GB', 'TB'];
  if (Math.abs(bytes) < powersOf && digits === undefined) return `${Math.round(bytes)} B`;
  return scale(
    bytes,
    units,
    powersOf,
    digits === undefined ? trim : (value) => String(Number(value.toPrecision(digits))),
  );
}

function scale(value: number, units: readonly string[], step: number, write = trim): string {
  let index = 0;
  let scaled = value;
  // As it is written: 999.6 of one unit reads as 1 of the next.
  while (Math.abs(Number(write(scaled))) >= step && index < units.length - 1) {
    scaled /= step;
    index += 1;
  }
  return `${write(scaled)} ${units[index]}`;
}

/** Three digits, of the number as it is rounded. */
function trim(value: number): string {
  const size = Math.abs(value);
  return value.toFixed(size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2);
}
