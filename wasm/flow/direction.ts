// One direction of a connection: what its sender sent and what the other side said of it.
// Counters are of packets that travelled this way; sequence state is of the data sent this way.
import { RttStats } from './rtt';

/** `seq` state is known: a packet of this side, or an ACK of the other, was seen. */
export const SEEN: u32 = 1;
export const SYN_SEEN: u32 = 2;
export const FIN_SEEN: u32 = 4;
export const RST_SEEN: u32 = 8;
/** The FIN of this side was acknowledged. */
export const FIN_ACKED: u32 = 16;
export const SACK_PERMITTED: u32 = 32;
export const TIMESTAMPS: u32 = 64;
/** A timeout was seen and what was outstanding then is not acknowledged yet. */
export const IN_TIMEOUT: u32 = 128;
export const WINDOW_SEEN: u32 = 256;

/** No time is known; far from every other, and near enough for differences. */
export const NO_NS: i64 = -(1 << 62);

@unmanaged
export class Direction {
  // What most packets touch stands together: the state of a thousand connections is in no near cache.
  flags: u32 = 0;
  packets: u32 = 0;
  bytes: u64 = 0;
  lastNs: i64 = 0;
  dataPackets: u32 = 0;
  pureAcks: u32 = 0;
  dataBytes: u64 = 0;
  uniqueBytes: u64 = 0;
  ackedBytes: u64 = 0;

  /** Everything before is acknowledged (or forgotten). SND.UNA */
  una: u32 = 0;
  /** End of the highest segment sent. SND.MAX */
  sndMax: u32 = 0;
  /** Bytes from `base` to `una`, over wraps of the sequence space. */
  unaOffset: f64 = 0;
  /** First sequence number this capture can know of. */
  base: u32 = 0;
  /** Losses below are marked already. */
  lossEdge: u32 = 0;
  dupAckRun: u32 = 0;
  /** The last window this side advertised, scaled. */
  window: u32 = 0;
  windowMinBytes: u32 = 0;
  windowMaxBytes: u32 = 0;
  /** Shift + 1 as the SYN asked; 0 where it did not. */
  windowScale: u32 = 0;

  // Segments sent and not yet acknowledged, a ring in sequence order (segments.ts).
  segments: usize = 0;
  segmentCapacity: u32 = 0;
  segmentHead: u32 = 0;
  segmentCount: u32 = 0;
  /** In bytes, of what is in the ring. */
  sacked: u32 = 0;
  lost: u32 = 0;
  sackTops: u32 = 0;
  /** When anything now below `una` was sent last. */
  settledSentNs: i64 = 0;
  lastAckNs: i64 = 0;
  lastDataNs: i64 = 0;

  srttUs: f64 = 0;
  rttvarUs: f64 = 0;
  rtt: RttStats = changetype<RttStats>(0);
  timestampRtt: RttStats = changetype<RttStats>(0);
  // TSvals sent and not echoed yet (timestamps.ts).
  clocks: usize = 0;
  clockCapacity: u32 = 0;
  clockHead: u32 = 0;
  clockCount: u32 = 0;
  lastTsval: u32 = 0;
  /** Packets with a twin that tell whether this side's come in copies (copies.ts). */
  twins: u32 = 0;

  inFlightMaxBytes: u32 = 0;
  maxSegmentBytes: u32 = 0;
  inFlightSumBytes: f64 = 0;
  roundMaxBytes: u32 = 0;
  roundEnd: u32 = 0;
  ectPackets: u32 = 0;
  isn: u32 = 0;

  // What few packets touch.
  retransmittedPackets: u32 = 0;
  fastRetransmissions: u32 = 0;
  retransmittedBytes: u64 = 0;
  timeoutRetransmissions: u32 = 0;
  tailLossProbes: u32 = 0;
  unneededRetransmissions: u32 = 0;
  otherRetransmissions: u32 = 0;
  duplicateFrames: u32 = 0;
  spuriousByTimestamps: u32 = 0;
  spuriousByDsack: u32 = 0;
  timeouts: u32 = 0;
  reorderedPackets: u32 = 0;
  upstreamRetransmissions: u32 = 0;

  duplicateAcks: u32 = 0;
  tripleDuplicateAcks: u32 = 0;
  sackPackets: u32 = 0;
  dsackPackets: u32 = 0;
  zeroWindows: u32 = 0;
  zeroWindowProbes: u32 = 0;
  keepAlives: u32 = 0;
  resets: u32 = 0;
  syns: u32 = 0;
  fins: u32 = 0;
  cePackets: u32 = 0;
  ecePackets: u32 = 0;
  cwrPackets: u32 = 0;
  gaps: u32 = 0;
  lateCapturedPackets: u32 = 0;
  gapBytes: u64 = 0;
  outOfWindowPackets: u32 = 0;
  fragments: u32 = 0;
  capturedTwice: u32 = 0;
  /** TTL or hop limit of the first packet. */
  firstTtl: u32 = 0;

  /** The last ACE counter this side sent, CE marks it reported by it, and by the AccECN option (ecn.ts). */
  ace: u32 = 0;
  ceReportedPackets: u32 = 0;
  ceOption: u32 = 0;
  ceTotalBytes: u32 = 0;
  ceReportedBytes: u64 = 0;

  mss: u32 = 0;

  finEnd: u32 = 0;
  /** The packet that showed SND.MAX without the data before it: its time and TSval. */
  edgeNs: i64 = 0;
  edgeTsval: u32 = 0;
  /** Resends of what was lost before the capture, not told by a replay yet. */
  upstreamUnfed: u32 = 0;
  lastResetNs: i64 = 0;

  /** Starts of the highest three segments SACKed, highest first. */
  sackTop0: u32 = 0;
  sackTop1: u32 = 0;
  sackTop2: u32 = 0;
  /** SACK blocks of the last packets, four of left and right edge. */
  sackCache0: u64 = 0;
  sackCache1: u64 = 0;
  sackCache2: u64 = 0;
  sackCache3: u64 = 0;

  /** The end of what was outstanding at the timeout. */
  timeoutEnd: u32 = 0;

  firstDataNs: i64 = 0;
  firstNs: i64 = 0;
  synNs: i64 = 0;
  /** SYN to its ACK, ns; -1 where it was not seen or is ambiguous. */
  handshakeNs: i64 = 0;

  ambiguousAcks: u32 = 0;
  postLossAcks: u32 = 0;

  /** What is noted of what keeps the sender from sending (causes.ts); 0 where nobody asks. */
  watch: usize = 0;
  /** The last retransmissions (spurious.ts). */
  log: usize = 0;
  logNext: u32 = 0;
  /** Ranges acknowledged but never seen, the last few. */
  gapList: usize = 0;
  gapNext: u32 = 0;

  cwndLastBytes: u32 = 0;
  cwndMaxBytes: u32 = 0;
  rounds: u32 = 0;
  cwndSumBytes: f64 = 0;
}

/** Bytes sent and neither acknowledged, SACKed nor deemed lost: `pipe` of RFC 6675 4. */
export function pipeOf(d: Direction): u32 {
  const outstanding = d.sndMax - d.una;
  const gone = d.sacked + d.lost;
  return outstanding > gone ? outstanding - gone : 0;
}

/** Starts the sequence state of this direction at `seq`. @seldom */
export function startAt(d: Direction, seq: u32): void {
  d.flags |= SEEN;
  d.base = seq;
  d.una = seq;
  d.unaOffset = 0;
  d.sndMax = seq;
  d.lossEdge = seq;
  d.roundEnd = seq;
}

export function advanceUna(d: Direction, seq: u32): void {
  d.unaOffset += <f64>(seq - d.una);
  d.una = seq;
}

/** Bytes from the first known sequence number: what plots show. */
export function relative(d: Direction, seq: u32): f64 {
  return d.unaOffset + <f64>(<i32>(seq - d.una));
}

/** Sequence numbers compare modulo 2^32 (RFC 9293 3.4). */
export function before(a: u32, b: u32): bool {
  return <i32>(a - b) < 0;
}

export function after(a: u32, b: u32): bool {
  return <i32>(a - b) > 0;
}

/** Sequence numbers that [a, aEnd) and [b, bEnd) have in common. */
export function common(a: u32, aEnd: u32, b: u32, bEnd: u32): u32 {
  const low = after(a, b) ? a : b;
  const high = before(aEnd, bEnd) ? aEnd : bEnd;
  return before(low, high) ? high - low : 0;
}

/** Counts a packet of this direction. */
export function travelled(d: Direction, wireBytes: u32, nowNs: i64): void {
  if (d.packets == 0) d.firstNs = nowNs;
  if (d.packets == 0 || nowNs > d.lastNs) d.lastNs = nowNs;
  d.packets += 1;
  d.bytes += wireBytes;
}

/** Counts a packet of which nothing else is believed. @seldom */
export function refuse(d: Direction, wireBytes: u32, nowNs: i64): void {
  travelled(d, wireBytes, nowNs);
  d.outOfWindowPackets += 1;
}
