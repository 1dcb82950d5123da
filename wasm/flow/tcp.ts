// One TCP packet: finds or opens its connection, splits where ports are used again, and runs the
// sender's and the acknowledger's side of the analysis.
import { MARK_ACK, MARK_IN_FLIGHT, NOTE_FIRST_FRAGMENT, SERIES_IN_FLIGHT } from '../generated/capture';
import { ECN_CE, PacketView, TCP_ACK, TCP_CWR, TCP_ECE, TCP_FIN, TCP_RST, TCP_SYN } from '../packet/index';
import { acknowledge } from './ack';
import { addToBin } from './binned';
import { Connection, directionAt, sideOf } from './connection';
import {
  Direction,
  FIN_SEEN,
  pipeOf,
  RST_SEEN,
  relative,
  SACK_PERMITTED,
  SEEN,
  SYN_SEEN,
  startAt,
  TIMESTAMPS,
  WINDOW_SEEN,
} from './direction';
import { focused, look, lookAt } from './focus';
import { mark, primitivesWanted } from './marks';
import { emitPrimitives } from './replay';
import { finishConnection } from './rows';
import { freeSegments } from './segments';
import { isKeepAlive, sendSegment } from './send';
import { stateOverLimit } from './state';
import { addConnection, findConnection, fromHigher, oldestConnection, touchConnection } from './table';
import { matchTsecr, noteTsval } from './timestamps';

let evicted: f64 = 0;

/** Connections finished before the end because the state passed its limit. */
export function evictedConnections(): f64 {
  return evicted;
}

/** Returns the connection's number. */
export function analyseTcp(view: PacketView, wireBytes: u32, nowNs: i64, interfaceId: u32): u32 {
  let connection = findConnection(view);
  const high = fromHigher();
  if (changetype<usize>(connection) && view.flags & TCP_SYN && startsAnew(connection, view, high)) {
    finishConnection(connection);
    connection = changetype<Connection>(0);
  }
  if (!changetype<usize>(connection)) connection = open(view, high, nowNs, interfaceId);
  else touchConnection(connection);
  if (nowNs > connection.lastNs) connection.lastNs = nowNs;
  const side = sideOf(connection, high);
  const sender = directionAt(connection, side);
  const peer = directionAt(connection, side ^ 1);
  look(connection.number, nowNs);
  lookAt(side);
  account(sender, view, wireBytes, nowNs);
  const flags = view.flags;
  if (flags & TCP_SYN) synchronise(sender, view, nowNs);
  const window = scaledWindow(sender, peer, view);
  if (view.notes & NOTE_FIRST_FRAGMENT) sender.fragments += 1;
  const takesSequence = view.payloadBytes > 0 || flags & (TCP_SYN | TCP_FIN);
  if (takesSequence && !(flags & TCP_RST)) {
    if (flags & TCP_FIN) {
      sender.flags |= FIN_SEEN;
      sender.finEnd = view.seq + view.payloadBytes + 1;
    }
    sendSegment(sender, peer, view, nowNs);
  } else if (flags & TCP_ACK && !(flags & TCP_RST)) {
    sender.pureAcks += 1;
    if (sender.flags & SEEN && isKeepAlive(sender, view.seq, view.seq, flags)) {
      if (peer.flags & WINDOW_SEEN && peer.window == 0) sender.zeroWindowProbes += 1;
      else sender.keepAlives += 1;
    }
  }
  if (view.hasTimestamps) {
    if (takesSequence) noteTsval(sender, view.tsval, nowNs);
    if (flags & TCP_ACK) matchTsecr(peer, view.tsecr, nowNs);
  }
  if (flags & TCP_ACK) {
    lookAt(side ^ 1);
    acknowledge(peer, sender, view, window, nowNs);
    if (focused) {
      mark(MARK_ACK, relative(peer, view.ack), relative(peer, view.ack) + <f64>window);
      mark(MARK_IN_FLIGHT, <f64>pipeOf(peer), <f64>(peer.sndMax - peer.una));
      addToBin(SERIES_IN_FLIGHT, <f64>pipeOf(peer));
      if (primitivesWanted()) emitPrimitives(peer, view);
    }
  }
  if (!(flags & TCP_RST)) advertise(sender, window, flags);
  const number = connection.number;
  while (stateOverLimit()) {
    evicted += 1;
    const oldest = oldestConnection();
    finishConnection(oldest);
    if (oldest == connection) break;
  }
  return number;
}

// A SYN with another initial sequence number is another connection (RFC 9293 3.4.1), unless it
// crosses the SYN of the other side, or a server answers one SYN twice.
function startsAnew(connection: Connection, view: PacketView, high: u32): bool {
  const side = sideOf(connection, high);
  const sender = directionAt(connection, side);
  const peer = directionAt(connection, side ^ 1);
  if (!(view.flags & TCP_ACK)) {
    const ended = ((sender.flags | peer.flags) & RST_SEEN) != 0 || (sender.flags & peer.flags & FIN_SEEN) != 0;
    if (sender.flags & SYN_SEEN) return ended || sender.isn != view.seq;
    return sender.packets > 0 || peer.dataPackets > 0 || (peer.flags & (FIN_SEEN | RST_SEEN)) != 0;
  }
  if (sender.flags & SYN_SEEN) {
    if (sender.isn == view.seq) return false;
    const begun =
      sender.dataPackets > 0 || peer.dataPackets > 0 || ((sender.flags | peer.flags) & (FIN_SEEN | RST_SEEN)) != 0;
    if (!begun) {
      freeSegments(sender);
      sender.flags &= ~(SEEN | SYN_SEEN);
    }
    return begun;
  }
  return sender.packets > 0;
}

function open(view: PacketView, high: u32, nowNs: i64, interfaceId: u32): Connection {
  const connection = addConnection();
  const synAck = (view.flags & (TCP_SYN | TCP_ACK)) == (TCP_SYN | TCP_ACK);
  connection.reversed = synAck ? 1 - high : high;
  connection.startedMidway = view.flags & TCP_SYN ? (synAck ? 1 : 0) : 1;
  connection.family = view.family;
  connection.vlan = view.vlan;
  connection.encapsulations = view.encapsulations;
  connection.interfaceId = interfaceId;
  connection.startNs = nowNs;
  connection.lastNs = nowNs;
  connection.srcPort = synAck ? view.dstPort : view.srcPort;
  connection.dstPort = synAck ? view.srcPort : view.dstPort;
  const src = synAck ? view.dst : view.src;
  const dst = synAck ? view.src : view.dst;
  if (view.family == 4) {
    connection.src0 = load<u32>(src);
    connection.dst0 = load<u32>(dst);
  } else {
    connection.src0 = load<u64>(src);
    connection.src1 = load<u64>(src, 8);
    connection.dst0 = load<u64>(dst);
    connection.dst1 = load<u64>(dst, 8);
  }
  return connection;
}

function account(d: Direction, view: PacketView, wireBytes: u32, nowNs: i64): void {
  if (d.packets == 0) d.firstNs = nowNs;
  d.lastNs = nowNs;
  d.packets += 1;
  d.bytes += wireBytes;
  const length = view.payloadBytes;
  if (length) {
    if (d.dataPackets == 0) d.firstDataNs = nowNs;
    d.dataPackets += 1;
    d.dataBytes += length;
    if (length > d.maxSegmentBytes) d.maxSegmentBytes = length;
  }
  const flags = view.flags;
  if (view.hasTimestamps) d.flags |= TIMESTAMPS;
  // spec: RFC 3168 5 and 6.1
  if (view.ecn) {
    if (view.ecn == ECN_CE) d.cePackets += 1;
    d.ectPackets += 1;
  }
  if (flags & (TCP_ECE | TCP_CWR | TCP_FIN | TCP_RST | TCP_SYN)) {
    // In a SYN these two negotiate.
    if (!(flags & TCP_SYN)) {
      if (flags & TCP_ECE) d.ecePackets += 1;
      if (flags & TCP_CWR) d.cwrPackets += 1;
    } else d.syns += 1;
    if (flags & TCP_FIN) d.fins += 1;
    if (flags & TCP_RST) {
      d.resets += 1;
      d.flags |= RST_SEEN;
    }
  }
}

function synchronise(d: Direction, view: PacketView, nowNs: i64): void {
  if (view.mss) d.mss = view.mss;
  if (view.windowScale) d.windowScale = view.windowScale;
  if (view.sackPermitted) d.flags |= SACK_PERMITTED;
  if (d.flags & SYN_SEEN) return;
  // An ACK or data seen earlier may have started the sequence state; the SYN says where it begins.
  if (!(d.flags & SEEN)) startAt(d, view.seq);
  d.flags |= SYN_SEEN;
  d.isn = view.seq;
  d.synNs = nowNs;
  d.handshakeNs = -1;
}

// spec: RFC 7323 2.2, scaled when both sides asked for it, never in a SYN
function scaledWindow(d: Direction, peer: Direction, view: PacketView): u32 {
  if (view.flags & TCP_SYN || !d.windowScale || !peer.windowScale) return view.window;
  return view.window << (d.windowScale - 1);
}

function advertise(d: Direction, window: u32, flags: u32): void {
  if (!(flags & TCP_ACK)) return;
  if (window == 0) d.zeroWindows += 1;
  if (!(flags & TCP_SYN)) {
    if (!(d.flags & WINDOW_SEEN) || window < d.windowMinBytes) d.windowMinBytes = window;
    d.windowMaxBytes = max(d.windowMaxBytes, window);
    d.flags |= WINDOW_SEEN;
  }
  d.window = window;
}
