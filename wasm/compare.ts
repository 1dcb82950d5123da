// Two captures of one path, each of any number of files: bytes in; what became of the packets between the points out. The
// host feeds it twice. The first look (`step` before `beginMatching`) takes samples, from which the host learns how the
// clocks differ; the second matches every packet, both captures in the order of one clock. Where a box between the points
// rewrites sequence numbers or segments, the first look tells so and is taken once more, with what it told (`tie`).

import { ENDED, NEED_DATA, nextRecord, Reader, readerAt, readerCount } from './capture/index';
import {
  addLink,
  bareKey,
  COMPARED,
  CUT,
  clearPoints,
  countAt,
  createSurvey,
  endsKey,
  expireAll,
  fingerprint,
  initAnchors,
  initCrossings,
  initFlows,
  initLinks,
  initMatch,
  initPairs,
  initRing,
  largestAt,
  link,
  match,
  noteAnchors,
  orientation,
  pairKey,
  pairOf,
  putAt,
  rangeOf,
  readEnds,
  readLink,
  Survey,
  sampleRows,
  seqAtA,
  setCovered,
  sinceBase,
} from './compare/index';
import {
  KIND_TCP,
  LIMIT_OPEN_FILES,
  NOTE_TRUNCATED,
  POINT_COLUMN_CUT,
  POINT_COLUMN_FIRST_US,
  POINT_COLUMN_LAST_US,
  POINT_COLUMN_NOT_COMPARED,
  POINT_COLUMN_PACKETS,
  POINT_COLUMN_SEGMENTED,
  POINT_COLUMN_START_US,
  POINT_COLUMN_UNALIGNED,
  STEP_DONE,
  STEP_ENDED,
  STEP_MORE,
} from './generated/capture';
import { accepts, decodePacket, filtering, view } from './packet/index';

export {
  addReader,
  interfaceDropped,
  interfaceLinkType,
  interfaceName,
  interfaceNameLength,
  interfacePackets,
  interfaceSnapLength,
  readerCommit,
  readerFormat,
  readerInterfaces,
  readerLinkType,
  readerRecords,
  readerSnapLength,
  readerSpace,
  readerSpaceBytes,
  readerWarningOffset,
  readerWarnings,
  restartReader,
} from './capture/exports';
export {
  anchorCount,
  anchorRows,
  crossingRow,
  delayPercentileUs,
  delaySeries,
  lateSeries,
  lossSeries,
  pointRow,
  setPairWay,
} from './compare/index';
export { filterNetwork, filterPort, filterScratch } from './packet/exports';
export { seriesLength, seriesRows, seriesWidth } from './series/exports';

/** A segment is at most so many of the other point's. */
const MAX_PARTS: u32 = 256;

/** Which point a stream is of. */
const sides = memory.data(LIMIT_OPEN_FILES, 1);
let packets: f64 = 0;
let matching: bool = false;
/** Whether numbers are known to be the same at both points, or by how much they differ. */
let tied: bool = false;
let ends = changetype<Survey>(0);
let bare = changetype<Survey>(0);
/** Largest payload of a TCP segment at each point, and whether options were cut off. */
const largest = memory.data(8, 4);
let optionsCut: bool = false;
// The clock of B: its time is A's time + offset + drift · A's time, each since its first packet.
let offsetNs: f64 = 0;
let rate: f64 = 1;

export function setSide(stream: u32, side: u32): void {
  store<u8>(sides + stream, <u8>(side & 1));
  if (changetype<usize>(ends)) return;
  initPairs();
  ends = createSurvey();
  bare = createSurvey();
  initAnchors();
}

/**
 * A connection of B, which from `fromUs` on is `other` at A; with `side` 0 one of A, for its `grid`. Those of one connection
 * in the order of time.
 */
export function tie(
  side: u32,
  connection: f64,
  other: f64,
  fromUs: f64,
  delta0: u32,
  delta1: u32,
  flipped: u32,
  grid: u32,
): void {
  if (!tied) {
    tied = true;
    initLinks();
    packets = 0;
    ends.clear();
    bare.clear();
    clearPoints();
  }
  addLink(side & 1, connection, other, bounded(fromUs * 1000), delta0, delta1, flipped != 0, grid);
}

export function totalPackets(): f64 {
  return packets;
}

/** STEP_DONE, STEP_MORE (call again), STEP_ENDED + stream, or the stream that needs data. */
export function step(most: u32): u32 {
  for (let handled: u32 = 0; handled < most; handled += 1) {
    const reader = earliest();
    if (!changetype<usize>(reader)) return status;
    reader.pending = 0;
    packets += 1;
    handle(reader, side);
  }
  return STEP_MORE;
}

/** How many samples there are: with addresses, or without. */
export function sampleCount(withoutEnds: u32): u32 {
  return (withoutEnds ? bare : ends).matches();
}

/** 0 where every packet was a candidate for a sample. */
export function samplesThinned(withoutEnds: u32): u32 {
  return (withoutEnds ? bare : ends).shift;
}

/** Rows of COLUMNS_SAMPLE f64. */
export function samples(withoutEnds: u32): usize {
  return sampleRows(withoutEnds ? bare : ends);
}

/** First packet of B minus first packet of A by their clocks, µs. */
export function baseDifferenceUs(): f64 {
  const ns = rangeOf(1).baseNs - rangeOf(0).baseNs;
  return <f64>(ns / 1000) + <f64>(ns % 1000) / 1000;
}

/** Largest TCP payload of a point. */
export function largestPayload(side: u32): u32 {
  return load<u32>(largest + ((<usize>(side & 1)) << 2));
}

/** The second look begins. Times in µs; `drift` is how much faster the clock of B runs. */
export function beginMatching(
  withoutEnds: u32,
  withWindows: u32,
  withOptions: u32,
  withIds: u32,
  offsetUs: f64,
  drift: f64,
  windowUs: f64,
  floorUs: f64,
  longestUs: f64,
  binUs: f64,
  bins: u32,
  ringOrder: u32,
): void {
  matching = true;
  packets = 0;
  offsetNs = offsetUs * 1000;
  rate = 1 + drift;
  clearPoints();
  initFlows();
  initRing(ringOrder);
  initMatch(
    withoutEnds != 0,
    withWindows != 0,
    withOptions != 0 && !optionsCut,
    withIds != 0,
    bounded(windowUs * 1000),
    bounded(floorUs * 1000),
    bounded(longestUs * 1000),
  );
  const from = min(rangeOf(0).firstNs, byClockOfA(1, rangeOf(1).firstNs));
  for (let side: u32 = 0; side < 2; side += 1) {
    setCovered(side, byClockOfA(side, rangeOf(side).firstNs), byClockOfA(side, rangeOf(side).lastNs));
  }
  initCrossings(from, max<i64>(1, bounded(binUs * 1000)), bins, floorUs * 1000);
}

/** After the second look. */
export function finish(): void {
  expireAll();
}

/** What `pointRow` says of times, filled in. */
export function describePoints(): void {
  for (let point: u32 = 0; point < 2; point += 1) {
    const range = rangeOf(point);
    putAt(
      point,
      POINT_COLUMN_START_US,
      range.timed ? <f64>(range.baseNs / 1000) + <f64>(range.baseNs % 1000) / 1000 : NaN,
    );
    putAt(point, POINT_COLUMN_FIRST_US, <f64>byClockOfA(point, range.firstNs) / 1000);
    putAt(point, POINT_COLUMN_LAST_US, <f64>byClockOfA(point, range.lastNs) / 1000);
  }
}

/** No capture is longer, and no clock further off: 70 years, of which sums do not overflow. */
const FURTHEST_NS: i64 = 1 << 61;

function bounded(ns: f64): i64 {
  if (!(ns > -(<f64>FURTHEST_NS))) return -FURTHEST_NS;
  return ns < <f64>FURTHEST_NS ? <i64>Math.round(ns) : FURTHEST_NS;
}

let status: u32 = 0;
let side: u32 = 0;

// The next packet of all streams by the clock of A; in the first look, while nothing is known of clocks, by the time since
// each point's first packet.
function earliest(): Reader {
  let best = changetype<Reader>(0);
  let bestNs: i64 = 0;
  for (let id: u32 = 0; id < readerCount(); id += 1) {
    const reader = readerAt(id);
    if (!reader.pending) {
      if (reader.closed) continue;
      const state = nextRecord(reader);
      if (state == NEED_DATA || state == ENDED) {
        reader.closed = state == ENDED ? 1 : 0;
        status = state == ENDED ? STEP_ENDED + id : id;
        return changetype<Reader>(0);
      }
    }
    const point = <u32>load<u8>(sides + id);
    const range = rangeOf(point);
    const ns = range.timed ? byClockOfA(point, reader.timeNs - range.baseNs) : i64.MIN_VALUE;
    if (changetype<usize>(best) && ns >= bestNs) continue;
    best = reader;
    bestNs = ns;
    side = point;
  }
  status = STEP_DONE;
  return best;
}

function byClockOfA(point: u32, ns: i64): i64 {
  const own = max(-FURTHEST_NS, min(FURTHEST_NS, ns));
  return point ? bounded((<f64>own - offsetNs) / rate) : own;
}

function handle(reader: Reader, point: u32): void {
  countAt(point, POINT_COLUMN_PACKETS);
  if (!reader.timed) {
    countAt(point, POINT_COLUMN_NOT_COMPARED);
    return;
  }
  const timeNs = sinceBase(point, reader.timeNs);
  const frameBytes = reader.wire - min(reader.checkBytes, reader.wire);
  decodePacket(reader.linkType, reader.data, min(reader.captured, frameBytes), frameBytes);
  if (filtering() && !accepts(view)) return;
  const readable = readEnds();
  if (readable != COMPARED) {
    countAt(point, readable == CUT ? POINT_COLUMN_CUT : POINT_COLUMN_NOT_COMPARED);
    return;
  }
  const pair = pairOf(pairKey);
  const bytes = view.payloadBytes;
  const here = pair ? largestAt(pair, point, orientation) : largest + ((<usize>point) << 2);
  const there = pair ? largestAt(pair, 1 - point, orientation) : largest + ((<usize>(1 - point)) << 2);
  const tcp = view.kind == KIND_TCP;
  if (!matching && tcp) {
    if (view.notes & NOTE_TRUNCATED) optionsCut = true;
    noteLargest(here, bytes);
    noteLargest(largest + ((<usize>point) << 2), bytes);
  }
  readLink(point, timeNs);
  if (tcp && !matching && !tied) noteAnchors(point, timeNs);
  const alignedNs = byClockOfA(point, timeNs);
  if (changetype<usize>(link) && link.grid && bytes) {
    takeBytes(point, alignedNs, pair, bytes, link.grid);
    return;
  }
  // Offloaded to the card, or put together by it: what is several segments at the other point is read as several.
  const most = load<u32>(there) ? load<u32>(there) : largestPayload(1 - point);
  if (!tcp || !most || bytes <= most) {
    take(point, alignedNs, pair, 0, bytes, 0);
    return;
  }
  countAt(point, POINT_COLUMN_SEGMENTED);
  let part: u32 = 0;
  for (let offset: u32 = 0; offset < bytes && part < MAX_PARTS; offset += most, part += 1) {
    take(point, alignedNs, pair, offset, min(most, bytes - offset), part);
  }
}

// Every `grid`th byte of the stream, by A's numbers, whatever segment it travels in; a power of two, for numbers that wrap.
function takeBytes(point: u32, timeNs: i64, pair: u32, bytes: u32, grid: u32): void {
  const first: u32 = (0 - seqAtA()) & (grid - 1);
  if (first >= bytes) countAt(point, POINT_COLUMN_UNALIGNED);
  let part: u32 = 0;
  for (let offset = first; offset < bytes && part < MAX_PARTS; offset += grid, part += 1) {
    // The bytes before the first of them, and up to the next, share its fate.
    take(point, timeNs, pair, offset, min(grid, bytes - offset) + (part ? 0 : first), part);
  }
}

function noteLargest(at: usize, bytes: u32): void {
  if (bytes > load<u32>(at)) store<u32>(at, bytes);
}

function take(point: u32, timeNs: i64, pair: u32, offset: u32, length: u32, part: u32): void {
  if (matching) {
    match(point, timeNs, pair, offset, length, part);
    return;
  }
  if (fingerprint(offset, length, false, false) != COMPARED) return;
  const way = (pair << 1) | orientation;
  ends.add(endsKey, point, timeNs, way);
  bare.add(bareKey, point, timeNs, way);
}
