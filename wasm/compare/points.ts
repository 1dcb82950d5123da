// What was captured at each of the two points.
import { COLUMNS_POINT } from '../generated/capture';

@unmanaged
export class Range {
  timed: u32 = 0;
  unused: u32 = 0;
  /** Since 1970: what the times of this point count from. */
  baseNs: i64 = 0;
  firstNs: i64 = 0;
  lastNs: i64 = 0;
}

const ranges = memory.data(64, 8);
const rows = memory.data(2 * COLUMNS_POINT * 8, 8);

export function rangeOf(side: u32): Range {
  return changetype<Range>(ranges + <usize>(side << 5));
}

/** Takes note of a packet's time; what it is since the first packet of this point. */
export function sinceBase(side: u32, timeNs: i64): i64 {
  const range = rangeOf(side);
  if (!range.timed) {
    range.timed = 1;
    range.baseNs = timeNs;
  }
  const since = timeNs - range.baseNs;
  range.firstNs = min(range.firstNs, since);
  range.lastNs = max(range.lastNs, since);
  return since;
}

export function countAt(side: u32, column: u32): void {
  const at = pointRow(side) + ((<usize>column) << 3);
  store<f64>(at, load<f64>(at) + 1);
}

/** The counts of the first look are not those of the second. */
export function clearPoints(): void {
  memory.fill(rows, 0, 2 * COLUMNS_POINT * 8);
}

/** COLUMNS_POINT f64. */
export function pointRow(side: u32): usize {
  return rows + <usize>((side & 1) * COLUMNS_POINT * 8);
}

export function putAt(side: u32, column: u32, value: f64): void {
  store<f64>(pointRow(side) + ((<usize>column) << 3), value);
}
