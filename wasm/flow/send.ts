// What a segment adds to its sender's sequence space: new data, data sent again, data that fills
// a hole. The usual segment continues at SND.MAX; everything else goes through `overlap`.
import {
  MARK_DATA,
  MARK_IN_FLIGHT,
  MARK_REORDERED,
  MARK_RETRANSMISSION,
  MARK_UPSTREAM,
  SERIES_IN_FLIGHT,
  SERIES_RETRANSMITTED,
  SERIES_SENT,
  SERIES_UPSTREAM,
} from '../generated/capture';
import { PacketView, TCP_FIN, TCP_SYN } from '../packet/index';
import { addToBin } from './binned';
import { classify, rtoUs, WHY_FAST, WHY_OTHER, WHY_TAIL_PROBE, WHY_TIMEOUT, WHY_UNNEEDED } from './classify';
import { timed } from './clock';
import { after, before, common, Direction, IN_TIMEOUT, pipeOf, SEEN, startAt, WINDOW_SEEN } from './direction';
import { noteUnseen, takeFromGap, takenPayloadBytes, takenWasLost } from './gaps';
import { mark, markRange } from './marks';
import { forgetSacks } from './sack';
import {
  appendSegment,
  findSegment,
  HAS_FIN,
  HAS_SYN,
  insertSegment,
  LOST,
  PROBE,
  RETRANSMITTED,
  roomToInsert,
  SACKED,
  Segment,
  segmentAt,
  UNTIMED,
} from './segments';
import { logRetransmission } from './spurious';

/** Below this and no RTT known, a late segment was reordered (the threshold Wireshark uses). */
const REORDER_NS: i64 = 3_000_000;
/** What a segment is: data again is a retransmission, a probe of a closed window again is not. */
const DATA: u32 = 0;
const WINDOW_PROBE: u32 = 1;

/** Handles a segment that takes sequence numbers (data, SYN or FIN). */
export function sendSegment(d: Direction, peer: Direction, view: PacketView, nowNs: i64): void {
  const length = view.payloadBytes;
  const start = view.seq;
  const end = endOf(view);
  if (!(d.flags & SEEN)) startAt(d, start);
  const probe = peer.flags & WINDOW_SEEN && peer.window == 0 && end - start == 1 && !(view.flags & (TCP_SYN | TCP_FIN));
  if (probe) d.zeroWindowProbes += 1;
  if (start == d.sndMax) {
    append(d, view, start, end, nowNs);
    if (probe) segmentAt(d, d.segmentCount - 1).state |= PROBE;
    d.uniqueBytes += length;
    markRange(MARK_DATA, d, start, end);
  } else if (!probe && isKeepAlive(d, start, end, view.flags)) {
    d.keepAlives += 1;
  } else {
    overlap(d, view, start, end, nowNs, probe ? WINDOW_PROBE : DATA);
  }
  if (nowNs > d.lastDataNs) d.lastDataNs = nowNs;
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
  write(appendSegment(d), d, view, start, end, nowNs);
  if (after(end, d.sndMax)) d.sndMax = end;
}

function write(segment: Segment, d: Direction, view: PacketView, start: u32, end: u32, nowNs: i64): void {
  segment.start = start;
  segment.end = end;
  segment.sentNs = nowNs;
  segment.firstSentNs = nowNs;
  segment.tsval = view.tsval;
  segment.state = timed ? 0 : UNTIMED;
  const flags = view.flags;
  if (flags & (TCP_SYN | TCP_FIN)) {
    if (flags & TCP_SYN && start == view.seq) segment.state |= HAS_SYN;
    if (flags & TCP_FIN && end == endOf(view)) segment.state |= HAS_FIN;
  }
  segment.delivered = d.una + d.sacked;
}

function endOf(view: PacketView): u32 {
  return view.seq + view.payloadBytes + ((view.flags & TCP_SYN) >> 1) + (view.flags & TCP_FIN);
}

/**
 * An ACK without data whose SEQ is above SND.MAX: its sender had sent what lies between, and it did not come by here.
 * @seldom
 */
export function showEdge(d: Direction, view: PacketView, nowNs: i64): void {
  d.sndMax = view.seq;
  d.edgeNs = nowNs;
  d.edgeTsval = view.tsval;
  d.inFlightMaxBytes = max(d.inFlightMaxBytes, pipeOf(d));
}

// Walks [start, end) over what is known of the sequence space:
//
//   | before the capture | acknowledged       | in the ring, with holes        | new
//   ^ …                  ^ base               ^ una                            ^ sndMax
// @seldom
function overlap(d: Direction, view: PacketView, start: u32, end: u32, nowNs: i64, what: u32): void {
  let at = start;
  // A SYN comes before the payload, a FIN after.
  const first = view.seq + ((view.flags & TCP_SYN) >> 1);
  const last = first + view.payloadBytes;
  // Sequence numbers seen before, those of them that are payload here, and those that a closed window refused.
  let seen: u32 = 0;
  let seenBytes: u32 = 0;
  let refused: u32 = 0;
  let late = false;
  let again = changetype<Segment>(0);
  let kind = -1;
  let filled: i32 = -1;
  if (before(at, d.base)) at = extendBase(d, at, end);
  if (before(at, d.una) && before(at, end)) {
    const to = before(end, d.una) ? end : d.una;
    const unseen = takeFromGap(d, at, to, first, last);
    late = takenWasLost;
    seen = to - at - unseen;
    seenBytes = common(at, to, first, last) - takenPayloadBytes;
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
      seenBytes += common(at, to, first, last);
      if (segment.state & PROBE) {
        refused += to - at;
        if (what == DATA) write(segment, d, view, segment.start, segment.end, nowNs);
      } else {
        if (kind < 0) {
          kind = classify(d, segment, nowNs);
          again = segment;
        }
        if (what == DATA) sendAgain(d, segment, view, nowNs);
      }
      at = to;
      index += 1;
      continue;
    }
    // A hole, if SND.MAX is beyond: nothing of it was seen, though later data or an ACK was.
    const edge = there ? segment.start : d.sndMax;
    if (before(at, edge)) {
      const to = before(edge, end) ? edge : end;
      if (filled < 0) filled = wasReordered(d, segment, view, nowNs) ? 1 : 0;
      if (roomToInsert(d)) write(insertSegment(d, index), d, view, at, to, nowNs);
      index += 1;
      at = to;
      continue;
    }
    append(d, view, at, end, nowNs);
    at = end;
  }
  if (late) d.lateCapturedPackets += 1;
  const size = view.payloadBytes;
  d.uniqueBytes += size - seenBytes;
  if (seen > refused && what == DATA) {
    count(d, <u32>kind, nowNs, changetype<usize>(again) ? again.end : end);
    d.retransmittedBytes += min(seen - refused, seenBytes);
    logRetransmission(d, start, end);
    markRange(MARK_RETRANSMISSION, d, start, end);
    addToBin(SERIES_RETRANSMITTED, <f64>size);
  } else if (filled > 0) {
    d.reorderedPackets += 1;
    markRange(MARK_REORDERED, d, start, end);
  } else if (filled == 0) {
    d.upstreamRetransmissions += 1;
    d.upstreamUnfed += 1;
    markRange(MARK_UPSTREAM, d, start, end);
    addToBin(SERIES_UPSTREAM, <f64>size);
  } else markRange(MARK_DATA, d, start, end);
}

// Data below the first number known, as where a capture begins in the middle: from now on it is known,
// and what lies between is not. Returns where the known part begins.
function extendBase(d: Direction, start: u32, end: u32): u32 {
  const to = before(end, d.base) ? end : d.base;
  if (before(to, d.base)) noteUnseen(d, to, d.base);
  d.base = start;
  return to;
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
  // spec: RFC 2018 8, RFC 6675 5.1: what was SACKed may be gone, and is sent again.
  forgetSacks(d);
  d.timeoutEnd = d.sndMax;
  for (let i = findSegment(d, end); i < d.segmentCount; i += 1) {
    const segment = segmentAt(d, i);
    if (segment.state & (SACKED | LOST | RETRANSMITTED)) continue;
    segment.state |= LOST;
    d.lost += segment.end - segment.start;
  }
}

// A segment below data already seen was either overtaken on its way or resent because the first
// copy was lost before the capture point. Its TSval tells: one sent before `next` is not newer.
// Where clocks tie, the time since `next` came does (S. Jaiswal et al., "Measurement and
// classification of out-of-sequence packets in a tier-1 IP backbone", 2007).
function wasReordered(d: Direction, next: Segment, view: PacketView, nowNs: i64): bool {
  const shown = changetype<usize>(next) ? next.tsval : d.edgeTsval;
  const shownNs = changetype<usize>(next) ? next.firstSentNs : d.edgeNs;
  const once = !changetype<usize>(next) || (next.state & RETRANSMITTED) == 0;
  if (view.hasTimestamps && shown && once) {
    if (before(view.tsval, shown)) return true;
    if (after(view.tsval, shown)) return false;
  }
  const limit = changetype<usize>(d.rtt) ? <i64>(d.rtt.minUs * 500) : REORDER_NS;
  return nowNs - shownNs < max(limit, REORDER_NS);
}
