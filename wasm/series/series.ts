// A binned time series whose memory does not depend on how long it runs. Values fall into bins of
// equal width counted from time 0; each bin keeps count, sum, least, greatest and last value. When
// a value lies beyond the last bin, neighbours are merged and the width doubles.
//
//   bin: | count f64 | sum f64 | min f64 | max f64 | last f64 |   40 bytes
//
// Times are i64 in any one unit, never negative; a value may come in any order of time.
import { BIN_LAST, BIN_MAX, BIN_MIN, BIN_SUM, COUNT_BIN } from '../generated/series';

const BIN_BYTES: u32 = COUNT_BIN << 3;
const SUM: usize = BIN_SUM << 3;
const MIN: usize = BIN_MIN << 3;
const MAX: usize = BIN_MAX << 3;
const LAST: usize = BIN_LAST << 3;

@unmanaged
export class Series {
  bins: usize = 0;
  capacity: u32 = 0;
  /** Bins from 0 to the last one that holds a value. */
  used: u32 = 0;
  width: i64 = 0;
  /** The bin of the last value and where it begins: the next value is nearly always in it. */
  private cached: usize = 0;
  private cachedStart: i64 = 0;

  add(time: i64, value: f64): void {
    let at = this.cached;
    if (<u64>(time - this.cachedStart) >= <u64>this.width) at = this.seek(time);
    const count = load<f64>(at);
    store<f64>(at, count + 1);
    store<f64>(at, load<f64>(at, SUM) + value, SUM);
    if (count == 0 || value < load<f64>(at, MIN)) store<f64>(at, value, MIN);
    if (count == 0 || value > load<f64>(at, MAX)) store<f64>(at, value, MAX);
    store<f64>(at, value, LAST);
  }

  private seek(time: i64): usize {
    let index = time / this.width;
    while (index >= <i64>this.capacity) {
      this.halve();
      index >>= 1;
    }
    const bin = <u32>index;
    if (bin >= this.used) this.used = bin + 1;
    this.cached = this.bins + <usize>(bin * BIN_BYTES);
    this.cachedStart = index * this.width;
    return this.cached;
  }

  /** Makes room for `count` bins before the first; their values may be added from now on, at times that begin there. */
  prepend(count: u32): void {
    const bytes = <usize>(count * BIN_BYTES);
    memory.copy(this.bins + bytes, this.bins, <usize>(this.used * BIN_BYTES));
    memory.fill(this.bins, 0, bytes);
    if (this.used) this.used += count;
    this.cached = this.bins;
    this.cachedStart = -this.width;
  }

  halve(): void {
    const merged = (this.used + 1) >> 1;
    for (let i: u32 = 0; i < merged; i++) {
      const from = this.bins + <usize>(2 * i * BIN_BYTES);
      const to = this.bins + <usize>(i * BIN_BYTES);
      const second: u32 = 2 * i + 1;
      mergeBins(to, from, second < this.used ? from + BIN_BYTES : 0);
    }
    memory.fill(this.bins + <usize>(merged * BIN_BYTES), 0, <usize>((this.capacity - merged) * BIN_BYTES));
    this.used = merged;
    this.width <<= 1;
  }
}

/** A series of at most `capacity` bins (at least 2, even), the first of them `width` wide (at least 1). */
export function createSeries(width: i64, capacity: u32): Series {
  const series = new Series();
  const bytes = <usize>(capacity * BIN_BYTES);
  series.bins = heap.alloc(bytes);
  memory.fill(series.bins, 0, bytes);
  series.capacity = capacity;
  series.width = width;
  series.cached = series.bins;
  series.used = 0;
  series.cachedStart = -width;
  return series;
}

export function freeSeries(series: Series): void {
  heap.free(series.bins);
  heap.free(changetype<usize>(series));
}

function mergeBins(to: usize, first: usize, second: usize): void {
  const a = load<f64>(first);
  const b = second ? load<f64>(second) : 0;
  let sum = load<f64>(first, SUM);
  let least = load<f64>(first, MIN);
  let greatest = load<f64>(first, MAX);
  let last = load<f64>(first, LAST);
  if (b > 0) {
    sum += load<f64>(second, SUM);
    least = a > 0 ? min<f64>(least, load<f64>(second, MIN)) : load<f64>(second, MIN);
    greatest = a > 0 ? max<f64>(greatest, load<f64>(second, MAX)) : load<f64>(second, MAX);
    last = load<f64>(second, LAST);
  }
  store<f64>(to, a + b);
  store<f64>(to, sum, SUM);
  store<f64>(to, least, MIN);
  store<f64>(to, greatest, MAX);
  store<f64>(to, last, LAST);
}
