// One TCP packet: finds or opens its connection, leaves out what was captured already or is of no
// window, and runs the sender's and the acknowledger's side of the analysis.
import { MARK_ACK, MARK_IN_FLIGHT, NOTE_FIRST_FRAGMENT, SERIES_IN_FLIGHT } from '../generated/capture';
import { PacketView, TCP_ACK, TCP_FIN, TCP_RST, TCP_SYN } from '../packet/index';
import { acknowledge, FAR, skipTo, startAgain } from './ack';
import { clearEffect } from './ack-effect';
import { meaningOfSyn, open, SYN_OF_NEXT, SYN_UNCLEAR, synchronise } from './begin';
import { addToBin } from './binned';
import { causesWanted, watchAck, watchSend } from './causes';
import { timed } from './clock';
import { backward, Connection, directionAt, forward, sideOf } from './connection';
import { isCopy } from './copies';
import {
  after,
  Direction,
  FIN_SEEN,
  pipeOf,
  RST_SEEN,
  refuse,
  relative,
  SEEN,
  TIMESTAMPS,
  travelled,
  WINDOW_SEEN,
} from './direction';
import { noteEcn, speaksOfEcn } from './ecn';
import { excerptMultipath, excerptsWanted } from './excerpts';
import { focused, look, lookAt } from './focus';
import { agrees, freeHeld, heldOf, hold, takeHeld, viewOf } from './held';
import { mark, primitivesWanted } from './marks';
import { emitPrimitives } from './replay';
import { finishConnection, refuseHeld } from './rows';
import { isKeepAlive, sendSegment, showEdge } from './send';
import { stateOverLimit } from './state';
import { findConnection, fromHigher, oldestConnection, touchConnection, tupleHash } from './table';
import { findTenant, isOther, tenantOf } from './tenants';
import { matchTsecr, noteTsval } from './timestamps';
import { ackOutside, seqOutside } from './window';

let evicted: f64 = 0;

/** Connections finished before the end because the state passed its limit. */
export function evictedConnections(): f64 {
  return evicted;
}

/** Two packets agree on numbers of no window: they are believed. */
let believed: bool = false;

/**
 * Returns the connection's number. `whole`: the packet may be another copy of one before, which a part of a datagram
 * and one that was held are not.
 */
export function analyseTcp(view: PacketView, wireBytes: u32, nowNs: i64, interfaceId: u32, whole: bool): u32 {
  const first = findConnection(view);
  const high = fromHigher();
  const tenant = tenantOf(view);
  let connection = first;
  if (changetype<usize>(first) && isOther(first, sideOf(first, high), tenant)) {
    connection = findTenant(first, view, tenant, nowNs);
  }
  if (!changetype<usize>(connection)) connection = open(view, first, high, nowNs, interfaceId);
  else touchConnection(connection);
  let side = sideOf(connection, high);
  const sender = directionAt(connection, side);
  const peer = directionAt(connection, side ^ 1);
  if (whole && timed && isCopy(connection, sender, peer, view, tupleHash(), nowNs)) return connection.number;
  if (connection.held && agrees(heldOf(connection), view, side, sender, peer)) {
    return release(connection, view, wireBytes, nowNs, interfaceId);
  }
  let unclear = false;
  if (view.flags & TCP_SYN) {
    const meaning = meaningOfSyn(sender, peer, view);
    unclear = meaning == SYN_UNCLEAR && !believed;
    if (meaning == SYN_OF_NEXT || (meaning == SYN_UNCLEAR && believed)) {
      finishConnection(connection);
      connection = open(view, findConnection(view), high, nowNs, interfaceId);
      side = sideOf(connection, high);
    }
  } else if (!believed) {
    const seqIsSound = !seqOutside(sender, peer, view.seq);
    const ackIsSound = !ackOutside(peer, sender, view);
    if (!seqIsSound || !ackIsSound) {
      unclear = (view.flags & TCP_RST) == 0;
      // spec: RFC 9293 3.10.7.4, a reset is believed or not, by its SEQ alone; there is no second one to wait for.
      if (!unclear && !seqIsSound) {
        refuse(sender, wireBytes, nowNs);
        return connection.number;
      }
      if (!unclear) sender.outOfWindowPackets += 1;
    }
  }
  if (unclear) {
    refuseHeld(connection);
    hold(connection, view, side, wireBytes, nowNs, interfaceId);
  } else {
    // The side goes on as before: what was held from it is of no window.
    if (connection.held && heldOf(connection).side == side) refuseHeld(connection);
    analyse(connection, side, view, wireBytes, nowNs);
  }
  const number = connection.number;
  if (stateOverLimit()) letGo(connection);
  return number;
}

// `view` agrees with the packet held: that one first, then this.
// @seldom
function release(connection: Connection, view: PacketView, wireBytes: u32, nowNs: i64, interfaceId: u32): u32 {
  const held = takeHeld(connection);
  believed = true;
  analyseTcp(viewOf(held), held.wireBytes, held.ns, held.interfaceId, false);
  freeHeld(held);
  const number = analyseTcp(view, wireBytes, nowNs, interfaceId, false);
  believed = false;
  return number;
}

// Finishes the connections idle longest until the memory of the others is within its limit.
// @seldom
function letGo(latest: Connection): void {
  while (stateOverLimit()) {
    evicted += 1;
    const oldest = oldestConnection();
    finishConnection(oldest);
    if (oldest == latest) return;
  }
}

function analyse(connection: Connection, side: u32, view: PacketView, wireBytes: u32, nowNs: i64): void {
  if (nowNs > connection.lastNs) connection.lastNs = nowNs;
  if (timed && !connection.timed) {
    connection.timed = 1;
    if (forward(connection).packets + backward(connection).packets) connection.startNs = nowNs;
  }
  const sender = directionAt(connection, side);
  const peer = directionAt(connection, side ^ 1);
  look(connection.number, nowNs);
  lookAt(side);
  clearEffect();
  if (!sender.packets) sender.firstTtl = view.ttl;
  travelled(sender, wireBytes, nowNs);
  account(sender, view, nowNs);
  const flags = view.flags;
  if (speaksOfEcn(connection, view)) noteEcn(connection, peer, sender, view);
  if (flags & TCP_SYN) synchronise(connection, sender, peer, view, nowNs);
  else if (believed && seqOutside(sender, peer, view.seq)) {
    // Held first, agreed with now: the capture missed what lies between, or the numbers begin anew.
    const ahead = view.seq - sender.una;
    if (ahead < FAR) skipTo(sender, view.seq);
    else startAgain(sender, view.seq);
  }
  if (view.multipath && excerptsWanted()) excerptMultipath(connection.number, side, sender, view, nowNs);
  const window = scaledWindow(sender, peer, view);
  const takesSequence = view.payloadBytes > 0 || flags & (TCP_SYN | TCP_FIN);
  if (takesSequence && !(flags & TCP_RST)) {
    if (flags & TCP_FIN) {
      sender.flags |= FIN_SEEN;
      sender.finEnd = view.seq + view.payloadBytes + 1;
    }
    const max0 = sender.sndMax;
    sendSegment(sender, peer, view, nowNs);
    if (timed && causesWanted()) watchSend(connection.number, side, sender, peer, view, max0, nowNs);
  } else if (flags & TCP_ACK && !(flags & TCP_RST)) {
    sender.pureAcks += 1;
    if (sender.flags & SEEN) {
      if (isKeepAlive(sender, view.seq, view.seq, flags)) {
        if (peer.flags & WINDOW_SEEN && peer.window == 0) sender.zeroWindowProbes += 1;
        else sender.keepAlives += 1;
      } else if (after(view.seq, sender.sndMax)) showEdge(sender, view, nowNs);
    }
  }
  if (view.hasTimestamps && timed) {
    if (takesSequence) noteTsval(sender, view.tsval, nowNs);
    if (flags & TCP_ACK) matchTsecr(peer, view.tsecr, nowNs);
  }
  if (flags & TCP_RST) return;
  if (flags & TCP_ACK) {
    lookAt(side ^ 1);
    const una0 = peer.una;
    acknowledge(peer, sender, view, window, nowNs);
    if (timed && causesWanted()) watchAck(connection.number, side ^ 1, peer, sender, una0, nowNs);
    if (focused) {
      mark(MARK_ACK, relative(peer, view.ack), relative(peer, view.ack) + <f64>window);
      mark(MARK_IN_FLIGHT, <f64>pipeOf(peer), <f64>(peer.sndMax - peer.una));
      addToBin(SERIES_IN_FLIGHT, <f64>pipeOf(peer));
      if (primitivesWanted()) emitPrimitives(peer);
    }
    advertise(sender, window, flags);
  }
}

function account(d: Direction, view: PacketView, nowNs: i64): void {
  const flags = view.flags;
  const length = view.payloadBytes;
  // spec: RFC 9293 3.5.2, a reset may say why; that is no data.
  if (length && !(flags & TCP_RST)) {
    if (d.dataPackets == 0) d.firstDataNs = nowNs;
    // A segment counts where it begins, with its first fragment.
    if (!view.fragmentOffset || !d.dataPackets) d.dataPackets += 1;
    d.dataBytes += length;
    if (length > d.maxSegmentBytes) d.maxSegmentBytes = length;
  }
  if (view.notes & NOTE_FIRST_FRAGMENT) d.fragments += 1;
  if (view.hasTimestamps) d.flags |= TIMESTAMPS;
  if (flags & (TCP_FIN | TCP_RST | TCP_SYN)) {
    if (flags & TCP_SYN) d.syns += 1;
    if (flags & TCP_FIN) d.fins += 1;
    if (flags & TCP_RST) {
      d.resets += 1;
      d.flags |= RST_SEEN;
      d.lastResetNs = nowNs;
    }
  }
}

// spec: RFC 7323 2.2, scaled when both sides asked for it, never in a SYN
function scaledWindow(d: Direction, peer: Direction, view: PacketView): u32 {
  if (view.flags & TCP_SYN || !d.windowScale || !peer.windowScale) return view.window;
  return view.window << (d.windowScale - 1);
}

function advertise(d: Direction, window: u32, flags: u32): void {
  if (window == 0) d.zeroWindows += 1;
  if (!(flags & TCP_SYN)) {
    if (!(d.flags & WINDOW_SEEN) || window < d.windowMinBytes) d.windowMinBytes = window;
    d.windowMaxBytes = max(d.windowMaxBytes, window);
    d.flags |= WINDOW_SEEN;
  }
  d.window = window;
}
