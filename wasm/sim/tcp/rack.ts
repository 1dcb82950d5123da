// Loss detection by time: RACK (RFC 8985 6). A segment is lost when one sent later has been
// delivered and more than an RTT and a reordering window have passed since it was sent.
//
// Original transmissions are in the order of their numbers; retransmissions stand in a queue in the
// order they were sent. Each needs looking at only from its oldest on, up to the first that is not
// lost: nothing behind that was sent earlier.
import { Flow, now, OPEN } from '../state/index';
import { markLost } from './scoreboard';
import {
  before,
  flagsOf,
  SEGMENT_EVER_RETRANSMITTED,
  SEGMENT_LOST,
  SEGMENT_RETRANSMITTED,
  SEGMENT_SACKED,
  segmentAt,
  sentTime,
} from './segments';

const ENTRY_BYTES: u32 = 16;
const SEQ: usize = 8;
/** Recoveries after which a widened reordering window shrinks again (RFC 8985 6.2.4). */
const PERSIST: u32 = 16;

export function startRack(flow: Flow): void {
  flow.rackEnd = 0;
  flow.rackXmit = 0;
  flow.rackRtt = 0;
  flow.rackScan = 0;
  flow.reorderWindows = 1;
  flow.reorderPersist = 0;
  flow.dsackRound = 0;
  flow.retransmitsHead = flow.retransmitsTail;
}

/** Marks what is lost. Gives how long from now the next segment would be, 0 where none waits. */
export function rackDetect(flow: Flow): i64 {
  if (flow.rackXmit == 0 && flow.rackEnd == 0) return 0;
  const allowed = flow.rackRtt + reorderWindow(flow);
  const originals = detectOriginals(flow, allowed);
  const retransmissions = detectRetransmissions(flow, allowed);
  if (originals == 0) return retransmissions;
  return retransmissions == 0 ? originals : min<i64>(originals, retransmissions);
}

/** A DSACK says that something was sent twice in vain: waits longer from now on, once per round trip. */
export function rackOnDsack(flow: Flow): void {
  if (before(flow.sndUna, flow.dsackRound)) return;
  flow.dsackRound = flow.sndNxt;
  flow.reorderWindows += 1;
  flow.reorderPersist = PERSIST;
}

export function rackOnRecoveryEnd(flow: Flow): void {
  if (flow.reorderPersist == 0) return;
  flow.reorderPersist -= 1;
  if (flow.reorderPersist == 0) flow.reorderWindows = 1;
}

/** Notes a retransmission, sent now. */
export function rackOnRetransmit(flow: Flow, seq: u32): void {
  const used = flow.retransmitsTail - flow.retransmitsHead;
  if (!flow.retransmits || used > flow.retransmitsMask) growQueue(flow, used);
  const at = entryAt(flow, flow.retransmitsTail);
  store<i64>(at, now);
  store<u32>(at, seq, SEQ);
  flow.retransmitsTail += 1;
}

/** After a timeout everything is lost already. */
export function rackOnTimeout(flow: Flow): void {
  flow.rackScan = flow.sndNxt;
  flow.retransmitsHead = flow.retransmitsTail;
}

function reorderWindow(flow: Flow): i64 {
  if (!flow.reorderingSeen && (flow.recovery != OPEN || flow.sackedOut >= 3)) return 0;
  return min<i64>((flow.minRtt >> 2) * <i64>flow.reorderWindows, flow.srtt);
}

function detectOriginals(flow: Flow, allowed: i64): i64 {
  let seq = before(flow.rackScan, flow.sndUna) ? flow.sndUna : flow.rackScan;
  let wait: i64 = 0;
  for (; seq != flow.sndNxt; seq++) {
    const at = segmentAt(flow, seq);
    if (flagsOf(at) & (SEGMENT_SACKED | SEGMENT_LOST | SEGMENT_EVER_RETRANSMITTED)) continue;
    const sent = sentTime(at);
    if (!sentBeforeRack(flow, sent, seq)) break;
    if (sent + allowed > now) {
      wait = sent + allowed - now;
      break;
    }
    markLost(flow, seq);
  }
  flow.rackScan = seq;
  return wait;
}

function detectRetransmissions(flow: Flow, allowed: i64): i64 {
  while (flow.retransmitsHead != flow.retransmitsTail) {
    const entry = entryAt(flow, flow.retransmitsHead);
    const sent = load<i64>(entry);
    const seq = load<u32>(entry, SEQ);
    if (isInFlight(flow, seq, sent)) {
      if (!sentBeforeRack(flow, sent, seq)) return 0;
      if (sent + allowed > now) return sent + allowed - now;
      markLost(flow, seq);
    }
    flow.retransmitsHead += 1;
  }
  return 0;
}

function sentBeforeRack(flow: Flow, sent: i64, seq: u32): bool {
  return sent < flow.rackXmit || (sent == flow.rackXmit && before(seq + 1, flow.rackEnd));
}

function isInFlight(flow: Flow, seq: u32, sent: i64): bool {
  if (before(seq, flow.sndUna)) return false;
  const at = segmentAt(flow, seq);
  const flags = flagsOf(at);
  return (flags & SEGMENT_RETRANSMITTED) != 0 && !(flags & SEGMENT_SACKED) && sentTime(at) == sent;
}

function entryAt(flow: Flow, index: u32): usize {
  return flow.retransmits + (index & flow.retransmitsMask) * ENTRY_BYTES;
}

function growQueue(flow: Flow, used: u32): void {
  const capacity: u32 = flow.retransmits ? (flow.retransmitsMask + 1) << 1 : 8;
  const grown = heap.alloc(capacity * ENTRY_BYTES);
  for (let i: u32 = 0; i < used; i++) {
    const index = flow.retransmitsHead + i;
    memory.copy(grown + (index & (capacity - 1)) * ENTRY_BYTES, entryAt(flow, index), ENTRY_BYTES);
  }
  if (flow.retransmits) heap.free(flow.retransmits);
  flow.retransmits = grown;
  flow.retransmitsMask = capacity - 1;
}
