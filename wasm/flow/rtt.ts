// Round-trip times of one direction: exact up to EXACT samples, then a log-linear histogram of the
// same size (32 bins an octave: a percentile is within 1.6 % of the sample it stands for).
import { allocState, freeState } from './state';

const FIRST: u32 = 16;
/** Bins: 32 up to 32 µs, then 32 for each octave up to 2^32 µs. */
const EXACT: u32 = 32 + 27 * 32;
/** Samples kept beside the rest before they go to their places at once. */
const LATEST: u32 = 16;

@unmanaged
export class RttStats {
  count: u32 = 0;
  capacity: u32 = 0;
  /** Samples in µs, or EXACT bins once `binned`; but for the latest. */
  values: usize = 0;
  binned: u32 = 0;
  /** Samples that stand behind the statistics themselves: of a thousand connections the places of all are in no near cache. */
  latest: u32 = 0;
  minUs: f64 = 0;
  maxUs: f64 = 0;
  sumUs: f64 = 0;
  sumSquares: f64 = 0;
}

const SIZE: usize = offsetof<RttStats>() + ((<usize>LATEST) << 2);
const NONE = changetype<RttStats>(memory.data(64, 8));

// @seldom
export function createRttStats(): RttStats {
  return changetype<RttStats>(allocState(SIZE));
}

export function freeRttStats(stats: RttStats): void {
  if (!changetype<usize>(stats)) return;
  freeState(stats.values, stats.capacity << 2);
  freeState(changetype<usize>(stats), SIZE);
}

export function addRtt(stats: RttStats, us: f64): void {
  const count = stats.count;
  if (count == 0 || us < stats.minUs) stats.minUs = us;
  if (us > stats.maxUs) stats.maxUs = us;
  stats.sumUs += us;
  stats.sumSquares += us * us;
  stats.count = count + 1;
  if (count == stats.capacity && !stats.binned) makeRoom(stats);
  store<u32>(latestOf(stats) + ((<usize>stats.latest) << 2), <u32>min<f64>(us, 4_294_967_295));
  stats.latest += 1;
  if (stats.latest == LATEST) settle(stats);
}

function latestOf(stats: RttStats): usize {
  return changetype<usize>(stats) + offsetof<RttStats>();
}

// The latest samples go where the others are; there is room for them.
function settle(stats: RttStats): void {
  const from = latestOf(stats);
  const latest = stats.latest;
  stats.latest = 0;
  if (!stats.binned) {
    memory.copy(stats.values + ((<usize>(stats.count - latest)) << 2), from, (<usize>latest) << 2);
    return;
  }
  for (let i: u32 = 0; i < latest; i += 1) countIn(stats.values, load<u32>(from + ((<usize>i) << 2)));
}

function countIn(bins: usize, value: u32): void {
  const bin = bins + ((<usize>binOf(value)) << 2);
  store<u32>(bin, load<u32>(bin) + 1);
}

/** `stats`, or statistics of nothing, all zeros, where there was no sample yet. */
export function orNone(stats: RttStats): RttStats {
  return changetype<usize>(stats) ? stats : NONE;
}

export function meanUs(stats: RttStats): f64 {
  return stats.count ? stats.sumUs / <f64>stats.count : 0;
}

export function stdevUs(stats: RttStats): f64 {
  if (!stats.count) return 0;
  const mean = meanUs(stats);
  return Math.sqrt(Math.max(0, stats.sumSquares / <f64>stats.count - mean * mean));
}

/** The smallest value with at least `share` of the samples at or below it (nearest rank). */
export function percentile(stats: RttStats, share: f64): f64 {
  if (!stats.count) return 0;
  settle(stats);
  const rank = max<u32>(1, <u32>Math.ceil(share * <f64>stats.count));
  if (stats.binned) {
    let passed: u32 = 0;
    for (let bin: u32 = 0; bin < EXACT; bin += 1) {
      passed += load<u32>(stats.values + ((<usize>bin) << 2));
      if (passed >= rank) return min(max(middleOf(bin), stats.minUs), stats.maxUs);
    }
    return stats.maxUs;
  }
  if (rank == stats.count) return stats.maxUs;
  sort(stats.values, stats.count);
  return <f64>load<u32>(stats.values + ((<usize>(rank - 1)) << 2));
}

// @seldom
function makeRoom(stats: RttStats): void {
  if (stats.capacity == EXACT) {
    toBins(stats);
    return;
  }
  const capacity = stats.capacity ? min<u32>(EXACT, stats.capacity << 2) : FIRST;
  const moved = allocState(capacity << 2);
  memory.copy(moved, stats.values, stats.capacity << 2);
  freeState(stats.values, stats.capacity << 2);
  stats.values = moved;
  stats.capacity = capacity;
}

// Those that are not with the others yet are counted when they come to them.
function toBins(stats: RttStats): void {
  const bins = allocState(EXACT << 2);
  const settled = EXACT - stats.latest;
  for (let i: u32 = 0; i < settled; i += 1) countIn(bins, load<u32>(stats.values + ((<usize>i) << 2)));
  freeState(stats.values, stats.capacity << 2);
  stats.values = bins;
  stats.binned = 1;
}

function binOf(value: u32): u32 {
  if (value < 32) return value;
  const octave = 31 - clz<u32>(value);
  return 32 + ((octave - 5) << 5) + ((value >> (octave - 5)) & 31);
}

function middleOf(bin: u32): f64 {
  if (bin < 32) return <f64>bin;
  const shift = (bin - 32) >> 5;
  const low = (<u64>(32 + ((bin - 32) & 31))) << shift;
  return <f64>low + <f64>(((<u64>1) << shift) >> 1);
}

// Shell sort (gaps of Ciura, 2001): no recursion, no memory, at most EXACT values.
function sort(at: usize, count: u32): void {
  for (let step = 0; step < 6; step += 1) {
    const gap: u32 = step == 0 ? 301 : step == 1 ? 132 : step == 2 ? 57 : step == 3 ? 23 : step == 4 ? 10 : 4;
    insertionSort(at, count, gap);
  }
  insertionSort(at, count, 1);
}

function insertionSort(at: usize, count: u32, gap: u32): void {
  for (let i = gap; i < count; i += 1) {
    const value = load<u32>(at + ((<usize>i) << 2));
    let j = i;
    while (j >= gap && load<u32>(at + ((<usize>(j - gap)) << 2)) > value) {
      store<u32>(at + ((<usize>j) << 2), load<u32>(at + ((<usize>(j - gap)) << 2)));
      j -= gap;
    }
    store<u32>(at + ((<usize>j) << 2), value);
  }
}
