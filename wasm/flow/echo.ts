// ICMP echo: requests matched with replies by address pair, identifier and sequence number, each
// session with a window of its last requests so that memory is bounded under a flood.
import {
  COLUMNS_ECHO,
  ECHO_COLUMN_AT_SENDER,
  ECHO_COLUMN_DST0,
  ECHO_COLUMN_DUPLICATE_REPLIES,
  ECHO_COLUMN_DUPLICATE_REQUESTS,
  ECHO_COLUMN_FAMILY,
  ECHO_COLUMN_FIRST_US,
  ECHO_COLUMN_IDENT,
  ECHO_COLUMN_LAST_US,
  ECHO_COLUMN_REPLIES,
  ECHO_COLUMN_REQUESTS,
  ECHO_COLUMN_RTT_MAX_US,
  ECHO_COLUMN_RTT_MEAN_US,
  ECHO_COLUMN_RTT_MIN_US,
  ECHO_COLUMN_RTT_P50_US,
  ECHO_COLUMN_RTT_P95_US,
  ECHO_COLUMN_RTT_SAMPLES,
  ECHO_COLUMN_SRC0,
  ECHO_COLUMN_STAMPED_MAX_US,
  ECHO_COLUMN_STAMPED_MEAN_US,
  ECHO_COLUMN_STAMPED_MIN_US,
  ECHO_COLUMN_STAMPED_P50_US,
  ECHO_COLUMN_STAMPED_P95_US,
  ECHO_COLUMN_UNMATCHED_REPLIES,
  ICMP_ECHO,
  ICMP_ECHO_REPLY,
  ICMP6_ECHO_REPLY,
  ICMP6_ECHO_REQUEST,
  KIND_ICMP,
  KIND_ICMP6,
} from '../generated/capture';
import { be32, PacketView } from '../packet/index';
import { beginRow, put, putAddress } from './row';
import { addRtt, createRttStats, meanUs, percentile, RttStats } from './rtt';
import { allocState, freeState, stateOverLimit } from './state';

/** Requests of a session that may wait for their reply. */
const WINDOW: u32 = 1024;
const ENTRY: usize = 16;
const BUCKETS: u32 = 4096;
const MOST_SESSIONS: u32 = 65536;
/** An odd number of 53 bits: the golden ratio's. */
const MIX: u64 = 0x13_c6ef_372f_e94f;
/** A request is captured this soon after ping stamped it, on the same host. */
const SAME_HOST_NS: i64 = 1_000_000;
const NEVER: u32 = 0;
const WAITING: u32 = 1;
const ANSWERED: u32 = 2;

@unmanaged
class Session {
  next: Session = changetype<Session>(0);
  newer: Session = changetype<Session>(0);
  family: u32 = 0;
  ident: u32 = 0;
  src0: u64 = 0;
  src1: u64 = 0;
  dst0: u64 = 0;
  dst1: u64 = 0;
  requests: u32 = 0;
  replies: u32 = 0;
  duplicateRequests: u32 = 0;
  duplicateReplies: u32 = 0;
  unmatchedReplies: u32 = 0;
  firstNs: i64 = 0;
  lastNs: i64 = 0;
  rtt: RttStats = changetype<RttStats>(0);
  /** From the time the request carries to the reply: what ping prints. */
  stamped: RttStats = changetype<RttStats>(0);
  /** The least time from that stamp to the request's capture, ns. */
  stampLagNs: i64 = 0;
  // | ns i64 | seq u32 | state u32 | by seq modulo `capacity`, which grows while requests wait
  window: usize = 0;
  capacity: u32 = 0;
}

const SIZE: usize = offsetof<Session>();

let buckets: usize = 0;
let sessions: u32 = 0;
let first: Session = changetype<Session>(0);
let last: Session = changetype<Session>(0);
let originNs: i64 = 0;

export function setEchoOrigin(ns: i64): void {
  originNs = ns;
}

/** True when the ICMP packet is an echo, and counted. @seldom */
export function analyseEcho(view: PacketView, nowNs: i64): bool {
  const request = isRequest(view);
  if (!request && !isReply(view)) return false;
  const session = find(view, request ? view.src : view.dst, request ? view.dst : view.src, nowNs);
  if (!changetype<usize>(session)) return true;
  session.lastNs = nowNs;
  const seq = view.dstPort;
  const entry = request ? placeOfRequest(session, seq) : place(session, seq);
  const known = load<u32>(entry, 8) == seq && load<u32>(entry, 12) != NEVER;
  if (request) {
    // The same number again is the same request captured twice, unless numbers have wrapped.
    if (known && nowNs - load<i64>(entry) < 1_000_000_000) {
      session.duplicateRequests += 1;
      return true;
    }
    session.requests += 1;
    store<i64>(entry, nowNs);
    store<u32>(entry, seq, 8);
    store<u32>(entry, WAITING, 12);
    return true;
  }
  if (!known) session.unmatchedReplies += 1;
  else if (load<u32>(entry, 12) == ANSWERED) session.duplicateReplies += 1;
  else {
    session.replies += 1;
    store<u32>(entry, ANSWERED, 12);
    const us = <f64>(nowNs - load<i64>(entry)) / 1000;
    if (us >= 0) addRtt(session.rtt, us);
    addStamped(session, view, load<i64>(entry), nowNs);
  }
  return true;
}

/** Writes every session's row at `to` (spec/capture.json); returns the bytes, also for to = 0. */
export function writeEchoRows(to: usize): u32 {
  if (to) {
    let at = to;
    for (let s = first; changetype<usize>(s); s = s.newer) {
      beginRow(at, COLUMNS_ECHO);
      putSession(s);
      at += COLUMNS_ECHO * 8;
    }
  }
  return sessions * COLUMNS_ECHO * 8;
}

function isRequest(view: PacketView): bool {
  return view.kind == KIND_ICMP
    ? view.icmpType == ICMP_ECHO
    : view.kind == KIND_ICMP6 && view.icmpType == ICMP6_ECHO_REQUEST;
}

function isReply(view: PacketView): bool {
  return view.kind == KIND_ICMP
    ? view.icmpType == ICMP_ECHO_REPLY
    : view.kind == KIND_ICMP6 && view.icmpType == ICMP6_ECHO_REPLY;
}

function putSession(s: Session): void {
  put(ECHO_COLUMN_FAMILY, s.family);
  putAddress(ECHO_COLUMN_SRC0, s.src0, s.src1);
  putAddress(ECHO_COLUMN_DST0, s.dst0, s.dst1);
  put(ECHO_COLUMN_IDENT, s.ident);
  put(ECHO_COLUMN_REQUESTS, s.requests);
  put(ECHO_COLUMN_REPLIES, s.replies);
  put(ECHO_COLUMN_DUPLICATE_REQUESTS, s.duplicateRequests);
  put(ECHO_COLUMN_DUPLICATE_REPLIES, s.duplicateReplies);
  put(ECHO_COLUMN_UNMATCHED_REPLIES, s.unmatchedReplies);
  put(ECHO_COLUMN_FIRST_US, <f64>(s.firstNs - originNs) / 1000);
  put(ECHO_COLUMN_LAST_US, <f64>(s.lastNs - originNs) / 1000);
  const rtt = s.rtt;
  put(ECHO_COLUMN_RTT_SAMPLES, rtt.count);
  put(ECHO_COLUMN_RTT_MIN_US, rtt.minUs);
  put(ECHO_COLUMN_RTT_MEAN_US, meanUs(rtt));
  put(ECHO_COLUMN_RTT_MAX_US, rtt.maxUs);
  put(ECHO_COLUMN_RTT_P50_US, percentile(rtt, 0.5));
  put(ECHO_COLUMN_RTT_P95_US, percentile(rtt, 0.95));
  const stamped = s.stamped;
  const atSender = stamped.count > 0 && stamped.count == rtt.count && s.stampLagNs < SAME_HOST_NS;
  put(ECHO_COLUMN_AT_SENDER, atSender ? 1 : 0);
  put(ECHO_COLUMN_STAMPED_MIN_US, stamped.minUs);
  put(ECHO_COLUMN_STAMPED_MEAN_US, meanUs(stamped));
  put(ECHO_COLUMN_STAMPED_MAX_US, stamped.maxUs);
  put(ECHO_COLUMN_STAMPED_P50_US, percentile(stamped, 0.5));
  put(ECHO_COLUMN_STAMPED_P95_US, percentile(stamped, 0.95));
}

// ping puts the time of day at the start of the payload and takes the RTT from the echo of it.
// A request stamped a moment before its capture was captured on the host that sent it.
function addStamped(s: Session, view: PacketView, requestNs: i64, nowNs: i64): void {
  const stampNs = stampOf(view, requestNs);
  const lagNs = requestNs - stampNs;
  if (stampNs == 0 || lagNs < 0 || lagNs > 1_000_000_000) return;
  if (s.stamped.count == 0 || lagNs < s.stampLagNs) s.stampLagNs = lagNs;
  addRtt(s.stamped, <f64>(nowNs - stampNs) / 1000);
}

// struct timeval of a 64-bit Linux, of a 32-bit one, of macOS (network order); 0 for none near.
function stampOf(view: PacketView, nearNs: i64): i64 {
  const at = view.payload;
  if (view.payloadCaptured >= 16) {
    const found = timeval(load<u64>(at), load<u64>(at, 8), nearNs);
    if (found) return found;
  }
  if (view.payloadCaptured < 8) return 0;
  const found = timeval(load<u32>(at), load<u32>(at, 4), nearNs);
  return found ? found : timeval(be32(at), be32(at + 4), nearNs);
}

function timeval(seconds: u64, micros: u64, nearNs: i64): i64 {
  if (micros >= 1_000_000 || seconds > 0xffff_ffff) return 0;
  const ns = <i64>(seconds * 1_000_000_000 + micros * 1000);
  return ns - nearNs < 10_000_000_000 && nearNs - ns < 10_000_000_000 ? ns : 0;
}

function find(view: PacketView, src: usize, dst: usize, nowNs: i64): Session {
  if (!buckets) {
    buckets = heap.alloc((<usize>BUCKETS) << 2);
    memory.fill(buckets, 0, (<usize>BUCKETS) << 2);
  }
  const four = view.family == 4;
  const s0 = four ? <u64>load<u32>(src) : load<u64>(src);
  const s1 = four ? <u64>0 : load<u64>(src, 8);
  const d0 = four ? <u64>load<u32>(dst) : load<u64>(dst);
  const d1 = four ? <u64>0 : load<u64>(dst, 8);
  const ident = view.srcPort;
  const h = (s0 ^ rotl<u64>(s1, 11) ^ rotl<u64>(d0, 23) ^ rotl<u64>(d1, 37) ^ ident) * MIX;
  const bucket = buckets + ((<usize>(h >> 40) & (BUCKETS - 1)) << 2);
  for (let s = load<Session>(bucket); changetype<usize>(s); s = s.next) {
    if (s.ident == ident && s.src0 == s0 && s.dst0 == d0 && s.src1 == s1 && s.dst1 == d1 && s.family == view.family) {
      return s;
    }
  }
  if (sessions == MOST_SESSIONS || stateOverLimit()) return changetype<Session>(0);
  const s = changetype<Session>(allocState(SIZE));
  s.family = view.family;
  s.ident = ident;
  s.src0 = s0;
  s.src1 = s1;
  s.dst0 = d0;
  s.dst1 = d1;
  s.firstNs = nowNs;
  s.rtt = createRttStats();
  s.stamped = createRttStats();
  s.next = load<Session>(bucket);
  store<Session>(bucket, s);
  if (changetype<usize>(last)) last.newer = s;
  else first = s;
  last = s;
  sessions += 1;
  return s;
}

// A request that would overwrite one still waiting doubles the window first.
function placeOfRequest(s: Session, seq: u32): usize {
  while (s.capacity < WINDOW) {
    const entry = place(s, seq);
    if (load<u32>(entry, 12) != WAITING || load<u32>(entry, 8) == seq) return entry;
    resize(s, s.capacity << 1);
  }
  return place(s, seq);
}

function place(s: Session, seq: u32): usize {
  if (!s.capacity) resize(s, 8);
  return s.window + <usize>(seq & (s.capacity - 1)) * ENTRY;
}

function resize(s: Session, capacity: u32): void {
  const moved = allocState(<usize>capacity * ENTRY);
  for (let i: u32 = 0; i < s.capacity; i += 1) {
    const from = s.window + <usize>i * ENTRY;
    if (load<u32>(from, 12) == NEVER) continue;
    memory.copy(moved + <usize>(load<u32>(from, 8) & (capacity - 1)) * ENTRY, from, ENTRY);
  }
  freeState(s.window, <usize>s.capacity * ENTRY);
  s.window = moved;
  s.capacity = capacity;
}
