// What a segment adds to its sender's sequence space: new data, data sent again, data that fills
// a hole. The usual segment continues at SND.MAX; everything else goes through `overlap`.
import {
  MARK_DATA,
  MARK_IN_FLIGHT,
  MARK_REORDERED,
  MARK_RETRANSMISSION,
  SERIES_IN_FLIGHT,
  SERIES_RETRANSMITTED,
  SERIES_SENT,
} from '../generated/capture';
import { PacketView, TCP_FIN, TCP_SYN } from '../packet/index';
import { addToBin } from './binned';
import {
  classify,
  rtoUs,
  WHY_DUPLICATE_FRAME,
  WHY_FAST,
  WHY_OTHER,
  WHY_TAIL_PROBE,
  WHY_TIMEOUT,
  WHY_UNNEEDED,
} from './classify';
import { after, before, Direction, IN_TIMEOUT, pipeOf, SEEN, startAt, WINDOW_SEEN } from './direction';
import { takeFromGap } from './gaps';
import { mark, markRange } from './marks';
import {
  appendSegment,
  findSegment,
  freeSegments,
  insertSegment,
  LOST,
  RETRANSMITTED,
  roomToInsert,
  SACKED,
  Segment,
  segmentAt,
} from './segments';
import { logRetransmission } from './spurious';

/** A jump further than this from what was sent is no data of this connection as we know it. */
const FAR: u32 = 1 << 30;
/** Below this and no RTT known, a late segment was reordered (the threshold Wireshark uses). */
const REORDER_NS: i64 = 3_000_000;
/** What a segment is: data again is a retransmission, a probe of a closed window again is not. */
const DATA: u32 = 0;
const WINDOW_PROBE: u32 = 1;
/** Two captures of one frame come within this. */
const DUPLICATE_NS: i64 = 1_000_000;

/** Handles a segment that takes sequence numbers (data, SYN or FIN). */
export function sendSegment(d: Direction, peer: Direction, view: PacketView, nowNs: i64): void {
  const length = view.payloadBytes;
  const start = view.seq;
  const end = start + length + ((view.flags & TCP_SYN) >> 1) + (view.flags & TCP_FIN);
  if (!(d.flags & SEEN)) startAt(d, start);
  if (after(start, d.sndMax) ? start - d.sndMax > FAR : d.sndMax - start > FAR) {
    d.outOfWindowPackets += 1;
    freeSegments(d);
    startAt(d, start);
  }
  const probe = peer.flags & WINDOW_SEEN && peer.window == 0 && end - start == 1 && !(view.flags & (TCP_SYN | TCP_FIN));
  if (probe) d.zeroWindowProbes += 1;
  if (start == d.sndMax) {
    append(d, view, start, end, nowNs);
    d.uniqueBytes += length;
    markRange(MARK_DATA, d, start, end);
  } else if (!probe && isKeepAlive(d, start, end, view.flags)) {
    d.keepAlives += 1;
  } else {
    overlap(d, view, start, end, nowNs, probe ? WINDOW_PROBE : DATA);
  }
  d.lastDataNs = nowNs;
  const pipe = pipeOf(d);
  if (pipe > d.inFlightMaxBytes) d.inFlightMaxBytes = pipe;
  if (pipe > d.roundMaxBytes) d.roundMaxBytes = pipe;
  d.inFlightSumBytes += <f64>pipe;
  mark(MARK_IN_FLIGHT, <f64>pipe, <f64>(d.sndMax - d.una));
  addToBin(SERIES_SENT, <f64>length);
  addToBin(SERIES_IN_FLIGHT, <f64>pipe);
}

/** spec: RFC 9293 3.8.4, one old byte or none, when everything is acknowledged. */
export function isKeepAlive(d: Direction, start: u32, end: u32, flags: u32): bool {
  return start == d.sndMax - 1 && d.una == d.sndMax && end - start <= 1 && !(flags & (TCP_SYN | TCP_FIN));
}

function append(d: Direction, view: PacketView, start: u32, end: u32, nowNs: i64): void {
  write(d, appendSegment(d), view, start, end, nowNs);
  d.sndMax = end;
}

function write(d: Direction, segment: Segment, view: PacketView, start: u32, end: u32, nowNs: i64): void {
  segment.start = start;
  segment.end = end;
  segment.sentNs = nowNs;
  segment.firstSentNs = nowNs;
  segment.tsval = view.tsval;
  segment.state = 0;
  segment.delivered = d.una + d.sacked;
  segment.ipId = view.ipId;
}

// Walks [start, end) over what is known of the sequence space:
//
//   | before the capture | acknowledged       | in the ring, with holes        | new
//   ^ …                  ^ base               ^ una                            ^ sndMax
function overlap(d: Direction, view: PacketView, start: u32, end: u32, nowNs: i64, what: u32): void {
  let at = start;
  let seen: u32 = 0;
  let late: u32 = 0;
  let again = changetype<Segment>(0);
  let kind = -1;
  let filled: i32 = -1;
  if (before(at, d.base)) at = before(end, d.base) ? end : d.base;
  if (before(at, d.una) && before(at, end)) {
    const to = before(end, d.una) ? end : d.una;
    late = takeFromGap(d, at, to);
    seen = to - at - late;
    if (seen) {
      kind = WHY_UNNEEDED;
      d.settledSentNs = nowNs;
    }
    at = to;
  }
  let index = before(at, end) ? findSegment(d, at) : 0;
  while (before(at, end)) {
    const there = index < d.segmentCount;
    const segment = there ? segmentAt(d, index) : changetype<Segment>(0);
    if (there && !after(segment.start, at)) {
      const to = before(end, segment.end) ? end : segment.end;
      seen += to - at;
      if (kind < 0) {
        kind = isDuplicate(segment, view, nowNs) ? WHY_DUPLICATE_FRAME : classify(d, segment, nowNs);
        again = segment;
      }
      if (what == DATA) sendAgain(d, segment, view, nowNs);
      at = to;
      index += 1;
      continue;
    }
    const to = there && before(segment.start, end) ? segment.start : end;
    if (there) {
      // A hole: nothing of it was seen, though later data was.
      if (filled < 0) filled = wasReordered(d, segment, view, nowNs) ? 1 : 0;
      if (roomToInsert(d)) write(d, insertSegment(d, index), view, at, to, nowNs);
      index += 1;
    } else {
      append(d, view, at, to, nowNs);
    }
    at = to;
  }
  d.lateCapturedPackets += late ? 1 : 0;
  const size = view.payloadBytes;
  d.uniqueBytes += size - min(seen, size);
  if (seen && what == DATA) {
    count(d, <u32>kind, nowNs, changetype<usize>(again) ? again.end : end);
    d.retransmittedBytes += min(seen, size);
    logRetransmission(d, start, end);
    markRange(MARK_RETRANSMISSION, d, start, end);
    addToBin(SERIES_RETRANSMITTED, <f64>size);
  } else if (filled >= 0) {
    if (filled) d.reorderedPackets += 1;
    else d.upstreamRetransmissions += 1;
    markRange(MARK_REORDERED, d, start, end);
  } else markRange(MARK_DATA, d, start, end);
}

function sendAgain(d: Direction, segment: Segment, view: PacketView, nowNs: i64): void {
  if (segment.state & LOST) {
    segment.state &= ~LOST;
    d.lost -= segment.end - segment.start;
  }
  if ((segment.state & RETRANSMITTED) == 0) segment.tsval = view.tsval;
  if ((segment.state & RETRANSMITTED) < RETRANSMITTED) segment.state += 1;
  segment.sentNs = nowNs;
}

function count(d: Direction, why: u32, nowNs: i64, end: u32): void {
  d.retransmittedPackets += 1;
  switch (why) {
    case WHY_FAST:
      d.fastRetransmissions += 1;
      break;
    case WHY_TIMEOUT:
      d.timeoutRetransmissions += 1;
      beginTimeout(d, nowNs, end);
      break;
    case WHY_TAIL_PROBE:
      d.tailLossProbes += 1;
      break;
    case WHY_UNNEEDED:
      d.unneededRetransmissions += 1;
      break;
    case WHY_OTHER:
      d.otherRetransmissions += 1;
      break;
    case WHY_DUPLICATE_FRAME:
      d.duplicateFrames += 1;
      break;
    default:
      unreachable();
  }
}

// spec: RFC 6298 5.4 and RFC 6582 4: the earliest segment goes first, and everything outstanding
// counts as lost. A later timeout of the same segment is another timeout.
function beginTimeout(d: Direction, nowNs: i64, end: u32): void {
  if (d.flags & IN_TIMEOUT) {
    const quietUs = <f64>(nowNs - max(d.lastDataNs, d.lastAckNs)) / 1000;
    if (quietUs >= 0.9 * rtoUs(d)) d.timeouts += 1;
    return;
  }
  d.flags |= IN_TIMEOUT;
  d.timeouts += 1;
  d.timeoutEnd = d.sndMax;
  for (let i = findSegment(d, end); i < d.segmentCount; i += 1) {
    const segment = segmentAt(d, i);
    if (segment.state & (SACKED | LOST | RETRANSMITTED)) continue;
    segment.state |= LOST;
    d.lost += segment.end - segment.start;
  }
}

// The same frame captured twice: same IPv4 identification and TSval, hardly any time between.
function isDuplicate(segment: Segment, view: PacketView, nowNs: i64): bool {
  return (
    view.ipId != 0 &&
    view.ipId == segment.ipId &&
    view.tsval == segment.tsval &&
    nowNs - segment.sentNs < DUPLICATE_NS &&
    view.seq == segment.start
  );
}

// A segment below data already seen was either overtaken on its way or resent because the first
// copy was lost before the capture point. Its TSval tells: one sent before `next` is not newer.
// Where clocks tie, the time since `next` came does (S. Jaiswal et al., "Measurement and
// classification of out-of-sequence packets in a tier-1 IP backbone", 2007).
function wasReordered(d: Direction, next: Segment, view: PacketView, nowNs: i64): bool {
  if (view.hasTimestamps && next.tsval && (next.state & RETRANSMITTED) == 0) {
    if (before(view.tsval, next.tsval)) return true;
    if (after(view.tsval, next.tsval)) return false;
  }
  const limit = changetype<usize>(d.rtt) ? <i64>(d.rtt.minUs * 500) : REORDER_NS;
  return nowNs - next.firstSentNs < max(limit, REORDER_NS);
}
