// Binned series: of the whole capture, and of both directions of the connection in focus. Memory
// does not grow with the capture: a series that is full doubles its bin width (series/series.ts).
import { SERIES_ALL, SERIES_SLOTS } from '../generated/capture';
import { createSeries, Series } from '../series/index';
import { focused, side, sinceStartNs } from './focus';

// BIN_ numbers (spec/capture.json): ALL is bytes of all packets, the others are pairs, one of each
// direction of the focus.
const slots = memory.data(SERIES_SLOTS * 4, 4);
let enabled: bool = false;
/** Where the bins of all series begin: 0, or earlier where time went back beyond the first packet. */
let startNs: i64 = 0;
/** How often they were moved; beyond so many times each makes them wider, for a time that goes back step by step. */
let moves: u32 = 0;
const MOST_MOVES: u32 = 64;
const EARLIEST_NS: i64 = -(1 << 60);

/** Turns the series on: bins of `widthNs` at first, at most `capacity` of them. */
export function enableBins(widthNs: f64, capacity: u32): void {
  for (let i: u32 = 0; i < SERIES_SLOTS; i += 1) {
    store<Series>(slots + ((<usize>i) << 2), createSeries(max<i64>(1, <i64>widthNs), max<u32>(2, capacity & ~1)));
  }
  enabled = true;
}

export function binsEnabled(): bool {
  return enabled;
}

/** Adds a packet of any kind to the series of the whole capture. @seldom */
export function addAll(ns: i64, bytes: u32): void {
  slot(SERIES_ALL).add(sinceStart(ns), <f64>bytes);
}

/** Adds to the series `first` of the direction looked at, where the packet is of the connection in focus. */
export function addToBin(first: u32, value: f64): void {
  if (focused) add(first + side, value);
}

// @seldom
function add(index: u32, value: f64): void {
  if (enabled) slot(index).add(sinceStart(sinceStartNs), value);
}

// What is earlier than the first packet has bins of its own; so have all series, that they stay side by side.
function sinceStart(ns: i64): i64 {
  ns = max<i64>(ns, EARLIEST_NS);
  if (ns < startNs) beginAt(ns);
  return ns - startNs;
}

function beginAt(ns: i64): void {
  // It has every packet, so none is wider or longer.
  const all = slot(SERIES_ALL);
  const end = <i64>all.used * all.width;
  let width = all.width;
  moves += 1;
  if (moves > MOST_MOVES) width <<= 1;
  while ((end + startNs - ns) / width + 2 > <i64>all.capacity) width <<= 1;
  const count = (startNs - ns - 1) / width + 1;
  for (let i: u32 = 0; i < SERIES_SLOTS; i += 1) {
    const series = slot(i);
    while (series.width < width) series.halve();
    series.prepend(<u32>count);
  }
  startNs -= count * width;
}

/** Where the first bin begins, µs since the first packet. */
export function binsStartUs(): f64 {
  return <f64>startNs / 1000;
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
  return load<Series>(slots + ((<usize>min<u32>(index, SERIES_SLOTS - 1)) << 2));
}
