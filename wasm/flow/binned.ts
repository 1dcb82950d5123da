// Binned series: of the whole capture, and of both directions of the connection in focus. Memory
// does not grow with the capture: a series that is full doubles its bin width (series/series.ts).
import { BIN_ALL, BIN_SLOTS } from '../generated/capture';
import { createSeries, Series } from '../series/index';

// BIN_ numbers (spec/capture.json): ALL is bytes of all packets, the others are pairs, one of each
// direction of the focus.
const slots = memory.data(48, 4);
let enabled: bool = false;
let nowNs: i64 = 0;
let side: u32 = 0;

/** Turns the series on: bins of `widthNs` at first, at most `capacity` of them. */
export function enableBins(widthNs: f64, capacity: u32): void {
  for (let i: u32 = 0; i < BIN_SLOTS; i += 1) {
    store<Series>(slots + ((<usize>i) << 2), createSeries(max<i64>(1, <i64>widthNs), max<u32>(2, capacity & ~1)));
  }
  enabled = true;
}

export function binsEnabled(): bool {
  return enabled;
}

/** Time since the first packet and direction of the values that follow. */
export function binAt(ns: i64, direction: u32): void {
  nowNs = max<i64>(0, ns);
  side = direction;
}

export function addAll(ns: i64, bytes: u32): void {
  nowNs = max<i64>(0, ns);
  slot(BIN_ALL).add(nowNs, <f64>bytes);
}

/** Adds to the series `first` of the direction set last. */
export function addToBin(first: u32, value: f64): void {
  if (enabled) slot(first + side).add(nowNs, value);
}

export function binsAddress(index: u32): usize {
  return slot(index).bins;
}

export function binsUsed(index: u32): u32 {
  return slot(index).used;
}

export function binsWidthNs(index: u32): f64 {
  return <f64>slot(index).width;
}

function slot(index: u32): Series {
  return load<Series>(slots + ((<usize>min<u32>(index, BIN_SLOTS - 1)) << 2));
}
