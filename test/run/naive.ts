import type { SeriesColumns } from '../../src/run/index.js';

/** What a query has to answer, by looking at every sample for every column. */
export function naiveQuery(
  timeUs: ArrayLike<number>,
  values: ArrayLike<number>,
  { fromUs, toUs, pixels }: { readonly fromUs: number; readonly toUs: number; readonly pixels: number },
): SeriesColumns {
  const width = (toUs - fromUs) / pixels;
  const none = (): Float64Array => new Float64Array(pixels).fill(Number.NaN);
  const [min, max, last, lastUs] = [none(), none(), none(), none()];
  const [count, unknown] = [new Uint32Array(pixels), new Uint32Array(pixels)];
  const point = (i: number) =>
    i >= 0 && i < timeUs.length && !Number.isNaN(values[i]!) ? { timeUs: timeUs[i]!, value: values[i]! } : null;
  let [before, after] = [-1, timeUs.length];
  for (let i = 0; i < timeUs.length; i += 1) {
    const us = timeUs[i]!;
    if (us < fromUs) before = i;
    if (us > toUs) after = Math.min(after, i);
    if (us < fromUs || us > toUs) continue;
    let column = pixels - 1;
    while (column > 0 && us < fromUs + column * width) column -= 1;
    const value = values[i]!;
    if (Number.isNaN(value)) {
      unknown[column]! += 1;
      continue;
    }
    min[column] = count[column] ? Math.min(min[column]!, value) : value;
    max[column] = count[column] ? Math.max(max[column]!, value) : value;
    last[column] = value;
    lastUs[column] = us;
    count[column]! += 1;
  }
  return { fromUs, toUs, min, max, last, lastUs, count, unknown, before: point(before), after: point(after) };
}
