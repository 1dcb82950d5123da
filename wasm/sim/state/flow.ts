// One TCP connection: the state of its sender and of its receiver. What the flows of a group
// share (path, sizes, choices) stands once, in their group. The files around this one each own a
// group of fields: scoreboard, recovery, rtt, pacing, receiver, controllers.
import { FLOW_STATE_DONE } from '../../generated/sim';
import { Histogram } from './histogram';
import { freePacket, PACKET_ACK, Packet } from './packet';
import { Distribution, Random } from './random';

/** What flows declared together have in common. */
@unmanaged
export class Group {
  id: u32 = 0;
  /** Addresses of the elements a packet crosses: data, RECEIVER, acknowledgements, SENDER. */
  path: usize = 0;
  /** Where in it the first element after the receiver stands. */
  ackPath: usize = 0;
  /** Of the link between a sender's host and its path: how long a byte takes, and how long it is. */
  accessNsPerByte: f64 = 0;
  accessDelay: i64 = 0;
  /** Between the segments of a burst passes a time drawn from 0 up to this. */
  hostJitter: i64 = 0;
  hostRandom: Random = changetype<Random>(0);
  /** A flow starts later than told by a time drawn from 0 up to this. */
  startJitter: i64 = 0;
  /** In µs, where starts are drawn. */
  start: Distribution = changetype<Distribution>(0);
  /** Flows open with a SYN; else they have been established before, and know `baseRtt`. */
  handshake: bool = false;
  baseRtt: i64 = 0;
  /** What its packets say and its receiver echoes: ECN_OFF and the rest of spec/sim.json. */
  ecn: u32 = 0;
  ect: u8 = 0;
  rack: bool = false;
  pacing: bool = false;
  controller: u32 = 0;
  /** How the window of a built-in controller grows, and how it finds the end of slow start. */
  growth: u32 = 0;
  slowStart: u32 = 0;
  mss: u32 = 0;
  headerBytes: u32 = 0;
  initialCwnd: u32 = 0;
  /** Segments, or NO_LIMIT. */
  receiveWindow: u32 = 0;
  ackEvery: u32 = 0;
  ackTimeout: i64 = 0;
  minRto: i64 = 0;
  /** Payload bytes; 0 for a flow without end. */
  sizeBytes: f64 = 0;
  source: u32 = 0;
  sourceRate: f64 = 0;
  onTime: Distribution = changetype<Distribution>(0);
  offTime: Distribution = changetype<Distribution>(0);
  stopAt: i64 = 0;
  congAlg: usize = 0;
  congAlgLength: u32 = 0;
  // Poisson arrivals.
  arrivalGap: Distribution = changetype<Distribution>(0);
  arrivalSize: Distribution = changetype<Distribution>(0);
  arrivalRandom: Random = changetype<Random>(0);
  maxActive: u32 = 0;
  maxStarted: u32 = 0;
  active: u32 = 0;
  started: u32 = 0;
  finished: u32 = 0;
  refused: u32 = 0;
  /** Flows that have ended and whose packets have left the network, to be used again. */
  idle: usize = 0;
  /** Pairs of f64 (size, completion time in µs) of sized flows, and how many. */
  completions: usize = 0;
  completionCount: u32 = 0;
}

/** Segments: more than any window, and no limit where one may be set. */
export const NO_LIMIT: u32 = 0x40000000;

export const OPEN: u8 = 0;
export const RECOVERY: u8 = 1;
export const LOSS: u8 = 2;

/**
 * Laid out by use, in cache lines of 64 bytes: with thousands of flows an event costs what it has
 * to fetch. First what every ACK and every segment sent touch, then the receiver's part, then what
 * belongs to losses, built-in controllers and sources. In each of the first lines a field is read by nobody:
 * writing it asks for the line without waiting (fetchSender, fetchReceiver).
 */
@unmanaged
export class Flow {
  // Line 0: sender. Segments are numbered from 0, modulo 2^32; comparisons are by signed difference.
  group: Group = changetype<Group>(0);
  /** Packets sent that have not come back or been dropped; of these the receiver has absorbed some. */
  inNetwork: u32 = 0;
  sndUna: u32 = 0;
  sndNxt: u32 = 0;
  /** First segment the application has not offered. */
  sndLimit: u32 = 0;
  sackedOut: u32 = 0;
  lostOut: u32 = 0;
  retransOut: u32 = 0;
  /** Lost segments whose retransmission has not been sent. */
  lostPending: u32 = 0;
  cwndPackets: u32 = 0;
  /** Segments that may still be sent for this ACK while in recovery. */
  recoveryBudget: u32 = 0;
  /** A ring of segments (segments.ts). */
  ring: usize = 0;
  ringMask: u32 = 0;
  state: u8 = 0;
  recovery: u8 = 0;
  cwndLimited: bool = false;
  sized: bool = false;
  /** The retransmission timer stands for a loss probe. */
  probeTimer: bool = false;
  probeOut: bool = false;
  reorderingSeen: bool = false;
  /** The window has been cut, and nothing above cutPoint is acknowledged yet. */
  hasCut: bool = false;
  /** The cut is to be said in the next new segment (RFC 3168 6.1.2). */
  cwrPending: bool = false;
  /** A timeout may turn out to have been spurious (F-RTO). */
  inDoubt: bool = false;
  established: bool = false;
  unread0: u8 = 0;

  // Line 1: delivery rate (draft-cheng-iccrg-delivery-rate-estimation), RACK (RFC 8985), timer.
  delivered: u32 = 0;
  appLimitedUntil: u32 = 0;
  deliveredTime: i64 = 0;
  firstSentTime: i64 = 0;
  lastSentTime: i64 = 0;
  rackXmit: i64 = 0;
  // Timers: deadline (−1 when not set) and the time of the event that stands for it (−1 if none).
  rtoDeadline: i64 = -1;
  rtoPending: i64 = -1;
  backoff: u32 = 0;
  unread1: u32 = 0;

  // Line 2: round-trip time (RFC 6298), ns; srtt 0 before the first sample. RACK. CCP.
  srtt: i64 = 0;
  rttVar: i64 = 0;
  rto: i64 = 0;
  minRtt: i64 = 0;
  rackRtt: i64 = 0;
  rackEnd: u32 = 0;
  retransmitFrom: u32 = 0;
  highestSacked: u32 = 0;
  ceSeen: u32 = 0;
  /** Losses the datapath has not been told of. */
  lostSince: u32 = 0;
  unread2: u32 = 0;

  // Line 3: counters of the sender, its window in bytes.
  ackedBytes: f64 = 0;
  sentPackets: f64 = 0;
  /** Payload bytes per second, 0 where not paced. */
  pacingRate: f64 = 0;
  nextSend: i64 = 0;
  cwnd: f64 = 0;
  ssthresh: f64 = 0;
  rtt: Histogram = changetype<Histogram>(0);
  /** Where the datapath keeps the flow's address. */
  slot: usize = 0;
  /** Segments counted as lost since the flow began, each time anew; modulo 2^32. */
  lostTotal: u32 = 0;
  unread3: u32 = 0;

  // Line 4: receiver, with what it needs of the rest.
  receiverGroup: Group = changetype<Group>(0);
  absorbed: u32 = 0;
  /** Segments of a sized flow, 0 of others. */
  receiverEnd: u32 = 0;
  rcvNxt: u32 = 0;
  unacked: u32 = 0;
  outOfOrder: u32 = 0;
  rcvBits: usize = 0;
  rcvMask: u32 = 0;
  ceCount: u32 = 0;
  runs: u8 = 0;
  eceActive: bool = false;
  unread4: u16 = 0;
  receivedBytes: f64 = 0;
  ackDeadline: i64 = -1;
  ackPending: i64 = -1;

  // Line 5: CUBIC (RFC 9438), windows in segments.
  cubicEpoch: i64 = 0;
  cubicK: f64 = 0;
  cubicMax: f64 = 0;
  cubicEstimate: f64 = 0;
  cubicPrior: f64 = 0;
  reports: f64 = 0;
  sid: u32 = 0;
  id: u32 = 0;
  totalSegments: u32 = 0;
  lastPayload: u32 = 0;

  /** What a controller keeps of the flow beyond the fields here (dctcp, prague, bbr, bbr3). */
  control: usize = 0;

  // Losses and recovery.
  runStart0: u32 = 0;
  runEnd0: u32 = 0;
  runStart1: u32 = 0;
  runEnd1: u32 = 0;
  runStart2: u32 = 0;
  runEnd2: u32 = 0;
  cutPoint: u32 = 0;
  // Proportional rate reduction: delivered and sent since recovery began, and what was in flight then.
  prrDelivered: u32 = 0;
  prrOut: u32 = 0;
  prrFlight: u32 = 0;
  // F-RTO: the window before the timeout in doubt; 3 to 1 while new segments are sent to find out.
  newFirst: u8 = 0;
  priorCwnd: f64 = 0;
  priorSsthresh: f64 = 0;
  // The end of slow start (control/slow-start.ts): the round at hand.
  roundEnd: u32 = 0;
  roundSamples: u32 = 0;
  roundStart: i64 = 0;
  roundLastAck: i64 = 0;
  roundMinRtt: i64 = 0;
  lastRoundMinRtt: i64 = 0;
  cautiousRounds: u32 = 0;
  cautiousRtt: i64 = 0;
  probeRetransmitted: bool = false;
  recoveryPoint: u32 = 0;
  lossScan: u32 = 0;
  sackedBelowScan: u32 = 0;
  sackStart0: u32 = 0;
  sackEnd0: u32 = 0;
  sackStart1: u32 = 0;
  sackEnd1: u32 = 0;
  sackStart2: u32 = 0;
  sackEnd2: u32 = 0;
  rackScan: u32 = 0;
  reorderWindows: u32 = 0;
  reorderPersist: u32 = 0;
  dsackRound: u32 = 0;
  probeEnd: u32 = 0;
  retransmits: usize = 0;
  retransmitsMask: u32 = 0;
  retransmitsHead: u32 = 0;
  retransmitsTail: u32 = 0;
  reorderDeadline: i64 = -1;
  reorderPending: i64 = -1;
  paceDeadline: i64 = -1;
  pacePending: i64 = -1;

  // The host: when its access link is free again, and the line behind that.
  hostFree: i64 = 0;
  hostLine: usize = 0;
  // Opening.
  synsSent: u32 = 0;
  synTime: i64 = 0;

  // Source.
  sourceOn: bool = false;
  sourceDeadline: i64 = -1;
  sourcePending: i64 = -1;
  random: Random = changetype<Random>(0);
  sourceBase: u32 = 0;
  sourceSince: i64 = 0;
  /** When an on/off source turns over. */
  sourceTurn: i64 = 0;
  sizeBytes: f64 = 0;

  // Counters of rarer things.
  started: i64 = -1;
  ended: i64 = -1;
  retransmitted: f64 = 0;
  dropped: f64 = 0;
  lost: f64 = 0;
  marks: f64 = 0;
  timeouts: f64 = 0;
  recoveries: f64 = 0;
  /** It waits in its group to be used again. */
  isIdle: bool = false;
  /** The next idle flow of its group. */
  nextIdle: usize = 0;

  /** An acknowledgement for it comes soon. */
  fetchSender(): void {
    this.unread0 = 0;
    this.unread1 = 0;
    this.unread2 = 0;
    this.unread3 = 0;
  }

  /** A segment for its receiver comes soon. */
  fetchReceiver(): void {
    this.unread4 = 0;
  }

  hasEnded(): bool {
    return this.state == FLOW_STATE_DONE;
  }

  clearCounters(): void {
    // What lies beyond a gap has arrived already, and is acknowledged when the gap is closed.
    this.ackedBytes = -(<f64>this.sackedOut) * <f64>this.group.mss;
    this.receivedBytes = 0;
    this.sentPackets = 0;
    this.retransmitted = 0;
    this.dropped = 0;
    this.marks = 0;
    this.timeouts = 0;
    this.recoveries = 0;
    this.lost = 0;
    this.reports = 0;
    this.rtt.clear();
  }
}

const LINE: u32 = 64;
/** Flows are allocated this many at a time. */
const CHUNK: u32 = 16;
let chunk: usize = 0;
let chunkLeft: u32 = 0;

/** A flow as it is before it starts, at the beginning of a cache line. */
export function allocateFlow(): Flow {
  const size = (<u32>offsetof<Flow>() + LINE - 1) & ~(LINE - 1);
  if (chunkLeft == 0) {
    const block = heap.alloc(CHUNK * size + LINE);
    memory.fill(block, 0, CHUNK * size + LINE);
    chunk = (block + LINE - 1) & ~(<usize>LINE - 1);
    chunkLeft = CHUNK;
  }
  const flow = changetype<Flow>(chunk);
  chunk += size;
  chunkLeft -= 1;
  flow.rtoDeadline = -1;
  flow.rtoPending = -1;
  flow.ackDeadline = -1;
  flow.ackPending = -1;
  flow.reorderDeadline = -1;
  flow.reorderPending = -1;
  flow.paceDeadline = -1;
  flow.pacePending = -1;
  flow.sourceDeadline = -1;
  flow.sourcePending = -1;
  flow.started = -1;
  flow.ended = -1;
  return flow;
}

/**
 * Segments that are on their way, as far as the sender knows: RFC 6675's pipe, kept as counts.
 *
 *   in flight = sent − sacked − lost + retransmitted
 */
export function inFlight(flow: Flow): u32 {
  return flow.sndNxt - flow.sndUna - flow.sackedOut - flow.lostOut + flow.retransOut;
}

/** Takes a packet out of the network that was lost on its way. */
export function discard(packet: Packet): void {
  const flow = changetype<Flow>(packet.owner);
  flow.inNetwork -= 1;
  if (!(packet.flags & PACKET_ACK)) flow.dropped += 1;
  freePacket(packet);
  if (flow.hasEnded()) recycle(flow);
}

/** An ended flow may be used again, where flows arrive, once all its packets have left the network. */
export function recycle(flow: Flow): void {
  if (flow.group.maxActive == 0 || flow.isIdle || flow.inNetwork != flow.absorbed) return;
  flow.isIdle = true;
  flow.nextIdle = flow.group.idle;
  flow.group.idle = changetype<usize>(flow);
}

/** The hash FQ-CoDel spreads flows by. */
export function flowHash(packet: Packet, salt: u32): u32 {
  let x = changetype<Flow>(packet.owner).id * 0x9e3779b1 + salt;
  x ^= x >>> 15;
  x *= 0x85ebca6b;
  x ^= x >>> 13;
  return x;
}
