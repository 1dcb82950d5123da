import { ERROR, MooringError, parseDurationUs, parseRateBytesPerSecond, parseShare } from '../../base/index.js';
import { parseQueueSize } from '../../sim/index.js';
import { OVERRIDES, type Overrides } from '../../sweep/index.js';

/** What a sweep varies: values, or a range out of which a design draws. */
export type Axis = ListAxis | RangeAxis;

export interface ListAxis {
  readonly key: keyof Overrides;
  readonly values: readonly string[];
}

/** From `low` to `high`, both in `unit`. */
export interface RangeAxis {
  readonly key: keyof Overrides;
  readonly low: number;
  readonly high: number;
  readonly unit: string;
  /** Equal shares of the draws for equal factors, where not for equal differences. */
  readonly isLog: boolean;
  /** Whole numbers only. */
  readonly isWhole: boolean;
}

/** What can be drawn out of a range. */
const MEASURES: readonly (keyof Overrides)[] = ['rate', 'rtt', 'queue', 'loss', 'duration', 'flows', 'seed'];
const WHOLE: readonly (keyof Overrides)[] = ['flows', 'seed'];

const AXIS = /^(\w+)=(.+)$/s;
const RANGE =
  /^\s*([\d.]+(?:e[+-]?\d+)?)\s*([a-zµ%/]*)\s*\.\.\s*([\d.]+(?:e[+-]?\d+)?)\s*([a-zµ%/]*)\s*(?::(\w*))?\s*$/i;

export function isRange(axis: Axis): axis is RangeAxis {
  return 'low' in axis;
}

/** The values of an axis; none of a range. */
export function valuesOf(axis: Axis): readonly string[] {
  return isRange(axis) ? [] : axis.values;
}

/** An axis as it was written, for people. */
export function axisText(axis: Axis): string {
  if (!isRange(axis)) return `${axis.key} ${axis.values.join(', ')}`;
  return `${axis.key} ${axis.low} to ${axis.high}${axis.unit}${axis.isLog ? ' (logarithmic)' : ''}`;
}

/**
 * `rate=1,10,100Mbit` as an axis; `rate=1..100Mbit` or `rate=1..100Mbit:log` as a range. A unit on the last value holds for
 * those before it that have none. Throws MOORING_ERR_BAD_ARGUMENT.
 */
export function parseAxis(text: string): Axis {
  const match = AXIS.exec(text);
  const key = OVERRIDES.find((name) => name === match?.[1]);
  if (!match || !key) {
    throw refused(`--sweep wants NAME=VALUE,VALUE… with NAME one of ${OVERRIDES.join(', ')}, not "${text}"`);
  }
  if (MEASURES.includes(key) && match[2]!.includes('..')) return parseRange(text, key, match[2]!);
  const values = match[2]!.split(',').map((value) => value.trim());
  if (values.includes('')) throw refused(`--sweep ${text}: a value is empty`);
  const unit = /^[\d.]+\s*([a-zµ]+)$/i.exec(values.at(-1)!)?.[1] ?? '';
  const plain = /^[\d.]+$/;
  return { key, values: values.map((value) => (unit && plain.test(value) ? `${value}${unit}` : value)) };
}

/**
 * One axis of all values of several with one key. Where each has its values in rising order the whole has; else they come as
 * they are first met. Of ranges the first: they are the same or not put together.
 */
export function joinAxes(all: readonly Axis[]): Axis {
  const [first] = all as readonly [Axis, ...Axis[]];
  if (isRange(first)) return first;
  const values = [...new Set(all.flatMap(valuesOf))];
  const size = sizeOf(first.key, values);
  const isRising = all.every((one) =>
    valuesOf(one).every((value, at, list) => at === 0 || size(list[at - 1]!) <= size(value)),
  );
  return { key: first.key, values: isRising ? values.sort((a, b) => size(a) - size(b)) : values };
}

/** How large values are; NaN, so that none rises, where one is no number. */
function sizeOf(key: keyof Overrides, values: readonly string[]): (value: string) => number {
  const read = SIZES[key];
  try {
    const sizes = new Map(values.map((value) => [value, read?.(value) ?? Number.NaN]));
    return (value) => sizes.get(value)!;
  } catch {
    return () => Number.NaN;
  }
}

const QUEUE_UNITS: readonly string[] = ['bytes', 'packets', 'bdp'];
const SIZES: Partial<Record<keyof Overrides, (value: string) => number>> = {
  rate: parseRateBytesPerSecond,
  rtt: parseDurationUs,
  duration: parseDurationUs,
  loss: parseShare,
  flows: Number,
  seed: Number,
  // Of one unit: what a BDP is depends on what else is varied.
  queue: (value) => {
    const { unit, value: size } = parseQueueSize(value);
    return QUEUE_UNITS.indexOf(unit) * 2 ** 50 + size;
  },
};

function parseRange(text: string, key: keyof Overrides, given: string): RangeAxis {
  const wrong = (message: string): MooringError => refused(`--sweep ${text}: ${message}`);
  const [, lowText, lowUnit, highText, highUnit, scale = 'linear'] = RANGE.exec(given) ?? [];
  if (lowText === undefined || highText === undefined)
    throw wrong('a range is LOW..HIGH with one unit, such as rate=1..100Mbit, or rate=1..100Mbit:log');
  if (scale !== 'log' && scale !== 'linear') throw wrong(`after the range comes :log or nothing, not :${scale}`);
  const ends = [
    [Number(lowText), lowUnit || highUnit!],
    [Number(highText), highUnit!],
  ] as const;
  const { numbers, unit } = inOneUnit(key, ends, wrong);
  const [low, high] = numbers;
  if (!Number.isFinite(low) || !Number.isFinite(high)) throw wrong('an end of the range is no number');
  if (low >= high) throw wrong('the range is empty: its low end comes first');
  const isLog = scale === 'log';
  if (isLog && low <= 0) throw wrong('a logarithmic range begins above 0');
  const isWhole = WHOLE.includes(key);
  if (isWhole && !(Number.isSafeInteger(low) && Number.isSafeInteger(high))) throw wrong('its ends are whole numbers');
  return { key, low, high, unit, isLog, isWhole };
}

type End = readonly [number, string];

function inOneUnit(
  key: keyof Overrides,
  [low, high]: readonly [End, End],
  wrong: (message: string) => MooringError,
): { readonly numbers: readonly [number, number]; readonly unit: string } {
  if (low[1] === high[1]) return { numbers: [low[0], high[0]], unit: high[1] };
  const convert = (read: (text: string) => number, factor: number, unit: string) => ({
    numbers: [read(low.join('')) * factor, read(high.join('')) * factor] as const,
    unit,
  });
  if (key === 'rate') return convert(parseRateBytesPerSecond, 8, 'bit');
  if (key === 'rtt' || key === 'duration') return convert(parseDurationUs, 1, 'us');
  throw wrong(`${low[1]} and ${high[1]} are two units: write both ends in one`);
}

function refused(message: string): MooringError {
  return new MooringError(ERROR.MOORING_ERR_BAD_ARGUMENT, message, { argument: 'sweep' });
}
