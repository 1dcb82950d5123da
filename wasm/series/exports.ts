// The host's door to series: made by handle, fed from inside the module or from the host, read as
// rows of five f64 (count, sum, min, max, last). A handle is the series' address.
import { createSeries, freeSeries, Series } from './series';

export function seriesCreate(widthUnits: f64, capacity: u32): usize {
  const even = max<u32>(2, (capacity + 1) & ~1);
  return changetype<usize>(createSeries(max<i64>(1, <i64>widthUnits), even));
}

export function seriesFree(handle: usize): void {
  freeSeries(changetype<Series>(handle));
}

export function seriesAdd(handle: usize, time: f64, value: f64): void {
  changetype<Series>(handle).add(<i64>time, value);
}

/** Where the rows stand, `seriesLength` of them. Valid until memory grows or the series is freed. */
export function seriesRows(handle: usize): usize {
  return changetype<Series>(handle).bins;
}

export function seriesLength(handle: usize): u32 {
  return changetype<Series>(handle).used;
}

/** The present width of a bin, in the unit of the times added. */
export function seriesWidth(handle: usize): f64 {
  return <f64>changetype<Series>(handle).width;
}
