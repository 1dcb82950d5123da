import { parseDurationUs, parseQueueSize, parseRateBytesPerSecond, parseShare } from '../base/index.js';
import type { KeyUnit } from './model.js';

/** What the values of a key are as numbers, and in what. */
export interface KeySizes {
  readonly sizes: readonly number[] | null;
  readonly unit: KeyUnit;
}

const READERS: Readonly<Record<string, readonly [unit: KeyUnit, read: (value: string) => number]>> = {
  rate: ['bytes/s', parseRateBytesPerSecond],
  rtt: ['us', parseDurationUs],
  duration: ['us', parseDurationUs],
  loss: ['ratio', parseShare],
  flows: ['none', Number],
  seed: ['none', Number],
};

const QUEUE_UNITS = { bytes: 'bytes', packets: 'packets', bdp: 'none' } as const;

/** How large the values of the key `name` are. Sizes of queues are numbers of one kind only where all are in one unit. */
export function keySizes(name: string, values: readonly string[]): KeySizes {
  try {
    if (name === 'queue') return queueSizes(values);
    const [unit, read] = READERS[name] ?? [];
    if (!unit || !read) return { sizes: null, unit: 'none' };
    const sizes = values.map(read);
    return { sizes: sizes.every(Number.isFinite) ? sizes : null, unit };
  } catch {
    // A value that is none of its kind was refused by the run; here it is a word.
    return { sizes: null, unit: 'none' };
  }
}

function queueSizes(values: readonly string[]): KeySizes {
  const read = values.map(parseQueueSize);
  const [first] = read;
  const isOne = first !== undefined && read.every(({ unit }) => unit === first.unit);
  return isOne
    ? { sizes: read.map(({ value }) => value), unit: QUEUE_UNITS[first.unit] }
    : { sizes: null, unit: 'none' };
}
