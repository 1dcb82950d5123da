// What became of the packets of one way between the points: counts, delays over time, losses over time.
import {
  COLUMNS_CROSSING,
  CROSSING_COLUMN_ARRIVED,
  CROSSING_COLUMN_LOST,
  CROSSING_COLUMN_LOST_BYTES,
  CROSSING_COLUMN_MAX_US,
  CROSSING_COLUMN_MIN_US,
  CROSSING_COLUMN_REORDERED,
  CROSSING_COLUMN_SAMPLES,
  CROSSING_COLUMN_SUM_US,
} from '../generated/capture';
import { createSeries, Series } from '../series/index';

/** Delays above the floor: 32 bins up to 32 µs, then 32 for each octave: a percentile is within 1.6 % of its sample. */
const BINS: u32 = 32 + 27 * 32;
/** A queue is told by its delay over eight packets or so. */
const SMOOTHING: f64 = 1 / 8;

@unmanaged
class Crossing {
  delays: usize = 0;
  losses: usize = 0;
  late: usize = 0;
  bins: usize = 0;
  floorNs: f64 = 0;
  smoothedNs: f64 = 0;
}

const CROSSING_BYTES: usize = 40;
const crossings = memory.data(80, 8);
const rows = memory.data(2 * COLUMNS_CROSSING * 8, 8);
let originNs: i64 = 0;

export function initCrossings(from: i64, binNs: i64, capacity: u32, floorNs: f64): void {
  originNs = from;
  memory.fill(rows, 0, 2 * COLUMNS_CROSSING * 8);
  for (let way: u32 = 0; way < 2; way += 1) {
    const crossing = crossingAt(way);
    crossing.delays = changetype<usize>(createSeries(binNs, capacity));
    crossing.losses = changetype<usize>(createSeries(binNs, capacity));
    crossing.late = changetype<usize>(createSeries(binNs, capacity));
    crossing.bins = heap.alloc(BINS << 2);
    memory.fill(crossing.bins, 0, BINS << 2);
    crossing.floorNs = floorNs;
    crossing.smoothedNs = floorNs;
  }
}

export function count(way: u32, column: u32): void {
  add(way, column, 1);
}

/** What a packet takes at present. */
export function expectedNs(way: u32): f64 {
  return crossingAt(way).smoothedNs;
}

/** A packet that left at `fromNs` arrived `delayNs` later; `sure` where no other could have been meant. */
export function arrive(way: u32, fromNs: i64, delayNs: i64, sure: bool): void {
  const crossing = crossingAt(way);
  const us = <f64>delayNs / 1000;
  const samples = figure(way, CROSSING_COLUMN_SAMPLES);
  count(way, CROSSING_COLUMN_ARRIVED);
  count(way, CROSSING_COLUMN_SAMPLES);
  add(way, CROSSING_COLUMN_SUM_US, us);
  if (samples == 0 || us < figure(way, CROSSING_COLUMN_MIN_US)) put(way, CROSSING_COLUMN_MIN_US, us);
  if (samples == 0 || us > figure(way, CROSSING_COLUMN_MAX_US)) put(way, CROSSING_COLUMN_MAX_US, us);
  changetype<Series>(crossing.delays).add(max<i64>(fromNs - originNs, 0), us);
  const bin = crossing.bins + ((<usize>binOf((<f64>delayNs - crossing.floorNs) / 1000)) << 2);
  store<u32>(bin, load<u32>(bin) + 1);
  if (sure) crossing.smoothedNs += (<f64>delayNs - crossing.smoothedNs) * SMOOTHING;
}

export function lose(way: u32, fromNs: i64, bytes: u32): void {
  count(way, CROSSING_COLUMN_LOST);
  add(way, CROSSING_COLUMN_LOST_BYTES, <f64>bytes);
  changetype<Series>(crossingAt(way).losses).add(max<i64>(fromNs - originNs, 0), 1);
}

/** A packet that left at `fromNs` arrived after one that had left later. */
export function comeLate(way: u32, fromNs: i64): void {
  count(way, CROSSING_COLUMN_REORDERED);
  changetype<Series>(crossingAt(way).late).add(max<i64>(fromNs - originNs, 0), 1);
}

/** COLUMNS_CROSSING f64. */
export function crossingRow(way: u32): usize {
  return rows + <usize>((way & 1) * COLUMNS_CROSSING * 8);
}

/** A series of delays, µs: see wasm/series for its rows. */
export function delaySeries(way: u32): usize {
  return crossingAt(way & 1).delays;
}

export function lossSeries(way: u32): usize {
  return crossingAt(way & 1).losses;
}

export function lateSeries(way: u32): usize {
  return crossingAt(way & 1).late;
}

/** The delay above the floor that `share` of the packets do not exceed, µs. */
export function delayPercentileUs(way: u32, share: f64): f64 {
  const samples = figure(way & 1, CROSSING_COLUMN_SAMPLES);
  const rank = Math.max(1, Math.ceil(share * samples));
  let passed: f64 = 0;
  for (let bin: u32 = 0; bin < BINS; bin += 1) {
    passed += <f64>load<u32>(crossingAt(way & 1).bins + ((<usize>bin) << 2));
    if (passed >= rank) return middleOf(bin);
  }
  return 0;
}

function binOf(us: f64): u32 {
  const value = <u32>min<f64>(max<f64>(us, 0), 4_294_967_295);
  if (value < 32) return value;
  const octave = 31 - clz<u32>(value);
  return 32 + ((octave - 5) << 5) + ((value >> (octave - 5)) & 31);
}

function middleOf(bin: u32): f64 {
  if (bin < 32) return <f64>bin;
  const shift = (bin - 32) >> 5;
  const low = (<u64>(32 + ((bin - 32) & 31))) << shift;
  return <f64>low + <f64>((<u64>1) << shift) / 2;
}

function crossingAt(way: u32): Crossing {
  return changetype<Crossing>(crossings + <usize>way * CROSSING_BYTES);
}

function figure(way: u32, column: u32): f64 {
  return load<f64>(crossingRow(way) + ((<usize>column) << 3));
}

function put(way: u32, column: u32, value: f64): void {
  store<f64>(crossingRow(way) + ((<usize>column) << 3), value);
}

function add(way: u32, column: u32, value: f64): void {
  put(way, column, figure(way, column) + value);
}
