// Where a connection begins: what a SYN means to the connection of its ends, and what is known of it.
import { PacketView, TCP_ACK, TCP_SYN } from '../packet/index';
import { startAgain } from './ack';
import { timed } from './clock';
import { Connection } from './connection';
import { Direction, FIN_SEEN, NO_NS, RST_SEEN, SACK_PERMITTED, SEEN, SYN_SEEN, WINDOW_SEEN } from './direction';
import { addConnection } from './table';
import { tenantOf } from './tenants';
import { seqOutside } from './window';

/** It is of this connection. */
export const SYN_OF_THIS: u32 = 0;
/** It begins the next connection of these ends. */
export const SYN_OF_NEXT: u32 = 1;
/** It may be either: a server answers a forged or old one with a challenge ACK (RFC 5961 4). */
export const SYN_UNCLEAR: u32 = 2;

/** What a SYN or SYN-ACK of `sender` means (RFC 9293 3.4.1, 3.5). @seldom */
export function meaningOfSyn(sender: Direction, peer: Direction, view: PacketView): u32 {
  const reset = ((sender.flags | peer.flags) & RST_SEEN) != 0;
  const ended = reset || (sender.flags & peer.flags & FIN_SEEN) != 0;
  const another = ended ? SYN_OF_NEXT : SYN_UNCLEAR;
  if (!(sender.flags & SYN_SEEN)) {
    if (sender.packets == 0) {
      if (view.flags & TCP_ACK) return SYN_OF_THIS;
      // The other side's SYN crosses it, unless that side is gone.
      return peer.flags & (FIN_SEEN | RST_SEEN) ? SYN_OF_NEXT : SYN_OF_THIS;
    }
    return isLate(sender, view) ? SYN_OF_THIS : another;
  }
  const exchanged = sender.dataPackets > 0 || peer.dataPackets > 0;
  // Sent again, also after a reset that refused it or a half-open connection of the other side (RFC 9293 3.5.1).
  if (sender.isn == view.seq) return ended && (!reset || exchanged) ? SYN_OF_NEXT : SYN_OF_THIS;
  if (!(view.flags & TCP_ACK)) return peer.packets == 0 ? SYN_OF_NEXT : another;
  // A server may answer one SYN with two numbers.
  if (!exchanged && !ended && !((sender.flags | peer.flags) & FIN_SEEN)) return SYN_OF_THIS;
  return another;
}

// The capture has it after what followed it: its number is the one before the first known.
function isLate(sender: Direction, view: PacketView): bool {
  if (!(sender.flags & SEEN)) return false;
  return view.seq + 1 == sender.base || view.seq + 1 + view.payloadBytes == sender.base;
}

/** Takes up the options and the number of a SYN of this connection. @seldom */
export function synchronise(c: Connection, d: Direction, peer: Direction, view: PacketView, nowNs: i64): void {
  d.flags &= ~RST_SEEN;
  peer.flags &= ~RST_SEEN;
  if (view.mss) d.mss = view.mss;
  if (view.windowScale) d.windowScale = view.windowScale;
  if (view.sackPermitted) d.flags |= SACK_PERMITTED;
  if (d.flags & SYN_SEEN) {
    if (d.isn == view.seq) return;
    d.flags &= ~(SEEN | WINDOW_SEEN);
  }
  if (!(view.flags & TCP_ACK)) c.startedMidway = 0;
  // An ACK or data seen earlier may have started the sequence state; the SYN says where it begins.
  if (!(d.flags & SEEN) || seqOutside(d, peer, view.seq)) startAgain(d, view.seq);
  d.flags |= SYN_SEEN;
  d.isn = view.seq;
  d.synNs = timed ? nowNs : NO_NS;
  d.handshakeNs = -1;
}

/** A new connection that begins with `view`; ask for it after `findConnection(view)`, which gave `first`. @seldom */
export function open(view: PacketView, first: Connection, high: u32, nowNs: i64, interfaceId: u32): Connection {
  const tenant = tenantOf(view);
  const connection = addConnection(first, tenant);
  connection.tenant0 = tenant;
  connection.tenant1 = tenant;
  const synAck = (view.flags & (TCP_SYN | TCP_ACK)) == (TCP_SYN | TCP_ACK);
  connection.reversed = synAck ? 1 - high : high;
  connection.startedMidway = view.flags & TCP_SYN ? (synAck ? 1 : 0) : 1;
  connection.family = view.family;
  connection.vlan = view.vlan;
  connection.encapsulations = view.encapsulations;
  connection.tenantOf = view.tenantOf;
  connection.tenantId = view.tenantId;
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
