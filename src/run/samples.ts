import type { RunSource } from './model.js';
import { MOST_COLUMNS, type Quantity } from './query.js';

// All samples of a series, out of a source that is asked in pixels: columns that hold more than one are asked for again, finer.

/** Parts into which a column is cut that holds several samples. */
const PARTS = 64;
/** Samples closer than this are one. */
const LEAST_US = 1 / 64;

/** Instants and values, in order; NaN where a sample says that the value is not known. */
export interface Samples {
  readonly timeUs: number[];
  readonly values: number[];
}

/** Every sample between two instants, those that are not known to about 10 ns. */
export async function samplesOf(
  source: RunSource,
  { quantity, owner }: { readonly quantity: Quantity; readonly owner: number },
  { fromUs, toUs }: { readonly fromUs: number; readonly toUs: number },
): Promise<Samples> {
  const samples: Samples = { timeUs: [], values: [] };
  await take(source, { quantity, owner, fromUs, toUs, pixels: MOST_COLUMNS }, samples);
  return samples;
}

async function take(
  source: RunSource,
  query: { quantity: Quantity; owner: number; fromUs: number; toUs: number; pixels: number },
  samples: Samples,
): Promise<void> {
  const found = await source.query(query);
  if (!found) return;
  const { count, unknown, last, lastUs } = found;
  const { fromUs, toUs } = query;
  const width = (toUs - fromUs) / count.length;
  for (let i = 0; i < count.length; i += 1) {
    const held = count[i]! + unknown[i]!;
    if (held === 0) continue;
    const beginUs = fromUs + i * width;
    // Where a value is not known, nothing tells its instant but where it lies.
    if ((held > 1 || count[i] === 0) && width > LEAST_US) {
      // The end of a column is the beginning of the next, but for the last.
      const endUs = i === count.length - 1 ? toUs : before(fromUs + (i + 1) * width);
      await take(source, { ...query, fromUs: beginUs, toUs: endUs, pixels: PARTS }, samples);
      continue;
    }
    samples.timeUs.push(count[i] === 0 ? beginUs + width / 2 : lastUs[i]!);
    samples.values.push(count[i] === 0 ? Number.NaN : last[i]!);
  }
}

/** The greatest number below one above 0. */
function before(value: number): number {
  return value - value * Number.EPSILON;
}
